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

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import io.github.iothubmqtt.emulator.HubSettings;
import io.github.iothubmqtt.emulator.QueuedMessage;
import org.apache.camel.Exchange;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.SuspendableService;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.spi.RouteController;
import org.apache.camel.support.SynchronizationAdapter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

/** Devicebound messages while their route is stopped, started, suspended and resumed. */
class DeviceboundRouteControlTest extends DeviceboundTestSupport {

    /** A hub that collects only for a device that has subscribed, as Azure's documents on MQTT have it. */
    DeviceboundRouteControlTest() {
        hub.withSettings(HubSettings.defaults().queueBeforeFirstSubscription(false));
    }

    private final Held held = new Held();
    private RouteController routes;

    @Override
    protected RoutesBuilder createRouteBuilder() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from(device("dev1")).routeId("in").autoStartup(false).process(held);
            }
        };
    }

    @BeforeEach
    void routes() {
        routes = context.getRouteController();
    }

    // The hub hears of DISCONNECT a moment after the route has stopped.
    private void awaitOffline() {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(hub.emulator().connections()).isEmpty());
    }

    private void complete(String body) throws InterruptedException {
        Running exchange = held.await();
        assertThat(exchange.body()).isEqualTo(body);
        exchange.complete();
    }

    // Not among the routes from the start: Camel starts the producers of a route that is not started automatically,
    // too, and
    // they would keep the connection.
    private void addTelemetryRoute() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:telemetry").to(device("dev1"));
            }
        });
    }

    private CompletableFuture<Void> inBackground(RouteAction action) {
        return CompletableFuture.runAsync(() -> {
            try {
                action.run();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private interface RouteAction {
        void run() throws Exception;
    }

    @Test
    void aGracefulStopWaitsForTheRunningExchangeWhichThenIsAcknowledged() throws Exception {
        routes.startRoute("in");
        send("m", "later");
        Running exchange = held.await();
        CompletableFuture<Void> stopped =
                inBackground(() -> routes.stopRoute("in", SOON.toSeconds(), TimeUnit.SECONDS));
        await().atMost(SOON)
                .until(() -> ((SuspendableService) context.getRoute("in").getConsumer()).isSuspended());
        exchange.complete();

        stopped.get(SOON.toSeconds(), TimeUnit.SECONDS);
        assertThat(queued()).containsExactly("later");
        awaitOffline();
        routes.startRoute("in");
        complete("later");
        awaitAllAcknowledged();
    }

    @Test
    void aStopAtTheVeryEndOfAnExchangeDoesNotOvertakeItsAcknowledgement() throws Exception {
        context.getRouteController().startRoute("in");
        send("m");
        Running exchange = held.await();
        CountDownLatch ending = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        // Called before the component's own completion, and after Camel has ceased to count the exchange as running.
        exchange.exchange().getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                ending.countDown();
                try {
                    goOn.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        });
        CompletableFuture<Void> completed = CompletableFuture.runAsync(exchange::complete);
        assertThat(ending.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(this::stopIn);
        assertThatThrownBy(() -> stopped.get(1, TimeUnit.SECONDS))
                .as("the stop waits")
                .isInstanceOf(TimeoutException.class);

        goOn.countDown();
        completed.join();
        stopped.join();
        assertThat(queued()).isEmpty();
    }

    private void stopIn() {
        try {
            context.getRouteController().stopRoute("in");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aForcedStopLeavesTheRunningExchangesMessageAtTheHubForTheNextStart() throws Exception {
        routes.startRoute("in");
        send("m");
        Running interrupted = held.await();
        routes.stopRoute("in", 1, TimeUnit.SECONDS);
        awaitOffline();
        interrupted.complete();
        assertThat(queue())
                .extracting(QueuedMessage::messageId, QueuedMessage::state)
                .containsExactly(tuple("m", QueuedMessage.State.ENQUEUED));

        routes.startRoute("in");
        Running again = held.await();
        assertThat(again.exchange().getMessage().getHeader(IotHubMqttConstants.DUPLICATE))
                .isEqualTo(true);
        assertThat(queued()).containsExactly("m");
        again.complete();
        awaitAllAcknowledged();
    }

    @Test
    void aForcedStopBesideAnotherRouteNeitherLosesTheMessageNorDisturbsTheConnection() throws Exception {
        addTelemetryRoute();
        routes.startRoute("in");
        send("m", "later");
        Running interrupted = held.await();
        routes.stopRoute("in", 1, TimeUnit.SECONDS);
        roundTrip();
        assertThat(queued()).containsExactly("m", "later");

        interrupted.complete();
        roundTrip();
        routes.startRoute("in");
        complete("later");
        awaitAllAcknowledged();
        assertThat(hub.emulator().acceptedConnects("dev1")).isEqualTo(1);
    }

    @Test
    void aMessageThatArrivesWhileOnlyTelemetryRunsWaitsForTheRoute() throws Exception {
        addTelemetryRoute();
        routes.startRoute("in");
        routes.stopRoute("in");
        send("a", "b");
        roundTrip();
        assertThat(queued()).containsExactly("a", "b");

        routes.startRoute("in");
        complete("a");
        complete("b");
        awaitAllAcknowledged();
    }

    @Test
    void aSuspendedRouteLeavesMessagesAtTheHubUntilItIsResumed() throws Exception {
        addTelemetryRoute();
        routes.startRoute("in");
        routes.suspendRoute("in");
        send("a", "b");
        roundTrip();
        assertThat(held.isIdle()).isTrue();
        assertThat(queued()).containsExactly("a", "b");

        routes.resumeRoute("in");
        complete("a");
        complete("b");
        awaitAllAcknowledged();
        assertThat(hub.emulator().acceptedConnects("dev1")).isEqualTo(1);
    }

    @Test
    void aSuspendedRouteIsStillSuspendedWhenTheLinkWasCut() throws Exception {
        addTelemetryRoute();
        routes.startRoute("in");
        routes.suspendRoute("in");
        hub.emulator().disconnect("dev1");
        roundTrip();
        send("m");
        roundTrip();
        assertThat(held.isIdle()).isTrue();

        routes.resumeRoute("in");
        complete("m");
        awaitAllAcknowledged();
    }

    @Test
    void aSuspendedRouteThatIsStoppedAndStartedConsumesAgain() throws Exception {
        routes.startRoute("in");
        routes.suspendRoute("in");
        routes.stopRoute("in");
        routes.startRoute("in");
        send("m");

        complete("m");
        awaitAllAcknowledged();
    }

    @Test
    void whileADeviceIsOfflineItsKeptSessionCollectsMessages() throws Exception {
        routes.startRoute("in");
        routes.stopRoute("in");
        awaitOffline();
        send("a", "b");
        assertThat(queued()).containsExactly("a", "b");

        routes.startRoute("in");
        complete("a");
        complete("b");
        awaitAllAcknowledged();
        hub.emulator().awaitEvent(event -> event.description().contains("session present"), SOON);
    }
}
