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
package io.github.iothubmqtt.protocol;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.regex.Pattern;

import org.apache.commons.codec.binary.Base64;
import org.apache.commons.codec.digest.HmacAlgorithms;
import org.apache.commons.codec.digest.HmacUtils;

/**
 * A symmetric key of a device, a module or a policy, as the hub shows it: base64. It signs and compares, and shows its bytes to
 * nobody: not in {@code toString}, not in the message of an exception.
 */
public final class SharedAccessKey {

    private static final Pattern STANDARD_ALPHABET = Pattern.compile("[A-Za-z0-9+/]*=*");
    private static final Pattern PADDING_AT_THE_END = Pattern.compile("[^=]+={0,2}");

    private final byte[] key;

    private SharedAccessKey(byte[] key) {
        this.key = key;
    }

    /**
     * @param base64 standard alphabet, with padding
     * @throws IllegalArgumentException when it is anything else
     */
    public static SharedAccessKey parse(String base64) {
        if (base64 == null || base64.isBlank()) {
            throw new IllegalArgumentException(
                    "The shared access key is empty: give the primary or secondary key that the hub shows for the identity");
        }
        if (base64.indexOf(' ') >= 0) {
            throw new IllegalArgumentException(
                    "The shared access key contains a blank, so a '+' of it was probably decoded to a"
                            + " blank on its way through a URI: wrap the value in RAW(...)");
        }
        if (base64.indexOf('-') >= 0 || base64.indexOf('_') >= 0) {
            throw new IllegalArgumentException(
                    "The shared access key contains '-' or '_', so it is in the URL-safe alphabet of"
                            + " base64: give it in the standard alphabet, with '+' and '/', as the hub shows it");
        }
        if (!STANDARD_ALPHABET.matcher(base64).matches()) {
            throw new IllegalArgumentException("The shared access key contains characters that are not base64:"
                    + " copy it again from the hub, without quotes or line breaks");
        }
        if (base64.length() % 4 != 0 || !PADDING_AT_THE_END.matcher(base64).matches()) {
            throw new IllegalArgumentException(
                    "The shared access key has no whole number of base64 groups, so the '=' at its end"
                            + " are missing or it was cut: copy it whole");
        }
        return new SharedAccessKey(Base64.decodeBase64(base64));
    }

    /** The HMAC-SHA256 of the text's UTF-8 bytes, in base64 (spec 2.2). */
    public String sign(String text) {
        // Made for each call: a Mac is not safe for use by several threads.
        byte[] signature = new HmacUtils(HmacAlgorithms.HMAC_SHA_256, key).hmac(text.getBytes(StandardCharsets.UTF_8));
        return Base64.encodeBase64String(signature);
    }

    /** The key of one device of an enrolment group, when this is the key of the group (spec 9.6). */
    public SharedAccessKey derive(String registrationId) {
        return parse(sign(registrationId));
    }

    /** Takes the same time whatever the bytes are. */
    @Override
    public boolean equals(Object other) {
        return other instanceof SharedAccessKey that && MessageDigest.isEqual(key, that.key);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(key);
    }

    @Override
    public String toString() {
        return "SharedAccessKey[***]";
    }
}
