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
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.github.iothubmqtt.protocol.TwinDocument;
import io.github.iothubmqtt.protocol.TwinTopics;
import io.github.iothubmqtt.transport.TransportException.Reason;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Requests that the hub carries out, sooner or later; those that fail are in {@link TwinFailuresTest}. */
class TwinRequestsTest {

    private final DeviceHarness device = new DeviceHarness();
    private final TwinHub hub = new TwinHub(device);

    @Test
    void nothingIsAskedBeforeTheHubHasGrantedTheAnswers() {
        ConnectionHandle handle = device.connected();
        CompletableFuture<TwinDocument> twin = hub.read(handle);
        CompletableFuture<Optional<Long>> update = hub.update(handle, "{}");
        assertThat(device.transport.last().filters).containsExactly("$iothub/twin/res/#");
        assertThat(hub.requests()).isEmpty();

        hub.grantAnswers();
        assertThat(hub.requests()).hasSize(2);
        hub.answer(0, 200, TwinHub.EMPTY);
        hub.updated(1, 7);
        assertThat(twin)
                .isCompletedWithValueMatching(document -> document.json().equals(TwinHub.EMPTY));
        assertThat(update).isCompletedWithValue(Optional.of(7L));
    }

    @Test
    void requestsGoOutAsTheSpecificationHasThem() {
        ConnectionHandle handle = device.connected();
        hub.read(handle);
        hub.update(handle, "{\"a\":1}", 4L, DeviceHarness.TIMEOUT);
        hub.grantAnswers();

        assertThat(hub.requests().get(0).topic()).matches("\\$iothub/twin/GET/\\?\\$rid=[0-9a-f-]+");
        assertThat(hub.requests().get(0).body()).isEmpty();
        assertThat(hub.requests().get(1).topic())
                .matches("\\$iothub/twin/PATCH/properties/reported/\\?\\$rid=[0-9a-f-]+&\\$version=4");
        assertThat(hub.requests().get(1).body()).isEqualTo("{\"a\":1}");
        assertThat(device.transport.last().sent).allMatch(message -> message.qos() == 1);
    }

    @Test
    void theAnswersAreAskedForOnce() {
        ConnectionHandle handle = device.connected();
        hub.read(handle);
        hub.read(handle);
        hub.grantAnswers();
        hub.read(handle);

        assertThat(device.transport.last().filters).hasSize(1);
        assertThat(hub.requests()).hasSize(3);
    }

    @Test
    void eachReadGetsItsOwnAnswerInWhateverOrderTheyCome() {
        ConnectionHandle handle = device.connected();
        List<CompletableFuture<TwinDocument>> twins = List.of(hub.read(handle), hub.read(handle), hub.read(handle));
        hub.grantAnswers();
        for (int index : new int[] {2, 0, 1}) {
            assertThat(twins.get(index)).isNotDone();
            hub.answer(index, 200, TwinHub.EMPTY.replace(":1}}", ":" + (index + 10) + "}}"));
            assertThat(twins.get(index).join().reportedVersion()).isEqualTo(index + 10);
        }
    }

    @Test
    void updatesGoOneAfterAnotherAndReadsDoNotWaitForThem() {
        ConnectionHandle handle = device.connected();
        CompletableFuture<Optional<Long>> first = hub.update(handle, "{\"a\":1}");
        hub.update(handle, "{\"a\":2}");
        hub.update(handle, "{\"a\":3}");
        hub.read(handle);
        hub.grantAnswers();
        assertThat(hub.bodies()).containsExactlyInAnyOrder("", "{\"a\":1}");

        hub.answer(indexOf("{\"a\":1}"), 204, "");
        assertThat(first).as("the hub names no version").isCompletedWithValue(Optional.empty());
        assertThat(hub.bodies()).containsExactlyInAnyOrder("", "{\"a\":1}", "{\"a\":2}");
    }

    private int indexOf(String body) {
        return hub.bodies().indexOf(body);
    }

    @Test
    void anAnswerThatNobodyWaitsForDoesNothing() {
        ConnectionHandle handle = device.connected();
        CompletableFuture<TwinDocument> twin = hub.read(handle);
        hub.grantAnswers();
        String id = hub.requests().get(0).id();
        hub.answer(id + "0", 200, "", TwinHub.EMPTY);
        hub.answer("", 200, "", TwinHub.EMPTY);
        device.arrive("$iothub/twin/res/200/", TwinHub.EMPTY);
        device.arrive("$iothub/twin/res/ok/?$rid=" + id, TwinHub.EMPTY);
        assertThat(twin).isNotDone();

        hub.answer(id, 200, "", TwinHub.EMPTY);
        hub.answer(id, 500, "", "");
        assertThat(twin).isCompleted();
        assertThat(device.transport.links).hasSize(1);
    }

    @Test
    void eachAttemptHasARequestIdOfItsOwnOnEveryConnection() {
        Set<String> ids = new HashSet<>();
        ConnectionHandle handle = device.connected();
        CompletableFuture<TwinDocument> twin = hub.read(handle);
        hub.grantAnswers();
        for (int attempt = 0; attempt < 3; attempt++) {
            ids.add(hub.requests().get(0).id());
            device.loop.advance(Duration.ofSeconds(6));
            device.lose();
            device.accept();
            hub.grantAnswers();
        }
        assertThat(ids).hasSize(3).doesNotContain(hub.requests().get(0).id());

        ids.forEach(old -> hub.answer(old, 200, "", TwinHub.EMPTY));
        assertThat(twin).as("those are answers to earlier attempts").isNotDone();
        hub.answer(0, 200, TwinHub.EMPTY);
        assertThat(twin).isCompleted();
    }

    @Test
    void anAnswerThatIsStillOnItsWayWhenItsConnectionGoesCountsForNothing() {
        ConnectionHandle handle = device.connected();
        CompletableFuture<TwinDocument> twin = hub.read(handle);
        hub.grantAnswers();
        FakeTransport.FakeLink old = device.transport.last();
        String id = hub.requests().get(0).id();
        device.loop.advance(Duration.ofSeconds(10));
        old.lose();
        old.deliver("$iothub/twin/res/200/?$rid=" + id, TwinHub.EMPTY, 0, 0);
        device.accept();
        assertThat(twin).isNotDone();

        hub.grantAnswers();
        hub.answer(0, 200, TwinHub.EMPTY);
        assertThat(twin).isCompleted();
    }

    @Test
    void whatWasNotAnsweredIsAskedAgainInItsOldOrderWhenTheNextLinkHasTheSubscription() {
        ConnectionHandle handle = device.connected();
        CompletableFuture<Optional<Long>> first = hub.update(handle, "{\"a\":1}");
        CompletableFuture<Optional<Long>> second = hub.update(handle, "{\"a\":2}");
        hub.grantAnswers();
        device.pubackAll();
        device.reconnect();
        CompletableFuture<Optional<Long>> third = hub.update(handle, "{\"a\":3}");
        assertThat(hub.requests()).as("SUBACK is missing").isEmpty();

        hub.grantAnswers();
        for (int i = 0; i < 3; i++) {
            assertThat(hub.requests()).hasSize(i + 1);
            hub.updated(i, 10 + i);
        }
        assertThat(hub.bodies()).containsExactly("{\"a\":1}", "{\"a\":2}", "{\"a\":3}");
        assertThat(first).isCompletedWithValue(Optional.of(10L));
        assertThat(second).isCompletedWithValue(Optional.of(11L));
        assertThat(third).isCompletedWithValue(Optional.of(12L));
    }

    @Test
    void aRequestDuringAnOutageWaitsForTheConnection() {
        ConnectionHandle handle = device.connected();
        device.loop.advance(Duration.ofSeconds(10));
        device.lose();
        CompletableFuture<TwinDocument> twin = hub.read(handle);
        device.transport.last().connack.completeExceptionally(FakeTransport.lossOf(Reason.UNREACHABLE));
        device.loop.advance(Duration.ofSeconds(8));
        device.accept();
        hub.grantAnswers();
        hub.answer(0, 200, TwinHub.EMPTY);

        assertThat(twin).isCompleted();
    }

    @Test
    void aLongOutageBeforeTheFirstSubscriptionDoesNotShortenTheTimeOfARequest() {
        ConnectionHandle handle = device.connected();
        CompletableFuture<Optional<Long>> update = hub.update(handle, "{}", null, Duration.ofMinutes(10));
        device.loop.advance(Duration.ofSeconds(10));
        device.lose();
        device.loop.advance(Duration.ofMinutes(5));
        assertThat(update).isNotDone();

        device.accept();
        hub.grantAnswers();
        hub.updated(0, 2);
        assertThat(update).isCompleted();
    }

    @Test
    void aBusyHubIsAskedAgainAfterADelayThatGrows() {
        ConnectionHandle handle = device.connected();
        CompletableFuture<Optional<Long>> update = hub.update(handle, "{}", null, Duration.ofHours(1));
        hub.grantAnswers();
        Set<String> ids = new HashSet<>();
        Duration waited = Duration.ZERO;
        int[] statuses = {429, 500, 503, 504, 429, 500, 503};
        for (int attempt = 0; attempt < statuses.length; attempt++) {
            ids.add(hub.requests().get(attempt).id());
            hub.answer(attempt, statuses[attempt], "{\"errorCode\":429001,\"message\":\"slow down\"}");
            device.loop.advance(Duration.ofMillis(999));
            assertThat(hub.requests()).as("not at once").hasSize(attempt + 1);
            Duration longest = Duration.ofSeconds(1L << attempt + 1);
            for (int i = 0; hub.requests().size() == attempt + 1 && i <= longest.toSeconds(); i++) {
                device.loop.advance(Duration.ofSeconds(1));
                waited = waited.plusSeconds(1);
            }
            assertThat(hub.requests()).as("after %s at the latest", longest).hasSize(attempt + 2);
        }
        hub.updated(statuses.length, 9);

        assertThat(update).isCompletedWithValue(Optional.of(9L));
        assertThat(ids).hasSize(statuses.length);
        assertThat(waited).isGreaterThan(Duration.ofSeconds(20));
    }

    @Test
    void noUpdateOvertakesOneThatIsToBeAskedAgainWhileReadsGoOn() {
        ConnectionHandle handle = device.connected();
        hub.update(handle, "{\"a\":1}");
        hub.update(handle, "{\"a\":2}");
        hub.grantAnswers();
        hub.answer(0, 429, "");
        CompletableFuture<TwinDocument> twin = hub.read(handle);
        assertThat(hub.bodies()).containsExactly("{\"a\":1}", "");
        hub.answer(1, 200, TwinHub.EMPTY);
        assertThat(twin).isCompleted();

        device.loop.advance(Duration.ofSeconds(2));
        hub.updated(2, 2);
        assertThat(hub.bodies()).containsExactly("{\"a\":1}", "", "{\"a\":1}", "{\"a\":2}");
    }

    @Test
    void aRequestThatWaitsForItsNextAttemptSurvivesALossOfTheConnection() {
        ConnectionHandle handle = device.connected();
        CompletableFuture<TwinDocument> twin = hub.read(handle);
        hub.grantAnswers();
        hub.answer(0, 503, "");
        device.lose();
        device.accept();
        hub.grantAnswers();
        device.loop.advance(Duration.ofSeconds(2));
        assertThat(hub.requests()).hasSize(1);
        hub.answer(0, 200, TwinHub.EMPTY);

        assertThat(twin).isCompleted();
    }

    @Test
    void aHandOverWaitsForTheAnswersAndHoldsWhatIsNew() {
        device.timeToLive = Duration.ofSeconds(100);
        ConnectionHandle handle = device.connected();
        FakeTransport.FakeLink old = device.transport.last();
        hub.update(handle, "{\"a\":0}");
        hub.grantAnswers();
        hub.updated(0, 1);
        device.loop.advance(Duration.ofSeconds(75));
        CompletableFuture<Optional<Long>> asked = hub.update(handle, "{\"a\":1}");
        device.pubackAll();
        device.loop.advance(Duration.ofSeconds(11));
        CompletableFuture<TwinDocument> held = hub.read(handle);
        assertThat(handle.status().state()).isEqualTo(ConnectionState.HANDING_OVER);
        assertThat(hub.bodies()).containsExactly("{\"a\":0}", "{\"a\":1}");

        hub.updated(1, 2);
        assertThat(asked).isCompleted();
        assertThat(old.disconnectSent).isTrue();
        old.disconnected.complete(null);
        device.accept();
        assertThat(hub.requests()).as("SUBACK is missing").isEmpty();
        hub.grantAnswers();
        hub.answer(0, 200, TwinHub.EMPTY);
        assertThat(held).isCompleted();
    }

    @Test
    void anAnswerThatDoesNotComeIsAskedForAgainOnTheSameLinkBeforeTheNextUpdate() {
        ConnectionHandle handle = device.connected();
        CompletableFuture<Optional<Long>> first = hub.update(handle, "{\"a\":1}", null, Duration.ofMinutes(1));
        hub.grantAnswers();
        hub.update(handle, "{\"a\":2}", null, Duration.ofMinutes(1));
        device.pubackAll();
        device.loop.advance(device.pubackTimeout);
        assertThat(device.transport.links).hasSize(1);
        assertThat(hub.bodies()).containsExactly("{\"a\":1}", "{\"a\":1}");

        hub.updated(1, 3);
        assertThat(first).isCompletedWithValue(Optional.of(3L));
        assertThat(hub.bodies()).containsExactly("{\"a\":1}", "{\"a\":1}", "{\"a\":2}");
    }

    @Test
    void anAnswerThatIsLateCountsAllTheSame() {
        ConnectionHandle handle = device.connected();
        CompletableFuture<Optional<Long>> update = hub.update(handle, "{}", null, Duration.ofMinutes(1));
        hub.grantAnswers();
        device.pubackAll();
        device.loop.advance(device.pubackTimeout);
        assertThat(hub.requests()).hasSize(2);

        hub.updated(0, 3);
        assertThat(update).isCompletedWithValue(Optional.of(3L));
        device.pubackAll();
        device.loop.advance(Duration.ofMinutes(1));
        assertThat(hub.requests()).hasSize(2);
    }

    @Test
    void aHandOverDoesNotWaitForAnAnswerForEver() {
        device.timeToLive = Duration.ofSeconds(100);
        device.pubackTimeout = Duration.ofMinutes(5);
        ConnectionHandle handle = device.connected();
        FakeTransport.FakeLink old = device.transport.last();
        CompletableFuture<Optional<Long>> update = hub.update(handle, "{}", null, Duration.ofMinutes(5));
        hub.grantAnswers();
        device.pubackAll();
        device.loop.advance(Duration.ofSeconds(86));
        assertThat(old.disconnectSent).isFalse();
        device.loop.advance(Duration.ofSeconds(11));
        assertThat(old.disconnectSent).isTrue();

        old.disconnected.complete(null);
        device.accept();
        hub.grantAnswers();
        hub.updated(0, 3);
        assertThat(update).isCompletedWithValue(Optional.of(3L));
    }

    @Test
    void aHandOverThatWaitsForAnAnswerGoesOnWhenTheRequestIsGivenUp() {
        device.timeToLive = Duration.ofSeconds(100);
        device.pubackTimeout = Duration.ofMinutes(5);
        ConnectionHandle handle = device.connected();
        FakeTransport.FakeLink old = device.transport.last();
        hub.update(handle, "{}", null, Duration.ofSeconds(89));
        hub.grantAnswers();
        device.pubackAll();
        device.loop.advance(Duration.ofSeconds(86));
        assertThat(old.disconnectSent).isFalse();
        device.loop.advance(Duration.ofSeconds(3));

        assertThat(old.disconnectSent).isTrue();
    }

    @Test
    void aPlannedReconnectCountsAsSubscribedAllTheWhile() {
        device.timeToLive = Duration.ofSeconds(100);
        ConnectionHandle handle = device.connected();
        hub.read(handle);
        hub.grantAnswers();
        hub.answer(0, 200, TwinHub.EMPTY);
        device.loop.advance(Duration.ofSeconds(86));
        device.transport.last().disconnected.complete(null);
        device.accept();
        assertThat(device.transport.last().filters).containsExactly(TwinTopics.RESPONSE_FILTER);
        assertThat(handle.status().subscribed()).isTrue();

        hub.grantAnswers();
        assertThat(handle.status().subscribed()).isTrue();
    }

    @Test
    void aConnectionThatEndsLeavesNoTimerBehind() {
        ConnectionHandle handle = device.connected();
        int before = device.loop.timers();
        hub.update(handle, "{}");
        hub.read(handle);
        hub.grantAnswers();
        hub.updated(1, 2);
        hub.answer(0, 503, "");
        device.loop.advance(Duration.ofSeconds(2));
        hub.answer(2, 200, TwinHub.EMPTY);
        device.loop.advance(device.pubackTimeout);
        assertThat(device.loop.timers()).isEqualTo(before);

        CompletableFuture<TwinDocument> open = hub.read(handle);
        hub.answer(3, 503, "");
        handle.release();
        device.loop.run();
        assertThatThrownBy(open::join).hasCauseInstanceOf(SendCancelledException.class);
        assertThat(device.loop.timers()).isZero();
    }
}
