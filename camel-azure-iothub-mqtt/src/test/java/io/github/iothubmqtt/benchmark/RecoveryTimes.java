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
package io.github.iothubmqtt.benchmark;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

import io.github.iothubmqtt.camel.IotHubMqttConstants;
import io.github.iothubmqtt.emulator.HubSettings;
import io.github.iothubmqtt.emulator.IotHubEmulator;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/**
 * How long telemetry pauses: over planned renewals of the token under load, and after a cut that comes out of the blue. Counts failed
 * exchanges and duplicates at the same time.
 */
public final class RecoveryTimes {

    private static final int RENEWALS = 100;
    private static final int CUTS = 50;
    private static final int WINDOW = 100;

    private RecoveryTimes() {}

    public static void main(String[] arguments) throws Exception {
        renewals();
        cuts();
    }

    private static void renewals() throws Exception {
        HubSettings settings = HubSettings.defaults().expiryGrace(Duration.ZERO).telemetryStoreBytes(1024 * 1024);
        try (IotHubEmulator hub = IotHubEmulator.builder().settings(settings).start();
                CamelContext camel = new DefaultCamelContext()) {
            camel.getRegistry().bind("tls", RouteThroughput.trusting(hub));
            route(camel, hub, "dev1", "&sasTimeToLive=10s&sasRenewAt=10");
            Set<String> ids = new HashSet<>();
            AtomicLong duplicates = new AtomicLong();
            AtomicLong stored = new AtomicLong();
            AtomicLong last = new AtomicLong(System.nanoTime());
            List<Long> gaps = Collections.synchronizedList(new ArrayList<>());
            AtomicLong connects = new AtomicLong(1);
            hub.onTelemetry(message -> {
                long now = System.nanoTime();
                long before = last.getAndSet(now);
                stored.incrementAndGet();
                if (!ids.add(message.systemProperties().get("message-id"))) {
                    duplicates.incrementAndGet();
                }
                long seen = hub.acceptedConnects("dev1");
                if (seen > connects.getAndSet(seen)) {
                    gaps.add(now - before);
                }
            });
            AtomicLong failed = new AtomicLong();
            AsyncProducer producer = producer(camel, "dev1");
            Semaphore pending = new Semaphore(2 * WINDOW);
            long sent = 0;
            while (gaps.size() < RENEWALS) {
                pending.acquire();
                Exchange exchange = producer.getEndpoint().createExchange();
                exchange.getMessage().setHeader(IotHubMqttConstants.MESSAGE_ID, "m" + sent++);
                producer.process(exchange, doneSync -> {
                    if (exchange.getException() != null) {
                        failed.incrementAndGet();
                    }
                    pending.release();
                });
            }
            pending.acquire(2 * WINDOW);
            System.out.printf(
                    "%d renewals under load: %d messages, %d failed, %d lost, %d duplicated; pause p50 %d ms, p99 %d ms%n",
                    gaps.size(),
                    sent,
                    failed.get(),
                    sent - (stored.get() - duplicates.get()),
                    duplicates.get(),
                    percentile(gaps, 50),
                    percentile(gaps, 99));
        }
    }

    private static void cuts() throws Exception {
        try (IotHubEmulator hub = IotHubEmulator.start();
                CamelContext camel = new DefaultCamelContext()) {
            camel.getRegistry().bind("tls", RouteThroughput.trusting(hub));
            ConcurrentMap<String, Long> cutAt = new ConcurrentHashMap<>();
            ConcurrentMap<String, Long> pauses = new ConcurrentHashMap<>();
            for (int i = 0; i < CUTS; i++) {
                route(camel, hub, "dev" + i, "");
            }
            hub.onTelemetry(message -> {
                Long cut = cutAt.get(message.deviceId());
                if (cut != null) {
                    pauses.putIfAbsent(message.deviceId(), System.nanoTime() - cut);
                }
            });
            for (int i = 0; i < CUTS; i++) {
                AsyncProducer producer = producer(camel, "dev" + i);
                producer.process(producer.getEndpoint().createExchange());
                hub.disconnect("dev" + i);
                cutAt.put("dev" + i, System.nanoTime());
                producer.process(producer.getEndpoint().createExchange());
            }
            List<Long> times = new ArrayList<>(pauses.values());
            System.out.printf(
                    "%d one-off cuts: message at the hub again after p50 %d ms, p99 %d ms%n",
                    times.size(), percentile(times, 50), percentile(times, 99));
        }
    }

    private static void route(CamelContext camel, IotHubEmulator hub, String device, String options) throws Exception {
        String connectionString = hub.addDevice(device).connectionString();
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:" + device)
                        .to("iothub-mqtt:" + device + "?sslContextParameters=#tls&maxInflight=" + WINDOW + options
                                + "&connectionString=RAW(" + connectionString + ")");
            }
        });
        camel.start();
    }

    private static AsyncProducer producer(CamelContext camel, String device) throws Exception {
        AsyncProducer producer = camel.getEndpoint("direct:" + device).createAsyncProducer();
        producer.start();
        return producer;
    }

    private static long percentile(List<Long> nanos, int percent) {
        List<Long> sorted = new ArrayList<>(nanos);
        Collections.sort(sorted);
        return Duration.ofNanos(sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100)))
                .toMillis();
    }
}
