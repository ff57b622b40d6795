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
package io.github.iothubmqtt.reliability;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** A ledger that cannot find a breach is worth nothing: each rule is broken once. */
class BooksTest {

    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

    private final Breaches breaches = new Breaches();
    private final TelemetryBook telemetry = new TelemetryBook("device-0", breaches);
    private final DeviceboundBook devicebound = new DeviceboundBook("device-0", breaches);
    private final TwinBook twin = new TwinBook("device-0", breaches);
    private final MethodBook methods = new MethodBook("device-0", breaches);

    @Test
    void aRunWithoutFaultHasNoBreach() {
        IntStream.range(0, 10).forEach(this::sendAndStoreAndReport);
        telemetry.close(0);
        IntStream.range(0, 10).forEach(this::sendAndProcessAndAcknowledge);
        devicebound.close();

        assertThat(breaches.isEmpty()).isTrue();
        assertThat(telemetry.settled()).isTrue();
        assertThat(devicebound.settled()).isTrue();
    }

    @Test
    void aMessageThatTheHubDoesNotHaveIsLost() {
        int number = telemetry.handOver();
        telemetry.reportedDone(number);
        telemetry.close(0);

        assertThat(breaches.counts()).isEqualTo(Map.of(Rule.DONE_TOO_EARLY, 1, Rule.LOST, 1));
    }

    @Test
    void aMessageThatIsReportedBeforeTheHubHasItIsDoneTooEarly() {
        int number = telemetry.handOver();
        telemetry.reportedDone(number);
        telemetry.arrived(number, null);
        telemetry.close(0);

        assertThat(breaches.counts()).isEqualTo(Map.of(Rule.DONE_TOO_EARLY, 1));
    }

    @Test
    void aMessageThatArrivesAfterALaterOneIsMisordered() {
        int first = telemetry.handOver();
        int second = telemetry.handOver();
        telemetry.arrived(second, null);
        telemetry.arrived(first, null);

        assertThat(breaches.counts()).isEqualTo(Map.of(Rule.MISORDERED, 1));
    }

    @Test
    void aSecondArrivalIsADuplicateAndNotMisordered() {
        IntStream.range(0, 3).forEach(this::sendAndStoreAndReport);
        telemetry.arrived(0, null);
        telemetry.arrived(1, null);
        telemetry.close(2);
        assertThat(breaches.isEmpty()).isTrue();

        telemetry.arrived(2, null);
        telemetry.close(2);
        assertThat(breaches.counts()).isEqualTo(Map.of(Rule.DUPLICATES, 1));
    }

    @Test
    void aMessageThatNobodySentIsExtra() {
        telemetry.arrived(0, null);
        telemetry.arrivedUnknown("a message without id");

        assertThat(breaches.counts()).isEqualTo(Map.of(Rule.EXTRA, 2));
    }

    @Test
    void aMessageThatHasChangedIsAltered() {
        Sample sent = Sample.of(42, 0, telemetry.handOver());
        byte[] flipped = sent.body().clone();
        flipped[3] ^= 1;
        telemetry.arrived(0, sent.difference(flipped, sent.properties()));
        telemetry.arrived(0, sent.difference(sent.body(), Map.of("number", "0")));
        telemetry.arrived(0, sent.difference(sent.body(), sent.properties()));

        assertThat(breaches.counts()).isEqualTo(Map.of(Rule.ALTERED, 2));
    }

    @Test
    void anExchangeThatEndsNeitherWayIsUnreported() {
        telemetry.arrived(telemetry.handOver(), null);
        assertThat(telemetry.settled()).isFalse();
        telemetry.close(0);

        assertThat(breaches.counts()).isEqualTo(Map.of(Rule.UNREPORTED, 1));
    }

    @Test
    void anExchangeThatFailsIsTold() {
        telemetry.reportedFailed(telemetry.handOver(), new IllegalStateException("why"));
        telemetry.close(0);

        assertThat(breaches.counts()).isEqualTo(Map.of(Rule.FAILED, 1));
        assertThat(breaches.told()).singleElement().asString().contains("why");
    }

    @Test
    void aDeviceboundMessageThatNeverSucceedsIsLost() {
        devicebound.sent();
        devicebound.reached(0, null);
        devicebound.failedAttempt();
        devicebound.close();

        assertThat(breaches.counts()).isEqualTo(Map.of(Rule.DEVICEBOUND_LOST, 1));
    }

    @Test
    void anAcknowledgementBeforeTheSuccessIsTooEarly() {
        devicebound.sent();
        devicebound.reached(0, null);
        devicebound.succeeded(0, NOON);
        devicebound.acknowledged(0, NOON.minusNanos(1));
        devicebound.close();

        assertThat(breaches.counts()).isEqualTo(Map.of(Rule.ACKNOWLEDGED_TOO_EARLY, 1));
    }

    @Test
    void anAcknowledgementWithoutSuccessIsTooEarlyAndALoss() {
        devicebound.sent();
        devicebound.acknowledged(0, NOON);
        devicebound.close();

        assertThat(breaches.counts()).isEqualTo(Map.of(Rule.ACKNOWLEDGED_TOO_EARLY, 1, Rule.DEVICEBOUND_LOST, 1));
    }

    @Test
    void aSuccessWithoutAcknowledgementIsTold() {
        devicebound.sent();
        devicebound.reached(0, null);
        devicebound.succeeded(0, NOON);
        devicebound.close();

        assertThat(breaches.counts()).isEqualTo(Map.of(Rule.DEVICEBOUND_UNACKNOWLEDGED, 1));
    }

    @Test
    void aDeviceboundMessageAfterALaterOneIsMisordered() {
        devicebound.sent();
        devicebound.sent();
        devicebound.reached(1, null);
        devicebound.reached(0, "another body");

        assertThat(breaches.counts()).isEqualTo(Map.of(Rule.DEVICEBOUND_MISORDERED, 1, Rule.DEVICEBOUND_ALTERED, 1));
    }

    @Test
    void aReportIsLostWhenTheHubDoesNotHaveItOrHasAnEarlierOne() {
        long first = twin.report();
        twin.reportedDone(first, Map.of());
        for (int i = 0; i < 50; i++) {
            twin.report();
        }
        twin.reportedDone(50, Map.of(TwinBook.slot(50), 0));

        assertThat(breaches.counts()).isEqualTo(Map.of(Rule.REPORT_LOST, 2));
    }

    @Test
    void aReportThatIsUndoneLaterIsLostAtTheEnd() {
        long number = twin.report();
        twin.reportedDone(number, Map.of(TwinBook.slot(number), number));
        twin.close(Map.of(), -1, Map.of());

        assertThat(breaches.counts()).isEqualTo(Map.of(Rule.REPORT_LOST, 1));
    }

    @Test
    void aReportThatNobodyMadeIsABreach() {
        long number = twin.report();
        twin.reportedDone(number, Map.of(TwinBook.slot(number), 7));

        assertThat(breaches.counts()).isEqualTo(Map.of(Rule.REPORT_LOST, 1));
    }

    @Test
    void aReportThatFailsIsABreach() {
        twin.reportedFailed(twin.report(), new IllegalStateException("too late"));

        assertThat(breaches.counts()).isEqualTo(Map.of(Rule.REPORT_FAILED, 1));
        assertThat(twin.settled()).isTrue();
    }

    @Test
    void theLastDesiredVersionMustReachTheRoute() {
        twin.reached(2, true, Map.of("a", 1));
        twin.close(Map.of(), 3, Map.of("a", 2));

        assertThat(breaches.counts()).isEqualTo(Map.of(Rule.DESIRED_LOST, 1));
    }

    @Test
    void whatReachesTheRouteMustBeWhatTheHubHas() {
        Map<String, Object> removed = new HashMap<>();
        removed.put("a", null);
        twin.reached(2, true, Map.of("a", 1, "b", 1));
        twin.reached(3, false, removed);
        twin.close(Map.of(), 3, Map.of("b", 1));
        assertThat(breaches.isEmpty()).isTrue();

        twin.close(Map.of(), 3, Map.of("b", 2));
        assertThat(breaches.counts()).isEqualTo(Map.of(Rule.DESIRED_ALTERED, 1));
    }

    @Test
    void anOlderDesiredVersionAfterANewerOneIsMisordered() {
        twin.reached(3, true, Map.of());
        twin.reached(2, false, Map.of());

        assertThat(breaches.counts()).isEqualTo(Map.of(Rule.DESIRED_MISORDERED, 1));
    }

    @Test
    void aMethodIsCarriedOutOnceAndItsCallerHearsTheTruth() {
        for (int i = 0; i < 5; i++) {
            methods.call();
        }
        methods.begun(0);
        methods.begun(0);
        methods.begun(1);
        methods.answered(1, false, "another answer");
        methods.answered(2, true, "an answer of nobody");
        methods.failed(3, false, new IllegalStateException());
        methods.close();

        assertThat(methods.settled()).isFalse();
        assertThat(breaches.counts())
                .isEqualTo(Map.of(
                        Rule.METHOD_REPEATED, 1,
                        Rule.METHOD_ALTERED, 2,
                        Rule.METHOD_FAILED, 1,
                        Rule.METHOD_UNANSWERED, 2));
    }

    private void sendAndStoreAndReport(int index) {
        int number = telemetry.handOver();
        telemetry.arrived(number, null);
        telemetry.reportedDone(number);
    }

    private void sendAndProcessAndAcknowledge(int number) {
        devicebound.sent();
        devicebound.reached(number, null);
        devicebound.succeeded(number, NOON);
        devicebound.acknowledged(number, NOON);
    }
}
