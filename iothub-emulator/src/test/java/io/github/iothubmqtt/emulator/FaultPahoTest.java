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
import java.util.List;

import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** A client that was not written for this emulator, and what it makes of faults: it reconnects and sends again. */
class FaultPahoTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String EVENTS = "devices/dev1/messages/events/";

    @RegisterExtension
    static final IotHubExtension hub = IotHubExtension.create().withDevice("dev1");

    private MqttAsyncClient client;

    @BeforeEach
    void connect() throws Exception {
        String host = "localhost:" + hub.emulator().mqttPort();
        MqttConnectOptions options = new MqttConnectOptions();
        options.setCleanSession(false);
        options.setAutomaticReconnect(true);
        options.setSocketFactory(hub.sslContext().getSocketFactory());
        options.setUserName(host + "/dev1/?api-version=2021-04-12");
        options.setPassword(Tokens.forDevice(
                        host,
                        "dev1",
                        hub.device("dev1").primaryKey(),
                        Instant.now().plusSeconds(3600))
                .toCharArray());
        client = new MqttAsyncClient("ssl://" + host, "dev1", new MemoryPersistence());
        client.connect(options).waitForCompletion(SOON.toMillis());
    }

    @AfterEach
    void close() throws Exception {
        client.disconnectForcibly(0, 1000);
        client.close();
    }

    @Test
    void aCutBeforePubackMakesADuplicate() throws Exception {
        hub.emulator().faults().next(FaultPoint.STORED, Fault.cut());

        publish("once");

        List<TelemetryMessage> stored = hub.awaitTelemetry(2, SOON);
        assertThat(stored).extracting(TelemetryMessage::bodyText).containsExactly("once", "once");
        assertThat(stored).extracting(TelemetryMessage::duplicate).containsExactly(false, true);
    }

    @Test
    void aCutInsideThePubackMakesADuplicateToo() throws Exception {
        hub.emulator().faults().next(FaultPoint.STORED, Fault.cutMidPacket());

        publish("once");

        assertThat(hub.awaitTelemetry(2, SOON))
                .extracting(TelemetryMessage::duplicate)
                .containsExactly(false, true);
    }

    @Test
    void anUnansweredReconnectIsTriedAgain() throws Exception {
        hub.emulator().faults().next(FaultPoint.PUBLISH, Fault.cut());
        ArmedFault handshake = hub.emulator().faults().next(FaultPoint.TLS_HANDSHAKE, Fault.cutMidPacket());

        publish("at last");

        assertThat(hub.awaitTelemetry(1, SOON))
                .extracting(TelemetryMessage::bodyText)
                .containsExactly("at last");
        assertThat(handshake.occurrences()).isEqualTo(1);
    }

    /** The token is of no use: Paho gives it up when the connection is lost, and sends the message again all the same. */
    private void publish(String text) throws Exception {
        client.publish(EVENTS, text.getBytes(), 1, false);
    }
}
