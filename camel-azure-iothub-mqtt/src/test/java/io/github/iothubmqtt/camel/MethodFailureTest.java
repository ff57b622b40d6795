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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

import io.github.iothubmqtt.emulator.ArmedFault;
import io.github.iothubmqtt.emulator.DirectMethodResult;
import io.github.iothubmqtt.emulator.Fault;
import io.github.iothubmqtt.emulator.FaultPoint;
import org.apache.camel.Exchange;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Direct methods whose route fails or is late, or whose connection is lost. */
class MethodFailureTest extends MethodTestSupport {

    private final Held held = new Held();

    // failed

    @Test
    void aRouteThatFailsIsAnswered500WithAFixedBodyAndReportedOnce() throws Exception {
        routes(routes -> routes.from(methods())
                .setBody(routes.constant("{\"inside\":\"secret\"}"))
                .setHeader(IotHubMqttConstants.METHOD_STATUS, routes.constant(200))
                .throwException(new IllegalStateException("the secret is 42")));

        assertThat(call("m", "{\"asked\":1}")).isEqualTo(FAILED);
        assertThat(reported()).isInstanceOf(IllegalStateException.class).hasMessage("the secret is 42");
        assertThat(reports.exchanges).singleElement().satisfies(exchange -> {
            assertThat(exchange.getMessage().getBody()).isEqualTo("{\"asked\":1}");
            assertThat(exchange.getMessage().getHeader(IotHubMqttConstants.METHOD_NAME))
                    .isEqualTo("m");
        });
    }

    @Test
    void theNextCallIsCarriedOut() throws Exception {
        routes(routes -> routes.from(methods())
                .filter(routes.body().isEqualTo("1"))
                .throwException(new IllegalStateException("on purpose")));

        assertThat(call("m", "1")).isEqualTo(FAILED);
        assertThat(call("m", "2")).isEqualTo(ok("2"));
    }

    @Test
    void aRouteThatHandlesItsFailureAnswersAsItLikes() throws Exception {
        routes(routes -> {
            routes.onException(IllegalArgumentException.class)
                    .handled(true)
                    .setHeader(IotHubMqttConstants.METHOD_STATUS, routes.constant(422))
                    .setBody(routes.constant("{\"why\":\"too hot\"}"));
            routes.from(methods()).throwException(new IllegalArgumentException("no"));
        });

        assertThat(call("m")).isEqualTo(new DirectMethodResult(422, "{\"why\":\"too hot\"}"));
        assertThat(reports.failures).isEmpty();
    }

    @Test
    void aRouteThatContinuesAfterItsFailureAnswersWithItsEnd() throws Exception {
        routes(routes -> {
            routes.onException(IllegalArgumentException.class).continued(true);
            routes.from(methods())
                    .throwException(new IllegalArgumentException("no"))
                    .setBody(routes.constant("\"end\""));
        });

        assertThat(call("m")).isEqualTo(ok("\"end\""));
    }

    @Test
    void aRouteWithADeadLetterChannelHasHandledItsFailure() throws Exception {
        MockEndpoint dead = getMockEndpoint("mock:dead");
        dead.expectedMessageCount(1);
        routes(routes -> {
            routes.errorHandler(routes.deadLetterChannel("mock:dead"));
            routes.from(methods()).throwException(new IllegalStateException("on purpose"));
        });

        assertThat(call("m", "\"asked\"").status()).isEqualTo(200);
        assertSatisfied(dead);
    }

    @Test
    void aRouteThatMarksItsExchangeForRollbackHasFailed() throws Exception {
        routes(routes -> routes.from(methods()).setBody(routes.constant("1")).markRollbackOnly());

        assertThat(call("m")).isEqualTo(FAILED);
        assertThat(reported()).hasMessage("the route marked the exchange for rollback");
    }

    @Test
    void theBridgedErrorHandlerIsToldOfAnAnswerThatIsNone() throws Exception {
        MockEndpoint bridged = getMockEndpoint("mock:bridged");
        bridged.expectedMessageCount(1);
        bridged.expectedHeaderReceived(IotHubMqttConstants.METHOD_NAME, "m");
        routes(routes -> {
            routes.onException(IllegalArgumentException.class).handled(true).to("mock:bridged");
            routes.from(device("dev1", "channel=methods", "bridgeErrorHandler=true"))
                    .setBody(routes.constant("no JSON"));
        });

        assertThat(call("m")).isEqualTo(FAILED);
        assertSatisfied(bridged);
    }

    @Test
    void aRouteThatRejectsACallIsUnavailable() throws Exception {
        routes(routes -> routes.from(methods()).process(exchange -> {
            throw new RejectedExecutionException("the pool of the route is full");
        }));

        assertThat(call("m")).isEqualTo(UNAVAILABLE);
    }

    // late

    @Test
    void aLateRouteIsAnswered504OnceAndItsAnswerDropped() throws Exception {
        ArmedFault answers =
                hub.emulator().faults().at(FaultPoint.METHOD_RESPONSE).always().then(Fault.delay(Duration.ZERO));
        routes(routes -> {
            routes.from(methods("methodName=slow", "methodTimeout=300ms")).process(held);
            routes.from(methods("methodName=echo")).to("mock:echo");
        });
        assertThat(call("slow")).isEqualTo(TIMED_OUT);
        held.await().complete("\"late\"");

        assertThat(call("echo", "1")).isEqualTo(ok("1"));
        assertThat(answers.occurrences()).as("answers that the hub had").isEqualTo(2);
        assertThat(reports.failures).isEmpty();
    }

    @Test
    void aLateRouteThatFailsInTheEndIsReportedAndNotAnsweredAgain() throws Exception {
        routes(routes -> routes.from(methods("methodTimeout=300ms")).process(held));
        assertThat(call("slow")).isEqualTo(TIMED_OUT);
        held.await().fail();

        assertThat(reported()).hasMessage("the route failed on purpose");
    }

    @Test
    void aCallThatWaitsTooLongForTheOneBeforeItNeverReachesTheRoute() throws Exception {
        routes(routes -> routes.from(methods("methodTimeout=300ms")).process(held));
        CompletableFuture<DirectMethodResult> first = begin("m");
        CompletableFuture<DirectMethodResult> second = begin("m");
        assertThat(soon(first)).isEqualTo(TIMED_OUT);
        assertThat(soon(second)).isEqualTo(TIMED_OUT);
        held.await().complete();

        assertThat(held.poll()).isNull();
    }

    // the connection

    @Test
    void aCallWhoseConnectionIsLostEndsAtTheCallerAndIsNotAnsweredOnTheNext() throws Exception {
        routes(routes -> routes.from(methods()).process(held));
        CompletableFuture<DirectMethodResult> lost = begin("m");
        Running running = held.await();
        hub.emulator().disconnect("dev1");
        assertThatThrownBy(() -> soon(lost)).hasMessageContaining("404103");
        await().atMost(SOON).until(() -> hub.emulator().acceptedConnects("dev1") == 2);
        running.complete("\"late\"");

        CompletableFuture<DirectMethodResult> next = begin("m");
        held.await().complete("\"next\"");
        assertThat(soon(next)).isEqualTo(ok("\"next\""));
        assertThat(reports.failures).isEmpty();
    }

    @Test
    void theMethodsAreSubscribedToAgainWhenTheHubHasLostTheSession() throws Exception {
        routes(routes -> routes.from(methods()).to("mock:echo"));
        hub.emulator().restartWithoutState();

        await().atMost(SOON).ignoreExceptions().untilAsserted(() -> assertThat(call("m", "1"))
                .isEqualTo(ok("1")));
    }

    @Test
    void aCallThatComesTwiceIsCarriedOutOnce() throws Exception {
        hub.emulator().faults().next(FaultPoint.METHOD_REQUEST, Fault.duplicate());
        routes(routes -> routes.from(methods()).process(held));
        CompletableFuture<DirectMethodResult> call = begin("m");
        held.await().complete("1");

        assertThat(soon(call)).isEqualTo(ok("1"));
        assertThat(held.poll()).isNull();
    }

    @Test
    void theExchangesOfARouteThatHasFailedAreNotThoseThatAreReported() throws Exception {
        MockEndpoint out = getMockEndpoint("mock:out");
        out.expectedMessageCount(1);
        routes(routes -> routes.from(methods()).to(out).throwException(new IllegalStateException("on purpose")));
        call("m");
        reported();

        assertSatisfied(out);
        Exchange failed = out.getExchanges().get(0);
        assertThat(reports.exchanges).singleElement().isNotSameAs(failed);
    }
}
