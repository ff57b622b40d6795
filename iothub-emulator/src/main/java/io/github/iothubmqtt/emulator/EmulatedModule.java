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

/** A module of a device in the hub's identity registry, with symmetric keys and a twin of its own. Thread-safe. */
public final class EmulatedModule {

    private final Hub hub;
    private final Identity identity;
    private final String generationId;
    private final SharedAccessKeys keys;
    private final Twin twin;

    EmulatedModule(Hub hub, Identity identity, String generationId, SharedAccessKeys keys) {
        this.hub = hub;
        this.identity = identity;
        this.generationId = generationId;
        this.keys = keys;
        this.twin = new Twin(hub.clock(), hub.settings(), changed -> hub.state().keepTwin(identity, changed));
    }

    public String deviceId() {
        return identity.deviceId();
    }

    public String moduleId() {
        return identity.moduleId();
    }

    public String primaryKey() {
        return keys.primary();
    }

    public String secondaryKey() {
        return keys.secondary();
    }

    /** {@code HostName=…;DeviceId=…;ModuleId=…;SharedAccessKey=…} with the primary key. */
    public String connectionString() {
        return "HostName=" + hub.authority() + ";DeviceId=" + deviceId() + ";ModuleId=" + moduleId()
                + ";SharedAccessKey=" + primaryKey();
    }

    public EmulatedTwin twin() {
        return new EmulatedTwin(hub, identity, twin);
    }

    /** See {@link IotHubEmulator#sendToInput}. */
    public String sendToInput(String inputName, DeviceboundMessage message) {
        return hub.loop().call(() -> hub.sendToInput(identity, inputName, message));
    }

    Twin ownTwin() {
        return twin;
    }

    String generationId() {
        return generationId;
    }

    SharedAccessKeys keys() {
        return keys;
    }

    @Override
    public String toString() {
        return "EmulatedModule[" + identity + "]";
    }
}
