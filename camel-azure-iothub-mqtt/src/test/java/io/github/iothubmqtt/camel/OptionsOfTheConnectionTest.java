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

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import io.github.iothubmqtt.device.OutboxFullException;
import io.github.iothubmqtt.device.SendTimeoutException;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttEndpoint;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Options that show in the packets that a peer gets, or in what the device does when the peer does nothing. */
class OptionsOfTheConnectionTest {

    private static final Duration SOON = HubTestSupport.SOON;

    /** Any base64: a peer asks for no credentials. */
    private static final String KEY = "sharedAccessKey=RAW(c2VjcmV0)";

    private final DefaultCamelContext context = new DefaultCamelContext();
    private OptionsPeer peer;

    @AfterEach
    void stop() {
        context.getShutdownStrategy().setTimeout(1); // some exchanges are never done
        context.stop();
        if (peer != null) {
            peer.close();
        }
    }

    @Test
    void byDefaultTheSessionIsKeptWithAKeepAliveOfAMinuteAndWithoutWill() throws Exception {
        MqttEndpoint connect = connect();

        assertThat(connect.isCleanSession()).isFalse();
        assertThat(connect.keepAliveTimeSeconds()).isEqualTo(60);
        assertThat(connect.will().isWillFlag()).isFalse();
    }

    @Test
    void cleanSessionIsInTheConnect() throws Exception {
        assertThat(connect("cleanSession=true").isCleanSession()).isTrue();
    }

    @Test
    void keepAliveIsInTheConnect() throws Exception {
        assertThat(connect("keepAlive=7s").keepAliveTimeSeconds()).isEqualTo(7);
    }

    @Test
    void keepAliveSaysWhenTheDevicePings() throws Exception {
        List<Instant> pings = new CopyOnWriteArrayList<>();
        peer = OptionsPeer.start(connect -> {
            connect.pingHandler(ping -> pings.add(Instant.now()));
            OptionsPeer.acceptAndWithholdPuback(connect);
        });
        startRoute("keepAlive=1s");

        await().atMost(SOON).until(() -> pings.size() >= 2);
    }

    @Test
    void aRouteThatIsBusyDoesNotKeepTheDeviceFromPinging() throws Exception {
        List<Instant> pings = new CopyOnWriteArrayList<>();
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch letGo = new CountDownLatch(1);
        peer = OptionsPeer.start(connect -> {
            connect.pingHandler(ping -> pings.add(Instant.now()));
            connect.subscribeHandler(subscribe -> {
                connect.subscribeAcknowledge(subscribe.messageId(), List.of(MqttQoS.AT_LEAST_ONCE));
                connect.publish(
                        "devices/dev1/messages/devicebound/", Buffer.buffer("m"), MqttQoS.AT_LEAST_ONCE, false, false);
            });
            connect.accept(false);
        });
        try {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from(device("keepAlive=1s")).process(exchange -> {
                        busy.countDown();
                        letGo.await();
                    });
                }
            });
            context.start();
            assertThat(busy.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
            pings.clear();

            await().atMost(SOON).until(() -> pings.size() >= 3);
        } finally {
            letGo.countDown();
        }
    }

    @Test
    void willMessageWillQosAndWillPropertiesAreInTheConnect() throws Exception {
        MqttEndpoint connect = connect("willMessage=gone", "willQos=0", "willProperty.severity=high");

        assertThat(connect.will().isWillFlag()).isTrue();
        assertThat(connect.will().getWillMessageBytes()).asString().isEqualTo("gone");
        assertThat(connect.will().getWillQos()).isZero();
        assertThat(connect.will().getWillTopic()).isEqualTo("devices/dev1/messages/events/severity=high");
    }

    @Test
    void willQosIsOneByDefault() throws Exception {
        assertThat(connect("willMessage=gone").will().getWillQos()).isEqualTo(1);
    }

    @Test
    void qosIsThatOfTelemetry() throws Exception {
        List<Integer> levels = new CopyOnWriteArrayList<>();
        peer = OptionsPeer.start(connect -> {
            connect.publishHandler(message -> {
                levels.add(message.qosLevel().value());
                if (message.qosLevel().value() == 1) {
                    connect.publishAcknowledge(message.messageId());
                }
            });
            connect.accept(false);
        });
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:zero").to(device("qos=0"));
                from("direct:one").to(device());
            }
        });
        context.start();
        context.createProducerTemplate().sendBody("direct:zero", "a");
        context.createProducerTemplate().sendBody("direct:one", "b");

        assertThat(levels).containsExactly(0, 1);
    }

    @Test
    void qosIsThatOfTheSubscription() throws Exception {
        List<Integer> asked = new CopyOnWriteArrayList<>();
        peer = OptionsPeer.start(connect -> {
            connect.subscribeHandler(subscribe -> {
                subscribe
                        .topicSubscriptions()
                        .forEach(topic -> asked.add(topic.qualityOfService().value()));
                connect.subscribeAcknowledge(
                        subscribe.messageId(),
                        List.of(subscribe.topicSubscriptions().get(0).qualityOfService()));
            });
            connect.accept(false);
        });
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(device("qos=0")).routeId("zero").to("mock:zero");
                from(device()).routeId("one").autoStartup(false).to("mock:one");
            }
        });
        context.start();
        context.getRouteController().stopRoute("zero");
        context.getRouteController().startRoute("one");

        assertThat(asked).containsExactly(0, 1);
    }

    @Test
    void connectTimeoutLimitsTheWaitForAPeerThatNeverAnswers() throws IOException {
        try (ServerSocket mute = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> startRouteAt(mute.getLocalPort(), "connectTimeout=300"))
                    .hasStackTraceContaining("did not finish the TLS handshake within 300 ms");
        }
    }

    @Test
    void connectTimeoutLimitsTheWaitForTheAnswerToConnect() {
        peer = OptionsPeer.start(connect -> {});

        assertThatThrownBy(() -> startRoute("connectTimeout=2500")).hasStackTraceContaining("within 2500 ms");
    }

    @Test
    void reconnectBackoffMinIsTheShortestDelayAfterTheFirstRetry() throws Exception {
        List<Long> attempts = new CopyOnWriteArrayList<>();
        peer = OptionsPeer.start(refuseAfterTheFirst(attempts));
        startRoute("reconnectBackoffMin=3s", "reconnectBackoffMax=3s");
        peer.connects().get(0).close();

        await().atMost(SOON).until(() -> attempts.size() >= 3);
        assertThat(Duration.ofNanos(attempts.get(2) - attempts.get(1))).isGreaterThanOrEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void reconnectBackoffMaxIsTheLongestDelay() throws Exception {
        List<Long> attempts = new CopyOnWriteArrayList<>();
        peer = OptionsPeer.start(refuseAfterTheFirst(attempts));
        startRoute("reconnectBackoffMin=10ms", "reconnectBackoffMax=20ms");
        peer.connects().get(0).close();

        // With the default limit, doubling delays would take minutes.
        await().atMost(SOON).until(() -> attempts.size() >= 18);
    }

    @Test
    void maxInflightIsHowManyMessagesGoOutWithoutAnAcknowledgement() throws Exception {
        WindowWatch watch = new WindowWatch();
        peer = OptionsPeer.start(watch::connected);
        startRoute("maxInflight=3");
        ProducerTemplate template = context.createProducerTemplate();
        List<CompletableFuture<Object>> sends = IntStream.range(0, 30)
                .mapToObj(i -> template.asyncSendBody("direct:in", "" + i))
                .toList();

        await().atMost(SOON).until(() -> sends.stream().allMatch(Future::isDone));
        assertThat(watch.most).isEqualTo(3);
    }

    @Test
    void aMessageBeyondMaxPendingFailsAtOnce() throws Exception {
        peer = OptionsPeer.start(OptionsPeer::acceptAndWithholdPuback);
        startRoute("maxInflight=1", "maxPending=3");
        ProducerTemplate template = context.createProducerTemplate();
        List<CompletableFuture<Exchange>> sends = IntStream.range(0, 4)
                .mapToObj(i -> template.asyncSend(
                        "direct:in", exchange -> exchange.getMessage().setBody("" + i)))
                .toList();

        // Well below sendTimeout, at which all would fail.
        await().atMost(Duration.ofSeconds(20)).until(() -> sends.stream().anyMatch(Future::isDone));
        List<CompletableFuture<Exchange>> done =
                sends.stream().filter(Future::isDone).toList();
        assertThat(done).hasSize(1);
        assertThat(done.get(0).get().getException())
                .isInstanceOf(OutboxFullException.class)
                .hasMessageContaining("3 messages of localhost/dev1")
                .hasMessageContaining("raise maxPending");
    }

    @Test
    void sendTimeoutFailsAnExchangeThatTheHubDoesNotAcknowledge() throws Exception {
        peer = OptionsPeer.start(OptionsPeer::acceptAndWithholdPuback);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:short").to(device("sendTimeout=200"));
                from("direct:long").to(device("sendTimeout=1h"));
            }
        });
        context.start();
        ProducerTemplate template = context.createProducerTemplate();
        Future<Object> patient = template.asyncSendBody("direct:long", "a");
        Future<Object> hasty = template.asyncSendBody("direct:short", "b");

        // Less than the default of 30 s, which would end the wait, too.
        await().atMost(Duration.ofSeconds(25)).until(hasty::isDone);
        assertThatThrownBy(hasty::get)
                .hasCauseInstanceOf(CamelExecutionException.class)
                .hasRootCauseInstanceOf(SendTimeoutException.class);
        assertThat(patient.isDone()).isFalse();
    }

    /** Acknowledges three messages, after a pause in which a device that heeds no limit sends more. */
    private final class WindowWatch {

        private final List<Integer> open = new ArrayList<>();
        private volatile int most;

        private void connected(MqttEndpoint connect) {
            connect.publishHandler(message -> {
                open.add(message.messageId());
                most = Math.max(most, open.size());
                if (open.size() == 3) {
                    peer.vertx().setTimer(50, timer -> {
                        open.forEach(connect::publishAcknowledge);
                        open.clear();
                    });
                }
            });
            connect.accept(false);
        }
    }

    private static Consumer<MqttEndpoint> refuseAfterTheFirst(List<Long> attempts) {
        return connect -> {
            attempts.add(System.nanoTime());
            if (attempts.size() == 1) {
                connect.accept(false);
            } else {
                connect.reject(MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE);
            }
        };
    }

    private MqttEndpoint connect(String... options) throws Exception {
        peer = OptionsPeer.start(connect -> connect.accept(false));
        startRoute(options);
        return peer.connects().get(0);
    }

    private void startRoute(String... options) throws Exception {
        startRouteAt(peer.port(), options);
    }

    private void startRouteAt(int port, String... options) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").to(deviceAt(port, options));
            }
        });
        context.start();
    }

    private String device(String... options) {
        return deviceAt(peer.port(), options);
    }

    private String deviceAt(int port, String... options) {
        if (peer != null) {
            context.getRegistry().bind("peerTls", peer.tls());
        }
        return "iothub-mqtt:dev1?hub=localhost:" + port + "&" + KEY
                + (peer == null ? "" : "&sslContextParameters=#peerTls")
                + (options.length == 0 ? "" : "&" + String.join("&", options));
    }
}
