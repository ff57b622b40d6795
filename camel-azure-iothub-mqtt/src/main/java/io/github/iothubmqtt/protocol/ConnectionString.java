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

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A device's or module's connection string (spec 3): where the hub is, who connects, and exactly one credential, which is a shared
 * access key, a ready-made token or the promise of a certificate. Its parts mask themselves, so {@code toString} holds no secret.
 *
 * @param hostName the hub
 * @param deviceId the device
 * @param moduleId null when the device itself connects
 * @param sharedAccessKey null when another credential is given
 * @param sharedAccessKeyName the policy to which the key belongs; null when it is the device's or module's own
 * @param sharedAccessSignature null when another credential is given
 * @param gatewayHostName the gateway to connect to instead of the hub; null when there is none
 * @param x509 whether a certificate proves the identity
 */
public record ConnectionString(
        HubAddress hostName,
        String deviceId,
        String moduleId,
        SharedAccessKey sharedAccessKey,
        String sharedAccessKeyName,
        SasToken sharedAccessSignature,
        HubAddress gatewayHostName,
        boolean x509) {

    private enum Key {
        HOST_NAME("HostName"),
        DEVICE_ID("DeviceId"),
        MODULE_ID("ModuleId"),
        SHARED_ACCESS_KEY("SharedAccessKey"),
        SHARED_ACCESS_KEY_NAME("SharedAccessKeyName"),
        SHARED_ACCESS_SIGNATURE("SharedAccessSignature"),
        GATEWAY_HOST_NAME("GatewayHostName"),
        X509("x509");

        private final String text;

        Key(String text) {
            this.text = text;
        }

        private static Optional<Key> of(String text) {
            return Arrays.stream(values())
                    .filter(key -> key.text.equalsIgnoreCase(text))
                    .findFirst();
        }

        private static String list() {
            return Arrays.stream(values()).map(key -> key.text).collect(Collectors.joining(", "));
        }
    }

    public ConnectionString {
        // Made to be refused here rather than when somebody asks for it.
        new DeviceIdentity(hostName.host(), deviceId, moduleId);
        requireOneCredential(sharedAccessKey, sharedAccessSignature, x509);
        if (sharedAccessKeyName != null && sharedAccessKey == null) {
            throw new IllegalArgumentException("The connection string has SharedAccessKeyName without SharedAccessKey:"
                    + " add the key of that policy, or leave the name out");
        }
    }

    /**
     * Keys may be in any case, whitespace around keys and values is ignored, nothing is URL-decoded.
     *
     * @throws IllegalArgumentException when it is not the connection string of a device or module; the sentence names the part by
     *     its number, never by its text
     */
    public static ConnectionString parse(String text) {
        if (text == null || text.isBlank()) {
            throw new IllegalArgumentException(
                    "The connection string is blank: give one such as HostName=...;DeviceId=...;SharedAccessKey=...");
        }
        Map<Key, String> values = split(text.strip());
        requireDevice(values);
        return new ConnectionString(
                HubAddress.parse(values.get(Key.HOST_NAME)),
                values.get(Key.DEVICE_ID),
                values.get(Key.MODULE_ID),
                values.containsKey(Key.SHARED_ACCESS_KEY)
                        ? SharedAccessKey.parse(values.get(Key.SHARED_ACCESS_KEY))
                        : null,
                values.get(Key.SHARED_ACCESS_KEY_NAME),
                values.containsKey(Key.SHARED_ACCESS_SIGNATURE)
                        ? SasToken.parse(values.get(Key.SHARED_ACCESS_SIGNATURE))
                        : null,
                values.containsKey(Key.GATEWAY_HOST_NAME) ? HubAddress.parse(values.get(Key.GATEWAY_HOST_NAME)) : null,
                values.containsKey(Key.X509) && booleanOf(values.get(Key.X509)));
    }

    /** Who connects. */
    public DeviceIdentity identity() {
        return new DeviceIdentity(hostName.host(), deviceId, moduleId);
    }

    private static Map<Key, String> split(String text) {
        Map<Key, String> values = new EnumMap<>(Key.class);
        String[] parts = text.split(";", -1);
        int count = parts[parts.length - 1].isBlank() ? parts.length - 1 : parts.length;
        for (int i = 0; i < count; i++) {
            int equals = parts[i].indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException(
                        "Part " + (i + 1) + " of the connection string has no '=': write key=value parts"
                                + " separated by ';', and give an id that itself holds ';' outside of the connection string");
            }
            int number = i + 1;
            Key key = Key.of(parts[i].substring(0, equals).strip())
                    .orElseThrow(() -> new IllegalArgumentException(
                            "Part " + number + " of the connection string has an unknown key: use only " + Key.list()));
            String value = valueOf(key, parts[i].substring(equals + 1));
            if (values.put(key, value) != null) {
                throw new IllegalArgumentException(
                        "The connection string has " + key.text + " twice: leave one of them out");
            }
        }
        return values;
    }

    private static String valueOf(Key key, String text) {
        if (text.isBlank()) {
            throw new IllegalArgumentException(
                    "The connection string has no value for " + key.text + ": give one, or leave the key out");
        }
        // A blank in front of a key was a '+' before something decoded it; the key's own check says so.
        return key == Key.SHARED_ACCESS_KEY ? text.stripTrailing() : text.strip();
    }

    private static void requireDevice(Map<Key, String> values) {
        if (!values.containsKey(Key.HOST_NAME)) {
            throw new IllegalArgumentException(
                    "The connection string has no HostName: add HostName=, for example HostName=contoso.azure-devices.net");
        }
        if (!values.containsKey(Key.DEVICE_ID)) {
            throw new IllegalArgumentException(
                    values.containsKey(Key.SHARED_ACCESS_KEY_NAME)
                            ? "The connection string has no DeviceId and seems to be one for back-end services:"
                                    + " use the connection string that the hub shows for the device"
                            : "The connection string has no DeviceId: add DeviceId= with the id of the device");
        }
    }

    private static boolean booleanOf(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default ->
                throw new IllegalArgumentException(
                        "The value of x509 in the connection string is neither true nor false: use x509=true, or leave it out");
        };
    }

    private static void requireOneCredential(SharedAccessKey key, SasToken signature, boolean x509) {
        if (key != null && signature != null) {
            throw new IllegalArgumentException(
                    "The connection string has both SharedAccessKey and SharedAccessSignature: leave one of them out");
        }
        if (x509 && key != null) {
            throw new IllegalArgumentException(
                    "The connection string has both SharedAccessKey and x509=true: leave one of them out");
        }
        if (x509 && signature != null) {
            throw new IllegalArgumentException(
                    "The connection string has both SharedAccessSignature and x509=true: leave one of them out");
        }
        if (!x509 && key == null && signature == null) {
            throw new IllegalArgumentException("The connection string has no credential:"
                    + " add one of SharedAccessKey, SharedAccessSignature and x509=true");
        }
    }
}
