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

import java.security.SecureRandom;
import java.util.Base64;

/** The two keys of a device, a module or a shared access policy, in base64. Prints nothing of them. */
record SharedAccessKeys(String primary, String secondary) {

    private static final SecureRandom RANDOM = new SecureRandom();

    SharedAccessKeys {
        check(primary);
        check(secondary);
    }

    static SharedAccessKeys generate() {
        return new SharedAccessKeys(newKey(), newKey());
    }

    static SharedAccessKeys withPrimary(String primary) {
        return new SharedAccessKeys(primary, newKey());
    }

    private static String newKey() {
        byte[] key = new byte[32];
        RANDOM.nextBytes(key);
        return Base64.getEncoder().encodeToString(key);
    }

    private static void check(String key) {
        try {
            int length = Base64.getDecoder().decode(key).length;
            if (length < 16 || length > 64) {
                throw new IllegalArgumentException("A symmetric key has 16 to 64 bytes, this one has " + length);
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("Not a symmetric key: base64 of 16 to 64 bytes is needed", e);
        }
    }

    @Override
    public String toString() {
        return "SharedAccessKeys[***]";
    }
}
