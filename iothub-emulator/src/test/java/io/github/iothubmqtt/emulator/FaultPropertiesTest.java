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

import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** The fault properties in telemetry by which Microsoft's device SDKs test themselves. */
class FaultPropertiesTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String TYPE = "devices/dev1/messages/events/AzIoTHub_FaultOperationType=";

    private final TestClock clock = new TestClock(Instant.now());

    @RegisterExtension
    final IotHubExtension hub =
            IotHubExtension.create(IotHubEmulator.builder().clock(clock)).withDevice("dev1");

    @ParameterizedTest
    @ValueSource(strings = {"KillTcp", "ShutDownMqtt"})
    void theConnectionIsClosedAfterThePuback(String type) {
        try (WireClient client = device().accepted()) {
            client.publishAcknowledged(
                    TYPE + type + "&AzIoTHub_FaultOperationCloseReason=byebye&AzIoTHub_FaultOperationDelayInSecs=0",
                    "fault");

            assertThat(client.isClosedByHub()).isTrue();
        }
        HubEvent end = hub.emulator().awaitEvent(e -> e.kind() == HubEvent.Kind.DISCONNECTED, SOON);
        assertThat(end.description()).contains(type + " (byebye)");
        device().accepted().close();
    }

    @Test
    void theDelayIsHeeded() {
        try (WireClient client = device().accepted()) {
            client.publishAcknowledged(TYPE + "KillTcp&AzIoTHub_FaultOperationDelayInSecs=5.5", "fault");
            clock.advance(Duration.ofSeconds(5));
            client.ping();

            clock.advance(Duration.ofMillis(500));

            assertThat(client.isClosedByHub()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"InvokeThrottling,3,429001", "InvokeMaxMessageQuota,3,403002", "InvokeAuthError,5,401003"})
    void connectsAreRefusedForTheDuration(String type, int returnCode, int logCode) {
        try (WireClient client = device().accepted()) {
            client.publishAcknowledged(TYPE + type + "&AzIoTHub_FaultOperationDurationInSecs=10", "fault");

            assertThat(client.isClosedByHub()).isTrue();
        }
        assertThat(device().refused()).isEqualTo(returnCode);
        assertThat(hub.emulator()
                        .awaitEvent(e -> e.kind() == HubEvent.Kind.REFUSED, SOON)
                        .logCode())
                .isEqualTo(logCode);

        clock.advance(Duration.ofSeconds(10));
        hub.emulator().awaitEvent(e -> e.description().endsWith("is over"), SOON);
        device().accepted().close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "KillAmqpConnection",
                "KillTcp&AzIoTHub_FaultOperationDelayInSecs=soon",
                "KillTcp&AzIoTHub_FaultOperationDelayInSecs=-1"
            })
    void whatMakesNoSenseIsIgnoredWithAWarning(String properties) {
        try (WireClient client = device().accepted()) {
            client.publishAcknowledged(TYPE + properties, "fault");
            client.ping();

            assertThat(hub.emulator().events())
                    .filteredOn(e -> e.kind() == HubEvent.Kind.WARNING)
                    .singleElement()
                    .satisfies(e -> assertThat(e.description()).startsWith("a fault property was ignored: "));
        }
    }

    private WireClient.Connect device() {
        return WireClient.device(hub.emulator(), "dev1")
                .tokenExpiry(clock.instant().plus(Duration.ofHours(1)));
    }
}
