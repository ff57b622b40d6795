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

import java.util.function.Predicate;

import io.github.iothubmqtt.emulator.HubEvent;
import org.apache.camel.Exchange;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.Registry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What becomes of desired properties whose exchange failed. What holds {@code bad} fails. */
class DesiredFailureTest extends DesiredTestSupport {

    private final Reports reports = new Reports();
    private volatile Predicate<String> fails = body -> body.contains("bad");

    @Override
    protected void bindToRegistry(Registry registry) {
        super.bindToRegistry(registry);
        registry.bind("reports", reports);
    }

    @Override
    protected RoutesBuilder createRouteBuilder() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                failing("redeliver", "maxRedeliveries=2", "exceptionHandler=#reports");
                failing("never", "maxRedeliveries=0", "exceptionHandler=#reports");
                failing("acknowledge", "onFailure=acknowledge", "exceptionHandler=#reports");
                bridged();
                withErrorHandler("deadLetter")
                        .errorHandler(deadLetterChannel("mock:dead"))
                        .process(this::process);
                withErrorHandler("handled")
                        .onException(IllegalStateException.class)
                        .handled(true)
                        .to("mock:dead")
                        .end()
                        .process(this::process);
                withErrorHandler("rollback")
                        .process(exchange -> receive(exchange))
                        .choice()
                        .when(exchange -> fails.test(exchange.getMessage().getBody(String.class)))
                        .markRollbackOnly();
            }

            private void failing(String id, String... options) {
                from(desired(options)).routeId(id).autoStartup(false).process(this::process);
            }

            private void bridged() {
                from(desired("maxRedeliveries=1", "bridgeErrorHandler=true"))
                        .routeId("bridged")
                        .autoStartup(false)
                        .onException(DesiredFailedException.class)
                        .handled(true)
                        .to("mock:bridged")
                        .end()
                        .process(this::process);
            }

            private RouteDefinition withErrorHandler(String id) {
                return from(desired("maxRedeliveries=1", "exceptionHandler=#reports"))
                        .routeId(id)
                        .autoStartup(false);
            }

            private void process(Exchange exchange) {
                receive(exchange);
                if (fails.test(exchange.getMessage().getBody(String.class))) {
                    throw new IllegalStateException("on purpose");
                }
            }
        };
    }

    private void run(String route) throws Exception {
        hub.updateDesired("dev1", "{\"x\":\"bad\"}");
        context.getRouteController().startRoute(route);
    }

    @Test
    void aFailedChangeComesAgainAsTheWholeStateAndIsThenGivenUpAndReportedOnce() throws Exception {
        run("redeliver");
        await().atMost(SOON).untilAsserted(() -> assertThat(reports.failures).hasSize(1));
        hub.updateDesired("dev1", "{\"x\":\"good\"}");

        awaitReceived(
                "2 all {\"x\":\"bad\"}", "2 all {\"x\":\"bad\"}", "2 all {\"x\":\"bad\"}", "3 part {\"x\":\"good\"}");
        assertThat(reports.failures)
                .singleElement()
                .isInstanceOf(DesiredFailedException.class)
                .satisfies(failure -> assertThat(failure)
                        .hasMessage("Version 2 of the desired properties failed each time that the route had it and is"
                                + " given up")
                        .hasCauseInstanceOf(IllegalStateException.class));
        assertThat(reports.exchanges)
                .singleElement()
                .extracting(DesiredTestSupport::described)
                .isEqualTo(received.get(0));
        assertConnects(1);
    }

    @Test
    void aChangeThatFailsOnceIsDoneWhenItComesAgain() throws Exception {
        context.getRouteController().startRoute("redeliver");
        awaitReceived("1 all {}");
        fails = body -> received.size() == 2;
        hub.updateDesired("dev1", "{\"x\":1}");

        awaitReceived("1 all {}", "2 part {\"x\":1}", "2 all {\"x\":1}");
        assertThat(reports.failures).isEmpty();
    }

    @Test
    void changesAfterAFailedOneAreInTheStateThatComesAgain() throws Exception {
        context.getRouteController().startRoute("redeliver");
        awaitReceived("1 all {}");
        hub.updateDesired("dev1", "{\"x\":\"bad\"}");
        hub.updateDesired("dev1", "{\"x\":\"good\",\"y\":1}");

        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(received).last().asString().startsWith("3 ").contains("\"x\":\"good\""));
        assertThat(reports.failures).isEmpty();
    }

    @Test
    void eachVersionHasItsOwnCountOfFailures() throws Exception {
        run("redeliver");
        await().atMost(SOON).untilAsserted(() -> assertThat(reports.failures).hasSize(1));
        hub.updateDesired("dev1", "{\"x\":\"bad again\"}");
        await().atMost(SOON).untilAsserted(() -> assertThat(reports.failures).hasSize(2));

        assertThat(received).hasSize(6);
    }

    @Test
    void withoutRedeliveriesAFailedChangeIsReportedAtOnce() throws Exception {
        run("never");
        await().atMost(SOON).untilAsserted(() -> assertThat(reports.failures).hasSize(1));
        hub.updateDesired("dev1", "{\"x\":\"good\"}");

        awaitReceived("2 all {\"x\":\"bad\"}", "3 part {\"x\":\"good\"}");
    }

    @Test
    void withOnFailureAcknowledgeAFailedChangeIsReportedAndDone() throws Exception {
        run("acknowledge");
        await().atMost(SOON).untilAsserted(() -> assertThat(reports.failures).hasSize(1));
        hub.updateDesired("dev1", "{\"x\":\"good\"}");

        awaitReceived("2 all {\"x\":\"bad\"}", "3 part {\"x\":\"good\"}");
        assertThat(reports.failures).singleElement().isInstanceOf(IllegalStateException.class);
    }

    @Test
    void theBridgedErrorHandlerGetsAChangeThatIsGivenUp() throws Exception {
        MockEndpoint bridged = getMockEndpoint("mock:bridged");
        bridged.expectedMessageCount(1);
        bridged.expectedHeaderReceived(IotHubMqttConstants.DESIRED_VERSION, 2L);
        run("bridged");

        assertSatisfied(bridged);
        assertThat(bridged.getExchanges().get(0).getProperty(Exchange.EXCEPTION_CAUGHT))
                .isInstanceOf(DesiredFailedException.class);
        hub.updateDesired("dev1", "{\"x\":\"good\"}");
        awaitLast("3 part {\"x\":\"good\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"deadLetter", "handled"})
    void aChangeThatTheErrorHandlerHasHandledIsDone(String route) throws Exception {
        MockEndpoint dead = getMockEndpoint("mock:dead");
        dead.expectedMessageCount(1);
        run(route);

        assertSatisfied(dead);
        hub.updateDesired("dev1", "{\"x\":\"good\"}");
        awaitReceived("2 all {\"x\":\"bad\"}", "3 part {\"x\":\"good\"}");
        assertThat(reports.failures).isEmpty();
    }

    @Test
    void aChangeThatTheRouteMarkedForRollbackHasFailed() throws Exception {
        run("rollback");

        await().atMost(SOON).untilAsserted(() -> assertThat(reports.failures).hasSize(1));
        assertThat(reports.failures.get(0)).hasRootCauseMessage("the route marked the exchange for rollback");
        assertThat(received).hasSize(2);
    }

    @Test
    void aFailedChangeIsNotForgottenOverALostConnection() throws Exception {
        context.getRouteController().startRoute("redeliver");
        awaitReceived("1 all {}");
        fails = body -> {
            if (received.size() == 2) {
                hub.emulator().disconnect("dev1");
                return true;
            }
            return false;
        };
        hub.updateDesired("dev1", "{\"x\":1}");

        awaitReceived("1 all {}", "2 part {\"x\":1}", "2 all {\"x\":1}");
        assertThat(hub.emulator().events())
                .filteredOn(event -> event.kind() == HubEvent.Kind.DISCONNECTED)
                .hasSize(1);
    }
}
