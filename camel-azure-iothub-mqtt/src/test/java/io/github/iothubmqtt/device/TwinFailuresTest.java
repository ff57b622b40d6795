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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

import io.github.iothubmqtt.protocol.TwinDocument;
import io.github.iothubmqtt.protocol.TwinTopics;
import io.github.iothubmqtt.transport.TransportException.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

class TwinFailuresTest {

    private static final String ERROR =
            "{\"errorCode\":400004,\"message\":\"no such thing\",\"trackingId\":\"t\",\"info\":null}";

    private final DeviceHarness device = new DeviceHarness();
    private final TwinHub hub = new TwinHub(device);

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 409, 413, 300, 100, 999})
    void aRefusalFailsAtOnceWithAllThatTheHubSays(int status) {
        CompletableFuture<Optional<Long>> update = hub.update(device.connected(), "{}");
        hub.grantAnswers();
        hub.answer(0, status, ERROR);

        assertThat(causeOf(update))
                .isExactlyInstanceOf(TwinRequestException.class)
                .hasMessage("The hub has refused the twin update of contoso.azure-devices.net/dev1: status " + status
                        + ", error code 400004, 'no such thing'")
                .asInstanceOf(type(TwinRequestException.class))
                .satisfies(refusal -> assertThat(refusal.status()).isEqualTo(status))
                .satisfies(refusal -> assertThat(refusal.errorCode()).isEqualTo(400004));
        device.loop.advance(Duration.ofMinutes(1));
        assertThat(hub.requests()).hasSize(1);
    }

    @Test
    void aRefusalWithoutABodyTellsItsStatus() {
        CompletableFuture<TwinDocument> twin = hub.read(device.connected());
        hub.grantAnswers();
        hub.answer(0, 404, "");

        assertThat(causeOf(twin))
                .hasMessage(
                        "The hub has refused the request for the twin of contoso.azure-devices.net/dev1: status 404")
                .asInstanceOf(type(TwinRequestException.class))
                .satisfies(refusal -> assertThat(refusal.errorCode()).isZero());
    }

    @Test
    void aVersionThatDoesNotMatchIsAnExceptionOfItsOwn() {
        CompletableFuture<Optional<Long>> update = hub.update(device.connected(), "{}", 5L, DeviceHarness.TIMEOUT);
        hub.grantAnswers();
        hub.answer(0, 412, "{\"errorCode\":412001,\"message\":\"precondition failed\"}");

        assertThat(causeOf(update))
                .isInstanceOf(TwinVersionMismatchException.class)
                .hasMessageContaining("which expected version 5: status 412, error code 412001, 'precondition failed'")
                .asInstanceOf(type(TwinVersionMismatchException.class))
                .satisfies(mismatch -> assertThat(mismatch.expectedVersion()).isEqualTo(5))
                .satisfies(mismatch -> assertThat(mismatch.status()).isEqualTo(412));
    }

    @Test
    void aMismatchWithoutAnExpectationIsAnOrdinaryRefusal() {
        CompletableFuture<Optional<Long>> update = hub.update(device.connected(), "{}");
        hub.grantAnswers();
        hub.answer(0, 412, "");

        assertThat(causeOf(update)).isExactlyInstanceOf(TwinRequestException.class);
    }

    @Test
    void aMismatchAfterAnUnknownOutcomeSaysThatTheUpdateMayHaveBeenCarriedOut() {
        CompletableFuture<Optional<Long>> update = hub.update(device.connected(), "{}", 5L, DeviceHarness.TIMEOUT);
        hub.grantAnswers();
        device.reconnect();
        hub.grantAnswers();
        hub.answer(0, 412, "");

        assertThat(causeOf(update))
                .isInstanceOf(TwinVersionMismatchException.class)
                .hasMessageContaining("expected version 5 and may have been carried out before");
    }

    @Test
    void aBusyHubAfterAnUnknownOutcomeDoesNotHideIt() {
        CompletableFuture<Optional<Long>> update = hub.update(device.connected(), "{}");
        hub.grantAnswers();
        device.reconnect();
        hub.grantAnswers();
        hub.answer(0, 429, "");
        device.loop.advance(Duration.ofMillis(1));
        keepBusyUntilTheEnd(update, 429);

        assertThat(causeOf(update))
                .isExactlyInstanceOf(TwinRequestException.class)
                .hasMessageContaining("which may have been carried out before, when its answer was lost: status 429");
    }

    @Test
    void anUnknownOutcomeAfterABusyHubIsNotReportedAsARefusal() {
        ConnectionHandle handle = device.connected();
        CompletableFuture<Optional<Long>> update = hub.update(handle, "{}");
        hub.grantAnswers();
        hub.answer(0, 429, "");
        device.loop.advance(Duration.ofSeconds(8));
        assertThat(hub.requests()).hasSize(2);
        device.lose();
        device.loop.advance(DeviceHarness.TIMEOUT);

        assertThat(causeOf(update))
                .isInstanceOf(TwinTimeoutException.class)
                .hasMessageContaining("it was sent and may have been carried out")
                .hasMessageContaining("there is no connection");
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 502, 503, 504})
    void aHubThatStaysBusyFailsTheRequestAtItsTimeWithTheLastStatus(int status) {
        CompletableFuture<TwinDocument> twin = hub.read(device.connected());
        hub.grantAnswers();
        keepBusyUntilTheEnd(twin, status);

        assertThat(causeOf(twin))
                .isExactlyInstanceOf(TwinRequestException.class)
                .hasMessageContaining("status " + status)
                .asInstanceOf(type(TwinRequestException.class))
                .satisfies(refusal -> assertThat(refusal.status()).isEqualTo(status));
        assertThat(device.loop.nanoTime()).isEqualTo(DeviceHarness.TIMEOUT.toNanos());
        assertThat(hub.requests().size()).as("attempts").isBetween(3, 30);
    }

    /** Answers each attempt at once, until the time of the request is up. */
    private void keepBusyUntilTheEnd(CompletableFuture<?> request, int status) {
        int answered = hub.requests().size();
        if (answered == 1) {
            hub.answer(0, status, "");
        }
        while (!request.isDone()) {
            device.loop.advance(Duration.ofMillis(100));
            if (hub.requests().size() > answered && !request.isDone()) {
                hub.answer(answered++, status, "");
            }
        }
    }

    @Test
    void anAnswerThatIsNoTwinFailsTheRead() {
        CompletableFuture<TwinDocument> twin = hub.read(device.connected());
        hub.grantAnswers();
        hub.answer(0, 200, "{\"desired\":{}}");

        assertThat(causeOf(twin))
                .isExactlyInstanceOf(TwinRequestException.class)
                .hasMessageContaining("is no twin: status 200");
    }

    @Test
    void aRequestWhoseSubscriptionIsNotGrantedInTimeSaysThatItWasNotAnswered() {
        CompletableFuture<Optional<Long>> update = hub.update(device.connected(), "{}", null, Duration.ofSeconds(5));
        device.loop.advance(Duration.ofSeconds(5).minusNanos(1));
        assertThat(update).isNotDone();
        device.loop.advance(Duration.ofNanos(1));

        assertThat(causeOf(update))
                .isInstanceOf(TwinTimeoutException.class)
                .hasMessage("The hub did not answer the twin update of contoso.azure-devices.net/dev1"
                        + " within requestTimeout");
    }

    @Test
    void anUpdateThatWasSentMayHaveBeenCarriedOutAndAReadCannot() {
        ConnectionHandle handle = device.connected();
        CompletableFuture<Optional<Long>> update = hub.update(handle, "{}");
        CompletableFuture<TwinDocument> twin = hub.read(handle);
        hub.grantAnswers();
        device.pubackAll();
        device.loop.advance(DeviceHarness.TIMEOUT);

        assertThat(causeOf(update)).hasMessageEndingWith("requestTimeout; it was sent and may have been carried out");
        assertThat(causeOf(twin)).isInstanceOf(TwinTimeoutException.class).hasMessageEndingWith("requestTimeout");
    }

    @Test
    void anUpdateThatWaitedBehindAnotherWasNotSent() {
        ConnectionHandle handle = device.connected();
        hub.update(handle, "{\"a\":1}");
        CompletableFuture<Optional<Long>> second = hub.update(handle, "{\"a\":2}", null, Duration.ofSeconds(19));
        hub.grantAnswers();
        device.pubackAll();
        device.loop.advance(Duration.ofSeconds(19));

        assertThat(causeOf(second)).hasMessageEndingWith("requestTimeout");
        assertThat(hub.bodies()).containsExactly("{\"a\":1}");
    }

    @Test
    void aRequestDuringAnOutageNamesItsCause() {
        ConnectionHandle handle = device.connected();
        device.loop.advance(Duration.ofSeconds(10));
        device.lose();
        CompletableFuture<Optional<Long>> update = hub.update(handle, "{}");
        device.transport.last().connack.completeExceptionally(FakeTransport.lossOf(Reason.UNREACHABLE));
        device.loop.advance(DeviceHarness.TIMEOUT);

        assertThat(causeOf(update))
                .isInstanceOf(TwinTimeoutException.class)
                .hasMessageEndingWith("within requestTimeout; there is no connection: the test says UNREACHABLE");
    }

    @Test
    void theNextUpdateGoesWhenOneIsGivenUp() {
        ConnectionHandle handle = device.connected();
        hub.update(handle, "{\"a\":1}", null, Duration.ofSeconds(5));
        CompletableFuture<Optional<Long>> second = hub.update(handle, "{\"a\":2}");
        hub.grantAnswers();
        device.pubackAll();
        device.loop.advance(Duration.ofSeconds(5));

        assertThat(hub.bodies()).containsExactly("{\"a\":1}", "{\"a\":2}");
        hub.updated(0, 1);
        assertThat(second).as("a late answer to the first").isNotDone();
        hub.updated(1, 2);
        assertThat(second).isCompletedWithValue(Optional.of(2L));
    }

    @Test
    void anEndpointThatStopsCancelsItsOwnRequestsAndLetsThoseOfOthersGo() {
        ConnectionHandle stopping = device.connected();
        ConnectionHandle other = device.connections.acquire(device.settings());
        CompletableFuture<Optional<Long>> sent = hub.update(stopping, "{\"a\":1}");
        CompletableFuture<Optional<Long>> waiting = hub.update(stopping, "{\"a\":2}");
        CompletableFuture<TwinDocument> read = hub.read(stopping);
        CompletableFuture<Optional<Long>> others = hub.update(other, "{\"a\":3}");
        hub.grantAnswers();
        stopping.release();
        device.loop.run();

        assertThat(causeOf(sent)).isInstanceOf(SendCancelledException.class);
        assertThat(causeOf(waiting)).isInstanceOf(SendCancelledException.class);
        assertThat(causeOf(read)).isInstanceOf(SendCancelledException.class);
        assertThat(hub.bodies()).endsWith("{\"a\":3}").doesNotContain("{\"a\":2}");
        hub.updated(hub.requests().size() - 1, 2);
        assertThat(others).isCompleted();
        assertThat(causeOf(hub.read(stopping))).isInstanceOf(SendCancelledException.class);
    }

    @Test
    void aConnectionThatClosesFailsWhatIsOpen() {
        ConnectionHandle handle = device.connected();
        CompletableFuture<TwinDocument> read = hub.read(handle);
        CompletableFuture<Optional<Long>> update = hub.update(handle, "{}");
        device.connections.close();
        device.loop.run();

        assertThat(causeOf(read)).isInstanceOf(SendCancelledException.class);
        assertThat(causeOf(update)).isInstanceOf(SendCancelledException.class);
        assertThat(causeOf(hub.read(handle))).isInstanceOf(SendCancelledException.class);
        device.loop.shutDown();
        assertThat(causeOf(hub.read(handle))).isInstanceOf(SendCancelledException.class);
    }

    @Test
    void noMoreRequestsAreTakenThanMayWaitAndMoreWhenSomeAreDone() {
        device.maxPending = 2;
        ConnectionHandle handle = device.connected();
        hub.read(handle);
        hub.update(handle, "{}");
        assertThat(causeOf(hub.read(handle)))
                .isInstanceOf(OutboxFullException.class)
                .hasMessageContaining("maxPending");

        hub.grantAnswers();
        hub.answer(0, 400, "");
        assertThat(hub.read(handle)).isNotDone();
    }

    @Test
    void aRefusedSubscriptionFailsWhatWaitsAndIsAskedForAgainByTheNextRequest() {
        ConnectionHandle handle = device.connected();
        CompletableFuture<TwinDocument> read = hub.read(handle);
        CompletableFuture<Optional<Long>> update = hub.update(handle, "{}");
        device.refuse(TwinTopics.RESPONSE_FILTER);
        assertThat(causeOf(read))
                .isInstanceOf(HubConnectionException.class)
                .hasMessageStartingWith(
                        "Cannot subscribe contoso.azure-devices.net/dev1 to the answers to its twin" + " requests: ");
        assertThat(causeOf(update)).isInstanceOf(HubConnectionException.class);

        CompletableFuture<TwinDocument> next = hub.read(handle);
        assertThat(device.transport.last().filters).hasSize(2);
        hub.grantAnswers();
        hub.answer(0, 200, TwinHub.EMPTY);
        assertThat(next).isCompleted();
        assertThat(device.transport.links).hasSize(1);
    }

    @Test
    void aSubscriptionThatIsRefusedAfterAnOutageFailsTheRequestsAndNotTheConnection() {
        ConnectionHandle handle = device.connected();
        device.loop.advance(Duration.ofSeconds(10));
        device.lose();
        CompletableFuture<TwinDocument> read = hub.read(handle);
        device.accept();
        device.refuse(TwinTopics.RESPONSE_FILTER);

        assertThat(causeOf(read)).isInstanceOf(HubConnectionException.class);
        assertThat(device.transport.links).hasSize(2);
        assertThat(handle.status().state()).isEqualTo(ConnectionState.CONNECTED);
    }

    @Test
    void aSubscriptionThatIsNotAnsweredRemakesTheConnectionAndTheRequestGoesOn() {
        ConnectionHandle handle = device.connected();
        CompletableFuture<Optional<Long>> update = hub.update(handle, "{}", null, Duration.ofMinutes(2));
        device.loop.advance(Duration.ofSeconds(30));
        assertThat(device.transport.links).hasSize(2);
        assertThat(device.transport.links.get(0).cut).isTrue();

        device.accept();
        hub.grantAnswers();
        hub.updated(0, 2);
        assertThat(update).isCompletedWithValue(Optional.of(2L));
    }

    @Test
    void aRequestThatTheHubDoesNotAcknowledgeShowsThatTheLinkIsDead() {
        ConnectionHandle handle = device.connected();
        CompletableFuture<Optional<Long>> update = hub.update(handle, "{}");
        hub.grantAnswers();
        device.loop.advance(device.pubackTimeout);
        assertThat(device.transport.links).hasSize(2);
        assertThat(handle.status().cause()).contains("pubackTimeout");

        device.accept();
        hub.grantAnswers();
        hub.updated(0, 2);
        assertThat(update).isCompleted();
    }

    @Test
    void aRequestThatCannotBeSentFailsAloneAndTheNextGoes() {
        ConnectionHandle handle = device.connected();
        CompletableFuture<Optional<Long>> bad = hub.update(handle, "{\"a\":1}");
        CompletableFuture<Optional<Long>> good = hub.update(handle, "{\"a\":2}");
        hub.grantAnswers();
        device.transport.last().sent.get(0).puback().completeExceptionally(FakeTransport.lossOf(Reason.CANNOT_BE_SENT));
        device.loop.run();

        assertThat(causeOf(bad)).isInstanceOf(UnsendableMessageException.class);
        hub.updated(1, 2);
        assertThat(good).isCompleted();
        assertThat(device.transport.links).hasSize(1);
    }

    @Test
    void noMessageShowsAPatch() {
        CompletableFuture<Optional<Long>> update = hub.update(device.connected(), "{\"pin\":\"1234\"}");
        hub.grantAnswers();
        hub.answer(0, 400, "");

        assertThat(causeOf(update)).hasMessageNotContaining("1234");
        assertThatThrownBy(update::join).hasMessageNotContaining("pin");
    }

    private static Throwable causeOf(CompletableFuture<?> failed) {
        assertThat(failed).isCompletedExceptionally();
        return catchThrowable(failed::join).getCause();
    }
}
