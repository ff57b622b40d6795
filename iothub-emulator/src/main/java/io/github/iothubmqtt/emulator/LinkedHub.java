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

/** A hub to which the provisioning service may assign devices. Thread-safe; may wait for the hub's thread, so never call it on a hub's thread. */
interface LinkedHub {

    /** What the device is told; differs from that of other hubs. */
    String name();

    /** Has the device registered with these credentials: made if need be. True when it was not there before. */
    boolean admit(String deviceId, SharedAccessKeys keys, IdentityNotes notes);

    /** The device's twin becomes that of a new device. */
    void startTwin(String deviceId, EnrollmentJson.InitialTwin twin);

    /** All of the device's twin, null where there is none to be had. */
    Map<String, Object> twinOf(String deviceId);

    /** {@code twin} as of {@link #twinOf}, of whatever hub. */
    void takeTwin(String deviceId, Map<String, Object> twin);

    /** Nothing happens for an unknown device. */
    void remove(String deviceId);

    /** A hub that is no emulator of this JVM: devices are sent there and that is all. */
    record Named(String name) implements LinkedHub {

        @Override
        public boolean admit(String deviceId, SharedAccessKeys keys, IdentityNotes notes) {
            return false;
        }

        @Override
        public void startTwin(String deviceId, EnrollmentJson.InitialTwin twin) {}

        @Override
        public Map<String, Object> twinOf(String deviceId) {
            return null;
        }

        @Override
        public void takeTwin(String deviceId, Map<String, Object> twin) {}

        @Override
        public void remove(String deviceId) {}
    }

    /** The hub of an emulator in this JVM. */
    record Emulated(Hub hub, Identities identities) implements LinkedHub {

        @Override
        public String name() {
            return hub.authority();
        }

        @Override
        public boolean admit(String deviceId, SharedAccessKeys keys, IdentityNotes notes) {
            EmulatedDevice device = identities.registry().find(deviceId);
            if (device == null) {
                identities.add(deviceId, keys, true, notes);
                return true;
            }
            boolean otherKeys = notes.isSas() && !device.keys().equals(keys);
            if (otherKeys || !device.notes().hasSameAuthentication(notes)) {
                device.update(keys, device.isEnabled(), notes);
            }
            return false;
        }

        @Override
        public void startTwin(String deviceId, EnrollmentJson.InitialTwin start) {
            hub.loop().run(() -> {
                Identity identity = Identity.device(deviceId);
                Twin twin = hub.twins().twinOf(identity);
                twin.startAnew();
                if (start.tags() != null || start.desired() != null) {
                    hub.twins().replace(identity, twin, start.tags(), start.desired());
                }
            });
        }

        @Override
        public Map<String, Object> twinOf(String deviceId) {
            return hub.loop().call(() -> {
                EmulatedDevice device = identities.registry().find(deviceId);
                return device == null ? null : device.ownTwin().state();
            });
        }

        @Override
        public void takeTwin(String deviceId, Map<String, Object> state) {
            hub.loop().run(() -> {
                Identity identity = Identity.device(deviceId);
                Twin twin = hub.twins().twinOf(identity);
                twin.restore(state);
                hub.state().keepTwin(identity, twin);
            });
        }

        @Override
        public void remove(String deviceId) {
            identities.remove(deviceId);
        }
    }
}
