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
package io.github.iothubmqtt.device;

import java.time.Instant;

import io.github.iothubmqtt.protocol.DeviceIdentity;

/**
 * How an identity proves itself. Asked anew for every connect, so that no attempt ever carries an old token. Implementations
 * compare by what they hold and never show it.
 */
public interface Credentials {

    /**
     * Makes the password of one connect. Called on the event loop; does not block.
     *
     * @throws CredentialsException when no usable password can be made; the sentence says what to change
     */
    Credential next(DeviceIdentity identity, Instant now) throws CredentialsException;

    /**
     * A password and its life.
     *
     * @param password MQTT password
     * @param issued when its life began
     * @param expiry when the hub stops accepting it
     * @param renewable whether a later call gives one that lives longer
     */
    record Credential(String password, Instant issued, Instant expiry, boolean renewable) {

        @Override
        public String toString() {
            return "Credential[expires " + expiry + "]";
        }
    }
}
