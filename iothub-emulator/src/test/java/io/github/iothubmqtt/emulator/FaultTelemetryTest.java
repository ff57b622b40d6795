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

import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** Faults around PUBLISH and its PUBACK. */
class FaultTelemetryTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String EVENTS = "devices/dev1/messages/events/";

    @RegisterExtension
    final IotHubExtension hub = IotHubExtension.create().withDevice("dev1");

    @Test
    void aCutBeforeStoringLosesTheMessage() {
        hub.emulator().faults().next(FaultPoint.PUBLISH, Fault.cut());
        try (WireClient client = device().accepted()) {
            client.publishAtLeastOnce(EVENTS, "lost", 1);

            assertThat(client.isClosedByHub()).isTrue();
        }
        try (WireClient again = device().accepted()) {
            again.publishAcknowledged(EVENTS, "later");
        }
        assertThat(bodies()).containsExactly("later");
    }

    @Test
    void aCutAfterStoringLeavesTheMessageUnacknowledged() {
        hub.emulator().faults().next(FaultPoint.STORED, Fault.cut());
        try (WireClient client = device().accepted()) {
            client.publishAtLeastOnce(EVENTS, "stored", 1);

            assertThat(client.isClosedByHub()).isTrue();
        }
        assertThat(bodies()).containsExactly("stored");
    }

    @Test
    void aCutAfterThePubackLosesNothing() {
        hub.emulator().faults().next(FaultPoint.PUBACK, Fault.cut());
        try (WireClient client = device().accepted()) {
            client.publishAcknowledged(EVENTS, "done");

            assertThat(client.isClosedByHub()).isTrue();
        }
        assertThat(bodies()).containsExactly("done");
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
    void halfAPubackIsWrittenBeforeTheCut() {
        hub.emulator().faults().next(FaultPoint.STORED, Fault.cutMidPacket());
        try (WireClient client = device().accepted()) {
            client.publishAtLeastOnce(EVENTS, "stored", 0x0102);

            assertThat(client.remainingBytes()).containsExactly(WireClient.PUBACK << 4, 2);
        }
        assertThat(bodies()).containsExactly("stored");
    }

    @Test
    void aDroppedPubackLeavesTheConnectionOpen() {
        hub.emulator().faults().next(FaultPoint.STORED, Fault.drop());
        try (WireClient client = device().accepted()) {
            client.publishAtLeastOnce(EVENTS, "first", 1);
            client.publishAtLeastOnce(EVENTS, "second", 2);

            assertThat(client.expect(WireClient.PUBACK).packetId()).isEqualTo(2);
        }
        assertThat(bodies()).containsExactly("first", "second");
    }

    @Test
    void aDroppedPublishIsNeitherStoredNorAcknowledged() {
        hub.emulator().faults().next(FaultPoint.PUBLISH, Fault.drop());
        try (WireClient client = device().accepted()) {
            client.publishAtLeastOnce(EVENTS, "first", 1);
            client.publishAtLeastOnce(EVENTS, "second", 2);

            assertThat(client.expect(WireClient.PUBACK).packetId()).isEqualTo(2);
        }
        assertThat(bodies()).containsExactly("second");
    }

    @Test
    void aPubackCanComeTwice() {
        hub.emulator().faults().next(FaultPoint.STORED, Fault.duplicate());
        try (WireClient client = device().accepted()) {
            client.publishAtLeastOnce(EVENTS, "once", 1);

            assertThat(client.expect(WireClient.PUBACK).packetId()).isEqualTo(1);
            assertThat(client.expect(WireClient.PUBACK).packetId()).isEqualTo(1);
        }
        assertThat(bodies()).containsExactly("once");
    }

    @Test
    void pubacksCanComeInAnotherOrder() {
        hub.emulator().faults().next(FaultPoint.STORED, Fault.reorder());
        try (WireClient client = device().accepted()) {
            client.publishAtLeastOnce(EVENTS, "first", 1);
            client.publishAtLeastOnce(EVENTS, "second", 2);

            assertThat(client.expect(WireClient.PUBACK).packetId()).isEqualTo(2);
            assertThat(client.expect(WireClient.PUBACK).packetId()).isEqualTo(1);
        }
        assertThat(bodies()).containsExactly("first", "second");
    }

    @Test
    void aDelayKeepsTheOrder() {
        Duration delay = Duration.ofMillis(50);
        hub.emulator().faults().next(FaultPoint.PUBLISH, Fault.delay(delay));
        try (WireClient client = device().accepted()) {
            long begin = System.nanoTime();
            client.publishAtLeastOnce(EVENTS, "first", 1);
            client.publishAtLeastOnce(EVENTS, "second", 2);

            assertThat(client.expect(WireClient.PUBACK).packetId()).isEqualTo(1);
            assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(delay.toNanos());
            assertThat(client.expect(WireClient.PUBACK).packetId()).isEqualTo(2);
        }
        assertThat(bodies()).containsExactly("first", "second");
    }

    @Test
    void throttlingSlowsEachOperationUntilItIsDisarmed() {
        Duration each = Duration.ofMillis(20);
        ArmedFault throttle = hub.emulator().faults().throttle(each);
        long begin = System.nanoTime();
        try (WireClient client = device().accepted()) {
            client.publishAcknowledged(EVENTS, "slow");
            client.publishAcknowledged(EVENTS, "slow");
            assertThat(System.nanoTime() - begin)
                    .isGreaterThanOrEqualTo(each.multipliedBy(3).toNanos());

            throttle.disarm();
            client.publishAcknowledged(EVENTS, "fast");
        }
        assertThat(throttle.occurrences()).isEqualTo(3);
    }

    @Test
    void aThrottledDeviceIsDisconnectedWithAzuresCode() {
        hub.emulator().faults().next(FaultPoint.PUBLISH, Fault.close(429001));
        try (WireClient client = device().accepted()) {
            client.publish(EVENTS, "too much");

            assertThat(client.isClosedByHub()).isTrue();
        }
        assertThat(hub.emulator()
                        .awaitEvent(e -> e.kind() == HubEvent.Kind.DISCONNECTED, SOON)
                        .logCode())
                .isEqualTo(429001);
    }

    @Test
    void aSilentHubAnswersNothingAndDoesNotEvenClose() {
        hub.emulator().faults().next(FaultPoint.STORED, Fault.silence());
        try (WireClient client = device().keepAlive(1).accepted()) {
            client.publishAtLeastOnce(EVENTS, "stored", 1);
            client.publishAtLeastOnce(EVENTS, "never read", 2);
            client.write(12, 0, out -> {});

            hub.emulator().awaitEvent(e -> e.kind() == HubEvent.Kind.DISCONNECTED, SOON);
            assertThat(client.isSilentFor(Duration.ofMillis(100))).isTrue();
            assertThat(bodies()).containsExactly("stored");

            hub.emulator().close();
            assertThat(client.remainingBytes()).isEmpty();
        }
    }

    private List<String> bodies() {
        return hub.emulator().telemetry().stream()
                .map(TelemetryMessage::bodyText)
                .toList();
    }

    private WireClient.Connect device() {
        return WireClient.device(hub.emulator(), "dev1");
    }
}
