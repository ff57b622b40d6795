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
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

/** The queue of a device: order, locks, redelivery, limits, feedback. */
class DeviceboundTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String FILTER = "devices/dev1/messages/devicebound/#";

    private final TestClock clock = new TestClock(Instant.now());
    private final IotHubEmulator hub = IotHubEmulator.builder().clock(clock).start();

    DeviceboundTest() {
        hub.addDevice("dev1");
    }

    @AfterEach
    void close() {
        hub.close();
    }

    @Test
    void theBagHoldsSystemPropertiesFirstAndAllIsEncoded() {
        hub.sendDevicebound(
                "dev1",
                DeviceboundMessage.of("x")
                        .property("room", "living room")
                        .property("empty", "")
                        .property("bare", null)
                        .contentType("application/json")
                        .contentEncoding("utf-8")
                        .ack(DeviceboundMessage.Ack.FULL)
                        .userId("u")
                        .correlationId("c/1")
                        .expiry(Instant.parse("2999-01-01T00:00:00Z"))
                        .messageId("m"));
        try (WireClient client = subscribed()) {
            assertThat(client.expect(WireClient.PUBLISH).topic())
                    .isEqualTo("devices/dev1/messages/devicebound/%24.mid=m&%24.cid=c%2F1&%24.uid=u"
                            + "&%24.to=%2Fdevices%2Fdev1%2Fmessages%2Fdevicebound&%24.ct=application%2Fjson&%24.ce=utf-8"
                            + "&%24.exp=2999-01-01T00%3A00%3A00Z&iothub-ack=full&room=living%20room&empty=&bare");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "SYSTEM_FIRST, %24.mid=m&%24.to=t&iothub-ack=full&a=1&b=2&c=3",
        "BARE_KEYS, %24.mid=m&%24.to=t&iothub-ack=full&a=1&b=2&c=3&%24.cid&%24.uid",
        "QUESTION_MARK, ?%24.mid=m&%24.to=t&iothub-ack=full&a=1&b=2&c=3",
        "SHUFFLED, b=2&%24.to=t&%24.mid=m&c=3&a=1&iothub-ack=full"
    })
    void theSettingSaysHowPropertiesStandInTheTopic(HubSettings.C2dTopicOrder order, String bag) {
        DeviceboundMessage message = DeviceboundMessage.of("x")
                .messageId("m")
                .to("t")
                .ack(DeviceboundMessage.Ack.FULL)
                .property("a", "1")
                .property("b", "2")
                .property("c", "3");
        try (IotHubEmulator ordering = IotHubEmulator.builder()
                .settings(HubSettings.defaults().c2dTopicOrder(order))
                .start()) {
            ordering.addDevice("dev1");
            ordering.sendDevicebound("dev1", message);
            try (WireClient client = WireClient.device(ordering, "dev1").accepted()) {
                client.subscribed(FILTER, 1);

                assertThat(client.expect(WireClient.PUBLISH).topic())
                        .isEqualTo("devices/dev1/messages/devicebound/" + bag);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "%zz", "=v", "bare", "key=", "a=1&a=2", "?a=b", "a=b&"})
    void aRawBagGoesOutAsItIs(String bag) {
        hub.sendDevicebound("dev1", DeviceboundMessage.of("x").rawPropertyBag(bag));
        try (WireClient client = subscribed()) {
            assertThat(client.expect(WireClient.PUBLISH).topic()).isEqualTo("devices/dev1/messages/devicebound/" + bag);
        }
    }

    @Test
    void messagesComeInOrderAndAreGoneAfterPuback() {
        try (WireClient client = subscribed()) {
            send("1");
            send("2");
            for (String expected : new String[] {"1", "2"}) {
                WireClient.Packet packet = client.expect(WireClient.PUBLISH);
                assertThat(packet.payload()).isEqualTo(expected);
                assertThat(packet.qos()).isEqualTo(1);
                assertThat(packet.duplicate()).isFalse();
                client.puback(packet.packetId());
            }
            client.ping();
            assertThat(hub.deviceboundQueue("dev1")).isEmpty();
        }
    }

    @Test
    void atQos0SendingCompletes() {
        String id = hub.sendDevicebound("dev1", DeviceboundMessage.of("x").ack(DeviceboundMessage.Ack.POSITIVE));
        try (WireClient client = device().accepted()) {
            client.subscribed(FILTER, 0);
            assertThat(client.expect(WireClient.PUBLISH).qos()).isZero();
        }
        assertThat(hub.awaitFeedback(id, SOON).statusCode()).isEqualTo(Feedback.StatusCode.SUCCESS);
        assertThat(hub.deviceboundQueue("dev1")).isEmpty();
    }

    @Test
    void whatWasNotAcknowledgedComesAgainInOrderWithDup() {
        send("1");
        send("2");
        try (WireClient client = subscribed()) {
            client.expect(WireClient.PUBLISH);
            client.expect(WireClient.PUBLISH);
            assertThat(hub.deviceboundQueue("dev1"))
                    .extracting(QueuedMessage::state, QueuedMessage::deliveryCount)
                    .containsOnly(tuple(QueuedMessage.State.INVISIBLE, 1));
            hub.disconnect("dev1");
        }
        send("3");
        assertThat(hub.deviceboundQueue("dev1"))
                .extracting(QueuedMessage::state)
                .containsOnly(QueuedMessage.State.ENQUEUED);

        try (WireClient client = device().accepted()) {
            for (String expected : new String[] {"1", "2", "3"}) {
                WireClient.Packet packet = client.expect(WireClient.PUBLISH);
                assertThat(packet.payload()).isEqualTo(expected);
                assertThat(packet.duplicate()).isEqualTo(!expected.equals("3"));
                client.puback(packet.packetId());
            }
        }
    }

    @Test
    void aPubackOutOfOrderClosesTheConnection() {
        send("1");
        send("2");
        try (WireClient client = subscribed()) {
            client.expect(WireClient.PUBLISH);
            client.puback(client.expect(WireClient.PUBLISH).packetId());

            assertThat(client.isClosedByHub()).isTrue();
        }
        assertThat(hub.deviceboundQueue("dev1")).hasSize(2);
    }

    @Test
    void aPubackForNothingClosesTheConnection() {
        try (WireClient client = subscribed()) {
            client.puback(1);

            assertThat(client.isClosedByHub()).isTrue();
        }
    }

    @Test
    void theWindowHoldsTheSeventeenthBack() {
        IntStream.rangeClosed(1, 17).forEach(i -> send(Integer.toString(i)));
        try (WireClient client = subscribed()) {
            WireClient.Packet first = client.expect(WireClient.PUBLISH);
            IntStream.rangeClosed(2, 16).forEach(i -> client.expect(WireClient.PUBLISH));
            client.ping();

            client.puback(first.packetId());

            assertThat(client.expect(WireClient.PUBLISH).payload()).isEqualTo("17");
        }
    }

    @Test
    void the51stMessageIsRefused() {
        IntStream.rangeClosed(1, 50).forEach(i -> send(Integer.toString(i)));

        assertThatThrownBy(() -> send("51")).isInstanceOfSatisfying(HubException.class, e -> assertThat(e.code())
                .isEqualTo(403004));
        assertThat(hub.deviceboundQueue("dev1")).hasSize(50);
    }

    @Test
    void allFiftyArrive() {
        IntStream.rangeClosed(1, 50).forEach(i -> send(Integer.toString(i)));
        try (WireClient client = subscribed()) {
            IntStream.rangeClosed(1, 50).forEach(i -> {
                WireClient.Packet packet = client.expect(WireClient.PUBLISH);
                assertThat(packet.payload()).isEqualTo(Integer.toString(i));
                client.puback(packet.packetId());
            });
        }
    }

    @Test
    void aMessageThatIsTooLargeOrExpiredOrForNobodyIsRefused() {
        assertRefused(413001, "dev1", DeviceboundMessage.of(new byte[65_537]));
        assertRefused(403009, "dev1", DeviceboundMessage.of("x").expiry(clock.instant()));
        assertRefused(404001, "nobody", DeviceboundMessage.of("x"));
        hub.addDevice("asleep").disable();
        assertRefused(404001, "asleep", DeviceboundMessage.of("x"));
    }

    @Test
    void aMessageExpiresAfterAnHourOrWhenItSaysSo() {
        String anHour = hub.sendDevicebound("dev1", DeviceboundMessage.of("x").ack(DeviceboundMessage.Ack.NEGATIVE));
        String aMinute = hub.sendDevicebound(
                "dev1",
                DeviceboundMessage.of("x")
                        .ack(DeviceboundMessage.Ack.FULL)
                        .expiry(clock.instant().plusSeconds(60)));

        clock.advance(Duration.ofSeconds(60));
        assertThat(hub.awaitFeedback(aMinute, SOON).statusCode()).isEqualTo(Feedback.StatusCode.EXPIRED);
        assertThat(hub.deviceboundQueue("dev1"))
                .extracting(QueuedMessage::messageId)
                .containsExactly(anHour);

        clock.advance(Duration.ofHours(1));
        assertThat(hub.awaitFeedback(anHour, SOON).statusCode()).isEqualTo(Feedback.StatusCode.EXPIRED);
    }

    @Test
    void anExpiredMessageIsNotSentEvenIfNobodyHasNoticedSoFar() {
        send("stale");
        clock.advance(Duration.ofHours(1));
        send("fresh");
        try (WireClient client = subscribed()) {
            assertThat(client.expect(WireClient.PUBLISH).payload()).isEqualTo("fresh");
        }
    }

    @Test
    void aMessageOnItsWayDoesNotExpireWhileItIsLocked() {
        String id = hub.sendDevicebound(
                "dev1",
                DeviceboundMessage.of("x")
                        .ack(DeviceboundMessage.Ack.FULL)
                        .expiry(clock.instant().plusSeconds(10)));
        try (WireClient client = subscribed()) {
            WireClient.Packet packet = client.expect(WireClient.PUBLISH);
            clock.advance(Duration.ofSeconds(11));
            client.puback(packet.packetId());
            assertThat(hub.awaitFeedback(id, SOON).statusCode()).isEqualTo(Feedback.StatusCode.SUCCESS);
        }
    }

    @Test
    void aPubackAfterTheLockEndedComesTooLate() {
        send("slow");
        try (WireClient client = subscribed()) {
            WireClient.Packet packet = client.expect(WireClient.PUBLISH);
            clock.advance(Duration.ofSeconds(60));
            await().untilAsserted(() -> assertThat(hub.deviceboundQueue("dev1"))
                    .extracting(QueuedMessage::state)
                    .containsExactly(QueuedMessage.State.ENQUEUED));

            client.puback(packet.packetId());
            client.ping();
            assertThat(hub.awaitEvent(e -> e.logCode() == 412002, SOON).kind()).isEqualTo(HubEvent.Kind.WARNING);
            client.disconnect();
        }
        try (WireClient client = device().accepted()) {
            WireClient.Packet again = client.expect(WireClient.PUBLISH);
            assertThat(again.payload()).isEqualTo("slow");
            assertThat(again.duplicate()).isTrue();
        }
    }

    @Test
    void theSettingGivesAMessageUpAfterSoManyLocks() {
        HubSettings settings =
                HubSettings.defaults().c2dDeliveryCountOnLockExpiry(true).maxDeliveryCount(1);
        try (IotHubEmulator counting =
                IotHubEmulator.builder().clock(clock).settings(settings).start()) {
            counting.addDevice("dev1");
            String id =
                    counting.sendDevicebound("dev1", DeviceboundMessage.of("x").ack(DeviceboundMessage.Ack.NEGATIVE));
            try (WireClient client = WireClient.device(counting, "dev1").accepted()) {
                client.subscribed(FILTER, 1);
                client.expect(WireClient.PUBLISH);
                clock.advance(Duration.ofSeconds(60));

                assertThat(counting.awaitFeedback(id, SOON).statusCode())
                        .isEqualTo(Feedback.StatusCode.DELIVERY_COUNT_EXCEEDED);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"NONE, false, false", "POSITIVE, true, false", "NEGATIVE, false, true", "FULL, true, true"})
    void feedbackIsGivenAsAskedFor(DeviceboundMessage.Ack ack, boolean onSuccess, boolean onLoss) {
        try (WireClient client = subscribed()) {
            hub.sendDevicebound(
                    "dev1", DeviceboundMessage.of("x").messageId("done").ack(ack));
            client.puback(client.expect(WireClient.PUBLISH).packetId());
            client.ping();
            client.disconnect();
        }
        hub.awaitEvent(e -> e.kind() == HubEvent.Kind.DISCONNECTED, SOON);
        hub.sendDevicebound("dev1", DeviceboundMessage.of("x").messageId("lost").ack(ack));
        device().clean().accepted().disconnect();

        assertThat(hub.feedback().stream().anyMatch(f -> f.originalMessageId().equals("done")))
                .isEqualTo(onSuccess);
        assertThat(hub.feedback().stream().anyMatch(f -> f.originalMessageId().equals("lost")))
                .isEqualTo(onLoss);
        assertThat(hub.feedback()).allSatisfy(f -> assertThat(f.deviceGenerationId())
                .isEqualTo(hub.device("dev1").orElseThrow().generationId()));
    }

    private void send(String body) {
        hub.sendDevicebound("dev1", DeviceboundMessage.of(body));
    }

    private void assertRefused(int code, String deviceId, DeviceboundMessage message) {
        assertThatThrownBy(() -> hub.sendDevicebound(deviceId, message))
                .isInstanceOfSatisfying(
                        HubException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private WireClient subscribed() {
        WireClient client = device().accepted();
        client.subscribed(FILTER, 1);
        return client;
    }

    private WireClient.Connect device() {
        return WireClient.device(hub, "dev1");
    }
}
