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
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.microsoft.azure.sdk.iot.device.DeviceClient;
import com.microsoft.azure.sdk.iot.device.IotHubClientProtocol;
import com.microsoft.azure.sdk.iot.device.IotHubMessageResult;
import com.microsoft.azure.sdk.iot.device.Message;
import com.microsoft.azure.sdk.iot.device.MessageProperty;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

/** Devicebound messages, as Microsoft's device client for Java takes them. */
class MicrosoftDeviceDeviceboundTest {

    private static final Duration SOON = MicrosoftDevices.SOON;

    @RegisterExtension
    @Order(1)
    static final IotHubExtension hub = IotHubExtension.create(MicrosoftDevices.within(IotHubEmulator.builder()));

    @RegisterExtension
    @Order(2)
    static final MicrosoftDevices devices = MicrosoftDevices.of(hub);

    private final BlockingQueue<Message> received = new LinkedBlockingQueue<>();

    @OverMqttAndWebSocket
    void aMessageArrivesWithItsPropertiesAndIsCompleted(IotHubClientProtocol protocol, EmulatedDevice device)
            throws Exception {
        open(protocol, device);

        String id = hub.sendDevicebound(
                device.deviceId(),
                DeviceboundMessage.of("on")
                        .messageId("m-9")
                        .correlationId("c/7")
                        .contentType("text/plain")
                        .contentEncoding("utf-8")
                        .ack(DeviceboundMessage.Ack.FULL)
                        .property("unicode", "grüße 温度")
                        .property("hostile", "100 % of 1+1 = 2 & \"more\" / $.mid")
                        .property("na&me=", "x"));

        Message message = next();
        assertThat(new String(message.getBytes())).isEqualTo("on");
        assertThat(message.getMessageId()).isEqualTo("m-9");
        assertThat(message.getCorrelationId()).isEqualTo("c/7");
        assertThat(message.getContentType()).isEqualTo("text/plain");
        assertThat(message.getContentEncoding()).isEqualTo("utf-8");
        assertThat(properties(message))
                .containsOnly(
                        entry("unicode", "grüße 温度"),
                        entry("hostile", "100 % of 1+1 = 2 & \"more\" / $.mid"),
                        entry("na&me=", "x"));
        assertThat(hub.awaitFeedback(id, SOON).statusCode()).isEqualTo(Feedback.StatusCode.SUCCESS);
        assertThat(hub.emulator().deviceboundQueue(device.deviceId())).isEmpty();
    }

    /** MQTT knows no other answer than PUBACK, so the client sends that, whatever its user says. */
    @ParameterizedTest
    @CsvSource({"MQTT,ABANDON", "MQTT_WS,ABANDON", "MQTT,REJECT", "MQTT_WS,REJECT"})
    void whatIsAbandonedOrRejectedIsCompleted(
            IotHubClientProtocol protocol, IotHubMessageResult result, EmulatedDevice device) throws Exception {
        DeviceClient client = devices.client(protocol, device);
        client.setMessageCallback((message, context) -> result, null);
        client.open(false);

        String id = hub.sendDevicebound(
                device.deviceId(), DeviceboundMessage.of("on").ack(DeviceboundMessage.Ack.FULL));

        assertThat(hub.awaitFeedback(id, SOON).statusCode()).isEqualTo(Feedback.StatusCode.SUCCESS);
    }

    @OverMqttAndWebSocket
    void whatWasQueuedBeforeTheFirstConnectArrivesInOrder(IotHubClientProtocol protocol, EmulatedDevice device)
            throws Exception {
        List<String> bodies = IntStream.range(0, 50).mapToObj(Integer::toString).toList();
        bodies.forEach(body -> hub.sendDevicebound(device.deviceId(), DeviceboundMessage.of(body)));

        open(protocol, device);

        for (String body : bodies) {
            assertThat(new String(next().getBytes())).isEqualTo(body);
        }
        Awaitility.await()
                .atMost(SOON)
                .until(() -> hub.emulator().deviceboundQueue(device.deviceId()).isEmpty());
    }

    @OverMqttAndWebSocket
    void whatWasQueuedWhileItWasAwayArrives(IotHubClientProtocol protocol, EmulatedDevice device) throws Exception {
        DeviceClient client = open(protocol, device);
        client.close();
        hub.sendDevicebound(device.deviceId(), DeviceboundMessage.of("while away"));

        client.open(false);

        assertThat(new String(next().getBytes())).isEqualTo("while away");
    }

    @OverMqttAndWebSocket
    void aMessageWhoseAcknowledgementWasLostArrivesAgain(IotHubClientProtocol protocol, EmulatedDevice device)
            throws Exception {
        open(protocol, device);
        hub.emulator()
                .faults()
                .at(FaultPoint.DEVICEBOUND_PUBACK)
                .forDevice(device.deviceId())
                .then(Fault.cut());

        hub.sendDevicebound(device.deviceId(), DeviceboundMessage.of("on").messageId("m-9"));

        assertThat(next().getMessageId()).isEqualTo("m-9");
        assertThat(next().getMessageId()).isEqualTo("m-9");
        Awaitility.await()
                .atMost(SOON)
                .until(() -> hub.emulator().deviceboundQueue(device.deviceId()).isEmpty());
    }

    /** Not before the connection was made anew: that of the same connection stays locked. */
    @OverMqttAndWebSocket
    void aMessageWhoseCallbackFailedArrivesAgainOnTheNextConnection(
            IotHubClientProtocol protocol, EmulatedDevice device) throws Exception {
        DeviceClient client = devices.client(protocol, device);
        client.setMessageCallback(
                (message, context) -> {
                    received.add(message);
                    if (received.size() == 1) {
                        throw new IllegalStateException("not now");
                    }
                    return IotHubMessageResult.COMPLETE;
                },
                null);
        client.open(false);
        hub.sendDevicebound(device.deviceId(), DeviceboundMessage.of("on"));
        Awaitility.await().atMost(SOON).until(() -> received.size() == 1);
        assertThat(hub.emulator().deviceboundQueue(device.deviceId()))
                .extracting(QueuedMessage::state)
                .containsExactly(QueuedMessage.State.INVISIBLE);

        hub.emulator().disconnect(device.deviceId());

        Awaitility.await()
                .atMost(SOON)
                .until(() -> hub.emulator().deviceboundQueue(device.deviceId()).isEmpty());
        assertThat(received).hasSize(2);
    }

    /**
     * A fault of the client: it cannot read the property, takes that for the end of the connection, comes back, and meets the
     * same message again, until it hangs. The hub is right to send it so.
     */
    @OverMqttAndWebSocket
    void anApplicationPropertyWithoutValueCostsItItsConnectionAgainAndAgain(
            IotHubClientProtocol protocol, EmulatedDevice device) throws Exception {
        open(protocol, device);

        hub.sendDevicebound(device.deviceId(), DeviceboundMessage.of("poison").property("empty", ""));

        Awaitility.await().atMost(SOON).untilAsserted(() -> assertThat(
                        hub.emulator().events())
                .filteredOn(event -> event.kind() == HubEvent.Kind.DISCONNECTED)
                .hasSizeGreaterThanOrEqualTo(2));
        assertThat(received).isEmpty();
        assertThat(hub.emulator().deviceboundQueue(device.deviceId())).hasSize(1);
    }

    /** A fault of the client, for no order is promised. The emulator writes system properties first, as the client wants it. */
    @OverMqttAndWebSocket
    void itLosesApplicationPropertiesBeforeTheFirstSystemProperty(IotHubClientProtocol protocol, EmulatedDevice device)
            throws Exception {
        open(protocol, device);

        hub.sendDevicebound(
                device.deviceId(), DeviceboundMessage.of("on").rawPropertyBag("early=1&%24.mid=m-9&late=2"));

        Message message = next();
        assertThat(message.getMessageId()).isEqualTo("m-9");
        assertThat(properties(message)).containsOnly(entry("late", "2"));
    }

    private DeviceClient open(IotHubClientProtocol protocol, EmulatedDevice device) throws Exception {
        DeviceClient client = devices.client(protocol, device);
        client.setMessageCallback(
                (message, context) -> {
                    received.add(message);
                    return IotHubMessageResult.COMPLETE;
                },
                null);
        client.open(false);
        return client;
    }

    private Message next() throws InterruptedException {
        Message message = received.poll(SOON.toSeconds(), TimeUnit.SECONDS);
        assertThat(message).as("the next message").isNotNull();
        return message;
    }

    private static Map<String, String> properties(Message message) {
        return Stream.of(message.getProperties())
                .collect(Collectors.toMap(MessageProperty::getName, MessageProperty::getValue));
    }
}
