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

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;

import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** MQTT over WebSocket is like MQTT to the hub, faults included. */
class WebSocketTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String PATH = "/$iothub/websocket";
    private static final String EVENTS = "devices/dev1/messages/events/";
    private static final String DEVICEBOUND = "devices/dev1/messages/devicebound/#";

    @RegisterExtension
    final IotHubExtension hub = IotHubExtension.create(IotHubEmulator.builder()
                    .httpsPort(0)
                    .settings(HubSettings.defaults().expiryGrace(Duration.ZERO)))
            .withDevice("dev1");

    @Test
    void pahoSendsAndReceivesMessagesAsLargeAsTheHubAllows() throws Exception {
        String large = "x".repeat(250_000);
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        String host = "localhost:" + hub.emulator().httpsPort();
        MqttConnectOptions options = new MqttConnectOptions();
        options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
        options.setSocketFactory(hub.sslContext().getSocketFactory());
        options.setUserName(host + "/dev1/?api-version=2021-04-12");
        options.setPassword(Tokens.forDevice(
                        host,
                        "dev1",
                        hub.device("dev1").primaryKey(),
                        Instant.now().plusSeconds(3600))
                .toCharArray());
        try (MqttClient client = new MqttClient(
                "wss://" + host + PATH + "?iothub-no-client-cert=true", "dev1", new MemoryPersistence())) {
            client.connect(options);
            client.subscribe(DEVICEBOUND, 1, (topic, message) -> received.add(new String(message.getPayload())));

            client.publish(EVENTS, large.getBytes(), 1, false);
            hub.sendDevicebound("dev1", DeviceboundMessage.of(large.substring(0, 65_000)));

            assertThat(hub.awaitTelemetry(1, SOON).get(0).bodyText()).isEqualTo(large);
            assertThat(received.poll(20, TimeUnit.SECONDS)).hasSize(65_000);
            client.disconnect();
        }
    }

    @Test
    void theUpgradeIsAnsweredAsTheRfcSays() throws Exception {
        try (SSLSocket socket =
                WireClient.socketTo(hub.emulator(), hub.emulator().httpsPort())) {
            List<String> answer = WebSocketStreams.open(socket, PATH).answer();

            assertThat(answer.get(0)).isEqualTo("HTTP/1.1 101 Switching Protocols");
            assertThat(answer)
                    .anySatisfy(line -> assertThat(line).isEqualToIgnoringCase("Upgrade: websocket"))
                    .anySatisfy(line -> assertThat(line).isEqualToIgnoringCase("Connection: Upgrade"))
                    .anySatisfy(line -> assertThat(line).isEqualToIgnoringCase("Sec-WebSocket-Protocol: mqtt"))
                    // The key and the answer to it are the example of RFC 6455, section 1.3.
                    .anySatisfy(line -> assertThat(line).endsWith(": s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
        }
    }

    @Test
    void anotherSubProtocolIsRefused() throws Exception {
        try (SSLSocket socket =
                WireClient.socketTo(hub.emulator(), hub.emulator().httpsPort())) {
            WebSocketStreams refused = WebSocketStreams.open(
                    socket,
                    PATH,
                    "Upgrade: websocket",
                    "Connection: Upgrade",
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                    "Sec-WebSocket-Version: 13",
                    "Sec-WebSocket-Protocol: AMQPWSB10");

            assertThat(refused.answer().get(0)).isEqualTo("HTTP/1.1 400 Bad Request");
        }
    }

    @Test
    void anotherVersionOfWebSocketIsRefused() throws Exception {
        try (SSLSocket socket =
                WireClient.socketTo(hub.emulator(), hub.emulator().httpsPort())) {
            WebSocketStreams refused = WebSocketStreams.open(
                    socket,
                    PATH,
                    "Upgrade: websocket",
                    "Connection: Upgrade",
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                    "Sec-WebSocket-Version: 8",
                    "Sec-WebSocket-Protocol: mqtt");

            assertThat(refused.answer().get(0)).isEqualTo("HTTP/1.1 426 Upgrade Required");
        }
    }

    @Test
    void aRequestWithoutUpgradeIsRefused() throws Exception {
        try (SSLSocket socket =
                WireClient.socketTo(hub.emulator(), hub.emulator().httpsPort())) {
            assertThat(WebSocketStreams.open(socket, PATH, "Accept: */*")
                            .answer()
                            .get(0))
                    .isEqualTo("HTTP/1.1 400 Bad Request");
        }
    }

    @Test
    void aPacketMayBeSpreadOverFramesByteByByte() {
        try (WireClient client = device().bytesPerFrame(1).accepted()) {
            client.publishAcknowledged(EVENTS, "spread");
        }
        assertThat(hub.awaitTelemetry(1, SOON).get(0).bodyText()).isEqualTo("spread");
    }

    @Test
    void twoPacketsMayShareAFrame() throws Exception {
        try (WireClient client = device().accepted()) {
            byte[] ping = {(byte) 0xC0, 0, (byte) 0xC0, 0};
            client.webSocket().frame(WebSocketStreams.BINARY, ping);

            client.expect(WireClient.PINGRESP);
            client.expect(WireClient.PINGRESP);
        }
    }

    @Test
    void aPingIsAnsweredBetweenPackets() throws Exception {
        try (WireClient client = device().accepted()) {
            client.webSocket().frame(WebSocketStreams.PING, new byte[] {7});
            client.ping();

            assertThat(client.webSocket().pongs()).isEqualTo(1);
        }
    }

    @Test
    void aCloseIsAnsweredAndTheWillIsPublished() throws Exception {
        try (WireClient client = device().will(EVENTS, "gone").accepted()) {
            client.webSocket().frame(WebSocketStreams.CLOSE, new byte[] {3, (byte) 0xE8});

            assertThat(client.isClosedByHub()).isTrue();
            assertThat(client.webSocket().closeStatus()).isEqualTo(1000);
        }
        assertThat(hub.awaitTelemetry(1, SOON).get(0).bodyText()).isEqualTo("gone");
    }

    @Test
    void aTextFrameClosesTheConnection() throws Exception {
        try (WireClient client = device().accepted()) {
            client.webSocket().frame(WebSocketStreams.TEXT, "hello".getBytes());

            assertThat(client.isClosedByHub()).isTrue();
            assertThat(client.webSocket().closeStatus()).isEqualTo(1003);
        }
    }

    @Test
    void aFrameBeyondTheLargestPacketClosesTheConnection() throws Exception {
        try (WireClient client = device().accepted()) {
            client.webSocket().announceFrame(400_000);

            assertThat(client.isClosedByHub()).isTrue();
        }
        assertThat(hub.emulator().connections()).isEmpty();
    }

    @Test
    void aBadTokenIsRefusedAsOnTcp() {
        assertThat(device().password("SharedAccessSignature sr=x&sig=y&se=1").refused())
                .isEqualTo(5);
    }

    @Test
    void theNewestConnectionOfAnIdentityWinsAcrossTransports() {
        try (WireClient first = device().accepted();
                WireClient second = WireClient.device(hub.emulator(), "dev1").accepted()) {
            assertThat(first.isClosedByHub()).isTrue();
            second.ping();
        }
        assertThat(hub.emulator().events())
                .anySatisfy(event -> assertThat(event.logCode()).isEqualTo(HubCode.CLOSED_ON_NEW_CONNECTION));
    }

    @Test
    void aSilentDeviceIsCutOffByItsKeepAlive() {
        try (WireClient client = device().keepAlive(1).accepted()) {
            assertThat(client.isClosedByHub()).isTrue();
        }
        hub.emulator()
                .awaitEvent(
                        event -> event.kind() == HubEvent.Kind.DISCONNECTED
                                && event.description().contains("keep-alive 1 s"),
                        SOON);
    }

    @Test
    void aDevicesSessionIsTheSameOnBothTransports() {
        try (WireClient client = device().accepted()) {
            client.subscribed(DEVICEBOUND, 1);
        }
        hub.sendDevicebound("dev1", DeviceboundMessage.of("kept"));
        try (WireClient client = WireClient.device(hub.emulator(), "dev1").accepted()) {
            assertThat(client.sessionPresent()).isTrue();
            assertThat(client.expect(WireClient.PUBLISH).payload()).isEqualTo("kept");
        }
    }

    @Test
    void aCutIsACutBelowTls() {
        hub.emulator().faults().next(FaultPoint.STORED, Fault.cut());
        try (WireClient client = device().accepted()) {
            client.publishAtLeastOnce(EVENTS, "stored", 1);

            assertThat(client.isClosedByHub()).isTrue();
            assertThat(client.webSocket().closeStatus()).isZero();
        }
    }

    @Test
    void aResetIsSeenAsOne() {
        hub.emulator().faults().next(FaultPoint.STORED, Fault.reset());
        try (WireClient client = device().accepted()) {
            client.publishAtLeastOnce(EVENTS, "stored", 1);

            assertThat(client.isResetByHub()).isTrue();
        }
    }

    @Test
    void aDroppedPubackIsOnePacketAndNotItsFrame() {
        hub.emulator().faults().next(FaultPoint.STORED, Fault.drop());
        try (WireClient client = device().accepted()) {
            client.publishAtLeastOnce(EVENTS, "first", 1);
            client.publishAtLeastOnce(EVENTS, "second", 2);

            assertThat(client.expect(WireClient.PUBACK).packetId()).isEqualTo(2);
        }
    }

    @Test
    void halfAPubackIsWrittenBeforeACutMidPacket() {
        hub.emulator().faults().next(FaultPoint.STORED, Fault.cutMidPacket());
        try (WireClient client = device().accepted()) {
            client.publishAtLeastOnce(EVENTS, "stored", 1);

            assertThat(client.remainingBytes()).isEqualTo(Arrays.copyOf(new byte[] {0x40, 2, 0, 1}, 2));
        }
    }

    @Test
    void aSilencedConnectionStaysOpen() {
        hub.emulator().faults().next(FaultPoint.STORED, Fault.silence());
        try (WireClient client = device().accepted()) {
            client.publishAtLeastOnce(EVENTS, "stored", 1);

            assertThat(client.isSilentFor(Duration.ofMillis(300))).isTrue();
        }
    }

    @Test
    void anOutageClosesThisPortToo() {
        int port = hub.emulator().httpsPort();
        try (WireClient client = device().accepted()) {
            hub.emulator().stopListening();

            assertThat(client.isClosedByHub()).isTrue();
            assertThatThrownBy(() -> WireClient.socketTo(hub.emulator(), port)).hasMessageContaining("refused");
        }
        hub.emulator().startListening();
        try (WireClient client = device().accepted()) {
            client.ping();
        }
        assertThat(hub.emulator().httpsPort()).isEqualTo(port);
    }

    @Test
    void handshakeFaultsSpareThisPort() {
        ArmedFault fault = hub.emulator().faults().next(FaultPoint.TLS_HANDSHAKE, Fault.cut());

        try (WireClient client = device().accepted()) {
            client.ping();
        }
        assertThat(fault.occurrences()).isZero();
    }

    @Test
    void aHubThatWasNotAskedForHttpsHasNone() {
        try (IotHubEmulator plain = IotHubEmulator.start()) {
            assertThatThrownBy(plain::httpsPort).hasMessageContaining("httpsPort(0)");
        }
    }

    private WireClient.Connect device() {
        return WireClient.device(hub.emulator(), "dev1").overWebSocket(PATH + "?iothub-no-client-cert=true");
    }
}
