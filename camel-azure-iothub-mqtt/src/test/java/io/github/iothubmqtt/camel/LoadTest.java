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

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import io.github.iothubmqtt.emulator.TelemetryMessage;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.apache.camel.Exchange;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** The books of many messages: what the routes were told is done against what the hub holds. */
@Timeout(value = 5, unit = TimeUnit.MINUTES) // of a hang, which is what a lost promise looks like
class LoadTest extends HubTestSupport {

    private static final int THREADS = 16;
    private static final int PER_THREAD = 625;
    private static final int WINDOW = 100;

    @RegisterExtension
    final IotHubExtension hub = IotHubExtension.create().withDevice("dev1");

    @Override
    IotHubExtension hub() {
        return hub;
    }

    @Override
    protected RoutesBuilder createRouteBuilder() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:telemetry")
                        .to(device(
                                "dev1",
                                "maxInflight=" + WINDOW,
                                "maxPending=" + THREADS * PER_THREAD,
                                "sendTimeout=5m"));
            }
        };
    }

    @Test
    void tenThousandMessagesFromSixteenThreadsArriveOnceInOrderAndWithAllProperties() throws Exception {
        sendAll();

        assertThat(hub.emulator().telemetry()).hasSize(THREADS * PER_THREAD);
        assertCompleteAndInOrder();
        assertThat(hub.emulator().acceptedConnects("dev1")).isEqualTo(1);
    }

    @Test
    void cutsInTheMiddleOfItLoseNothingAndKeepTheOrderOfFirstArrivals() throws Exception {
        int cuts = 5;
        hub.emulator().onTelemetry(message -> {
            // On the hub's own thread, after it has stored the message and before it acknowledges it.
            if (message.sequence() % 1500 == 0 && message.sequence() <= cuts * 1500) {
                hub.emulator().disconnect("dev1");
            }
        });
        sendAll();

        assertCompleteAndInOrder();
        assertThat(hub.emulator().acceptedConnects("dev1")).isEqualTo(1 + cuts);
        assertThat(hub.emulator().telemetry().size() - THREADS * PER_THREAD)
                .as("duplicates: at least the unacknowledged one of each cut, at most a window")
                .isBetween(cuts, cuts * WINDOW);
    }

    private void sendAll() throws Exception {
        ExecutorService senders = Executors.newFixedThreadPool(THREADS);
        try {
            List<Callable<List<CompletableFuture<Exchange>>>> tasks = IntStream.range(0, THREADS)
                    .<Callable<List<CompletableFuture<Exchange>>>>mapToObj(sender -> () -> send(sender))
                    .toList();
            for (Future<List<CompletableFuture<Exchange>>> sent : senders.invokeAll(tasks)) {
                for (CompletableFuture<Exchange> exchange : sent.get()) {
                    assertThat(exchange.join().getException()).isNull();
                }
            }
        } finally {
            senders.shutdownNow();
        }
    }

    /** One thread hands over its messages one after another, without waiting for any. */
    private List<CompletableFuture<Exchange>> send(int sender) {
        return IntStream.range(0, PER_THREAD)
                .mapToObj(number -> begin("direct:telemetry", message -> {
                    message.setBody(sender + ":" + number);
                    message.setHeader(IotHubMqttConstants.MESSAGE_ID, sender + "-" + number);
                    message.setHeader("sender", sender);
                    message.setHeader("number", number);
                    message.setHeader("half", 0.5);
                    message.setHeader("text", "a=b&c d/ü");
                }))
                .toList();
    }

    private void assertCompleteAndInOrder() {
        Map<String, TelemetryMessage> first = new LinkedHashMap<>();
        for (TelemetryMessage message : hub.emulator().telemetry()) {
            first.putIfAbsent(message.systemProperties().get("message-id"), message);
        }
        assertThat(first).hasSize(THREADS * PER_THREAD);
        first.forEach((id, message) -> {
            String[] parts = id.split("-");
            assertThat(message.bodyText()).isEqualTo(parts[0] + ":" + parts[1]);
            assertThat(message.properties())
                    .isEqualTo(Map.of("sender", parts[0], "number", parts[1], "half", "0.5", "text", "a=b&c d/ü"));
        });
        for (int sender = 0; sender < THREADS; sender++) {
            String prefix = sender + "-";
            assertThat(first.keySet().stream()
                            .filter(id -> id.startsWith(prefix))
                            .toList())
                    .as("first arrivals of sender " + sender)
                    .isEqualTo(IntStream.range(0, PER_THREAD)
                            .mapToObj(number -> prefix + number)
                            .toList());
        }
    }
}
