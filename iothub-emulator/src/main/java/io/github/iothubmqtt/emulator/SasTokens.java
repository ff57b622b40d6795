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
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

import org.apache.commons.codec.digest.HmacAlgorithms;
import org.apache.commons.codec.digest.HmacUtils;

/** Makes shared access signatures, as a device or a back end does before it comes to the hub. Pure functions. */
public final class SasTokens {

    private static final String HOST = "HostName";
    private static final String DEVICE = "DeviceId";
    private static final String MODULE = "ModuleId";
    private static final String POLICY = "SharedAccessKeyName";
    private static final String KEY = "SharedAccessKey";

    private SasTokens() {}

    /**
     * A token for whoever the connection string is of: a device, a module, or a shared access policy of the hub.
     *
     * @throws IllegalArgumentException when the connection string lacks something; never quotes a key
     */
    public static String forConnectionString(String connectionString, Instant expiry) {
        Map<String, String> parts = parts(connectionString);
        String key = required(parts, KEY);
        String host = required(parts, HOST);
        String policy = parts.get(POLICY);
        if (policy != null) {
            return signed(encode(host), key, expiry) + "&skn=" + encode(policy);
        }
        String resource = host + "/devices/" + required(parts, DEVICE);
        if (parts.containsKey(MODULE)) {
            resource += "/modules/" + parts.get(MODULE);
        }
        return signed(encode(resource), key, expiry);
    }

    private static Map<String, String> parts(String connectionString) {
        Map<String, String> parts = new HashMap<>();
        for (String part : connectionString.split(";")) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                parts.put(
                        part.substring(0, equals).strip(),
                        part.substring(equals + 1).strip());
            } else if (!part.isBlank()) {
                throw new IllegalArgumentException(
                        "The connection string has a part without a name: Name=value;Name=value is expected");
            }
        }
        return parts;
    }

    private static String required(Map<String, String> parts, String name) {
        String value = parts.get(name);
        if (value == null || value.isEmpty()) {
            throw new IllegalArgumentException("The connection string has no " + name
                    + ": HostName=…;DeviceId=…;SharedAccessKey=… is what a device has,"
                    + " HostName=…;SharedAccessKeyName=…;SharedAccessKey=… what a policy has");
        }
        return value;
    }

    private static String signed(String resource, String key, Instant expiry) {
        byte[] secret;
        try {
            secret = Base64.getDecoder().decode(key);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("The connection string's SharedAccessKey is not base64", e);
        }
        byte[] hmac =
                new HmacUtils(HmacAlgorithms.HMAC_SHA_256, secret).hmac(resource + "\n" + expiry.getEpochSecond());
        return "SharedAccessSignature sr=" + resource + "&sig="
                + encode(Base64.getEncoder().encodeToString(hmac)) + "&se=" + expiry.getEpochSecond();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
