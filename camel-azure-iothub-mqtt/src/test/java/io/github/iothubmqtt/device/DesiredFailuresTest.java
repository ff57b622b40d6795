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
package io.github.iothubmqtt.device;

import java.time.Duration;

import io.github.iothubmqtt.protocol.TwinTopics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class DesiredFailuresTest {

    private final DeviceHarness device = new DeviceHarness();

    @Test
    void aFailedChangeComesAgainAsAWholeAfterABackOff() {
        DesiredHarness consumer = DesiredHarness.following(device, 5);
        consumer.hub.changed(6, "\"a\":1");
        consumer.hub.changed(7, "\"b\":1");
        consumer.fail();
        device.loop.advance(Duration.ofMillis(999));
        assertThat(consumer.hub.reads()).isEqualTo(1);

        device.loop.advance(Duration.ofSeconds(2));
        consumer.hub.desired(7, "\"a\":1,\"b\":1");
        consumer.doneAll();
        assertThat(consumer.seen()).containsExactly("6 {\"a\":1}", "all 7 {\"a\":1,\"b\":1}");
        assertThat(consumer.givenUp).isEmpty();
    }

    @Test
    void aChangeThatFailsTooOftenIsGivenUpAndWhatFollowsGoesOn() {
        DesiredHarness consumer = DesiredHarness.reading(device, 2);
        consumer.hub.desired(1, "");
        for (int failure = 1; failure <= 2; failure++) {
            consumer.fail();
            assertThat(consumer.givenUp).isEmpty();
            device.loop.advance(Duration.ofSeconds(10));
            consumer.hub.desired(1, "");
        }
        consumer.hub.changed(2, "\"a\":1");
        consumer.fail();

        assertThat(consumer.givenUp).containsExactly("1 the route failed");
        assertThat(consumer.seen()).containsExactly("all 1 {}", "all 1 {}", "all 1 {}", "2 {\"a\":1}");
        assertThat(consumer.hub.reads()).isEqualTo(3);
    }

    @Test
    void withoutRedeliveriesAFailureIsGivenUpAtOnceAndDoesNotComeAgainWithTheNextLink() {
        DesiredHarness consumer = DesiredHarness.reading(device, 0);
        consumer.hub.desired(4, "");
        consumer.fail();
        assertThat(consumer.givenUp).hasSize(1);
        device.reconnect();
        consumer.grant();
        consumer.hub.desired(4, "");

        assertThat(consumer.seen()).containsExactly("all 4 {}");
    }

    @Test
    void aSuccessForgetsTheFailuresBeforeIt() {
        DesiredHarness consumer = DesiredHarness.reading(device, 1);
        for (long version = 1; version <= 3; version++) {
            consumer.hub.desired(version, "");
            consumer.fail();
            device.loop.advance(Duration.ofSeconds(3));
            consumer.hub.desired(version, "");
            consumer.done();
            consumer.hub.changed(version + 2, "");
        }

        assertThat(consumer.givenUp).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "?$version=|{}",
                "?$version=six|{}",
                "|{}",
                "?$version=6|",
                "?$version=6|[]",
                "?$version=6|null",
                "?$version=6|{\"a\":1",
                "?$version=6|no JSON"
            })
    void aNotificationThatCannotBeReadIsReplacedByALookAtTheTwin(String rest, String body) {
        DesiredHarness consumer = DesiredHarness.following(device, 5);
        device.arrive(
                TwinTopics.DESIRED_FILTER.replace("#", "") + (rest == null ? "" : rest), body == null ? "" : body);
        assertThat(consumer.hub.reads()).isEqualTo(2);

        consumer.hub.desired(6, "\"a\":1");
        assertThat(consumer.seen()).containsExactly("all 6 {\"a\":1}");
    }

    @Test
    void aNotificationThatCannotBeReadDuringAReadStartsItAnew() {
        DesiredHarness consumer = DesiredHarness.reading(device, 5);
        String first = consumer.hub.requests().get(0).id();
        device.arrive("$iothub/twin/PATCH/properties/desired/?$version=2", "broken");
        assertThat(consumer.hub.reads()).isEqualTo(2);

        consumer.hub.answer(first, 200, "", TwinHub.EMPTY);
        assertThat(consumer.seen()).as("that read is too old").isEmpty();
        consumer.hub.desired(2, "");
        assertThat(consumer.seen()).containsExactly("all 2 {}");
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 403, 429, 500, 503})
    void aReadThatTheHubRefusesIsRepeatedAfterAWhile(int status) {
        DesiredHarness consumer = DesiredHarness.reading(device, 5);
        consumer.hub.answer(0, status, "");
        assertThat(consumer.hub.reads()).isEqualTo(1);
        device.loop.advance(Duration.ofSeconds(2));
        assertThat(consumer.hub.reads()).isEqualTo(2);

        consumer.hub.desired(3, "");
        assertThat(consumer.seen()).containsExactly("all 3 {}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{\"desired\":{},\"reported\":{}}",
                "{\"desired\":{\"a\":1e9999999999,\"$version\":null}}"
            })
    void anAnswerThatIsNoTwinIsAskedForAgain(String body) {
        DesiredHarness consumer = DesiredHarness.reading(device, 5);
        consumer.hub.answer(0, 200, body);
        device.loop.advance(Duration.ofSeconds(2));
        consumer.hub.desired(3, "");

        assertThat(consumer.seen()).containsExactly("all 3 {}");
    }

    @Test
    void readsThatGoOnFailingBecomeRarerAndNeverEnd() {
        device.timeToLive = Duration.ofHours(10);
        DesiredHarness consumer = DesiredHarness.reading(device, 5);
        int answered = 0;
        for (int second = 0; second < Duration.ofHours(1).toSeconds(); second++) {
            if (answered < consumer.hub.reads()) {
                consumer.hub.answer(answered++, 404, "");
            }
            device.loop.advance(Duration.ofSeconds(1));
        }
        assertThat(answered).isBetween(35, 120);

        while (answered == consumer.hub.reads()) {
            device.loop.advance(Duration.ofSeconds(1));
        }
        consumer.hub.desired(3, "");
        assertThat(consumer.seen()).containsExactly("all 3 {}");
    }

    @Test
    void aReadThatIsNotAnsweredIsRepeated() {
        device.pubackTimeout = Duration.ofMinutes(5);
        DesiredHarness consumer = DesiredHarness.reading(device, 5);
        device.pubackAll();
        device.loop.advance(Duration.ofSeconds(32));
        assertThat(consumer.hub.reads()).isEqualTo(2);

        consumer.hub.desired(3, "");
        assertThat(consumer.seen()).containsExactly("all 3 {}");
    }

    @Test
    void aReadWhoseConnectionIsLostIsMadeOnTheNext() {
        DesiredHarness consumer = DesiredHarness.reading(device, 5);
        device.reconnect();
        consumer.grant();
        assertThat(consumer.hub.requests()).hasSize(1);
        consumer.hub.desired(3, "");

        assertThat(consumer.seen()).containsExactly("all 3 {}");
    }

    @Test
    void aReadThatFindsTheOutboxFullIsRepeated() {
        device.maxPending = 1;
        ConnectionHandle handle = device.connected();
        DesiredHarness consumer = new DesiredHarness(device);
        consumer.hub.read(handle);
        consumer.subscribe(handle, 5);
        device.grant(TwinTopics.DESIRED_FILTER);
        consumer.hub.grantAnswers();
        consumer.hub.answer(0, 200, TwinHub.EMPTY);
        device.loop.advance(Duration.ofSeconds(2));
        consumer.hub.desired(3, "");

        assertThat(consumer.seen()).containsExactly("all 3 {}");
    }

    @Test
    void aLossDuringAnExchangeReadsTheTwinWhenTheExchangeIsThrough() {
        DesiredHarness consumer = DesiredHarness.reading(device, 5);
        consumer.hub.desired(1, "");
        consumer.hub.changed(2, "");
        device.reconnect();
        consumer.grant();
        assertThat(consumer.hub.requests()).as("one at a time").isEmpty();

        consumer.done();
        consumer.hub.desired(2, "\"whole\":true");
        assertThat(consumer.seen()).containsExactly("all 1 {}", "all 2 {\"whole\":true}");
    }

    @Test
    void anExchangeThatEndsAfterItsConnectionCountsForTheNext() {
        DesiredHarness consumer = DesiredHarness.reading(device, 5);
        consumer.hub.desired(1, "");
        device.loop.advance(Duration.ofSeconds(10));
        device.lose();
        consumer.done();
        device.accept();
        consumer.grant();
        consumer.hub.desired(1, "");

        assertThat(consumer.seen()).containsExactly("all 1 {}");
    }

    @Test
    void anExchangeThatFailsAfterItsConnectionComesAgainOnTheNext() {
        DesiredHarness consumer = DesiredHarness.reading(device, 5);
        consumer.hub.desired(1, "");
        device.reconnect();
        consumer.fail();
        consumer.grant();
        device.loop.advance(Duration.ofSeconds(3));
        consumer.hub.grantAnswers();
        consumer.hub.desired(1, "");

        assertThat(consumer.seen()).containsExactly("all 1 {}", "all 1 {}");
    }

    @Test
    void aConsumerThatFollowsOneInTroubleDoesNotWaitForItsBackOff() {
        ConnectionHandle first = device.connected();
        ConnectionHandle second = device.connections.acquire(device.settings());
        DesiredHarness failing = new DesiredHarness(device).subscribe(first, 5);
        failing.grant();
        failing.hub.desired(1, "");
        failing.fail();
        first.release();
        device.loop.run();

        DesiredHarness next = new DesiredHarness(device).subscribe(second, 5);
        device.grant(TwinTopics.DESIRED_FILTER);
        next.hub.desired(1, "");
        assertThat(next.seen()).containsExactly("all 1 {}");
    }

    @Test
    void aRefusedSubscriptionFailsTheStart() {
        DesiredHarness consumer = new DesiredHarness(device).subscribe(device.connected(), 5);
        device.refuse(TwinTopics.DESIRED_FILTER);

        assertThatThrownBy(consumer.granted::join)
                .hasMessageContaining("Cannot subscribe contoso.azure-devices.net/dev1 to its desired properties");
    }

    @Test
    void aConsumerThatStopsInTheMiddleLeavesNoTimerAndNoRequestBehind() {
        device.pubackTimeout = Duration.ofMillis(500);
        ConnectionHandle first = device.connected();
        device.connections.acquire(device.settings());
        int before = device.loop.timers();
        DesiredHarness consumer = new DesiredHarness(device).subscribe(first, 5);
        consumer.grant();
        consumer.hub.desired(1, "");
        consumer.fail();
        first.release();
        device.loop.advance(device.pubackTimeout);

        assertThat(device.loop.timers()).isEqualTo(before);
        assertThat(consumer.hub.reads()).isEqualTo(1);
    }

    @Test
    void aConnectionThatClosesDuringAReadLeavesNoTimerBehind() {
        DesiredHarness consumer = DesiredHarness.reading(device, 5);
        device.connections.close();
        device.loop.run();

        assertThat(consumer.seen()).isEmpty();
        assertThat(device.loop.timers()).isZero();
    }

    @Test
    void aVerdictAfterTheEndOfTheConsumerDoesNothing() {
        ConnectionHandle handle = device.connected();
        DesiredHarness consumer = new DesiredHarness(device).subscribe(handle, 0);
        consumer.grant();
        consumer.hub.desired(1, "");
        handle.release();
        device.loop.run();
        consumer.fail();

        assertThat(consumer.givenUp).isEmpty();
        assertThat(device.loop.timers()).isZero();
    }
}
