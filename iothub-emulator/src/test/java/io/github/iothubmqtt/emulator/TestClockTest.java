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

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Time passes when the test says so, and its effects are there at once: nothing here waits. */
class TestClockTest {

    private final TestClock clock = new TestClock();
    private final IotHubEmulator hub = IotHubEmulator.builder()
            .clock(clock)
            .settings(HubSettings.defaults().expiryGrace(Duration.ZERO).clockSkew(Duration.ZERO))
            .start();

    @AfterEach
    void close() {
        hub.close();
    }

    @Test
    void aTokenExpires() {
        hub.addDevice("dev1");
        Instant expiry = clock.instant().plusSeconds(3600);
        try (WireClient client =
                WireClient.device(hub, "dev1").tokenExpiry(expiry).accepted()) {
            clock.advance(Duration.ofMinutes(61));

            assertThat(hub.connections()).isEmpty();
            assertThat(hub.events()).last().satisfies(event -> assertThat(event.logCode())
                    .isEqualTo(HubCode.UNAUTHORIZED));
            assertThat(client.isClosedByHub()).isTrue();
        }
        assertThat(WireClient.device(hub, "dev1").tokenExpiry(expiry).refused()).isEqualTo(5);
    }

    @Test
    void aDeviceboundMessageExpires() {
        hub.addDevice("dev1");
        hub.sendDevicebound("dev1", DeviceboundMessage.of("x").ack(DeviceboundMessage.Ack.FULL));

        clock.advance(Duration.ofMinutes(61));

        assertThat(hub.deviceboundQueue("dev1")).isEmpty();
        assertThat(hub.feedback()).extracting(Feedback::statusCode).containsExactly(Feedback.StatusCode.EXPIRED);
    }

    @Test
    void aLockExpires() {
        hub.addDevice("dev1");
        hub.sendDevicebound("dev1", DeviceboundMessage.of("x"));
        try (WireClient client = WireClient.device(hub, "dev1").accepted()) {
            client.subscribed("devices/dev1/messages/devicebound/#", 1);
            client.expect(WireClient.PUBLISH);
            assertThat(hub.deviceboundQueue("dev1").get(0).state()).isEqualTo(QueuedMessage.State.INVISIBLE);

            clock.advance(Duration.ofSeconds(61));

            assertThat(hub.deviceboundQueue("dev1").get(0).state()).isEqualTo(QueuedMessage.State.ENQUEUED);
        }
    }

    @Test
    void aRunningClockRunsAndIsAhead() {
        TestClock running = TestClock.running();
        Instant before = Instant.now();

        running.advance(Duration.ofDays(1));

        assertThat(running.instant()).isAfterOrEqualTo(before.plus(Duration.ofDays(1)));
        assertThat(running.instant())
                .isBefore(Instant.now().plus(Duration.ofDays(1)).plusSeconds(1));
    }

    @Test
    void timeDoesNotGoBack() {
        assertThatThrownBy(() -> clock.advance(Duration.ofSeconds(-1))).hasMessageContaining("does not go back");
    }

    @Test
    void aClosedHubDoesNotHoldTheClockUp() {
        hub.close();

        clock.advance(Duration.ofDays(1));
    }
}
