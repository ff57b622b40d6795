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

/** Adds identities to the hub's registry and takes them out of it again, with all that hangs on them. Any thread. */
final class Identities {

    private final Hub hub;
    private final DeviceRegistry registry;
    private final StateKeeper state;

    Identities(Hub hub, DeviceRegistry registry, StateKeeper state) {
        this.hub = hub;
        this.registry = registry;
        this.state = state;
    }

    DeviceRegistry registry() {
        return registry;
    }

    /** @throws IllegalArgumentException for an id that no device can have, and for one that a device has */
    EmulatedDevice add(String deviceId, SharedAccessKeys keys) {
        return add(new EmulatedDevice(hub, Identity.checkedId("device id", deviceId), hub.newGenerationId(), keys));
    }

    /** As {@link #add(String, SharedAccessKeys)}, with what else is known from the start. */
    EmulatedDevice add(String deviceId, SharedAccessKeys keys, boolean enabled, IdentityNotes notes) {
        Identity.checkedId("device id", deviceId);
        EmulatedDevice device = new EmulatedDevice(hub, deviceId, hub.newGenerationId(), keys);
        device.restore(enabled, null, 0, notes);
        return add(device);
    }

    private EmulatedDevice add(EmulatedDevice device) {
        registry.add(device);
        state.keep(device);
        state.keepTwin(Identity.device(device.deviceId()), device.ownTwin());
        return device;
    }

    /** Nothing happens for an unknown device. */
    void remove(String deviceId) {
        EmulatedDevice removed = registry.remove(deviceId);
        if (removed != null) {
            state.forget(removed);
            hub.loop().run(() -> hub.forget(deviceId));
        }
    }

    /** Nothing happens for an unknown module. */
    void remove(EmulatedDevice device, String moduleId) {
        EmulatedModule removed = device.removeModule(moduleId);
        if (removed != null) {
            Identity module = new Identity(device.deviceId(), moduleId);
            state.forget(module);
            hub.loop().run(() -> hub.forgetModule(module));
        }
    }
}
