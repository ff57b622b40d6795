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

import java.util.Map;
import java.util.function.Supplier;

/** The service side of twins: finds them, changes them, has devices notified. Belongs to the hub's event loop. */
final class TwinService {

    private final Hub hub;
    private final DeviceRegistry registry;

    TwinService(Hub hub, DeviceRegistry registry) {
        this.hub = hub;
        this.registry = registry;
    }

    /**
     * The twin of a registered identity. Any thread.
     *
     * @throws HubException with code 404001 or 404010
     */
    Twin twinOf(Identity identity) {
        Twin twin = find(identity);
        if (twin != null) {
            return twin;
        }
        throw registry.find(identity.deviceId()) == null
                ? new HubException(HubCode.DEVICE_NOT_FOUND, "there is no device '" + identity.deviceId() + "'")
                : new HubException(HubCode.MODULE_NOT_FOUND, "there is no module '" + identity + "'");
    }

    /** Null when the identity is not registered, or not any more. */
    private Twin find(Identity identity) {
        EmulatedDevice device = registry.find(identity.deviceId());
        if (device == null || !identity.isModule()) {
            return device == null ? null : device.ownTwin();
        }
        EmulatedModule module = device.module(identity.moduleId());
        return module == null ? null : module.ownTwin();
    }

    void connected(Identity identity, String modelId) {
        Twin twin = find(identity);
        if (twin != null) {
            twin.connected(modelId);
        }
    }

    /** The identity has connected, sent something or gone. */
    void active(Identity identity) {
        Twin twin = find(identity);
        if (twin != null) {
            twin.active();
        }
    }

    long updateDesired(Identity identity, Twin twin, String json) {
        return changeDesired(identity, twin, () -> twin.patchDesired(json));
    }

    long replaceDesired(Identity identity, Twin twin, String json) {
        return changeDesired(identity, twin, () -> twin.replaceDesired(json));
    }

    private long changeDesired(Identity identity, Twin twin, Supplier<Twin.DesiredChange> how) {
        checkRegistered(identity, twin);
        Twin.DesiredChange change = how.get();
        hub.notifyDesired(identity, change);
        return change.version();
    }

    void updateTags(Identity identity, Twin twin, String json) {
        checkRegistered(identity, twin);
        twin.patchTags(json);
    }

    /** Puts these in the place of tags and desired properties, both or neither; null leaves what there is. */
    void replace(Identity identity, Twin twin, Map<String, Object> tags, Map<String, Object> desired) {
        checkRegistered(identity, twin);
        notify(identity, twin.replace(tags, desired));
    }

    /** Merges patches into tags and desired properties, both or neither; null leaves what there is. */
    void patch(Identity identity, Twin twin, Map<String, Object> tags, Map<String, Object> desired) {
        checkRegistered(identity, twin);
        notify(identity, twin.patch(tags, desired));
    }

    private void notify(Identity identity, Twin.DesiredChange change) {
        if (change != null) {
            hub.notifyDesired(identity, change);
        }
    }

    String backEndJson(Identity identity, Twin twin) {
        return Json.write(backEndView(identity, twin));
    }

    /** What {@link #backEndJson} writes. */
    Map<String, Object> backEndView(Identity identity, Twin twin) {
        checkRegistered(identity, twin);
        return TwinJson.forBackEnd(
                identity,
                registry.find(identity.deviceId()),
                twin,
                hub.isConnected(identity),
                identity.isModule() ? 0 : hub.devicebound().queued(identity).size());
    }

    /** A device that was removed and added again has another twin. */
    private void checkRegistered(Identity identity, Twin twin) {
        if (twinOf(identity) != twin) {
            throw new HubException(HubCode.DEVICE_NOT_FOUND, "the device '" + identity + "' of this twin was removed");
        }
    }
}
