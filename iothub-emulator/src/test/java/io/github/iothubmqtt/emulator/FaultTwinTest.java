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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/** Faults around twin requests and notifications. */
class FaultTwinTest {

    private static final String PATCH = "$iothub/twin/PATCH/properties/reported/?$rid=";

    @RegisterExtension
    final IotHubExtension hub = IotHubExtension.create().withDevice("dev1");

    @Test
    void aPatchThatIsLostInTheHubIsAcknowledgedAndNeverAnswered() {
        hub.emulator().faults().next(FaultPoint.TWIN_PATCH, Fault.drop());
        try (WireClient client = subscribed()) {
            client.publishAcknowledged(PATCH + 1, "{\"a\":1}");
            client.ping();
            assertThat(hub.twin("dev1").reported()).isEmpty();

            client.publish(PATCH + 2, "{\"a\":2}");
            assertThat(client.expect(WireClient.PUBLISH).topic()).isEqualTo("$iothub/twin/res/204/?$rid=2&$version=2");
        }
    }

    @Test
    void aPatchWhoseResponseIsLostWasCarriedOut() {
        hub.emulator().faults().next(FaultPoint.TWIN_RESPONSE, Fault.drop());
        try (WireClient client = subscribed()) {
            client.publishAcknowledged(PATCH + 1, "{\"a\":1}");
            client.ping();
            assertThat(hub.twin("dev1").reported()).containsEntry("a", 1);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "400,400000",
        "401,401003",
        "403,403002",
        "404,404001",
        "412,412001",
        "413,413001",
        "429,429001",
        "500,500001",
        "503,503001",
        "504,504101",
        "502,502000"
    })
    void theHubCanRefuseWithAnyStatus(int status, int code) {
        hub.emulator().faults().next(FaultPoint.TWIN_PATCH, Fault.answerStatus(status));
        try (WireClient client = subscribed()) {
            client.publishAcknowledged(PATCH + 1, "{\"a\":1}");

            WireClient.Packet response = client.expect(WireClient.PUBLISH);
            assertThat(response.topic()).isEqualTo("$iothub/twin/res/" + status + "/?$rid=1");
            assertThat(Json.parseObject(response.payload())).containsEntry("errorCode", code);
            assertThat(hub.twin("dev1").reported()).isEmpty();
        }
    }

    @Test
    void theHubCanCarryOutAPatchAndAnswerWithAFailure() {
        hub.emulator().faults().next(FaultPoint.TWIN_RESPONSE, Fault.answerStatus(500));
        try (WireClient client = subscribed()) {
            client.publish(PATCH + 1, "{\"a\":1}");

            assertThat(client.expect(WireClient.PUBLISH).topic()).isEqualTo("$iothub/twin/res/500/?$rid=1");
            assertThat(hub.twin("dev1").reported()).containsEntry("a", 1);
        }
    }

    @Test
    void aGetCanBeThrottledThreeTimes() {
        ArmedFault throttled =
                hub.emulator().faults().at(FaultPoint.TWIN_GET).times(3).then(Fault.answerStatus(429));
        try (WireClient client = subscribed()) {
            for (int i = 1; i <= 4; i++) {
                client.publish("$iothub/twin/GET/?$rid=" + i, "");
                assertThat(client.expect(WireClient.PUBLISH).topic())
                        .isEqualTo("$iothub/twin/res/" + (i <= 3 ? 429 : 200) + "/?$rid=" + i);
            }
        }
        assertThat(throttled.occurrences()).isEqualTo(3);
    }

    @Test
    void aResponseCanComeTwice() {
        hub.emulator().faults().next(FaultPoint.TWIN_RESPONSE, Fault.duplicate());
        try (WireClient client = subscribed()) {
            client.publish(PATCH + 1, "{\"a\":1}");
            for (int i = 0; i < 2; i++) {
                assertThat(client.expect(WireClient.PUBLISH).topic())
                        .isEqualTo("$iothub/twin/res/204/?$rid=1&$version=2");
            }
            client.ping();
        }
    }

    @Test
    void aResponseCanCarryAnotherRequestId() {
        hub.emulator().faults().next(FaultPoint.TWIN_RESPONSE, Fault.answerOtherRid());
        try (WireClient client = subscribed()) {
            client.publish("$iothub/twin/GET/?$rid=1", "");

            assertThat(client.expect(WireClient.PUBLISH).topic()).isEqualTo("$iothub/twin/res/200/?$rid=not-1");
        }
    }

    @Test
    void responsesCanComeInAnotherOrder() {
        hub.emulator().faults().next(FaultPoint.TWIN_RESPONSE, Fault.reorder());
        try (WireClient client = subscribed()) {
            client.publish(PATCH + 1, "{\"a\":1}");
            client.publish(PATCH + 2, "{\"a\":2}");

            assertThat(client.expect(WireClient.PUBLISH).topic()).isEqualTo("$iothub/twin/res/204/?$rid=2&$version=3");
            assertThat(client.expect(WireClient.PUBLISH).topic()).isEqualTo("$iothub/twin/res/204/?$rid=1&$version=2");
        }
    }

    @Test
    void aLateResponseHoldsUpWhatComesAfterIt() {
        ArmedFault late = hub.emulator().faults().next(FaultPoint.TWIN_RESPONSE, Fault.delay(Duration.ofMillis(100)));
        try (WireClient client = subscribed()) {
            client.publish("$iothub/twin/GET/?$rid=1", "");
            client.publish("$iothub/twin/GET/?$rid=2", "");
            await().until(() -> late.occurrences() == 1);
            hub.updateDesired("dev1", "{}");

            assertThat(client.expect(WireClient.PUBLISH).topic()).isEqualTo("$iothub/twin/res/200/?$rid=1");
            assertThat(new String[] {
                        client.expect(WireClient.PUBLISH).topic(),
                        client.expect(WireClient.PUBLISH).topic()
                    })
                    .containsExactlyInAnyOrder(
                            "$iothub/twin/res/200/?$rid=2", "$iothub/twin/PATCH/properties/desired/?$version=2");
        }
    }

    @Test
    void aDelayedPubackDelaysTheResponseToo() {
        // The second request waits from the first delay on, and comes after all of the first.
        hub.emulator().faults().next(FaultPoint.PUBLISH, Fault.delay(Duration.ofMillis(100)));
        hub.emulator().faults().next(FaultPoint.STORED, Fault.delay(Duration.ofMillis(100)));
        try (WireClient client = subscribed()) {
            client.publishAtLeastOnce("$iothub/twin/GET/?$rid=1", "", 7);
            client.publishAtLeastOnce("$iothub/twin/GET/?$rid=2", "", 8);

            assertThat(client.expect(WireClient.PUBACK).packetId()).isEqualTo(7);
            assertThat(client.expect(WireClient.PUBLISH).topic()).endsWith("$rid=1");
            assertThat(client.expect(WireClient.PUBACK).packetId()).isEqualTo(8);
            assertThat(client.expect(WireClient.PUBLISH).topic()).endsWith("$rid=2");
        }
    }

    @ParameterizedTest
    @CsvSource({"TWIN_PATCH, false", "TWIN_RESPONSE, true", "PUBACK, true", "PUBLISH, false"})
    void theConnectionCanBeCutBetweenRequestAndResponse(FaultPoint point, boolean carriedOut) {
        hub.emulator().faults().next(point, Fault.cut());
        try (WireClient client = subscribed()) {
            client.publishAtLeastOnce(PATCH + 1, "{\"a\":1}", 7);
            client.remainingBytes();
        }
        assertThat(hub.twin("dev1").reported().isEmpty()).isEqualTo(!carriedOut);
    }

    @Test
    void aNotificationCanBeLost() {
        hub.emulator().faults().next(FaultPoint.DESIRED_NOTIFICATION, Fault.drop());
        assertNotified("3");
    }

    @Test
    void aNotificationCanComeTwice() {
        hub.emulator().faults().next(FaultPoint.DESIRED_NOTIFICATION, Fault.duplicate());
        assertNotified("2", "2", "3");
    }

    @Test
    void notificationsCanComeInAnotherOrder() {
        hub.emulator().faults().next(FaultPoint.DESIRED_NOTIFICATION, Fault.reorder());
        assertNotified("3", "2");
    }

    private void assertNotified(String... versions) {
        try (WireClient client = subscribed()) {
            hub.updateDesired("dev1", "{\"a\":1}");
            hub.updateDesired("dev1", "{\"a\":2}");
            for (String version : versions) {
                assertThat(client.expect(WireClient.PUBLISH).topic())
                        .isEqualTo("$iothub/twin/PATCH/properties/desired/?$version=" + version);
            }
            client.ping();
        }
    }

    @Test
    void aFaultOfNotificationsSparesDevicesThatAreNotSubscribed() {
        ArmedFault drop = hub.emulator().faults().next(FaultPoint.DESIRED_NOTIFICATION, Fault.drop());
        ArmedFault silence = hub.emulator().faults().next(FaultPoint.TWIN_RESPONSE, Fault.drop());
        try (WireClient client = WireClient.device(hub.emulator(), "dev1").accepted()) {
            hub.updateDesired("dev1", "{\"a\":1}");
            client.publish("$iothub/twin/GET/?$rid=1", "");
            client.ping();
        }
        assertThat(drop.occurrences()).isZero();
        assertThat(silence.occurrences()).isZero();
    }

    @ParameterizedTest
    @EnumSource(
            value = FaultPoint.class,
            names = {"TWIN_.*", "PROVISIONING_(REGISTER|POLL|RESPONSE)"},
            mode = EnumSource.Mode.MATCH_NONE)
    void onlyRequestsAreAnsweredWithAStatus(FaultPoint point) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> hub.emulator().faults().next(point, Fault.answerStatus(500)))
                .withMessageContaining("answer status with 500");
    }

    @Test
    void aStatusIsAnError() {
        assertThatIllegalArgumentException().isThrownBy(() -> Fault.answerStatus(204));
        assertThatIllegalArgumentException().isThrownBy(() -> Fault.answerStatus(600));
    }

    private WireClient subscribed() {
        WireClient client = WireClient.device(hub.emulator(), "dev1").accepted();
        client.subscribed("$iothub/twin/res/#", 0);
        client.subscribed("$iothub/twin/PATCH/properties/desired/#", 0);
        return client;
    }
}
