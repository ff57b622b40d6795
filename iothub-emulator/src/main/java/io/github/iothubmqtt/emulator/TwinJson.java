/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */
package io.github.iothubmqtt.emulator;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** The JSON documents in which devices and the back end get to see a twin. Pure functions. */
final class TwinJson {

    /** Azure's word for never. */
    static final String NEVER = "0001-01-01T00:00:00Z";

    private TwinJson() {}

    /** The answer to a device's GET. */
    static String forDevice(Twin twin) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("desired", twin.desired().withVersion());
        json.put("reported", twin.reported().withVersion());
        return Json.write(json);
    }

    /** The notification of a device. */
    static String forDevice(Twin.DesiredChange change) {
        Map<String, Object> json = new LinkedHashMap<>(change.patch());
        json.put(TwinSection.VERSION, change.version());
        return Json.write(json);
    }

    /**
     * The twin as the service side sees it.
     *
     * @param queued how many devicebound messages wait for the identity
     */
    static Map<String, Object> forBackEnd(
            Identity identity, EmulatedDevice device, Twin twin, boolean connected, int queued) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("deviceId", identity.deviceId());
        if (identity.isModule()) {
            json.put("moduleId", identity.moduleId());
        }
        IdentityNotes notes = notes(identity, device);
        json.put("etag", twin.etag());
        json.put("deviceEtag", device.etag());
        json.put("status", device.isEnabled() ? "enabled" : "disabled");
        json.put("statusReason", device.notes().statusReason());
        json.put("statusUpdateTime", timeOrNever(device.statusUpdateTime()));
        json.put("connectionState", connected ? "Connected" : "Disconnected");
        json.put("lastActivityTime", timeOrNever(twin.lastActivity()));
        json.put("cloudToDeviceMessageCount", queued);
        json.put("authenticationType", notes.authenticationType());
        json.put("x509Thumbprint", thumbprints(notes));
        json.put("modelId", twin.modelId());
        json.put("version", twin.version());
        json.put("tags", twin.tags());
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("desired", twin.desired().withMetadata());
        properties.put("reported", twin.reported().withMetadata());
        json.put("properties", properties);
        if (!identity.isModule()) {
            json.put("capabilities", Map.of("iotEdge", device.notes().iotEdge()));
        }
        return json;
    }

    private static IdentityNotes notes(Identity identity, EmulatedDevice device) {
        return identity.isModule() ? device.module(identity.moduleId()).notes() : device.notes();
    }

    static Map<String, Object> thumbprints(IdentityNotes notes) {
        Map<String, Object> thumbprints = new LinkedHashMap<>();
        thumbprints.put("primaryThumbprint", notes.primaryThumbprint());
        thumbprints.put("secondaryThumbprint", notes.secondaryThumbprint());
        return thumbprints;
    }

    static String timeOrNever(Instant time) {
        return time == null ? NEVER : time.toString();
    }
}
