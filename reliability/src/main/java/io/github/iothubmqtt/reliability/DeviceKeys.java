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
package io.github.iothubmqtt.reliability;

import java.security.SecureRandom;
import java.util.Base64;

import io.github.iothubmqtt.emulator.EmulatedDevice;

/** The two keys that the hub has of a device, and their replacement one after the other. Each step closes the device's connections. */
final class DeviceKeys {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final EmulatedDevice device;
    /** Null when the device has its primary key for good. */
    private final Vault vault;

    DeviceKeys(EmulatedDevice device, Vault vault) {
        this.device = device;
        this.vault = vault;
    }

    /** The device goes over to its secondary key, if it can, and the one that it does not use any more is made anew. */
    void rollFirst() {
        if (vault == null) {
            device.setKeys(device.primaryKey(), fresh());
        } else {
            String secondary = device.secondaryKey();
            vault.use(secondary);
            device.setKeys(fresh(), secondary);
        }
    }

    /** The device goes over to its new primary key, and the secondary one is made anew. */
    void rollSecond() {
        String primary = device.primaryKey();
        if (vault != null) {
            vault.use(primary);
        }
        device.setKeys(primary, fresh());
    }

    private static String fresh() {
        byte[] key = new byte[32];
        RANDOM.nextBytes(key);
        return Base64.getEncoder().encodeToString(key);
    }
}
