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

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import io.github.iothubmqtt.emulator.IotHubEmulator;
import io.github.iothubmqtt.protocol.DeviceIdentity;
import io.github.iothubmqtt.protocol.PropertyBag;
import io.github.iothubmqtt.protocol.SasToken;
import io.github.iothubmqtt.protocol.SharedAccessKey;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.paho.PahoConstants;
import org.apache.camel.impl.DefaultCamelContext;

/**
 * camel-paho as a careful user would set it up for a hub: kept session, automatic reconnect, Camel's error handler for what fails
 * while there is no link, and the topic with the property bag written by hand. Its producer and its consumer are two clients, of which
 * a hub would evict the older; so each device has a second identity for receiving. It has no option to acknowledge only what the
 * route has done.
 */
final class CamelPahoPeer implements Peer {

    private static final String USER_SUFFIX = "/?api-version=2021-04-12";

    /** Camel's error handler retries for two minutes, as long as our own component's sendTimeout in this harness. */
    private static final int REDELIVERIES = 2400;

    private static final int REDELIVERY_DELAY = 50;
    private static final int SHUTDOWN_SECONDS = 10;

    private final CamelContext camel = new DefaultCamelContext();
    private final List<AsyncProducer> producers = new ArrayList<>();

    /** Makes peers of this kind. */
    static final class Factory implements Peer.Factory {
        @Override
        public Peer start(IotHubEmulator hub, Plan plan, Route route) throws Exception {
            return new CamelPahoPeer(hub, plan, route);
        }

        @Override
        public List<String> identities(int device) {
            return List.of("device-" + device, "inbox-" + device);
        }
    }

    private CamelPahoPeer(IotHubEmulator hub, Plan plan, Route route) throws Exception {
        camel.getRegistry().bind("sockets", hub.sslContext().getSocketFactory());
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                for (int device = 0; device < plan.devices(); device++) {
                    from("direct:telemetry-" + device)
                            .errorHandler(defaultErrorHandler()
                                    .maximumRedeliveries(REDELIVERIES)
                                    .redeliveryDelay(REDELIVERY_DELAY))
                            .to(uri(hub, "device-" + device, "events/"));
                    int number = device;
                    from(uri(hub, "inbox-" + device, "devicebound/#"))
                            .errorHandler(noErrorHandler())
                            .process(exchange -> process(route, number, exchange));
                }
            }
        });
        // A producer that waits for a PUBACK that never comes does not end by itself.
        camel.getShutdownStrategy().setTimeout(SHUTDOWN_SECONDS);
        camel.start();
        for (int device = 0; device < plan.devices(); device++) {
            AsyncProducer producer =
                    camel.getEndpoint("direct:telemetry-" + device).createAsyncProducer();
            producer.start();
            producers.add(producer);
        }
    }

    private static String uri(IotHubEmulator hub, String id, String topic) {
        SharedAccessKey key = SharedAccessKey.parse(hub.device(id).orElseThrow().primaryKey());
        SasToken token = SasToken.sign(
                new DeviceIdentity(hub.hostName(), id, null), key, Instant.now().plusSeconds(86_400));
        // A hash in a URI wants escaping.
        return "paho:devices/" + id + "/messages/" + topic.replace("#", "%23") + "?clientId=" + id
                + "&qos=1&cleanSession=false&automaticReconnect=true&maxReconnectDelay=1000&connectionTimeout=3&keepAliveInterval=2"
                + "&socketFactory=#sockets&brokerUrl=ssl://localhost:" + hub.mqttPort()
                + "&userName=RAW(" + hub.hostName() + "/" + id + USER_SUFFIX + ")&password=RAW(" + token.text() + ")";
    }

    private static void process(Route route, int device, Exchange exchange) {
        String topic = exchange.getMessage().getHeader(PahoConstants.MQTT_TOPIC, String.class);
        Map<String, String> properties = PropertyBag.read(topic.substring(topic.indexOf("devicebound/") + 12));
        properties.keySet().removeIf(name -> name.startsWith("$."));
        route.process(device, exchange.getMessage().getBody(byte[].class), properties);
    }

    @Override
    public void send(Sample sample, Consumer<Throwable> report) {
        AsyncProducer producer = producers.get(sample.device());
        Exchange exchange = producer.getEndpoint().createExchange();
        exchange.getMessage().setBody(sample.body());
        Map<String, String> bag = new LinkedHashMap<>();
        bag.put("$.mid", sample.messageId());
        bag.putAll(sample.properties());
        exchange.getMessage()
                .setHeader(
                        PahoConstants.CAMEL_PAHO_OVERRIDE_TOPIC,
                        "devices/device-" + sample.device() + "/messages/events/" + PropertyBag.write(bag));
        producer.process(exchange, doneSync -> report.accept(exchange.getException()));
    }

    @Override
    public void close() {
        camel.stop();
    }
}
