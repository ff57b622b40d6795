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

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

import org.apache.commons.codec.digest.HmacAlgorithms;
import org.apache.commons.codec.digest.HmacUtils;

/**
 * A shared access signature as the hub reads it, with the hub's intolerances: fields are cut at every {@code =} and a raw
 * {@code +} is a blank, so that a signature which the client forgot to encode does not verify. A value; prints no signature.
 *
 * @param resource {@code sr} exactly as sent, for that is what was signed
 * @param signature {@code sig}, decoded: the base64 text
 * @param policy {@code skn}, null when absent or empty
 */
record SasToken(String resource, String signature, String expiryText, Instant expiry, String policy) {

    private static final String KEYWORD = "SharedAccessSignature";

    static SasToken parse(String password) {
        String[] words = password.split("\\s", -1);
        if (words.length != 2 || !words[0].equals(KEYWORD)) {
            throw ConnectRefused.notAuthorized(
                    "the password is not 'SharedAccessSignature' and one blank and the fields");
        }
        Map<String, String> fields = fields(words[1]);
        String expiry = PercentDecoder.decodeForm(required(fields, "se"));
        String policy = PercentDecoder.decodeForm(fields.getOrDefault("skn", ""));
        return new SasToken(
                required(fields, "sr"),
                PercentDecoder.decodeForm(required(fields, "sig")),
                expiry,
                instant(expiry),
                policy.isEmpty() ? null : policy);
    }

    private static Map<String, String> fields(String text) {
        Map<String, String> fields = new HashMap<>();
        for (String field : text.split("&")) {
            if (field.isEmpty()) {
                continue;
            }
            String[] pieces = field.split("=", -1);
            if (pieces.length < 2) {
                throw ConnectRefused.notAuthorized("the token has a field without '='");
            }
            if (fields.put(pieces[0].toLowerCase(Locale.ROOT), pieces[1]) != null) {
                throw ConnectRefused.notAuthorized("the token has a field twice");
            }
        }
        return fields;
    }

    private static String required(Map<String, String> fields, String name) {
        String value = fields.get(name);
        if (value == null || value.isEmpty()) {
            throw ConnectRefused.notAuthorized("the token has no field '" + name + "'");
        }
        return value;
    }

    private static Instant instant(String seconds) {
        if (!seconds.matches("\\d{1,11}")) {
            // 13 digits are milliseconds, the usual mistake; no hub takes an expiry 3,000 years away.
            throw ConnectRefused.notAuthorized("the token's 'se' is not a number of seconds since 1970");
        }
        return Instant.ofEpochSecond(Long.parseLong(seconds));
    }

    /** Compares in constant time. */
    boolean isSignedWith(String base64Key) {
        byte[] key = Base64.getDecoder().decode(base64Key);
        byte[] hmac = new HmacUtils(HmacAlgorithms.HMAC_SHA_256, key).hmac(resource + "\n" + expiryText);
        return MessageDigest.isEqual(Base64.getEncoder().encode(hmac), signature.getBytes(StandardCharsets.UTF_8));
    }

    boolean isSignedWith(SharedAccessKeys keys) {
        return isSignedWith(keys.primary()) || isSignedWith(keys.secondary());
    }

    @Override
    public String toString() {
        return "SasToken[sr=" + resource + ", se=" + expiryText + ", skn=" + policy + "]";
    }
}
