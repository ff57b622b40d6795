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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

import io.github.iothubmqtt.device.SendTimeoutException;
import io.github.iothubmqtt.emulator.TelemetryMessage;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** When a telemetry exchange is done, and on which threads. A listener that waits keeps the whole hub from answering. */
class TelemetryCompletionTest extends HubTestSupport {

    private static final int WINDOW = 5;

    @RegisterExtension
    final IotHubExtension hub = IotHubExtension.create().withDevice("dev1");

    private final CountDownLatch answer = new CountDownLatch(1);
    private final AtomicBoolean withholding = new AtomicBoolean();
    private final AtomicInteger cuts = new AtomicInteger();
    private final AtomicInteger storedWhenDone = new AtomicInteger();
    private final AtomicBoolean answeredWhenDone = new AtomicBoolean();
    private final AtomicReference<String> threadAfterwards = new AtomicReference<>();

    @Override
    IotHubExtension hub() {
        return hub;
    }

    @Override
    protected RoutesBuilder createRouteBuilder() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:send").to(telemetry("sendTimeout=1m")).process(exchange -> {
                    storedWhenDone.set(hub.emulator().telemetry().size());
                    answeredWhenDone.set(answer.getCount() == 0);
                    threadAfterwards.set(Thread.currentThread().getName());
                });
                from("direct:qos0")
                        .to(telemetry("qos=0"))
                        .process(exchange -> answeredWhenDone.set(answer.getCount() == 0));
                from("direct:impatient").to(telemetry("sendTimeout=50ms"));
            }
        };
    }

    private String telemetry(String option) {
        return device("dev1", "maxInflight=" + WINDOW, option);
    }

    @BeforeEach
    void listen() {
        hub.emulator().onTelemetry(message -> {
            if (cuts.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                hub.emulator().disconnect("dev1");
            }
            if (withholding.get()) {
                // longer than any sendTimeout here
                await().atMost(SOON.multipliedBy(4)).until(() -> answer.getCount() == 0);
            }
        });
    }

    @AfterEach
    void answer() {
        answer.countDown();
    }

    @Test
    void anExchangeIsDoneOnlyAfterPuback() throws Exception {
        withholding.set(true);
        CompletableFuture<Exchange> exchange = template.asyncSend("direct:send", each -> {});
        hub.awaitTelemetry(1, SOON);
        assertThat(exchange).isNotDone();

        answer.countDown();
        assertThat(exchange.get(SOON.toSeconds(), TimeUnit.SECONDS).getException())
                .isNull();
        assertThat(answeredWhenDone).isTrue();
    }

    @Test
    void aLinkThatIsCutBeforePubackDoesNotFailTheExchangeAndTheMessageIsSentAgain() {
        cuts.set(1);
        Exchange exchange =
                template.send("direct:send", each -> each.getMessage().setBody("a"));

        assertThat(exchange.getException()).isNull();
        assertThat(storedWhenDone).as("stored when the exchange was done").hasValue(2);
        assertThat(hub.emulator().telemetry())
                .extracting(TelemetryMessage::bodyText)
                .containsExactly("a", "a");
        assertThat(hub.emulator().acceptedConnects("dev1")).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"direct:send, 0", "direct:qos0,"})
    void atQos0AnExchangeIsDoneWithoutPuback(String route, Integer header) {
        withholding.set(true);
        Exchange exchange = template.send(route, each -> each.getMessage().setHeader(IotHubMqttConstants.QOS, header));

        assertThat(exchange.getException()).isNull();
        assertThat(answeredWhenDone).isFalse();
        hub.awaitTelemetry(1, SOON);
    }

    @Test
    void aHeaderThatAsksForQos1WinsOverTheOption() {
        cuts.set(1);
        template.sendBodyAndHeader("direct:qos0", "a", IotHubMqttConstants.QOS, 1);

        assertThat(hub.emulator().telemetry())
                .extracting(TelemetryMessage::bodyText)
                .containsExactly("a", "a");
    }

    @Test
    void theCallingThreadIsFreeWhileTheHubKeepsSilent() throws Exception {
        AsyncProducer producer =
                context.getEndpoint(telemetry("sendTimeout=1m")).createAsyncProducer();
        producer.start();
        withholding.set(true);
        CountDownLatch done = new CountDownLatch(3 * WINDOW);
        for (int i = 0; i < 3 * WINDOW; i++) {
            assertThat(producer.process(exchange("m" + i), doneSync -> done.countDown()))
                    .as("done at once")
                    .isFalse();
        }
        assertThat(done.getCount()).isEqualTo(3 * WINDOW);

        answer.countDown();
        assertThat(done.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        producer.stop();
    }

    @Test
    void theRestOfTheRouteDoesNotRunOnTheThreadOfTheConnections() {
        template.send("direct:send", each -> {});

        assertThat(threadAfterwards.get())
                .doesNotContain("IotHubMqttConnections")
                .doesNotContain("IotHubMqttIo");
    }

    @Test
    void aFailedExchangeDoesNotEndOnTheThreadOfTheConnectionsEither() throws Exception {
        AsyncProducer producer =
                context.getEndpoint(telemetry("sendTimeout=50ms")).createAsyncProducer();
        producer.start();
        withholding.set(true);
        AtomicReference<String> thread = new AtomicReference<>();
        producer.process(
                exchange("late"), doneSync -> thread.set(Thread.currentThread().getName()));

        await().atMost(SOON).untilAsserted(() -> assertThat(thread.get()).isNotNull());
        assertThat(thread.get()).doesNotContain("IotHubMqttConnections");
        producer.stop();
    }

    @Test
    void aMessageThatIsNotAcknowledgedInTimeFailsItsExchangeAndTheNextIsFine() {
        withholding.set(true);
        Exchange late =
                template.send("direct:impatient", each -> each.getMessage().setBody("late"));
        assertThat(late.getException())
                .isInstanceOf(SendTimeoutException.class)
                .hasMessageContaining("sendTimeout")
                .hasMessageContaining("may have arrived");

        withholding.set(false);
        answer.countDown();
        assertThat(template.send("direct:send", each -> {}).getException()).isNull();
        assertThat(hub.emulator().acceptedConnects("dev1")).isEqualTo(1);
    }

    @Test
    void messagesOfOneThreadArriveInItsOrder() throws Exception {
        assertThat(bodiesAfterSending(500)).isEqualTo(numbers(500));
    }

    @Test
    void messagesOfOneThreadArriveInItsOrderOverCutsToo() throws Exception {
        cuts.set(3);

        assertThat(bodiesAfterSending(100).stream().distinct().toList()).isEqualTo(numbers(100));
    }

    private List<String> bodiesAfterSending(int count) throws Exception {
        AsyncProducer producer =
                context.getEndpoint(telemetry("sendTimeout=1m")).createAsyncProducer();
        producer.start();
        CountDownLatch done = new CountDownLatch(count);
        List<Exchange> exchanges = new ArrayList<>();
        for (String number : numbers(count)) {
            Exchange exchange = exchange(number);
            exchanges.add(exchange);
            producer.process(exchange, doneSync -> done.countDown());
        }
        assertThat(done.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        producer.stop();
        assertThat(exchanges).extracting(Exchange::getException).containsOnlyNulls();
        return hub.emulator().telemetry().stream()
                .map(TelemetryMessage::bodyText)
                .toList();
    }

    private static List<String> numbers(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).toList();
    }

    private Exchange exchange(String body) {
        Exchange exchange = context.getEndpoint("direct:send").createExchange();
        exchange.getMessage().setBody(body);
        return exchange;
    }
}
