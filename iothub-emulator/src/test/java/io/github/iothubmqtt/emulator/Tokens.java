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

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Makes shared access signatures as a device does, with nothing of the code under test. */
final class Tokens {

    private Tokens() {}

    static String forDevice(String host, String deviceId, String key, Instant expiry) {
        return signed(URLEncoder.encode(host + "/devices/" + deviceId, StandardCharsets.UTF_8), key, expiry, null);
    }

    /** {@code resource} is signed and sent as it is. */
    static String signed(String resource, String key, Instant expiry, String policy) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(key), "HmacSHA256"));
            byte[] hmac = mac.doFinal((resource + "\n" + expiry.getEpochSecond()).getBytes(StandardCharsets.UTF_8));
            String signature = URLEncoder.encode(Base64.getEncoder().encodeToString(hmac), StandardCharsets.UTF_8);
            return "SharedAccessSignature sr=" + resource + "&sig=" + signature + "&se=" + expiry.getEpochSecond()
                    + (policy == null ? "" : "&skn=" + policy);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
