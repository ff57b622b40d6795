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

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;

import io.github.iothubmqtt.emulator.ClientCertificate;
import io.github.iothubmqtt.emulator.EmulatedDevice;
import io.github.iothubmqtt.emulator.Enrollment;
import io.github.iothubmqtt.emulator.IotHubEmulator;
import io.github.iothubmqtt.protocol.DeviceIdentity;
import io.github.iothubmqtt.protocol.SasToken;
import io.github.iothubmqtt.protocol.SharedAccessKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/** The watch over the log of all tests sees what it should. */
class LogWatchTest {

    private static final Logger LOG = LoggerFactory.getLogger(LogWatchTest.class);

    static Stream<Map.Entry<String, String>> secrets() {
        try (IotHubEmulator hub = IotHubEmulator.start()) {
            // Hardly any key is without two digits; this one is as good as any other.
            EmulatedDevice device = hub.addDevice("dev1", "8isrFI1sGsIlvvFSSFRiMfCNzv21fjbE/+ah/lSh3lE=");
            Enrollment group = hub.provisioning()
                    .enrollGroup("group")
                    .withKey(
                            "8isrFI1sGsIlvvFSSFRiMfCNzv21fjbE/+ah/lSh3lF8e2YG1Te7w1KpZhJFFXJrqYKi9yegxkqIChbqOS9Egw==");
            String token = SasToken.sign(
                            new DeviceIdentity("localhost", "dev1", null),
                            SharedAccessKey.parse(device.primaryKey()),
                            Instant.now())
                    .text();
            ClientCertificate certificate = ClientCertificate.selfSigned("dev1");
            return Stream.of(
                    Map.entry("the key " + device.primaryKey() + ".", "a key"),
                    Map.entry("?key=" + URLEncoder.encode(device.primaryKey(), StandardCharsets.UTF_8), "a key"),
                    Map.entry(device.connectionString(), "a key"),
                    Map.entry(group.primaryKey(), "a key"),
                    Map.entry("password=" + token, "a signature"),
                    Map.entry("sr=localhost&sig=%2FwNepAJhI67lPWgVrGTJyTEhkf2JwlwekhOJgxfc4%3D", "a signature"),
                    Map.entry(certificate.privateKeyPem().replace("\n", " "), "a private key"),
                    Map.entry(certificate.privateKeyPem().lines().toList().get(1), "a private key"),
                    Map.entry("Proxy-Authorization: Basic bWU6b3BlbiBzZXNhbWU=", "credentials for a proxy"),
                    Map.entry("with open sesame", "a password"));
        }
    }

    @ParameterizedTest
    @MethodSource("secrets")
    void eachKindOfSecretIsSeen(Map.Entry<String, String> secret) {
        assertThat(Leak.in(secret.getKey())).isEqualTo(secret.getValue());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "iothub-mqtt://dev1?hub=localhost%3A8883&sharedAccessKey=xxxxxx&sslContextParameters=%23hubTls",
                "devices/dev1/messages/events/%24.mid=1&a=b",
                "/tmp/junit-12345678901234567890/TheFolderOfTheCertificates/and/others/of/it=1",
                "thumbprint 9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08=",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "key.pem holds no private key: give a file with -----BEGIN PRIVATE KEY----- in it",
                "it asks for NTLM, and only Basic authentication is supported here"
            })
    void whatIsNoneIsNot(String line) {
        assertThat(Leak.in(line)).isNull();
    }

    @Test
    void whatIsLoggedAtTheLowestLevelIsSeenAndNotPrinted() {
        PrintStream suite = System.err;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        long before = WatchedLog.details();
        System.setErr(WatchedLog.before(new PrintStream(printed, true, StandardCharsets.UTF_8)));
        try {
            LOG.trace("with open sesame", new IllegalStateException("of the trace"));
            LOG.info("in the open");
        } finally {
            System.setErr(suite);
        }

        assertThat(WatchedLog.takeLeaks()).singleElement().asString().contains("a password", "with open sesame");
        assertThat(WatchedLog.details()).isGreaterThan(before);
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("in the open")
                .doesNotContain("of the trace");
    }
}
