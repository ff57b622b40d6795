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
package io.github.iothubmqtt.camel;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.github.iothubmqtt.device.IotHubException;
import io.github.iothubmqtt.device.SendCancelledException;
import io.github.iothubmqtt.device.TwinRequestException;
import io.github.iothubmqtt.device.TwinTimeoutException;
import io.github.iothubmqtt.device.TwinVersionMismatchException;
import io.github.iothubmqtt.emulator.ArmedFault;
import io.github.iothubmqtt.emulator.Fault;
import io.github.iothubmqtt.emulator.FaultPoint;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.throwable;
import static org.awaitility.Awaitility.await;

/** Twin operations when the hub refuses, is busy or says nothing, and when the connection is lost. */
class TwinFaultsTest extends TwinTestSupport {

    private static final String A = "{\"a\":1}";

    // refusals

    @ParameterizedTest
    @CsvSource({"400,400000", "401,401003", "403,403002", "404,404001", "413,413001"})
    void aRefusalOfTheHubIsAnExceptionWithItsStatusAndCode(int status, int code) {
        ArmedFault fault = hub.emulator().faults().next(FaultPoint.TWIN_PATCH, Fault.answerStatus(status));
        Exchange exchange = update(A);

        assertThat(exchange.getException())
                .isInstanceOf(TwinRequestException.class)
                .hasMessageContaining("The hub has refused the twin update of localhost/dev1: status " + status
                        + ", error code " + code + ", '")
                .asInstanceOf(throwable(TwinRequestException.class))
                .extracting(TwinRequestException::status, TwinRequestException::errorCode)
                .containsExactly(status, code);
        assertThat(header(exchange, IotHubMqttConstants.STATUS)).isNull();
        assertThat(fault.occurrences()).isEqualTo(1);
        assertDone(update(A));
    }

    @Test
    void aRefusedReadIsAnExceptionToo() {
        hub.emulator().faults().next(FaultPoint.TWIN_GET, Fault.answerStatus(404));

        assertThat(get().getException()).hasMessageContaining("the request for the twin of localhost/dev1: status 404");
    }

    @Test
    void status412OfAnUpdateThatExpectedNoVersionIsNoMismatch() {
        hub.emulator().faults().next(FaultPoint.TWIN_PATCH, Fault.answerStatus(412));

        assertThat(update(A).getException()).isExactlyInstanceOf(TwinRequestException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 503, 504})
    void aBusyHubIsAskedAgainUntilItAnswers(int status) {
        ArmedFault patches =
                hub.emulator().faults().at(FaultPoint.TWIN_PATCH).times(3).then(Fault.answerStatus(status));
        ArmedFault gets =
                hub.emulator().faults().at(FaultPoint.TWIN_GET).times(2).then(Fault.answerStatus(status));

        assertDone(update(A));
        assertDone(get());
        assertThat(patches.occurrences()).isEqualTo(3);
        assertThat(gets.occurrences()).isEqualTo(2);
        assertThat(twin().reportedVersion()).isEqualTo(2);
        assertThat(hub.emulator().acceptedConnects("dev1")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500})
    void aHubThatStaysBusyIsAnExceptionWithItsLastAnswerWhenTheTimeIsUp(int status) {
        ArmedFault busy =
                hub.emulator().faults().at(FaultPoint.TWIN_PATCH).always().then(Fault.answerStatus(status));
        Exchange exchange =
                template.send("direct:hasty", sent -> sent.getMessage().setBody(A));

        // Of either kind, for an attempt may be under way just then.
        assertThat(exchange.getException())
                .isInstanceOf(IotHubException.class)
                .hasMessageContaining("status " + status);
        assertThat(busy.occurrences()).isGreaterThan(1);
    }

    // no answer

    @Test
    void anUpdateThatTheHubNeverAnswersFailsWhenTheTimeIsUpAndSaysThatItMayBeDone() {
        hub.emulator().faults().next(FaultPoint.TWIN_RESPONSE, Fault.drop());
        Exchange exchange =
                template.send("direct:hasty", sent -> sent.getMessage().setBody(A));

        assertThat(exchange.getException())
                .isInstanceOf(TwinTimeoutException.class)
                .hasMessage(
                        "The hub did not answer the twin update of localhost/dev1 within requestTimeout; it was sent"
                                + " and may have been carried out");
        assertDone(update("{\"b\":1}"));
        assertThat(twin().reported()).isEqualTo(Map.of("a", 1, "b", 1));
    }

    @Test
    void anAnswerToAnotherRequestIsNone() {
        hub.emulator().faults().next(FaultPoint.TWIN_RESPONSE, Fault.answerOtherRid());

        assertThat(template.send("direct:hasty", sent -> sent.getMessage().setBody(A))
                        .getException())
                .isInstanceOf(TwinTimeoutException.class);
        assertDone(get());
    }

    @Test
    void anAnswerAfterTheTimeIsUpIsNotTakenForThatToTheNextRequest() {
        hub.emulator().faults().next(FaultPoint.TWIN_RESPONSE, Fault.delay(Duration.ofSeconds(2)));
        assertThat(template.send("direct:hasty", sent -> sent.getMessage().setBody(A))
                        .getException())
                .isInstanceOf(TwinTimeoutException.class);

        assertThat(header(update("{\"b\":1}"), IotHubMqttConstants.REPORTED_VERSION))
                .isEqualTo(3L);
    }

    @Test
    void anAnswerThatComesTwiceCountsOnce() {
        hub.emulator().faults().next(FaultPoint.TWIN_RESPONSE, Fault.duplicate());

        assertThat(header(update(A), IotHubMqttConstants.REPORTED_VERSION)).isEqualTo(2L);
        assertThat(header(update(A), IotHubMqttConstants.REPORTED_VERSION)).isEqualTo(3L);
    }

    // lost connections

    @ParameterizedTest
    @EnumSource(
            value = FaultPoint.class,
            names = {"TWIN_PATCH", "TWIN_RESPONSE", "PUBLISH"})
    void anUpdateIsSentAgainWhenTheConnectionIsLostBeforeItsAnswer(FaultPoint point) {
        ArmedFault cut = hub.emulator().faults().next(point, Fault.cut());

        assertDone(update(A));
        assertThat(cut.occurrences()).isEqualTo(1);
        assertThat(twin().reported()).isEqualTo(Map.of("a", 1));
        assertThat(hub.emulator().acceptedConnects("dev1")).isEqualTo(2);
    }

    @Test
    void anUpdateWithAnExpectedVersionThatWasCarriedOutBeforeTheLossSaysSo() {
        hub.emulator().faults().next(FaultPoint.TWIN_RESPONSE, Fault.cut());
        Exchange exchange = update(A, Map.of(IotHubMqttConstants.EXPECTED_VERSION, 1));

        assertThat(exchange.getException())
                .isInstanceOf(TwinVersionMismatchException.class)
                .hasMessageContaining("may have been carried out before, when its answer was lost");
        assertThat(twin().reported()).isEqualTo(Map.of("a", 1));
    }

    @ParameterizedTest
    @EnumSource(
            value = FaultPoint.class,
            names = {"TWIN_GET", "TWIN_RESPONSE"})
    void aReadIsAskedAgainWhenTheConnectionIsLostBeforeItsAnswer(FaultPoint point) {
        hub.emulator().faults().next(point, Fault.reset());

        assertDone(get());
        assertThat(hub.emulator().acceptedConnects("dev1")).isEqualTo(2);
    }

    @Test
    void theAnswersAreSubscribedToAgainWhenTheHubHasLostTheSession() {
        assertDone(get());
        hub.emulator().restartWithoutState();

        assertDone(get());
    }

    @Test
    void aSubscriptionToTheAnswersThatTheHubRefusesOnceIsRepaired() {
        hub.emulator().faults().next(FaultPoint.SUBSCRIBE, Fault.refuseSubscription());

        assertThat(get().getException()).hasMessageContaining("refused the subscription to $iothub/twin/res/#");
        assertDone(get());
    }

    @Test
    void requestsWaitForAHubThatIsAway() throws Exception {
        hub.emulator().stopListening();
        CompletableFuture<Exchange> first = beginUpdate(A);
        CompletableFuture<Exchange> second = beginUpdate("{\"a\":2}");
        CompletableFuture<Exchange> read = begin("direct:get", message -> {});
        hub.emulator().startListening();

        assertThat(header(soon(first), IotHubMqttConstants.REPORTED_VERSION)).isEqualTo(2L);
        assertThat(header(soon(second), IotHubMqttConstants.REPORTED_VERSION)).isEqualTo(3L);
        assertDone(soon(read));
    }

    @Test
    void aRequestToAHubThatStaysAwaySaysWhy() {
        hub.emulator().stopListening();
        await().atMost(SOON).until(() -> hub.emulator().connections().isEmpty());
        Exchange exchange =
                template.send("direct:hasty", sent -> sent.getMessage().setBody(A));

        assertThat(exchange.getException())
                .isInstanceOf(TwinTimeoutException.class)
                .hasMessageContaining("there is no connection: ");
    }

    @Test
    void aRouteThatIsStoppedByForceEndsItsRequests() throws Exception {
        hub.emulator().faults().at(FaultPoint.TWIN_PATCH).always().then(Fault.drop());
        CompletableFuture<Exchange> never = beginUpdate(A);
        context.getShutdownStrategy().setTimeout(1);
        context.stop();

        assertThat(soon(never).getException()).isInstanceOf(SendCancelledException.class);
    }
}
