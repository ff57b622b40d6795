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

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Predicate;
import java.util.function.Supplier;

import io.github.iothubmqtt.emulator.DeviceboundMessage;
import io.github.iothubmqtt.emulator.DeviceboundMessage.Ack;
import io.github.iothubmqtt.emulator.Feedback;
import org.apache.camel.Exchange;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.ExceptionHandler;
import org.apache.camel.spi.Registry;
import org.apache.camel.support.DefaultHeaderFilterStrategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What becomes of a devicebound message whose exchange failed. Messages called {@code bad…} fail. */
class DeviceboundFailureTest extends DeviceboundTestSupport {

    /** How each exchange began, in order: body, and whether the hub said that it had sent it before. */
    private final List<String> deliveries = new CopyOnWriteArrayList<>();

    private final Reports reports = new Reports();
    private volatile Supplier<RuntimeException> failure = () -> new IllegalStateException("on purpose");
    private volatile Predicate<Exchange> fails = exchange -> bodyOf(exchange).startsWith("bad");

    @Override
    protected void bindToRegistry(Registry registry) {
        super.bindToRegistry(registry);
        registry.bind("reports", reports);
        registry.bind("brokenReports", new BrokenReports());
        registry.bind("brokenFilter", new BrokenFilter());
    }

    @Override
    protected RoutesBuilder createRouteBuilder() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:telemetry").to(device("dev1"));
                failing("redeliver", "maxRedeliveries=2", "exceptionHandler=#reports");
                failing("never", "maxRedeliveries=0", "exceptionHandler=#reports");
                failing("acknowledge", "onFailure=acknowledge", "exceptionHandler=#reports");
                failing("brokenReports", "onFailure=acknowledge", "exceptionHandler=#brokenReports");
                failing("brokenFilter", "maxRedeliveries=1", "headerFilterStrategy=#brokenFilter");
                bridged("bridged", "maxRedeliveries=1");
                bridged("bridgedAcknowledge", "onFailure=acknowledge");
                failing("bridgedWithoutClauses", "onFailure=acknowledge", "bridgeErrorHandler=true");
                withErrorHandler("deadLetter")
                        .errorHandler(deadLetterChannel("mock:dead"))
                        .process(this::process);
                withErrorHandler("handled")
                        .onException(IllegalStateException.class)
                        .handled(true)
                        .to("mock:dead")
                        .end()
                        .process(this::process);
                withErrorHandler("rollback").process(this::arrive).markRollbackOnly();
                withErrorHandler("rollbackLast").process(this::arrive).markRollbackOnlyLast();
            }

            private void failing(String id, String... options) {
                from(device("dev1", options)).routeId(id).autoStartup(false).process(this::process);
            }

            private void bridged(String id, String option) {
                from(device("dev1", option, "bridgeErrorHandler=true"))
                        .routeId(id)
                        .autoStartup(false)
                        .onException(DeviceboundFailedException.class)
                        .handled(true)
                        .to("mock:bridged")
                        .end()
                        .process(this::process);
            }

            private RouteDefinition withErrorHandler(String id) {
                return from(device("dev1", "maxRedeliveries=1", "exceptionHandler=#reports"))
                        .routeId(id)
                        .autoStartup(false);
            }

            private void process(Exchange exchange) {
                arrive(exchange);
                if (fails.test(exchange)) {
                    throw failure.get();
                }
            }

            private void arrive(Exchange exchange) {
                boolean again = exchange.getMessage().getHeader(IotHubMqttConstants.DUPLICATE, boolean.class);
                deliveries.add(bodyOf(exchange) + (again ? " again" : ""));
            }
        };
    }

    private void run(String route, String... bodies) throws Exception {
        context.getRouteController().startRoute(route);
        send(bodies);
        awaitAllAcknowledged();
    }

    private void assertConnects(int times) {
        assertThat(hub.emulator().acceptedConnects("dev1")).isEqualTo(times);
    }

    @Test
    void aFailedMessageComesAgainOnNewConnectionsInItsPlaceAndIsThenGivenUpAndReportedOnce() throws Exception {
        run("redeliver", "bad", "b", "c");

        await().atMost(SOON).untilAsserted(() -> assertThat(deliveries)
                .containsExactly("bad", "bad again", "bad again", "b again", "c again"));
        assertConnects(3);
        await().atMost(SOON).untilAsserted(() -> assertThat(reports.failures).hasSize(1));
        assertThat(reports.failures.get(0))
                .isInstanceOf(DeviceboundFailedException.class)
                .hasMessageContaining("with id bad")
                .hasCauseInstanceOf(IllegalStateException.class);
    }

    /** Camel refuses exchanges with this exception while it shuts down; from a route it is a failure like any other. */
    @Test
    void aRouteThatRejectsAMessageIsReportedOnceToo() throws Exception {
        failure = () -> new RejectedExecutionException("the route's pool is full");
        run("redeliver", "bad");

        await().atMost(SOON).untilAsserted(() -> assertThat(reports.failures).hasSize(1));
        assertThat(deliveries).containsExactly("bad", "bad again", "bad again");
        assertThat(reports.failures).hasSize(1).first().isInstanceOf(DeviceboundFailedException.class);
    }

    @Test
    void aMessageThatFailsOnceIsDoneWhenItComesAgain() throws Exception {
        fails = exchange -> !exchange.getMessage().getHeader(IotHubMqttConstants.DUPLICATE, boolean.class);
        run("redeliver", "m");

        assertThat(deliveries).containsExactly("m", "m again");
        assertThat(reports.failures).isEmpty();
    }

    @Test
    void withoutRedeliveriesAFailedMessageIsReportedAtOnceAndNothingReconnects() throws Exception {
        run("never", "bad", "b");

        await().atMost(SOON).untilAsserted(() -> assertThat(reports.failures).hasSize(1));
        assertThat(deliveries).containsExactly("bad", "b");
        assertConnects(1);
    }

    @Test
    void theSenderHearsNothingOfAFailureUntilTheMessageIsGivenUp() throws Exception {
        List<Feedback> feedbackAtDelivery = new ArrayList<>();
        fails = exchange -> {
            feedbackAtDelivery.addAll(hub.emulator().feedback());
            return true;
        };
        context.getRouteController().startRoute("redeliver");
        hub.sendDevicebound("dev1", DeviceboundMessage.of("m").messageId("m").ack(Ack.FULL));

        hub.awaitFeedback("m", SOON);
        assertThat(deliveries).hasSize(3);
        assertThat(feedbackAtDelivery).isEmpty();
    }

    @Test
    void telemetryGoesOnBesideAMessageThatFailsAgainAndAgain() throws Exception {
        context.getRouteController().startRoute("redeliver");
        send("bad");
        for (int i = 0; i < 20; i++) {
            roundTrip();
        }
        awaitAllAcknowledged();
        assertThat(hub.emulator().telemetry()).hasSize(20);
    }

    @Test
    void withOnFailureAcknowledgeAFailedMessageIsGoneAndReported() throws Exception {
        run("acknowledge", "bad", "b");

        assertThat(deliveries).containsExactly("bad", "b");
        assertThat(reports.failures).singleElement().isInstanceOf(IllegalStateException.class);
        assertConnects(1);
    }

    @Test
    void anExceptionHandlerThatFailsItselfHoldsNothingUp() throws Exception {
        run("brokenReports", "bad", "b");

        assertThat(deliveries).containsExactly("bad", "b");
        assertConnects(1);
    }

    @Test
    void aMessageThatCannotBeMadeAnExchangeFailsLikeAnyOther() throws Exception {
        context.getRouteController().startRoute("brokenFilter");
        hub.sendDevicebound("dev1", DeviceboundMessage.of("m").property("poison", "1"));
        send("b");
        awaitAllAcknowledged();

        assertThat(deliveries).containsExactly("b again");
        assertConnects(2);
    }

    @Test
    void theBridgedErrorHandlerGetsAMessageThatIsGivenUpWithItsHeaders() throws Exception {
        MockEndpoint bridged = getMockEndpoint("mock:bridged");
        bridged.expectedMessageCount(1);
        bridged.expectedHeaderReceived(IotHubMqttConstants.MESSAGE_ID, "bad");
        run("bridged", "bad", "b");

        assertSatisfied(bridged);
        assertThat(bridged.getExchanges().get(0).getProperty(Exchange.EXCEPTION_CAUGHT))
                .isInstanceOf(DeviceboundFailedException.class);
        assertThat(deliveries).containsExactly("bad", "bad again", "b again");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bridgedAcknowledge", "bridgedWithoutClauses"})
    void aBridgedErrorHandlerThatHasSeenTheFailureAlreadyEndsIt(String route) throws Exception {
        run(route, "bad", "b");

        await().atMost(SOON).untilAsserted(() -> assertThat(deliveries).containsExactly("bad", "b"));
        assertConnects(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"deadLetter", "handled"})
    void anExchangeThatTheErrorHandlerHasHandledIsDone(String route) throws Exception {
        MockEndpoint dead = getMockEndpoint("mock:dead");
        dead.expectedMessageCount(1);
        run(route, "bad", "b");

        assertSatisfied(dead);
        assertThat(deliveries).containsExactly("bad", "b");
        assertThat(reports.failures).isEmpty();
        assertConnects(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rollback", "rollbackLast"})
    void anExchangeThatTheRouteMarkedForRollbackHasFailed(String route) throws Exception {
        run(route, "m");

        assertThat(deliveries).containsExactly("m", "m again");
        await().atMost(SOON).untilAsserted(() -> assertThat(reports.failures).hasSize(1));
        assertThat(reports.failures.get(0)).hasRootCauseMessage("the route marked the exchange for rollback");
    }

    private static final class BrokenReports implements ExceptionHandler {

        @Override
        public void handleException(Throwable exception) {
            throw new IllegalStateException("the handler fails, too");
        }

        @Override
        public void handleException(String message, Throwable exception) {
            handleException(exception);
        }

        @Override
        public void handleException(String message, Exchange exchange, Throwable exception) {
            handleException(exception);
        }
    }

    private static final class BrokenFilter extends DefaultHeaderFilterStrategy {

        @Override
        public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
            throw new IllegalStateException("no filter");
        }
    }
}
