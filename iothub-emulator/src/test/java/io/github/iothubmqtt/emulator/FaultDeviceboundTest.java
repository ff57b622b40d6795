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

import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** Faults around devicebound messages and their PUBACKs. The device has a session with a subscription. */
class FaultDeviceboundTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    @RegisterExtension
    final IotHubExtension hub = IotHubExtension.create().withDevice("dev1");

    @BeforeEach
    void subscribe() {
        try (WireClient client = device().accepted()) {
            client.subscribed("devices/dev1/messages/devicebound/#", 1);
            hub.emulator().disconnect("dev1");
        }
    }

    @Test
    void aCutBeforeTheMessageKeepsItForTheNextConnection() {
        hub.emulator().faults().next(FaultPoint.DEVICEBOUND, Fault.cut());
        hub.sendDevicebound("dev1", DeviceboundMessage.of("on"));
        try (WireClient client = device().accepted()) {
            assertThat(client.isClosedByHub()).isTrue();
        }
        try (WireClient again = device().accepted()) {
            assertThat(again.expect(WireClient.PUBLISH).payload()).isEqualTo("on");
        }
    }

    @Test
    void aCutAfterTheMessageHasItDeliveredAgain() {
        hub.emulator().faults().next(FaultPoint.DEVICEBOUND_SENT, Fault.cut());
        hub.sendDevicebound("dev1", DeviceboundMessage.of("first"));
        hub.sendDevicebound("dev1", DeviceboundMessage.of("second"));
        try (WireClient client = device().accepted()) {
            assertThat(client.expect(WireClient.PUBLISH).payload()).isEqualTo("first");
            assertThat(client.isClosedByHub()).isTrue();
        }
        try (WireClient again = device().accepted()) {
            WireClient.Packet first = again.expect(WireClient.PUBLISH);
            assertThat(first.payload()).isEqualTo("first");
            assertThat(first.duplicate()).isTrue();
            WireClient.Packet second = again.expect(WireClient.PUBLISH);
            assertThat(second.payload()).isEqualTo("second");
            assertThat(second.duplicate()).isFalse();
        }
    }

    @Test
    void aCutWhenThePubackArrivesHasTheMessageDeliveredAgain() {
        hub.emulator().faults().next(FaultPoint.DEVICEBOUND_PUBACK, Fault.cut());
        hub.sendDevicebound("dev1", DeviceboundMessage.of("on"));
        try (WireClient client = device().accepted()) {
            client.puback(client.expect(WireClient.PUBLISH).packetId());
            assertThat(client.isClosedByHub()).isTrue();
        }
        try (WireClient again = device().accepted()) {
            assertThat(again.expect(WireClient.PUBLISH).duplicate()).isTrue();
        }
    }

    @Test
    void halfAMessageIsWrittenBeforeTheCut() {
        hub.emulator().faults().next(FaultPoint.DEVICEBOUND, Fault.cutMidPacket());
        hub.sendDevicebound("dev1", DeviceboundMessage.of("all or nothing"));
        try (WireClient client = device().accepted()) {
            byte[] bytes = client.remainingBytes();

            assertThat(bytes[0] >> 4).isEqualTo(WireClient.PUBLISH);
            assertThat(bytes).hasSizeLessThan(bytes[1] & 0xff);
        }
    }

    @Test
    void aMessageCanComeTwiceAndBothPubacksAreTaken() {
        hub.emulator().faults().next(FaultPoint.DEVICEBOUND, Fault.duplicate());
        hub.sendDevicebound("dev1", DeviceboundMessage.of("on"));
        String last = hub.sendDevicebound("dev1", DeviceboundMessage.of("off").ack(DeviceboundMessage.Ack.FULL));
        try (WireClient client = device().accepted()) {
            for (String payload : new String[] {"on", "on", "off"}) {
                WireClient.Packet message = client.expect(WireClient.PUBLISH);
                assertThat(message.payload()).isEqualTo(payload);
                client.puback(message.packetId());
            }
            assertThat(hub.awaitFeedback(last, SOON).statusCode()).isEqualTo(Feedback.StatusCode.SUCCESS);
            client.ping();
        }
        assertThat(hub.emulator().deviceboundQueue("dev1")).isEmpty();
    }

    @Test
    void onePubackIsEnoughForAMessageThatCameTwice() {
        hub.emulator().faults().next(FaultPoint.DEVICEBOUND, Fault.duplicate());
        hub.sendDevicebound("dev1", DeviceboundMessage.of("on"));
        hub.sendDevicebound("dev1", DeviceboundMessage.of("off"));
        try (WireClient client = device().accepted()) {
            client.puback(client.expect(WireClient.PUBLISH).packetId());
            client.expect(WireClient.PUBLISH);
            client.puback(client.expect(WireClient.PUBLISH).packetId());
            client.ping();
        }
        assertThat(hub.emulator().deviceboundQueue("dev1")).isEmpty();
    }

    @Test
    void aDelayedMessageIsNotOvertaken() {
        hub.emulator().faults().next(FaultPoint.DEVICEBOUND, Fault.delay(Duration.ofMillis(50)));
        hub.sendDevicebound("dev1", DeviceboundMessage.of("first"));
        try (WireClient client = device().accepted()) {
            hub.sendDevicebound("dev1", DeviceboundMessage.of("second"));

            assertThat(client.expect(WireClient.PUBLISH).payload()).isEqualTo("first");
            assertThat(client.expect(WireClient.PUBLISH).payload()).isEqualTo("second");
        }
    }

    @Test
    void aMessageThatGotLostIsDeliveredOnTheNextConnection() {
        hub.emulator().faults().next(FaultPoint.DEVICEBOUND, Fault.drop());
        hub.sendDevicebound("dev1", DeviceboundMessage.of("on"));
        try (WireClient client = device().accepted()) {
            client.ping();
        }
        try (WireClient again = device().accepted()) {
            assertThat(again.expect(WireClient.PUBLISH).payload()).isEqualTo("on");
        }
    }

    private WireClient.Connect device() {
        return WireClient.device(hub.emulator(), "dev1");
    }
}
