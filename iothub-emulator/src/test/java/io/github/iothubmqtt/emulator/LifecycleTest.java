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

import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Starting and ending hubs, many of them, and what they leave behind: nothing. */
class LifecycleTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    @Test
    void aHundredHubsLeaveNoThreadAndNoSocket() {
        IotHubEmulator.start().close();
        awaitNoHubThreads();

        for (int i = 0; i < 100; i++) {
            int port;
            try (IotHubEmulator hub = IotHubEmulator.start()) {
                port = hub.mqttPort();
                if (i % 10 == 0) {
                    hub.addDevice("dev1");
                    WireClient client = WireClient.device(hub, "dev1").accepted();
                    hub.close();
                    assertThat(client.isClosedByHub()).isTrue();
                    client.close();
                }
            }
            assertThatThrownBy(() -> new Socket("127.0.0.1", port)).isInstanceOf(ConnectException.class);
        }

        awaitNoHubThreads();
    }

    private static void awaitNoHubThreads() {
        await().atMost(SOON).untilAsserted(() -> assertThat(hubThreads()).isEmpty());
    }

    private static Set<String> hubThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name ->
                        name.startsWith("vert") || name.startsWith("iothub") || name.startsWith("globalEventExecutor"))
                .collect(Collectors.toSet());
    }

    @Test
    void aPortInUseIsToldAndNothingIsLeftBehind() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            IotHubEmulator.Builder builder = IotHubEmulator.builder().mqttPort(taken.getLocalPort());

            assertThatThrownBy(builder::start)
                    .isInstanceOf(HubStartException.class)
                    .hasMessageStartingWith("The emulator cannot listen on 127.0.0.1:" + taken.getLocalPort());
        }
        awaitNoHubThreads();
    }

    @Test
    void manyHubsLiveSideBySide() {
        List<IotHubEmulator> hubs =
                IntStream.range(0, 10).mapToObj(i -> IotHubEmulator.start()).toList();
        try {
            for (IotHubEmulator hub : hubs) {
                hub.addDevice("dev1");
                try (WireClient client = WireClient.device(hub, "dev1").accepted()) {
                    client.publishAcknowledged("devices/dev1/messages/events/", hub.toString());
                }
            }
            assertThat(hubs).allSatisfy(hub -> assertThat(
                            hub.awaitTelemetry(1, SOON).get(0).bodyText())
                    .isEqualTo(hub.toString()));
        } finally {
            hubs.forEach(IotHubEmulator::close);
        }
    }

    @Test
    void theCertificateIsForTheHubsNamesAndForNobodyWhoTrustsAnotherHub() throws Exception {
        try (IotHubEmulator hub = IotHubEmulator.builder()
                        .hostName("contoso.azure-devices.net")
                        .otherHostName("edge.example")
                        .start();
                IotHubEmulator other = IotHubEmulator.start()) {
            for (String name : List.of("contoso.azure-devices.net", "edge.example", "localhost", "127.0.0.1")) {
                handshake(hub, hub, name);
            }
            assertThatThrownBy(() -> handshake(hub, hub, "fabrikam.azure-devices.net"))
                    .isInstanceOf(SSLHandshakeException.class);
            assertThatThrownBy(() -> handshake(hub, other, "localhost")).isInstanceOf(SSLHandshakeException.class);
            assertThat(hub.caCertificatePem()).startsWith("-----BEGIN CERTIFICATE-----");
        }
    }

    private static void handshake(IotHubEmulator hub, IotHubEmulator trusted, String name) throws Exception {
        try (Socket plain = new Socket("127.0.0.1", hub.mqttPort());
                SSLSocket socket = (SSLSocket)
                        trusted.sslContext().getSocketFactory().createSocket(plain, name, hub.mqttPort(), true)) {
            socket.setSoTimeout((int) SOON.toMillis());
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void bothVersionsOfTlsThatAreSafeAreSpoken(String version) throws Exception {
        try (IotHubEmulator hub = IotHubEmulator.start();
                SSLSocket socket =
                        (SSLSocket) hub.sslContext().getSocketFactory().createSocket("localhost", hub.mqttPort())) {
            socket.setEnabledProtocols(new String[] {version});
            socket.startHandshake();

            assertThat(socket.getSession().getProtocol()).isEqualTo(version);
        }
    }

    @Test
    void theBindAddressMayBeTheHubsName() {
        try (IotHubEmulator hub = IotHubEmulator.builder()
                .bindAddress("127.0.0.2")
                .hostName("127.0.0.2")
                .start()) {
            assertThat(hub.addDevice("dev1").connectionString()).startsWith("HostName=127.0.0.2:");
        }
    }

    @Test
    void whoeverCallsFromTheHubsOwnThreadNeedNotWaitForIt() {
        try (IotHubEmulator hub = IotHubEmulator.start()) {
            hub.addDevice("dev1");
            hub.onTelemetry(message -> hub.close());
            try (WireClient client = WireClient.device(hub, "dev1").accepted()) {
                client.publish("devices/dev1/messages/events/", "the last");

                assertThat(client.isClosedByHub()).isTrue();
            }
        }
        awaitNoHubThreads();
    }

    @Test
    void recordsCanBeReadAfterTheEnd() {
        IotHubEmulator hub = IotHubEmulator.start();
        hub.addDevice("dev1");
        try (WireClient client = WireClient.device(hub, "dev1").accepted()) {
            client.publishAcknowledged("devices/dev1/messages/events/", "hi");
            hub.close();
            hub.close();
        }
        assertThat(hub.telemetry()).hasSize(1);
        assertThat(hub.connections()).isEmpty();
        assertThatThrownBy(() -> hub.sendDevicebound("dev1", DeviceboundMessage.of("x")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThat(hub.events()).last().extracting(HubEvent::description).isEqualTo("the emulator was closed");
    }

    @Test
    void aConnectionStringNamesHostAndPort() {
        try (IotHubEmulator hub = IotHubEmulator.start()) {
            EmulatedDevice device = hub.addDevice("dev1");
            assertThat(device.connectionString())
                    .isEqualTo("HostName=localhost:" + hub.mqttPort() + ";DeviceId=dev1;SharedAccessKey="
                            + device.primaryKey());
            assertThat(device.addModule("m").connectionString())
                    .startsWith("HostName=localhost:" + hub.mqttPort() + ";DeviceId=dev1;ModuleId=m;SharedAccessKey=");
        }
    }

    @Test
    void aModuleCanBeGivenItsKey() {
        String key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
        try (IotHubEmulator hub = IotHubEmulator.start()) {
            EmulatedDevice device = hub.addDevice("dev1");

            assertThat(device.addModule("m", key).connectionString()).endsWith(";ModuleId=m;SharedAccessKey=" + key);
            assertThatThrownBy(() -> device.addModule("n", "no key")).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void theRegistryRefusesDuplicatesAndIdsThatAreNone() {
        try (IotHubEmulator hub = IotHubEmulator.start()) {
            hub.addDevice("dev1", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");

            assertThatThrownBy(() -> hub.addDevice("dev1"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("exists");
            for (String id : new String[] {"", "a b", "a/b", "ü", "x".repeat(129), null}) {
                assertThatThrownBy(() -> hub.addDevice(id)).isInstanceOf(IllegalArgumentException.class);
            }
            assertThatThrownBy(() -> hub.addDevice("dev2", "no key")).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> hub.addDevice("dev2", "c2hvcnQ=")).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
