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
package io.github.iothubmqtt.reliability;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.iothubmqtt.camel.IotHubMqttConstants;
import io.github.iothubmqtt.emulator.IotHubEmulator;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.jsse.KeyStoreParameters;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.jsse.TrustManagersParameters;

/**
 * Our component: for each device a route that sends telemetry and a route that takes devicebound messages; with twins also routes that
 * report, follow the desired properties and carry out a method.
 */
final class IotHubMqttPeer implements Peer {

    /** Every limit short, so that each fault ends within seconds; none of them but sendTimeout may make an exchange fail. */
    static final String OPTIONS = "&reconnectBackoffMin=10ms&reconnectBackoffMax=200ms"
            + "&connectTimeout=5s&keepAlive=2s&sendTimeout=2m&pubackTimeout=2s";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final CamelContext camel = new DefaultCamelContext();
    private final List<AsyncProducer> producers = new ArrayList<>();
    private final List<AsyncProducer> reporters = new ArrayList<>();

    /** Null when each device has its connection string. */
    private final Logins logins;

    private IotHubMqttPeer(IotHubEmulator hub, Plan plan, Route route, String way) throws Exception {
        logins = plan.logins() ? new Logins(hub, ids(plan)) : null;
        camel.getRegistry().bind("hubTls", trusting(hub));
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler()); // failures are counted, not printed
                for (int device = 0; device < plan.devices(); device++) {
                    String common = uri(hub, device) + OPTIONS + way + "&maxInflight=" + plan.window() + "&maxPending="
                            + 100 * plan.window();
                    from("direct:telemetry-" + device).to(common);
                    int number = device;
                    from(common + "&maxRedeliveries=100").process(exchange -> process(route, number, exchange));
                    if (plan.twins()) {
                        twinRoutes(this, common, route, device);
                    }
                }
            }
        });
        camel.start();
        for (int device = 0; device < plan.devices(); device++) {
            producers.add(producer("direct:telemetry-" + device));
            if (plan.twins()) {
                reporters.add(producer("direct:report-" + device));
            }
        }
    }

    private AsyncProducer producer(String uri) throws Exception {
        AsyncProducer producer = camel.getEndpoint(uri).createAsyncProducer();
        producer.start();
        return producer;
    }

    private static void twinRoutes(RouteBuilder routes, String common, Route route, int device) {
        routes.from("direct:report-" + device).to(common + "&operation=twinUpdate&requestTimeout=2m");
        routes.from(common + "&channel=desired&maxRedeliveries=100")
                .process(exchange -> route.desired(
                        device,
                        exchange.getMessage().getHeader(IotHubMqttConstants.DESIRED_VERSION, Long.class),
                        exchange.getMessage().getHeader(IotHubMqttConstants.DESIRED_COMPLETE, Boolean.class),
                        properties(exchange)));
        routes.from(common + "&channel=methods&concurrentConsumers=4&methodName=" + BackEnd.METHOD)
                .process(exchange -> exchange.getMessage()
                        .setBody(route.carryOut(
                                device, ((Number) properties(exchange).get("number")).intValue())));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> properties(Exchange exchange) throws Exception {
        return JSON.readValue(exchange.getMessage().getBody(String.class), Map.class);
    }

    @Override
    public void report(int device, Map<String, Object> properties, Consumer<Throwable> report) {
        AsyncProducer reporter = reporters.get(device);
        Exchange exchange = reporter.getEndpoint().createExchange();
        exchange.getMessage().setBody(properties);
        reporter.process(exchange, doneSync -> report.accept(exchange.getException()));
    }

    static Factory factory() {
        return (hub, plan, route) -> new IotHubMqttPeer(hub, plan, route, "");
    }

    static Factory overWebSocket() {
        return new Factory() {
            @Override
            public Peer start(IotHubEmulator hub, Plan plan, Route route) throws Exception {
                // The connection strings name the port of MQTT over TLS.
                String way = "&transport=websocket&gatewayHostName=localhost:" + hub.httpsPort();
                return new IotHubMqttPeer(hub, plan, route, way);
            }

            @Override
            public IotHubEmulator.Builder hub(IotHubEmulator.Builder usual) {
                return usual.httpsPort(0);
            }
        };
    }

    private static List<String> ids(Plan plan) {
        return IntStream.range(0, plan.devices()).mapToObj(IotHubMqttPeer::id).toList();
    }

    private static String id(int device) {
        return "device-" + device;
    }

    private String uri(IotHubEmulator hub, int device) {
        String id = id(device);
        String start = "iothub-mqtt:" + id + "?sslContextParameters=#";
        if (logins == null) {
            return start + "hubTls&connectionString=RAW("
                    + hub.device(id).orElseThrow().connectionString() + ")";
        }
        Login login = logins.of(device);
        if (login.vault() != null) {
            camel.getRegistry().bind("vault-" + id, login.vault());
        }
        if (login.tls() == null) {
            return start + "hubTls&" + login.options();
        }
        camel.getRegistry().bind("tls-" + id, login.tls());
        return start + "tls-" + id + "&" + login.options();
    }

    @Override
    public Logins logins() {
        return logins;
    }

    @SuppressWarnings("unchecked")
    private static void process(Route route, int device, Exchange exchange) {
        route.process(
                device,
                exchange.getMessage().getBody(byte[].class),
                exchange.getMessage().getHeader(IotHubMqttConstants.PROPERTIES, Map.class));
    }

    static SSLContextParameters trusting(IotHubEmulator hub) {
        KeyStoreParameters store = new KeyStoreParameters();
        store.setKeyStore(hub.trustStore());
        TrustManagersParameters trust = new TrustManagersParameters();
        trust.setKeyStore(store);
        SSLContextParameters tls = new SSLContextParameters();
        tls.setTrustManagers(trust);
        return tls;
    }

    @Override
    public void send(Sample sample, Consumer<Throwable> report) {
        AsyncProducer producer = producers.get(sample.device());
        Exchange exchange = producer.getEndpoint().createExchange();
        exchange.getMessage().setBody(sample.body());
        exchange.getMessage().setHeader(IotHubMqttConstants.MESSAGE_ID, sample.messageId());
        sample.properties().forEach(exchange.getMessage()::setHeader);
        producer.process(exchange, doneSync -> report.accept(exchange.getException()));
    }

    @Override
    public void close() throws IOException {
        camel.stop();
        if (logins != null) {
            logins.close();
        }
    }
}
