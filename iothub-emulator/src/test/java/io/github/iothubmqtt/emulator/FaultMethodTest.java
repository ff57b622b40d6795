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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Faults around the calls of direct methods and their answers. */
class FaultMethodTest {

    private static final DirectMethod REBOOT = DirectMethod.named("reboot");

    private final TestClock clock = new TestClock(Instant.now());
    private final IotHubEmulator hub = IotHubEmulator.builder().clock(clock).start();

    FaultMethodTest() {
        hub.addDevice("dev1");
    }

    @AfterEach
    void close() {
        hub.close();
    }

    @Test
    void aCallCanComeTwiceAndTheFirstAnswerCounts() {
        hub.faults().next(FaultPoint.METHOD_REQUEST, Fault.duplicate());
        try (WireClient client = subscribed()) {
            CompletableFuture<DirectMethodResult> result = invoke(REBOOT);
            WireClient.Packet first = client.expect(WireClient.PUBLISH);
            WireClient.Packet second = client.expect(WireClient.PUBLISH);
            assertThat(second.topic()).isEqualTo(first.topic());

            answer(client, first, "1");
            answer(client, second, "2");
            client.ping();
            assertThat(result.join().payload()).isEqualTo("1");
        }
    }

    @Test
    void aCallThatIsLostTimesOut() {
        hub.faults().next(FaultPoint.METHOD_REQUEST, Fault.drop());
        try (WireClient client = subscribed()) {
            CompletableFuture<DirectMethodResult> result = invoke(REBOOT);
            client.ping();
            clock.advance(Duration.ofSeconds(30));
            assertThatThrownBy(result::join).hasMessageContaining("504101");
        }
    }

    @Test
    void callsCanComeInAnotherOrder() {
        hub.faults().next(FaultPoint.METHOD_REQUEST, Fault.reorder());
        try (WireClient client = subscribed()) {
            invoke(DirectMethod.named("first"));
            invoke(DirectMethod.named("second"));

            assertThat(client.expect(WireClient.PUBLISH).topic()).contains("/second/");
            assertThat(client.expect(WireClient.PUBLISH).topic()).contains("/first/");
        }
    }

    @Test
    void aDelayedCallIsNotLost() {
        hub.faults().next(FaultPoint.METHOD_REQUEST, Fault.delay(Duration.ofMillis(50)));
        try (WireClient client = subscribed()) {
            invoke(DirectMethod.named("first"));
            invoke(DirectMethod.named("second"));

            assertThat(client.expect(WireClient.PUBLISH).topic()).contains("/first/");
            assertThat(client.expect(WireClient.PUBLISH).topic()).contains("/second/");
        }
    }

    @Test
    void anAnswerCanBeLostOnItsWayToTheCaller() {
        hub.faults().next(FaultPoint.METHOD_RESPONSE, Fault.drop());
        try (WireClient client = subscribed()) {
            CompletableFuture<DirectMethodResult> result = invoke(REBOOT);
            WireClient.Packet request = client.expect(WireClient.PUBLISH);
            client.publishAcknowledged("$iothub/methods/res/200/?$rid=" + rid(request), "");
            assertThat(result).isNotDone();
            clock.advance(Duration.ofSeconds(30));
            assertThatThrownBy(result::join).hasMessageContaining("504101");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = FaultPoint.class,
            names = {"METHOD_REQUEST", "METHOD_RESPONSE"})
    void theCallEndsWithAConnectionThatIsCut(FaultPoint point) {
        hub.faults().next(point, Fault.cut());
        try (WireClient client = subscribed()) {
            CompletableFuture<DirectMethodResult> result = invoke(REBOOT);
            if (point == FaultPoint.METHOD_RESPONSE) {
                answer(client, client.expect(WireClient.PUBLISH), "1");
            }
            assertThat(client.isClosedByHub()).isTrue();
            assertThatThrownBy(result::join).hasMessageContaining("404103");
        }
    }

    private CompletableFuture<DirectMethodResult> invoke(DirectMethod method) {
        return hub.invokeMethod("dev1", method).orTimeout(20, TimeUnit.SECONDS);
    }

    private WireClient subscribed() {
        WireClient client = WireClient.device(hub, "dev1").accepted();
        client.subscribed("$iothub/methods/POST/#", 0);
        return client;
    }

    private static void answer(WireClient client, WireClient.Packet request, String payload) {
        client.publish("$iothub/methods/res/200/?$rid=" + rid(request), payload);
    }

    private static String rid(WireClient.Packet request) {
        return request.topic().substring(request.topic().indexOf("$rid=") + 5);
    }
}
