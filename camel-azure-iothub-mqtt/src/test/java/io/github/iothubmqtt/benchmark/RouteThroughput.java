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

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;

import io.github.iothubmqtt.emulator.HubSettings;
import io.github.iothubmqtt.emulator.IotHubEmulator;
import io.github.iothubmqtt.protocol.DeviceIdentity;
import io.github.iothubmqtt.protocol.SasToken;
import io.github.iothubmqtt.protocol.SharedAccessKey;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.jsse.KeyStoreParameters;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.jsse.TrustManagersParameters;

/**
 * Messages per second through a route into the emulator over TLS at QoS 1, with the same over WebSocket and camel-paho beside it in the
 * same run: rounds alternate, and the median of each counts. The emulator shares the machine with both.
 */
public final class RouteThroughput {

    private static final int WINDOW = 100;
    private static final int ROUNDS = 5;
    private static final long ROUND_NANOS = 4_000_000_000L;
    private static final byte[] BODY = new byte[256];

    private RouteThroughput() {}

    public static void main(String[] arguments) throws Exception {
        HubSettings settings = HubSettings.defaults().telemetryStoreBytes(1024 * 1024);
        try (IotHubEmulator hub =
                        IotHubEmulator.builder().settings(settings).httpsPort(0).start();
                CamelContext camel = new DefaultCamelContext()) {
            camel.getRegistry().bind("tls", trusting(hub));
            camel.getRegistry().bind("sockets", hub.sslContext().getSocketFactory());
            camel.addRoutes(routes(hub));
            camel.start();
            measure(camel, "warm-up", "direct:iothub-mqtt", 1);
            measure(camel, "warm-up", "direct:websocket", 1);
            measure(camel, "warm-up", "direct:paho", WINDOW);
            List<Double> ours = new ArrayList<>();
            List<Double> webSocket = new ArrayList<>();
            List<Double> paho = new ArrayList<>();
            for (int round = 1; round <= ROUNDS; round++) {
                ours.add(measure(camel, "iothub-mqtt, 1 thread", "direct:iothub-mqtt", 1));
                webSocket.add(measure(camel, "iothub-mqtt, WebSocket", "direct:websocket", 1));
                paho.add(measure(camel, "camel-paho, " + WINDOW + " threads", "direct:paho", WINDOW));
            }
            System.out.printf(
                    "Median of %d rounds, %d bytes, window %d: iothub-mqtt %.0f msg/s, camel-paho %.0f msg/s, ratio %.2f%n",
                    ROUNDS, BODY.length, WINDOW, median(ours), median(paho), median(ours) / median(paho));
            System.out.printf(
                    "Over WebSocket: iothub-mqtt %.0f msg/s, ratio to TCP %.2f%n",
                    median(webSocket), median(webSocket) / median(ours));
        }
    }

    private static RouteBuilder routes(IotHubEmulator hub) {
        String ours = hub.addDevice("ours").connectionString();
        String webSocket = hub.addDevice("websocket").connectionString();
        SharedAccessKey key = SharedAccessKey.parse(hub.addDevice("paho").primaryKey());
        SasToken token = SasToken.sign(
                new DeviceIdentity(hub.hostName(), "paho", null),
                key,
                Instant.now().plusSeconds(3600));
        return new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler()); // failures are counted, not printed
                from("direct:iothub-mqtt")
                        .to("iothub-mqtt:ours?sslContextParameters=#tls&maxInflight=" + WINDOW
                                + "&connectionString=RAW(" + ours + ")");
                from("direct:websocket")
                        .to("iothub-mqtt:websocket?transport=websocket&sslContextParameters=#tls&maxInflight=" + WINDOW
                                + "&gatewayHostName=localhost:" + hub.httpsPort()
                                + "&connectionString=RAW(" + webSocket + ")");
                from("direct:paho")
                        .to(
                                "paho:devices/paho/messages/events/?clientId=paho&qos=1&cleanSession=false&socketFactory=#sockets"
                                        + "&maxInflight=" + (2 * WINDOW + 10)
                                        + "&brokerUrl=ssl://localhost:" + hub.mqttPort()
                                        + "&userName=RAW(localhost/paho/?api-version=2021-04-12)&password=RAW("
                                        + token.text() + ")");
            }
        };
    }

    /** Sends for the time of one round; our producer is fed by one thread, one that blocks needs as many as the window is wide. */
    private static double measure(CamelContext camel, String name, String route, int threads) throws Exception {
        AsyncProducer producer = camel.getEndpoint(route).createAsyncProducer();
        producer.start();
        LongAdder done = new LongAdder();
        LongAdder failed = new LongAdder();
        Semaphore pending = new Semaphore(4 * WINDOW);
        CountDownLatch ended = new CountDownLatch(threads);
        long start = System.nanoTime();
        for (int i = 0; i < threads; i++) {
            Thread sender = new Thread(() -> {
                while (System.nanoTime() - start < ROUND_NANOS) {
                    pending.acquireUninterruptibly();
                    Exchange exchange = producer.getEndpoint().createExchange();
                    exchange.getMessage().setBody(BODY);
                    producer.process(exchange, doneSync -> {
                        (exchange.getException() == null ? done : failed).increment();
                        pending.release();
                    });
                }
                ended.countDown();
            });
            sender.start();
        }
        ended.await();
        pending.acquire(4 * WINDOW);
        double rate = done.sum() / ((System.nanoTime() - start) / 1e9);
        System.out.printf("%-26s %8.0f msg/s  failed %d%n", name, rate, failed.sum());
        return rate;
    }

    private static double median(List<Double> rates) {
        double[] sorted = rates.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    static SSLContextParameters trusting(IotHubEmulator hub) {
        KeyStoreParameters store = new KeyStoreParameters();
        store.setKeyStore(hub.trustStore());
        TrustManagersParameters trust = new TrustManagersParameters();
        trust.setKeyStore(store);
        SSLContextParameters parameters = new SSLContextParameters();
        parameters.setTrustManagers(trust);
        return parameters;
    }
}
