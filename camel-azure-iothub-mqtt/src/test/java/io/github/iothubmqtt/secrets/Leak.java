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
package io.github.iothubmqtt.secrets;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Knows a secret when it sees one: whatever looks like a key of a hub, which is 32 or 64 random bytes in base64, like a signature, a
 * private key or the credentials for a proxy, whoever made it, and the passwords that tests use.
 */
final class Leak {

    private static final Pattern SIGNATURE = Pattern.compile("sig=[A-Za-z0-9%+/]");
    /** In PEM on one line, or how the first line of one begins that is not encrypted, or is. */
    private static final Pattern PRIVATE_KEY = Pattern.compile("PRIVATE KEY-----\\s*[A-Za-z0-9+/]{16}"
            + "|AgEAMBMGByqGSM49|CAQAwEwYHKoZIzj0|ADANBgkqhkiG9w0BAQEFAA|MHcCAQEEI|MIIE[A-Za-z0-9+/]{2}IBAAKC"
            + "|GCSqGSIb3DQEFD");

    private static final Pattern PROXY_CREDENTIALS =
            Pattern.compile("\\b[Bb]asic (?=[a-z]*[A-Z0-9+/])[A-Za-z0-9+/]{8}");
    /** A test with another one adds it. */
    private static final List<String> PASSWORDS = List.of("open sesame", "open barley", "store password", "top secret");

    /** Digits of base64 for 32 bytes; before the sign that fills it up. */
    private static final int KEY = 43;

    private Leak() {}

    /** What kind of secret a line shows; null for none. */
    static String in(String line) {
        if (PRIVATE_KEY.matcher(line).find()) {
            return "a private key";
        }
        if (PASSWORDS.stream().anyMatch(line::contains)) {
            return "a password";
        }
        if (line.contains("asic ") && PROXY_CREDENTIALS.matcher(line).find()) {
            return "credentials for a proxy";
        }
        String decoded = line.indexOf('%') < 0
                ? line
                : line.replace("%2B", "+").replace("%2F", "/").replace("%3D", "=");
        if (decoded.contains("sig=") && SIGNATURE.matcher(decoded).find()) {
            return "a signature";
        }
        for (int at = decoded.indexOf('='); at >= 0; at = decoded.indexOf('=', at + 1)) {
            if (endsWithKey(decoded, at)) {
                return "a key";
            }
        }
        return null;
    }

    private static boolean endsWithKey(String line, int end) {
        int digits = 0;
        int upper = 0;
        int lower = 0;
        for (int at = end - 1; at >= end - KEY; at--) {
            char each = at < 0 ? ' ' : line.charAt(at);
            if (each >= '0' && each <= '9') {
                digits++;
            } else if (each >= 'A' && each <= 'Z') {
                upper++;
            } else if (each >= 'a' && each <= 'z') {
                lower++;
            } else if (each != '+' && each != '/') {
                return false;
            }
        }
        // Words with slashes between them are no key.
        return digits > 1 && upper > 5 && lower > 5;
    }
}
