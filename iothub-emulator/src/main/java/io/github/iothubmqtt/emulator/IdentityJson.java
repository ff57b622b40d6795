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

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The JSON in which the service side writes and reads identities. Pure functions. */
final class IdentityJson {

    private static final Set<String> AUTHENTICATION_TYPES = Set.of(
            IdentityNotes.SAS,
            IdentityNotes.SELF_SIGNED,
            IdentityNotes.CERTIFICATE_AUTHORITY,
            IdentityNotes.NO_AUTHENTICATION);

    private IdentityJson() {}

    static Map<String, Object> of(EmulatedDevice device, Hub hub) {
        Identity identity = Identity.device(device.deviceId());
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("deviceId", device.deviceId());
        json.put("generationId", device.generationId());
        json.put("etag", device.etag());
        json.put("connectionState", hub.isConnected(identity) ? "Connected" : "Disconnected");
        json.put("status", device.isEnabled() ? "enabled" : "disabled");
        json.put("statusReason", device.notes().statusReason());
        json.put("connectionStateUpdatedTime", TwinJson.NEVER);
        json.put("statusUpdatedTime", TwinJson.timeOrNever(device.statusUpdateTime()));
        json.put("lastActivityTime", TwinJson.timeOrNever(device.ownTwin().lastActivity()));
        json.put("cloudToDeviceMessageCount", hub.devicebound().queued(identity).size());
        json.put("authentication", authentication(device.keys(), device.notes()));
        json.put("capabilities", Map.of("iotEdge", device.notes().iotEdge()));
        json.put("deviceScope", null);
        json.put("parentScopes", List.of());
        return json;
    }

    static Map<String, Object> of(EmulatedModule module, Hub hub) {
        Identity identity = new Identity(module.deviceId(), module.moduleId());
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("moduleId", module.moduleId());
        json.put("managedBy", module.notes().managedBy());
        json.put("deviceId", module.deviceId());
        json.put("generationId", module.generationId());
        json.put("etag", module.etag());
        json.put("connectionState", hub.isConnected(identity) ? "Connected" : "Disconnected");
        json.put("connectionStateUpdatedTime", TwinJson.NEVER);
        json.put("lastActivityTime", TwinJson.timeOrNever(module.ownTwin().lastActivity()));
        json.put("cloudToDeviceMessageCount", 0);
        json.put("authentication", authentication(module.keys(), module.notes()));
        return json;
    }

    private static Map<String, Object> authentication(SharedAccessKeys keys, IdentityNotes notes) {
        Map<String, Object> symmetricKey = new LinkedHashMap<>();
        symmetricKey.put("primaryKey", notes.isSas() ? keys.primary() : null);
        symmetricKey.put("secondaryKey", notes.isSas() ? keys.secondary() : null);
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("symmetricKey", symmetricKey);
        json.put("x509Thumbprint", TwinJson.thumbprints(notes));
        json.put("type", notes.authenticationType());
        return json;
    }

    /** What the notes are to be; of what the request does not name they stay as they were. */
    static IdentityNotes notes(JsonMembers request, IdentityNotes before) {
        JsonMembers authentication = request.object("authentication");
        String type = authentication.text("type");
        if (type != null && !AUTHENTICATION_TYPES.contains(type)) {
            throw JsonMembers.invalid("'" + type
                    + "' is no type of authentication: there are sas, selfSigned, certificateAuthority and none");
        }
        JsonMembers thumbprints = authentication.object("x509Thumbprint");
        return new IdentityNotes(
                request.has("statusReason") ? request.text("statusReason") : before.statusReason(),
                type == null ? before.authenticationType() : type,
                thumbprint(thumbprints, "primaryThumbprint", before.primaryThumbprint()),
                thumbprint(thumbprints, "secondaryThumbprint", before.secondaryThumbprint()),
                request.object("capabilities").truth("iotEdge", before.iotEdge()),
                request.has("managedBy") ? request.text("managedBy") : before.managedBy());
    }

    private static String thumbprint(JsonMembers thumbprints, String name, String before) {
        try {
            return thumbprints.has(name) ? IdentityNotes.checkedThumbprint(thumbprints.text(name)) : before;
        } catch (IllegalArgumentException e) {
            throw JsonMembers.invalid("'" + name + "': " + e.getMessage());
        }
    }

    /** What the keys are to be: each that the request does not name, or leaves empty as Node's client does, stays as it was. */
    static SharedAccessKeys keys(JsonMembers request, SharedAccessKeys before) {
        JsonMembers keys = request.object("authentication").object("symmetricKey");
        String primary = keys.text("primaryKey");
        String secondary = keys.text("secondaryKey");
        return new SharedAccessKeys(
                isGiven(primary) ? primary : before.primary(), isGiven(secondary) ? secondary : before.secondary());
    }

    private static boolean isGiven(String key) {
        return key != null && !key.isEmpty();
    }

    static boolean enabled(JsonMembers request, boolean before) {
        String status = request.text("status");
        if (status == null) {
            return before;
        }
        // Microsoft's client for Java writes a capital.
        return switch (status.toLowerCase(Locale.ROOT)) {
            case "enabled" -> true;
            case "disabled" -> false;
            default -> throw JsonMembers.invalid("'status' must be enabled or disabled, not '" + status + "'");
        };
    }

    /** Refuses a body that names another identity than the path does. */
    static void checkSame(JsonMembers request, String member, String inPath) {
        String inBody = request.text(member);
        if (inBody != null && !inBody.equals(inPath)) {
            throw JsonMembers.invalid(
                    "'" + member + "' of the body is '" + inBody + "', that of the path is '" + inPath + "'");
        }
    }
}
