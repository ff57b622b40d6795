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
import java.util.function.BiConsumer;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The settings that are limits of size, number and time: what their defaults do, others prove. */
class LimitSettingsTest {

    private static final String EVENTS = "devices/dev1/messages/events/";

    private final TestClock clock = new TestClock();

    @Test
    void theSettingSaysHowLargeAMessageMayBe() {
        with(HubSettings.defaults().maxMessageSize(100), (hub, connect) -> {
            try (WireClient client = connect.accepted()) {
                client.publishAcknowledged(EVENTS, "x".repeat(100));
                client.publish(EVENTS, "x".repeat(101));

                assertThat(client.isClosedByHub()).isTrue();
            }
        });
    }

    @Test
    void theSettingSaysHowLargeADeviceboundMessageMayBe() {
        with(HubSettings.defaults().maxC2dSize(1000), (hub, connect) -> {
            hub.sendDevicebound("dev1", DeviceboundMessage.of("x".repeat(900)));

            assertThatThrownBy(() -> hub.sendDevicebound("dev1", DeviceboundMessage.of("x".repeat(1000))))
                    .isInstanceOfSatisfying(
                            HubException.class, e -> assertThat(e.code()).isEqualTo(413001));
        });
    }

    @Test
    void theSettingSaysHowManyMessagesTheQueueHolds() {
        with(HubSettings.defaults().maxQueueDepth(1), (hub, connect) -> {
            hub.sendDevicebound("dev1", DeviceboundMessage.of("1"));

            assertThatThrownBy(() -> hub.sendDevicebound("dev1", DeviceboundMessage.of("2")))
                    .isInstanceOfSatisfying(
                            HubException.class, e -> assertThat(e.code()).isEqualTo(403004));
        });
    }

    @Test
    void theSettingSaysHowManyMessagesAreOnTheWay() {
        with(HubSettings.defaults().c2dWindow(1), (hub, connect) -> {
            hub.sendDevicebound("dev1", DeviceboundMessage.of("1"));
            hub.sendDevicebound("dev1", DeviceboundMessage.of("2"));
            try (WireClient client = subscribed(connect)) {
                WireClient.Packet first = client.expect(WireClient.PUBLISH);
                // Whatever had been sent after the first would come before the answer.
                client.ping();

                client.puback(first.packetId());

                assertThat(client.expect(WireClient.PUBLISH).payload()).isEqualTo("2");
            }
        });
    }

    @Test
    void theSettingSaysHowLongAMessageIsLocked() {
        with(HubSettings.defaults().c2dLock(Duration.ofSeconds(5)), (hub, connect) -> {
            hub.sendDevicebound("dev1", DeviceboundMessage.of("1"));
            try (WireClient client = subscribed(connect)) {
                client.expect(WireClient.PUBLISH);

                clock.advance(Duration.ofSeconds(4));
                assertThat(hub.deviceboundQueue("dev1").get(0).state()).isEqualTo(QueuedMessage.State.INVISIBLE);
                clock.advance(Duration.ofSeconds(1));
                assertThat(hub.deviceboundQueue("dev1").get(0).state()).isEqualTo(QueuedMessage.State.ENQUEUED);
            }
        });
    }

    @Test
    void theSettingSaysHowLongAMessageLives() {
        with(HubSettings.defaults().c2dTimeToLive(Duration.ofSeconds(5)), (hub, connect) -> {
            hub.sendDevicebound("dev1", DeviceboundMessage.of("1"));

            clock.advance(Duration.ofSeconds(4));
            assertThat(hub.deviceboundQueue("dev1")).hasSize(1);
            clock.advance(Duration.ofSeconds(2));
            assertThat(hub.deviceboundQueue("dev1")).isEmpty();
        });
    }

    @Test
    void theSettingSaysHowFarAClockMayBeBehind() {
        with(HubSettings.defaults().clockSkew(Duration.ofSeconds(10)), (hub, connect) -> {
            connect.tokenExpiry(clock.instant().minusSeconds(5)).accepted().close();

            assertThat(connect.tokenExpiry(clock.instant().minusSeconds(15)).refused())
                    .isEqualTo(5);
        });
    }

    @Test
    void theSettingWantsAnApiVersion() {
        with(HubSettings.defaults().requireApiVersion(true), (hub, connect) -> {
            connect.accepted().close();

            assertThat(connect.userName("localhost/dev1").refused()).isEqualTo(5);
        });
    }

    private void with(HubSettings settings, BiConsumer<IotHubEmulator, WireClient.Connect> test) {
        try (IotHubEmulator hub =
                IotHubEmulator.builder().clock(clock).settings(settings).start()) {
            hub.addDevice("dev1");
            test.accept(
                    hub,
                    WireClient.device(hub, "dev1").tokenExpiry(clock.instant().plusSeconds(3600)));
        }
    }

    private static WireClient subscribed(WireClient.Connect connect) {
        WireClient client = connect.accepted();
        client.subscribed("devices/dev1/messages/devicebound/#", 1);
        return client;
    }
}
