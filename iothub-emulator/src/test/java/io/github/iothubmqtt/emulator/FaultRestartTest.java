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
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Outages and restarts of the whole hub, on one port. */
class FaultRestartTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String DEVICEBOUND = "devices/dev1/messages/devicebound/#";

    @RegisterExtension
    final IotHubExtension hub = IotHubExtension.create().withDevice("dev1");

    @Test
    void anOutageCutsConnectionsAndRefusesNewOnesAtTheSamePort() throws Exception {
        int port = hub.emulator().mqttPort();
        try (WireClient client = device().accepted()) {
            hub.emulator().stopListening();
            hub.emulator().stopListening();

            assertThat(client.isClosedByHub()).isTrue();
            assertThatThrownBy(() -> new Socket("127.0.0.1", port)).isInstanceOf(ConnectException.class);
            assertThat(hub.emulator().connections()).isEmpty();
        }
        hub.sendDevicebound("dev1", DeviceboundMessage.of("meanwhile"));

        hub.emulator().startListening();
        hub.emulator().startListening();

        assertThat(hub.emulator().mqttPort()).isEqualTo(port);
        try (WireClient client = device().accepted()) {
            client.subscribed(DEVICEBOUND, 1);
            assertThat(client.expect(WireClient.PUBLISH).payload()).isEqualTo("meanwhile");
        }
    }

    @Test
    void aRestartKeepsSessionsAndQueues() {
        try (WireClient client = device().accepted()) {
            client.subscribed(DEVICEBOUND, 1);
            hub.sendDevicebound("dev1", DeviceboundMessage.of("on"));
            client.expect(WireClient.PUBLISH);

            hub.emulator().restart();

            assertThat(client.isClosedByHub()).isTrue();
        }
        try (WireClient again = device().accepted()) {
            assertThat(again.sessionPresent()).isTrue();
            assertThat(again.expect(WireClient.PUBLISH).duplicate()).isTrue();
        }
    }

    @Test
    void aRestartWithoutStateKeepsDevicesOnly() {
        try (WireClient client = device().accepted()) {
            client.subscribed(DEVICEBOUND, 1);
            client.disconnect();
        }
        hub.sendDevicebound("dev1", DeviceboundMessage.of("lost"));

        hub.emulator().restartWithoutState();

        try (WireClient again = device().accepted()) {
            assertThat(again.sessionPresent()).isFalse();
        }
        assertThat(hub.emulator().deviceboundQueue("dev1")).isEmpty();
    }

    @Test
    void aRestartEndsSilentConnections() {
        hub.emulator().faults().next(FaultPoint.CONNACK, Fault.silence());
        try (WireClient client = device().accepted()) {
            hub.emulator().restart();

            assertThat(client.isClosedByHub()).isTrue();
        }
    }

    @Test
    void manyRestartsUnderLoadDoNotWearTheHubOut() {
        for (int i = 0; i < 20; i++) {
            try (WireClient client = device().accepted()) {
                client.publishAcknowledged("devices/dev1/messages/events/", "on");
                hub.emulator().restart();
                assertThat(client.isClosedByHub()).isTrue();
            }
        }
        assertThat(hub.awaitTelemetry(20, SOON)).hasSize(20);
    }

    @Test
    void aListenerThatRestartsTheHubIsToldThatItMustNot() {
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        hub.emulator().onTelemetry(message -> {
            try {
                hub.emulator().restart();
                thrown.complete(null);
            } catch (IllegalStateException e) {
                thrown.complete(e);
            }
        });
        try (WireClient client = device().accepted()) {
            client.publishAcknowledged("devices/dev1/messages/events/", "on");
        }
        assertThat(thrown.join()).hasMessageContaining("telemetry listener");
    }

    @Test
    void aHubThatDoesNotListenCanBeClosed() {
        hub.emulator().stopListening();
        hub.emulator().close();
    }

    private WireClient.Connect device() {
        return WireClient.device(hub.emulator(), "dev1");
    }
}
