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
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** A client that was not written for this emulator, over real TLS, both ways. */
class PahoRoundTripTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    @RegisterExtension
    static final IotHubExtension hub = IotHubExtension.create().withDevice("dev1");

    @Test
    void telemetryArrivesAsConsumersSeeIt() throws Exception {
        try (MqttClient client = connect()) {
            client.publish(
                    "devices/dev1/messages/events/%24.mid=m-1&$.ct=application%2Fjson&room=living%20room",
                    "{}".getBytes(), 1, false);
            client.disconnect();
        }

        TelemetryMessage message = hub.awaitTelemetry(1, SOON).get(0);

        assertThat(message.deviceId()).isEqualTo("dev1");
        assertThat(message.bodyText()).isEqualTo("{}");
        assertThat(message.properties()).containsOnly(Map.entry("room", "living room"));
        assertThat(message.systemProperties())
                .containsEntry("message-id", "m-1")
                .containsEntry("content-type", "application/json");
        assertThat(message.annotations())
                .containsEntry("iothub-connection-device-id", "dev1")
                .containsEntry("iothub-message-source", "Telemetry")
                .containsEntry(
                        "iothub-connection-auth-generation-id",
                        hub.device("dev1").generationId())
                .containsEntry(
                        "iothub-connection-auth-method",
                        "{\"scope\":\"device\",\"type\":\"sas\",\"issuer\":\"iothub\",\"acceptingIpFilterRule\":null}");
    }

    @Test
    void aDeviceboundMessageArrivesAndIsCompletedByPuback() throws Exception {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        try (MqttClient client = connect()) {
            client.subscribe(
                    "devices/dev1/messages/devicebound/#",
                    1,
                    (topic, message) -> received.add(topic + " " + new String(message.getPayload())));

            String id = hub.sendDevicebound(
                    "dev1", DeviceboundMessage.of("on").messageId("m-9").ack(DeviceboundMessage.Ack.FULL));

            assertThat(received.poll(20, TimeUnit.SECONDS))
                    .isEqualTo("devices/dev1/messages/devicebound/"
                            + "%24.mid=m-9&%24.to=%2Fdevices%2Fdev1%2Fmessages%2Fdevicebound&iothub-ack=full on");
            assertThat(hub.awaitFeedback(id, SOON).statusCode()).isEqualTo(Feedback.StatusCode.SUCCESS);
            assertThat(hub.emulator().deviceboundQueue("dev1")).isEmpty();
            client.disconnect();
        }
    }

    private static MqttClient connect() throws MqttException {
        String host = "localhost:" + hub.emulator().mqttPort();
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
        MqttClient client = new MqttClient("ssl://" + host, "dev1", new MemoryPersistence());
        client.connect(options);
        return client;
    }
}
