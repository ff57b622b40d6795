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

import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A shared access signature (spec 2): the password of a connection, valid until it expires. One is either signed here with a key or
 * was made elsewhere and is parsed; a parsed one is sent with the very characters that it came with, because the signature covers
 * them. The text is a secret, so {@code toString} shows resource and expiry only.
 */
public final class SasToken {

    private static final String KEYWORD = "SharedAccessSignature";
    private static final Pattern CONNECTION_STRING = Pattern.compile(
            "(^|;)\\s*(HostName|DeviceId|SharedAccessKey|SharedAccessSignature)\\s*=", Pattern.CASE_INSENSITIVE);
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,18}");
    private static final Pattern SENDABLE_RESOURCE = Pattern.compile("[!-~&&[^&=]]+");
    /** The base64 of 32 bytes. */
    private static final Pattern SIGNATURE = Pattern.compile("[A-Za-z0-9+/]{43}=");
    /** The year 5138; in milliseconds, 1973. */
    private static final long FIRST_THAT_MUST_BE_MILLISECONDS = 100_000_000_000L;

    private final String text;
    private final String resource;
    private final Instant expiry;

    private SasToken(String text, String resource, Instant expiry) {
        this.text = text;
        this.resource = resource;
        this.expiry = expiry;
    }

    /** Signs for one device or module with its own key. */
    public static SasToken sign(DeviceIdentity identity, SharedAccessKey key, Instant expiry) {
        return sign(identity.resource(), key, expiry, null);
    }

    /**
     * Signs for any resource.
     *
     * @param encodedResource percent-encoded already; signed and sent as it is
     * @param expiry fractions of a second are dropped
     * @param policyName the shared access policy to which the key belongs; null for the key of a device or module
     */
    public static SasToken sign(String encodedResource, SharedAccessKey key, Instant expiry, String policyName) {
        if (!SENDABLE_RESOURCE.matcher(encodedResource).matches()) {
            throw new IllegalArgumentException(
                    "The resource to sign for is empty or not percent-encoded: encode it before it is signed");
        }
        long seconds = expiry.getEpochSecond();
        if (seconds < 0) {
            throw new IllegalArgumentException(
                    "The token would expire before 1970: check the clock and the lifetime of tokens");
        }
        if (policyName != null && policyName.isBlank()) {
            throw new IllegalArgumentException(
                    "The name of the shared access policy is blank: give it, or leave it out for the key of a device");
        }
        String signature = key.sign(encodedResource + "\n" + seconds);
        String text =
                KEYWORD + " sr=" + encodedResource + "&sig=" + PercentEncoding.encode(signature) + "&se=" + seconds;
        return new SasToken(
                policyName == null ? text : text + "&skn=" + PercentEncoding.encode(policyName),
                encodedResource,
                Instant.ofEpochSecond(seconds));
    }

    /**
     * Reads a token that was made elsewhere. Its fields may come in any order and their names in any case; fields that are unknown
     * here are left to the hub. The signature cannot be verified without the key, only its form is.
     *
     * @throws IllegalArgumentException when the hub could not accept it
     */
    public static SasToken parse(String text) {
        if (text == null || text.isBlank()) {
            throw new IllegalArgumentException(
                    "The shared access signature is blank: give a token that starts with 'SharedAccessSignature sr='");
        }
        if (CONNECTION_STRING.matcher(text).find()) {
            throw new IllegalArgumentException("The shared access signature is a connection string or a part of one:"
                    + " use the option connectionString for it, or give only what follows 'SharedAccessSignature='");
        }
        String fields = fieldsOf(text.strip());
        Map<String, String> values = split(fields);
        String resource = required(values, "sr");
        requireSignature(required(values, "sig"));
        Instant expiry = expiryOf(required(values, "se"));
        return new SasToken(KEYWORD + " " + fields, resource, expiry);
    }

    /** The password to send. A secret. */
    public String text() {
        return text;
    }

    /** When it stops being valid; whole seconds. */
    public Instant expiry() {
        return expiry;
    }

    /** What it was signed for, encoded as it is in the token. */
    public String resource() {
        return resource;
    }

    /**
     * Whether the resource of this token is the identity or something that contains it: its hub, all devices of its hub, or for a
     * module its device (spec 2.4). Accepts ids that were encoded once or twice, a port behind the host name, and the segment
     * {@code api-version=} that some tools put at the end.
     */
    public boolean covers(DeviceIdentity identity) {
        String once = PercentEncoding.decode(resource);
        return covers(once, identity) || covers(PercentEncoding.decode(once), identity);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SasToken that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return "SasToken[sr=" + resource + ", sig=***, se=" + expiry + "]";
    }

    private static boolean covers(String decodedResource, DeviceIdentity identity) {
        List<String> segments = Arrays.asList(decodedResource.split("/"));
        if (segments.isEmpty()) {
            return false;
        }
        int last = segments.size() - 1;
        // Ids stand at even places, and an id may itself be called "api-version=1".
        if (last % 2 == 1 && segments.get(last).startsWith("api-version=")) {
            segments = segments.subList(0, last);
        }
        String host = segments.get(0).replaceFirst(":[0-9]+$", "").toLowerCase(Locale.ROOT);
        List<String> path = segments.subList(1, segments.size());
        List<String> whole = identity.isModule()
                ? List.of("devices", identity.deviceId(), "modules", identity.moduleId())
                : List.of("devices", identity.deviceId());
        return host.equals(identity.hub()) && path.size() <= whole.size() && path.equals(whole.subList(0, path.size()));
    }

    private static String fieldsOf(String token) {
        String[] words = token.split("\\s+");
        if (!words[0].equals(KEYWORD)) {
            throw new IllegalArgumentException(
                    "The shared access signature does not start with the word 'SharedAccessSignature'"
                            + " and a blank: copy the token whole and keep upper and lower case");
        }
        if (words.length != 2) {
            throw new IllegalArgumentException(
                    "The shared access signature has not exactly one blank, the one behind its first"
                            + " word: copy it again, and wrap it in RAW(...) when it stands in a URI");
        }
        return words[1];
    }

    private static Map<String, String> split(String fields) {
        Map<String, String> values = new HashMap<>();
        for (String field : fields.split("&")) {
            if (field.isEmpty()) {
                continue;
            }
            int equals = field.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException(
                        "The shared access signature has a field that is not of the form name=value: copy the token again");
            }
            String name = field.substring(0, equals).toLowerCase(Locale.ROOT);
            if (values.put(name, field.substring(equals + 1)) != null) {
                throw new IllegalArgumentException(
                        "The shared access signature has a field twice: give one of each of sr, sig, se and skn");
            }
        }
        return values;
    }

    private static String required(Map<String, String> values, String name) {
        String value = values.get(name);
        if (value == null || value.isEmpty()) {
            throw new IllegalArgumentException("The shared access signature has no field '" + name
                    + "': copy the token whole, and wrap it in RAW(...) when it stands in a URI");
        }
        return value;
    }

    private static void requireSignature(String encoded) {
        if (encoded.indexOf('+') >= 0 || encoded.indexOf('=') >= 0) {
            throw new IllegalArgumentException(
                    "The field 'sig' of the shared access signature is not percent-encoded, which the hub"
                            + " would misread: keep %2B and %3D as they are, and wrap the token in RAW(...) when it stands in a URI");
        }
        String signature = PercentEncoding.decode(encoded);
        if (!SIGNATURE.matcher(signature).matches()) {
            throw new IllegalArgumentException(
                    "The field 'sig' of the shared access signature is not the base64 of 32 bytes,"
                            + " so it was cut or changed: copy the token again");
        }
    }

    private static Instant expiryOf(String seconds) {
        if (!SECONDS.matcher(seconds).matches()) {
            throw new IllegalArgumentException("The field 'se' of the shared access signature is not a whole number:"
                    + " give the expiry in seconds since 1970");
        }
        long value = Long.parseLong(seconds);
        if (value >= FIRST_THAT_MUST_BE_MILLISECONDS) {
            throw new IllegalArgumentException("The field 'se' of the shared access signature is in milliseconds:"
                    + " make the token anew with the expiry in seconds since 1970");
        }
        return Instant.ofEpochSecond(value);
    }
}
