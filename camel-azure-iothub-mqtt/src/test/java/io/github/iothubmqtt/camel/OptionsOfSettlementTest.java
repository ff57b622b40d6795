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

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.github.iothubmqtt.emulator.DeviceboundMessage;
import io.github.iothubmqtt.emulator.QueuedMessage;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.spi.ExceptionHandler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class OptionsOfSettlementTest extends HubTestSupport {

    @RegisterExtension
    final IotHubExtension hub = IotHubExtension.create().withDevice("dev1");

    private final CountDownLatch letGo = new CountDownLatch(1);

    @Override
    IotHubExtension hub() {
        return hub;
    }

    @AfterEach
    void letGo() {
        letGo.countDown();
    }

    @Test
    void inManualModeTheRouteSettlesWhenItLikes() throws Exception {
        BlockingQueue<Acknowledgement> handles = new LinkedBlockingQueue<>();
        consume(
                exchange -> handles.add(
                        exchange.getMessage().getHeader(IotHubMqttConstants.ACKNOWLEDGE, Acknowledgement.class)),
                "ackMode=manual");
        send("a", "b");
        Acknowledgement first = next(handles);
        Acknowledgement second = next(handles);
        second.acknowledge();
        roundTrip();
        assertThat(queued()).as("in order").containsExactly("a", "b");

        first.acknowledge();
        await().atMost(SOON).until(() -> queued().isEmpty());
        assertThat(hub.emulator().acceptedConnects("dev1")).isEqualTo(1);
    }

    @Test
    void inManualModeAMessageThatTheRouteGivesBackComesAgain() throws Exception {
        BlockingQueue<Acknowledgement> handles = new LinkedBlockingQueue<>();
        consume(
                exchange -> handles.add(
                        exchange.getMessage().getHeader(IotHubMqttConstants.ACKNOWLEDGE, Acknowledgement.class)),
                "ackMode=manual");
        send("a");
        next(handles).fail(new IllegalStateException("not now"));

        next(handles).acknowledge();
        await().atMost(SOON).until(() -> queued().isEmpty());
    }

    @Test
    void inManualModeAFailedExchangeThatWasNotSettledComesAgain() throws Exception {
        BlockingQueue<Acknowledgement> handles = new LinkedBlockingQueue<>();
        CountDownLatch failed = new CountDownLatch(1);
        consume(
                exchange -> {
                    if (failed.getCount() > 0) {
                        failed.countDown();
                        throw new IllegalStateException("the first time");
                    }
                    handles.add(
                            exchange.getMessage().getHeader(IotHubMqttConstants.ACKNOWLEDGE, Acknowledgement.class));
                },
                "ackMode=manual");
        send("a");

        next(handles).acknowledge();
        await().atMost(SOON).until(() -> queued().isEmpty());
    }

    @Test
    void inReceivedModeAMessageIsAcknowledgedBeforeTheRouteHasIt() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        consume(
                exchange -> {
                    running.countDown();
                    letGo.await();
                },
                "ackMode=received");
        send("a");
        assertThat(running.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();

        await().atMost(SOON).until(() -> queued().isEmpty());
    }

    @Test
    void inReceivedModeAFailureIsReportedAndNotRepaired() throws Exception {
        BlockingQueue<Throwable> reported = new LinkedBlockingQueue<>();
        context.getRegistry().bind("reports", new Reports(reported));
        consume(
                exchange -> {
                    throw new IllegalStateException("too bad");
                },
                "ackMode=received",
                "exceptionHandler=#reports");
        send("a");

        assertThat(next(reported)).hasMessage("too bad");
        assertThat(queued()).isEmpty();
        assertThat(hub.emulator().acceptedConnects("dev1")).isEqualTo(1);
    }

    @Test
    void concurrentConsumersIsHowManyExchangesRunAtATime() throws Exception {
        CountDownLatch three = new CountDownLatch(3);
        CountDownLatch four = new CountDownLatch(4);
        consume(
                exchange -> {
                    three.countDown();
                    four.countDown();
                    letGo.await();
                },
                "concurrentConsumers=3");
        send("a", "b", "c", "d");
        assertThat(three.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        roundTrip();
        assertThat(four.getCount()).as("the fourth waits").isEqualTo(1);

        letGo.countDown();
        await().atMost(SOON).until(() -> queued().isEmpty());
    }

    private void consume(Processor processor, String... options) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(device("dev1", options)).process(processor);
                from("direct:telemetry").to(device("dev1"));
            }
        });
    }

    private void send(String... bodies) {
        for (String body : bodies) {
            hub.sendDevicebound("dev1", DeviceboundMessage.of(body).messageId(body));
        }
    }

    /** When telemetry has made its way, so has everything that the connection was told before. */
    private void roundTrip() {
        template.sendBody("direct:telemetry", "");
    }

    private List<String> queued() {
        return hub.emulator().deviceboundQueue("dev1").stream()
                .map(QueuedMessage::messageId)
                .toList();
    }

    private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(SOON.toSeconds(), TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return next;
    }

    private record Reports(BlockingQueue<Throwable> reported) implements ExceptionHandler {

        @Override
        public void handleException(Throwable exception) {
            reported.add(exception);
        }

        @Override
        public void handleException(String message, Throwable exception) {
            reported.add(exception);
        }

        @Override
        public void handleException(String message, Exchange exchange, Throwable exception) {
            reported.add(exception);
        }
    }
}
