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
import java.util.stream.LongStream;

import io.github.iothubmqtt.protocol.TwinTopics;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What a consumer of the desired properties gets to see when all goes well; the rest is in {@link DesiredFailuresTest}. */
class DesiredPropertiesTest {

    private final DeviceHarness device = new DeviceHarness();

    @Test
    void theTwinIsReadWhenTheHubHasGrantedTheNotifications() {
        DesiredHarness consumer = new DesiredHarness(device).subscribe(device.connected(), 5);
        assertThat(device.transport.last().filters).containsExactly("$iothub/twin/PATCH/properties/desired/#");
        assertThat(consumer.granted).isNotDone();

        device.grant(TwinTopics.DESIRED_FILTER);
        assertThat(consumer.granted).isCompleted();
        consumer.hub.grantAnswers();
        assertThat(consumer.hub.requests()).hasSize(1);
        consumer.hub.desired(3, "\"interval\":\"5m\"");
        assertThat(consumer.seen()).containsExactly("all 3 {\"interval\":\"5m\"}");
    }

    @Test
    void changesFollowInOrderOneAfterAnother() {
        DesiredHarness consumer = DesiredHarness.reading(device, 5);
        consumer.hub.desired(1, "");
        consumer.hub.changed(2, "\"a\":1");
        consumer.hub.changed(3, "\"a\":null");
        assertThat(consumer.seen()).containsExactly("all 1 {}");

        consumer.done();
        assertThat(consumer.seen()).containsExactly("all 1 {}", "2 {\"a\":1}");
        consumer.done();
        assertThat(consumer.seen()).containsExactly("all 1 {}", "2 {\"a\":1}", "3 {\"a\":null}");
        assertThat(consumer.hub.reads()).isEqualTo(1);
    }

    @Test
    void aVerdictThatIsRepeatedCountsOnce() {
        DesiredHarness consumer = DesiredHarness.reading(device, 5);
        consumer.hub.desired(1, "");
        consumer.hub.changed(2, "");
        consumer.hub.changed(3, "");
        DesiredChange first = consumer.changes.get(0);
        consumer.done();
        first.done();
        assertThat(first.fail(new IllegalStateException())).isFalse();
        device.loop.run();

        assertThat(consumer.seen()).containsExactly("all 1 {}", "2 {}");
    }

    @Test
    void aVersionThatCameBeforeIsDropped() {
        DesiredHarness consumer = DesiredHarness.following(device, 5);
        consumer.hub.changed(6, "");
        consumer.hub.changed(6, "\"again\":true");
        consumer.hub.changed(4, "\"old\":true");
        consumer.hub.changed(-7, "\"odd\":true");
        consumer.doneAll();
        consumer.hub.changed(6, "\"again\":true");

        assertThat(consumer.seen()).containsExactly("6 {}");
        assertThat(consumer.hub.reads()).isEqualTo(1);
    }

    @Test
    void whatIsToldDuringTheReadIsSortedByItsVersion() {
        DesiredHarness consumer = DesiredHarness.reading(device, 5);
        LongStream.rangeClosed(4, 7).forEach(version -> consumer.hub.changed(version, "\"v\":" + version));
        consumer.hub.desired(5, "\"v\":5");
        consumer.doneAll();

        assertThat(consumer.seen()).containsExactly("all 5 {\"v\":5}", "6 {\"v\":6}", "7 {\"v\":7}");
        assertThat(consumer.hub.reads()).isEqualTo(1);
    }

    @Test
    void aReconnectThatFindsTheSameVersionHandsNothingOver() {
        DesiredHarness consumer = DesiredHarness.following(device, 5);
        device.reconnect();
        assertThat(device.transport.last().filters).contains(TwinTopics.DESIRED_FILTER, TwinTopics.RESPONSE_FILTER);
        consumer.grant();
        consumer.hub.desired(5, "\"same\":true");
        assertThat(consumer.seen()).isEmpty();

        consumer.hub.changed(6, "");
        assertThat(consumer.seen()).containsExactly("6 {}");
    }

    @Test
    void whatChangedWhileAwayIsHandedOverAsAWhole() {
        DesiredHarness consumer = DesiredHarness.following(device, 5);
        device.reconnect();
        consumer.grant();
        consumer.hub.desired(9, "\"a\":1");
        consumer.doneAll();
        consumer.hub.changed(10, "\"a\":2");

        assertThat(consumer.seen()).containsExactly("all 9 {\"a\":1}", "10 {\"a\":2}");
    }

    @Test
    void theTwinIsNotReadOnANewLinkBeforeItsSubscriptionIsGranted() {
        DesiredHarness consumer = DesiredHarness.following(device, 5);
        device.reconnect();
        consumer.hub.grantAnswers();
        consumer.hub.changed(6, "");
        assertThat(consumer.hub.requests()).isEmpty();

        device.grant(TwinTopics.DESIRED_FILTER);
        consumer.hub.desired(6, "");
        assertThat(consumer.seen()).containsExactly("all 6 {}");
    }

    @Test
    void afterAPlannedReconnectTheTwinIsReadWhenTheNewLinkIsSubscribed() {
        device.timeToLive = Duration.ofSeconds(100);
        device.cleanSession = true;
        DesiredHarness consumer = DesiredHarness.following(device, 5);
        device.loop.advance(Duration.ofSeconds(86));
        device.transport.last().disconnected.complete(null);
        device.accept();
        consumer.hub.grantAnswers();
        assertThat(consumer.hub.requests()).isEmpty();

        device.grant(TwinTopics.DESIRED_FILTER);
        consumer.hub.desired(7, "");
        assertThat(consumer.seen()).containsExactly("all 7 {}");
    }

    @Test
    void whatAConnectionStillSaysAfterItsEndIsNotHeard() {
        DesiredHarness consumer = DesiredHarness.following(device, 5);
        FakeTransport.FakeLink old = device.transport.last();
        device.reconnect();
        consumer.grant();
        consumer.hub.desired(5, "");
        old.deliver("$iothub/twin/PATCH/properties/desired/?$version=6", "{\"stale\":true}", 0, 0);
        device.loop.run();
        assertThat(consumer.seen()).isEmpty();
    }

    @Test
    void aGapBetweenVersionsIsClosedByARead() {
        DesiredHarness consumer = DesiredHarness.following(device, 5);
        for (long version = 7; version <= 15; version += 2) {
            consumer.hub.changed(version, "");
            consumer.hub.desired(version, "\"v\":" + version);
            consumer.doneAll();
        }

        assertThat(consumer.seen())
                .as("each time anew, however often it happens")
                .containsExactly(
                        "all 7 {\"v\":7}",
                        "all 9 {\"v\":9}",
                        "all 11 {\"v\":11}",
                        "all 13 {\"v\":13}",
                        "all 15 {\"v\":15}");
        assertThat(consumer.hub.reads()).isEqualTo(6);
    }

    @Test
    void aGapThatIsFoundWhileAnExchangeRunsIsClosedAfterIt() {
        DesiredHarness consumer = DesiredHarness.reading(device, 5);
        consumer.hub.desired(1, "");
        consumer.hub.changed(2, "");
        consumer.hub.changed(4, "");
        assertThat(consumer.hub.reads()).isEqualTo(1);

        consumer.done();
        consumer.hub.desired(4, "\"whole\":true");
        consumer.doneAll();
        assertThat(consumer.seen()).containsExactly("all 1 {}", "all 4 {\"whole\":true}");
    }

    @Test
    void aReadThatLagsBehindTheGapIsFollowedByTheChange() {
        DesiredHarness consumer = DesiredHarness.following(device, 5);
        consumer.hub.changed(8, "\"late\":true");
        consumer.hub.desired(7, "");
        consumer.doneAll();

        assertThat(consumer.seen()).containsExactly("all 7 {}", "8 {\"late\":true}");
    }

    @Test
    void aHubThatLiesAboutVersionsIsTakenAtItsWordAfterAFewReads() {
        DesiredHarness consumer = DesiredHarness.following(device, 5);
        consumer.hub.changed(9, "\"a\":1");
        consumer.hub.changed(10, "\"a\":2");
        consumer.hub.desired(5, "");
        consumer.hub.desired(5, "");
        consumer.doneAll();
        device.loop.advance(Duration.ofHours(1));

        assertThat(consumer.seen()).containsExactly("9 {\"a\":1}", "10 {\"a\":2}");
        assertThat(consumer.hub.reads()).isEqualTo(3);
    }

    @Test
    void aVersionThatWentBackBelongsToADeviceThatWasRegisteredAnewAndIsHandedOver() {
        DesiredHarness consumer = DesiredHarness.following(device, 50);
        device.reconnect();
        consumer.grant();
        consumer.hub.desired(1, "");
        consumer.doneAll();
        consumer.hub.changed(2, "\"fresh\":true");
        consumer.doneAll();

        assertThat(consumer.seen()).containsExactly("all 1 {}", "2 {\"fresh\":true}");
    }

    @Test
    void asManyChangesAsMayWaitAreAllHandedOver() {
        DesiredHarness consumer = DesiredHarness.reading(device, 5);
        consumer.hub.desired(1, "");
        LongStream.rangeClosed(2, DesiredProperties.MAX_WAITING + 1)
                .forEach(version -> consumer.hub.changed(version, ""));
        consumer.doneAll();

        assertThat(consumer.changes).hasSize(DesiredProperties.MAX_WAITING + 1);
        assertThat(consumer.hub.reads()).isEqualTo(1);
    }

    @Test
    void aConsumerThatIsTooSlowForAllChangesGetsTheWholeInTheirPlace() {
        DesiredHarness consumer = DesiredHarness.reading(device, 5);
        consumer.hub.desired(1, "");
        LongStream.rangeClosed(2, 150).forEach(version -> consumer.hub.changed(version, ""));
        assertThat(consumer.hub.reads()).isEqualTo(1);

        consumer.done();
        consumer.hub.desired(150, "\"whole\":true");
        consumer.doneAll();
        assertThat(consumer.seen()).containsExactly("all 1 {}", "all 150 {\"whole\":true}");
    }

    @Test
    void moreChangesThanAreKeptDuringAReadLeadToAnother() {
        DesiredHarness consumer = DesiredHarness.reading(device, 5);
        LongStream.rangeClosed(2, 300).forEach(version -> consumer.hub.changed(version, ""));
        consumer.hub.desired(150, "");
        consumer.hub.desired(300, "\"whole\":true");
        consumer.doneAll();

        assertThat(consumer.seen()).containsExactly("all 300 {\"whole\":true}");
    }

    @Test
    void aPausedConsumerGetsWhatItMissedWhenItGoesOn() {
        ConnectionHandle handle = device.connected();
        DesiredHarness consumer = new DesiredHarness(device).subscribe(handle, 5);
        consumer.grant();
        consumer.hub.desired(1, "");
        consumer.doneAll();
        handle.pause();
        device.loop.run();
        consumer.hub.changed(2, "");
        consumer.hub.changed(3, "");
        assertThat(consumer.seen()).containsExactly("all 1 {}");

        handle.resume();
        device.loop.run();
        consumer.doneAll();
        assertThat(consumer.seen()).containsExactly("all 1 {}", "2 {}", "3 {}");
    }

    @Test
    void aConsumerThatIsPausedDuringAReconnectReadsTheTwinLater() {
        ConnectionHandle handle = device.connected();
        DesiredHarness consumer = new DesiredHarness(device).subscribe(handle, 5);
        handle.pause();
        device.loop.run();
        device.grant(TwinTopics.DESIRED_FILTER);
        assertThat(device.transport.last().filters).doesNotContain(TwinTopics.RESPONSE_FILTER);

        handle.resume();
        device.loop.run();
        consumer.hub.grantAnswers();
        consumer.hub.desired(4, "");
        assertThat(consumer.seen()).containsExactly("all 4 {}");
    }

    @Test
    void aSecondConsumerIsRefused() {
        DesiredHarness.following(device, 5);
        ConnectionHandle other = device.connections.acquire(device.settings());

        assertThatThrownBy(() ->
                        new DesiredHarness(device).subscribe(other, 5).granted.join())
                .hasMessageContaining(
                        "Another route consumes the desired properties of" + " contoso.azure-devices.net/dev1 already");
    }

    @Test
    void aConsumerThatFollowsAStoppedOneSeesTheWholeAgain() {
        ConnectionHandle first = device.connected();
        ConnectionHandle second = device.connections.acquire(device.settings());
        DesiredHarness stopping = new DesiredHarness(device).subscribe(first, 5);
        stopping.grant();
        stopping.hub.desired(5, "");
        stopping.done();
        stopping.hub.changed(6, "");
        first.release();
        device.loop.run();
        assertThat(device.transport.last().unsubscribed).containsExactly(TwinTopics.DESIRED_FILTER);
        stopping.hub.changed(7, "");

        DesiredHarness next = new DesiredHarness(device).subscribe(second, 5);
        device.grant(TwinTopics.DESIRED_FILTER);
        next.hub.desired(5, "");
        stopping.done();
        next.hub.changed(6, "\"next\":true");
        next.doneAll();
        assertThat(stopping.seen()).containsExactly("all 5 {}", "6 {}");
        assertThat(next.seen()).containsExactly("all 5 {}", "6 {\"next\":true}");
    }

    @Test
    void notificationsAtQosOneAreAcknowledged() {
        DesiredHarness.following(device, 5);
        device.transport.last().deliver("$iothub/twin/PATCH/properties/desired/?$version=6", "{}", 1, 9);
        device.loop.run();

        assertThat(device.transport.last().acknowledged).containsExactly(9);
    }

    @Test
    void aHandOverWaitsForTheRunningExchangeAndBeginsNoOther() {
        device.timeToLive = Duration.ofSeconds(100);
        DesiredHarness consumer = DesiredHarness.reading(device, 5);
        FakeTransport.FakeLink old = device.transport.last();
        consumer.hub.desired(1, "");
        consumer.hub.changed(2, "");
        device.loop.advance(Duration.ofSeconds(86));
        assertThat(old.disconnectSent).isFalse();

        consumer.done();
        assertThat(old.disconnectSent).isTrue();
        assertThat(consumer.seen()).containsExactly("all 1 {}");
        old.disconnected.complete(null);
        device.accept();
        consumer.grant();
        consumer.hub.desired(2, "");
        assertThat(consumer.seen()).containsExactly("all 1 {}", "all 2 {}");
    }
}
