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

import java.io.IOException;
import java.time.Duration;
import javax.net.ssl.SSLSocket;

import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Faults while a connection is made, from the TLS handshake to SUBACK. */
class FaultConnectTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String DEVICEBOUND = "devices/dev1/messages/devicebound/#";

    @RegisterExtension
    final IotHubExtension hub = IotHubExtension.create().withDevice("dev1");

    @ParameterizedTest
    @ValueSource(strings = {"cut", "reset", "cut mid packet"})
    void theTlsHandshakeCanFail(String name) throws Exception {
        Fault fault =
                switch (name) {
                    case "cut" -> Fault.cut();
                    case "reset" -> Fault.reset();
                    default -> Fault.cutMidPacket();
                };
        ArmedFault armed = hub.emulator().faults().next(FaultPoint.TLS_HANDSHAKE, fault);

        try (SSLSocket socket = socket()) {
            assertThatThrownBy(socket::startHandshake).isInstanceOf(IOException.class);
        }

        assertThat(armed.occurrences()).isEqualTo(1);
        assertThat(hub.emulator().events()).singleElement().satisfies(event -> {
            assertThat(event.kind()).isEqualTo(HubEvent.Kind.FAULT);
            assertThat(event.deviceId()).isNull();
            assertThat(event.description()).isEqualTo("TLS_HANDSHAKE: " + name);
        });
        device().accepted().close();
    }

    @Test
    void theTlsHandshakeCanHang() throws Exception {
        hub.emulator().faults().next(FaultPoint.TLS_HANDSHAKE, Fault.silence());
        try (SSLSocket socket = socket()) {
            socket.setSoTimeout(100);

            assertThatThrownBy(socket::startHandshake).hasMessageContaining("timed out");
        }
        device().accepted().close();
    }

    @Test
    void theTlsHandshakeCanTakeLong() throws Exception {
        Duration delay = Duration.ofMillis(50);
        hub.emulator().faults().next(FaultPoint.TLS_HANDSHAKE, Fault.delay(delay));
        try (SSLSocket socket = socket()) {
            long begin = System.nanoTime();
            socket.startHandshake();

            assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(delay.toNanos());
        }
    }

    @Test
    void connectsAreRefusedAsOftenAsAskedFor() {
        ArmedFault refusing = hub.emulator().faults().refuseNextConnects(2, 3);

        assertThat(device().refused()).isEqualTo(3);
        assertThat(device().refused()).isEqualTo(3);
        device().accepted().close();

        assertThat(refusing.occurrences()).isEqualTo(2);
        assertThat(hub.emulator().events())
                .extracting(HubEvent::kind)
                .startsWith(
                        HubEvent.Kind.FAULT,
                        HubEvent.Kind.REFUSED,
                        HubEvent.Kind.FAULT,
                        HubEvent.Kind.REFUSED,
                        HubEvent.Kind.CONNECTED);
    }

    @Test
    void aCutBeforeConnackChangesNothingInTheHub() {
        hub.emulator().faults().next(FaultPoint.CONNECT, Fault.cut());
        try (WireClient client = device().send()) {
            assertThat(client.isClosedByHub()).isTrue();
        }
        assertThat(hub.emulator().acceptedConnects("dev1")).isZero();
        try (WireClient again = device().accepted()) {
            assertThat(again.sessionPresent()).isFalse();
        }
    }

    @Test
    void aCutAfterConnackLeavesASession() {
        hub.emulator().faults().next(FaultPoint.CONNACK, Fault.cut());
        try (WireClient client = device().accepted()) {
            assertThat(client.isClosedByHub()).isTrue();
        }
        try (WireClient again = device().accepted()) {
            assertThat(again.sessionPresent()).isTrue();
        }
    }

    @Test
    void halfAConnackIsWrittenBeforeTheCut() {
        hub.emulator().faults().next(FaultPoint.CONNECT, Fault.cutMidPacket());
        try (WireClient client = device().send()) {
            assertThat(client.remainingBytes()).containsExactly(WireClient.CONNACK << 4, 2);
        }
        assertThat(hub.emulator().acceptedConnects("dev1")).isEqualTo(1);
    }

    @Test
    void aDroppedConnackLeavesAConnectionThatTheClientDoesNotKnowOf() {
        hub.emulator().faults().next(FaultPoint.CONNECT, Fault.drop());
        try (WireClient client = device().send()) {
            client.ping();

            assertThat(hub.emulator().connections()).hasSize(1);
        }
    }

    @Test
    void aConnackCanComeLateAndMessagesComeAfterIt() {
        try (WireClient client = device().accepted()) {
            client.subscribed(DEVICEBOUND, 1);
            hub.emulator().disconnect("dev1");
        }
        hub.sendDevicebound("dev1", DeviceboundMessage.of("on"));
        hub.emulator()
                .faults()
                .at(FaultPoint.CONNECT, FaultPoint.CONNACK)
                .times(2)
                .then(Fault.delay(Duration.ofMillis(20)));

        try (WireClient client = device().accepted()) {
            assertThat(client.expect(WireClient.PUBLISH).payload()).isEqualTo("on");
        }
    }

    @Test
    void aCutBeforeSubackSubscribesNothing() {
        hub.emulator().faults().next(FaultPoint.SUBSCRIBE, Fault.cut());
        try (WireClient client = device().accepted()) {
            client.subscribe(DEVICEBOUND, 1);
            assertThat(client.isClosedByHub()).isTrue();
        }
        try (WireClient again = device().accepted()) {
            again.ping();
            assertThat(hub.emulator().connections().get(0).subscriptions()).isEmpty();
        }
    }

    @Test
    void aDroppedSubackHasSubscribedAllTheSame() {
        hub.emulator().faults().next(FaultPoint.SUBSCRIBE, Fault.drop());
        try (WireClient client = device().accepted()) {
            client.subscribe(DEVICEBOUND, 1);
            client.ping();

            assertThat(hub.emulator().connections().get(0).subscriptions()).containsExactly(DEVICEBOUND);
        }
    }

    @Test
    void aSubscriptionCanBeRefused() {
        hub.emulator().faults().next(FaultPoint.SUBSCRIBE, Fault.refuseSubscription());
        try (WireClient client = device().accepted()) {
            assertThat(client.subscribed(DEVICEBOUND, 1)).isEqualTo(0x80);
            assertThat(hub.emulator().connections().get(0).subscriptions()).isEmpty();
            assertThat(client.subscribed(DEVICEBOUND, 1)).isEqualTo(1);
        }
    }

    @Test
    void aCutAfterSubackComesBeforeTheWaitingMessages() {
        hub.emulator().faults().next(FaultPoint.SUBACK, Fault.cut());
        hub.sendDevicebound("dev1", DeviceboundMessage.of("on"));
        try (WireClient client = device().accepted()) {
            assertThat(client.subscribed(DEVICEBOUND, 1)).isEqualTo(1);
            assertThat(client.isClosedByHub()).isTrue();
        }
        try (WireClient again = device().accepted()) {
            WireClient.Packet message = again.expect(WireClient.PUBLISH);
            assertThat(message.payload()).isEqualTo("on");
            assertThat(message.duplicate()).isFalse();
        }
    }

    @Test
    void aForgottenSessionIsNotPresent() {
        try (WireClient client = device().accepted()) {
            client.subscribed(DEVICEBOUND, 1);
        }

        hub.emulator().faults().forgetSession("dev1");

        try (WireClient again = device().accepted()) {
            assertThat(again.sessionPresent()).isFalse();
            again.ping();
            assertThat(hub.emulator().connections().get(0).subscriptions()).isEmpty();
        }
    }

    @Test
    void anExpiredTokenAndAnEvictionHaveAzuresCodes() {
        try (WireClient client = device().accepted()) {
            assertThat(hub.emulator().faults().expireToken("dev1")).isTrue();
            assertThat(client.isClosedByHub()).isTrue();
        }
        try (WireClient client = device().accepted()) {
            assertThat(hub.emulator().faults().evict("dev1")).isTrue();
            assertThat(client.isClosedByHub()).isTrue();
        }
        assertThat(hub.emulator().faults().evict("dev1")).isFalse();
        assertThat(hub.emulator().events())
                .filteredOn(event -> event.kind() == HubEvent.Kind.DISCONNECTED)
                .extracting(HubEvent::logCode)
                .containsExactly(401003, 400027);
    }

    private SSLSocket socket() throws IOException {
        SSLSocket socket = (SSLSocket) hub.sslContext()
                .getSocketFactory()
                .createSocket("localhost", hub.emulator().mqttPort());
        socket.setSoTimeout((int) SOON.toMillis());
        return socket;
    }

    private WireClient.Connect device() {
        return WireClient.device(hub.emulator(), "dev1");
    }
}
