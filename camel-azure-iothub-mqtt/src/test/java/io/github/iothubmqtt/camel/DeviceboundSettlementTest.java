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

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.github.iothubmqtt.emulator.DeviceboundMessage;
import io.github.iothubmqtt.emulator.DeviceboundMessage.Ack;
import io.github.iothubmqtt.emulator.Feedback;
import io.github.iothubmqtt.emulator.QueuedMessage;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

/** A devicebound message is acknowledged when its exchange is done, whatever the route does on whichever thread. */
class DeviceboundSettlementTest extends DeviceboundTestSupport {

    private final Held held = new Held();
    private final CountDownLatch arrived = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    @Override
    protected RoutesBuilder createRouteBuilder() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:telemetry").to(device("dev1"));
                from(device("dev1")).routeId("held").autoStartup(false).process(held);
                from(device("dev1")).routeId("blocking").autoStartup(false).process(exchange -> {
                    arrived.countDown();
                    goOn.await();
                });
                from(device("dev1")).routeId("seda").autoStartup(false).to("seda:next");
                from("seda:next").process(held);
                from(device("dev1"))
                        .routeId("threads")
                        .autoStartup(false)
                        .threads(2)
                        .process(held);
                from(device("dev1", "qos=0")).routeId("qos0").autoStartup(false).process(held);
            }
        };
    }

    @AfterEach
    void letGo() {
        goOn.countDown();
    }

    private void assertNotAcknowledged(String id) {
        roundTrip();
        assertThat(queue())
                .extracting(QueuedMessage::messageId, QueuedMessage::state)
                .containsExactly(tuple(id, QueuedMessage.State.INVISIBLE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"held", "seda", "threads"})
    void anAsynchronousRouteAcknowledgesWhenItIsDone(String route) throws Exception {
        context.getRouteController().startRoute(route);
        send("m");
        Running exchange = held.await();
        assertNotAcknowledged("m");

        exchange.complete();
        awaitAllAcknowledged();
        assertThat(hub.emulator().acceptedConnects("dev1")).isEqualTo(1);
    }

    @Test
    void aSynchronousRouteAcknowledgesWhenItIsDone() throws Exception {
        context.getRouteController().startRoute("blocking");
        send("m");
        assertThat(arrived.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertNotAcknowledged("m");

        goOn.countDown();
        awaitAllAcknowledged();
    }

    @Test
    void oneMessageIsHandedOverAfterAnotherInOrder() throws Exception {
        context.getRouteController().startRoute("held");
        send("a", "b", "c");

        for (String body : new String[] {"a", "b", "c"}) {
            Running exchange = held.await();
            assertThat(exchange.body()).isEqualTo(body);
            roundTrip();
            assertThat(held.isIdle()).as("no other runs beside it").isTrue();
            exchange.complete();
        }
        awaitAllAcknowledged();
    }

    @Test
    void messagesThatWereThereBeforeTheRouteStartedArrive() throws Exception {
        send("a", "b");
        context.getRouteController().startRoute("held");

        complete("a", "b");
        awaitAllAcknowledged();
    }

    @Test
    void theSenderHearsOfSuccessOnlyWhenTheRouteIsDone() throws Exception {
        context.getRouteController().startRoute("held");
        hub.sendDevicebound("dev1", DeviceboundMessage.of("m").messageId("m").ack(Ack.FULL));
        Running exchange = held.await();
        roundTrip();
        assertThat(hub.emulator().feedback()).isEmpty();

        exchange.complete();
        assertThat(hub.awaitFeedback("m", SOON).statusCode()).isEqualTo(Feedback.StatusCode.SUCCESS);
    }

    @Test
    void aSlowRouteDoesNotHoldUpTelemetryOfTheSameDevice() throws Exception {
        context.getRouteController().startRoute("held");
        send("m");
        Running exchange = held.await();
        for (int i = 0; i < 20; i++) {
            roundTrip();
        }
        assertThat(hub.emulator().telemetry()).hasSize(20);
        assertThat(queued()).containsExactly("m");
        exchange.complete();
    }

    @Test
    void aMessageWhoseLinkIsCutWhileItRunsComesAgain() throws Exception {
        context.getRouteController().startRoute("held");
        send("m");
        Running first = held.await();
        hub.emulator().disconnect("dev1");
        first.complete();

        Running second = held.await();
        assertThat(second.body()).isEqualTo("m");
        assertThat(second.exchange().getMessage().getHeader(IotHubMqttConstants.DUPLICATE))
                .isEqualTo(true);
        assertNotAcknowledged("m");
        second.complete();
        awaitAllAcknowledged();
    }

    @Test
    @Timeout(60)
    void theOrderOfFirstArrivalsIsKeptWhenTheLinkIsCutInTheMiddle() throws Exception {
        context.getRouteController().startRoute("held");
        send("a", "b", "c", "d");
        complete("a");
        Running cut = held.await();
        assertThat(cut.body()).isEqualTo("b");
        roundTrip();
        hub.emulator().disconnect("dev1");
        cut.complete();

        // Until the device has noticed the cut it may go on with what it has; the hub sends all of it again.
        Set<String> arrivals = new LinkedHashSet<>(List.of("a", "b"));
        while (!arrivals.contains("d") || !queued().isEmpty()) {
            Running next = held.poll();
            if (next != null) {
                arrivals.add(next.body());
                next.complete();
            }
        }
        assertThat(arrivals).containsExactly("a", "b", "c", "d");
        assertThat(hub.emulator().acceptedConnects("dev1")).isEqualTo(2);
    }

    private void complete(String... bodies) throws InterruptedException {
        for (String body : bodies) {
            Running exchange = held.await();
            assertThat(exchange.body()).isEqualTo(body);
            exchange.complete();
        }
    }

    @Test
    void atQos0TheHubForgetsAMessageThatItHasSentAndAFailureIsNotRepeated() throws Exception {
        context.getRouteController().startRoute("qos0");
        send("a", "b");
        Running first = held.await();
        assertThat(first.exchange().getMessage().getHeader(IotHubMqttConstants.QOS))
                .isEqualTo(0);
        assertThat(queued()).isEmpty();
        first.fail();

        Running second = held.await();
        assertThat(second.body()).isEqualTo("b");
        second.complete();
        assertThat(hub.emulator().acceptedConnects("dev1")).isEqualTo(1);
    }
}
