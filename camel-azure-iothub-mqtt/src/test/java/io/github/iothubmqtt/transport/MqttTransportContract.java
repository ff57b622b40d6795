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
package io.github.iothubmqtt.transport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

import io.github.iothubmqtt.transport.TransportException.Reason;
import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.messages.MqttPublishMessage;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What every {@link MqttTransport} must do, checked against real sockets and real TLS. A subclass names the implementation and adds
 * nothing that weakens this. What must happen is waited for with generous limits; nothing is asserted to be fast.
 */
@Timeout(120)
abstract class MqttTransportContract {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final TestCertificates CA = new TestCertificates("test CA");
    private static final TestCertificates.Identity IDENTITY = CA.valid("localhost");
    private static final SSLContext TRUST = CA.clientContext();

    private static Vertx vertx;

    final Recorder recorder = new Recorder();
    private final List<AutoCloseable> servers = new ArrayList<>();
    private MqttTransport transport;

    abstract MqttTransport newTransport();

    /** Whether connections go over WebSocket. */
    boolean webSocket() {
        return false;
    }

    /** The proxy that connections go through; null for none. */
    Proxy proxy() {
        return null;
    }

    @BeforeAll
    static void startServers() {
        Awaitility.setDefaultTimeout(PATIENCE);
        Awaitility.setDefaultPollInterval(Duration.ofMillis(5));
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void stopServers() {
        Awaitility.reset();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @BeforeEach
    void createTransport() {
        transport = newTransport();
    }

    @AfterEach
    void closeAll() throws Exception {
        transport.close();
        for (AutoCloseable server : servers) {
            server.close();
        }
    }

    // Connecting

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void connectTellsWhetherTheSessionWasPresent(boolean present) {
        ScriptedMqttServer server = serve(endpoint -> endpoint.accept(present));

        assertThat(get(open(server).connect())).isEqualTo(present);
    }

    @Test
    void connectCarriesWhatTheOptionsSay() throws Exception {
        ScriptedMqttServer server = serve(MqttTransportContract::oblige);
        Will will = new Will("devices/dev-1/messages/events/$.mid=1", "gone".getBytes(UTF_8), 1);
        ConnectOptions options = new ConnectOptions(
                "localhost",
                server.port(),
                TRUST,
                "dev-1/mod-1",
                "localhost/dev-1/?api-version=2021-04-12",
                "SharedAccessSignature sr=a%2Fb&sig=c%3D&se=1",
                false,
                Duration.ofSeconds(77),
                PATIENCE,
                will);

        get(transport.open(ourWay(options), recorder).connect());

        MqttEndpoint seen = server.nextConnection();
        assertThat(seen.protocolVersion()).isEqualTo(4);
        assertThat(seen.clientIdentifier()).isEqualTo("dev-1/mod-1");
        assertThat(seen.auth().getUsername()).isEqualTo("localhost/dev-1/?api-version=2021-04-12");
        assertThat(seen.auth().getPassword()).isEqualTo("SharedAccessSignature sr=a%2Fb&sig=c%3D&se=1");
        assertThat(seen.isCleanSession()).isFalse();
        assertThat(seen.keepAliveTimeSeconds()).isEqualTo(77);
        assertThat(seen.will().isWillFlag()).isTrue();
        assertThat(seen.will().getWillTopic()).isEqualTo("devices/dev-1/messages/events/$.mid=1");
        assertThat(seen.will().getWillMessageBytes()).isEqualTo("gone".getBytes(UTF_8));
        assertThat(seen.will().getWillQos()).isEqualTo(1);
        assertThat(seen.will().isWillRetain()).isFalse();
    }

    @Test
    void withoutPasswordAndWillNoneIsSent() throws Exception {
        BlockingQueue<byte[]> connects = new LinkedBlockingQueue<>();
        RawServer server = rawTls(socket -> {
            connects.add(RawServer.readPacket(socket));
            RawServer.readToTheEnd(socket);
        });
        ConnectOptions options = new ConnectOptions(
                "localhost", server.port(), TRUST, "dev", "user", null, true, Duration.ofSeconds(30), PATIENCE, null);

        transport.open(ourWay(options), recorder).connect();

        byte userNameAndCleanSession = (byte) 0x82;
        assertThat(take(connects))
                .containsExactly(
                        0,
                        4,
                        'M',
                        'Q',
                        'T',
                        'T',
                        4,
                        userNameAndCleanSession,
                        0,
                        30,
                        0,
                        3,
                        'd',
                        'e',
                        'v',
                        0,
                        4,
                        'u',
                        's',
                        'e',
                        'r');
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void aRefusalCarriesItsReturnCode(int code) {
        ScriptedMqttServer server = serve(endpoint -> endpoint.reject(MqttConnectReturnCode.valueOf((byte) code)));

        TransportException failure = failure(open(server).connect());

        assertThat(failure.reason()).isEqualTo(Reason.REFUSED);
        assertThat(failure.connackCode()).isEqualTo(code);
    }

    @Test
    void aMissingConnackIsNamed() throws Exception {
        RawServer server = rawTls(RawServer::readToTheEnd);

        TransportException failure =
                failure(open(server.port(), TRUST, Duration.ofSeconds(2)).connect());

        assertThat(failure.reason()).isEqualTo(Reason.NO_CONNACK);
        assertThat(failure).hasMessageContaining("localhost:" + server.port());
    }

    @Test
    void aPeerThatClosesInsteadOfConnackIsNamed() throws Exception {
        RawServer server = rawTls(RawServer::readPacket);

        assertThat(failure(open(server.port(), TRUST, PATIENCE).connect()).reason())
                .isEqualTo(Reason.NO_CONNACK);
    }

    @Test
    void nobodyListeningIsUnreachable() throws Exception {
        TransportException failure =
                failure(open(portWithoutListener(), TRUST, PATIENCE).connect());

        assertThat(failure.reason()).isEqualTo(proxy() == null ? Reason.UNREACHABLE : Reason.PROXY_FAILED);
        assertThat(failure).hasMessageContaining("localhost:").hasMessageContaining("port");
    }

    @Test
    void aNameThatDoesNotResolveIsNamed() {
        ConnectOptions options = new ConnectOptions(
                "no-such-hub.invalid",
                8883,
                TRUST,
                "dev-1",
                "user",
                "password",
                true,
                Duration.ofSeconds(30),
                Duration.ofSeconds(5),
                null);

        TransportException failure =
                failure(transport.open(ourWay(options), recorder).connect());

        assertThat(failure.reason()).isEqualTo(proxy() == null ? Reason.UNKNOWN_HOST : Reason.PROXY_FAILED);
        assertThat(failure).hasMessageContaining("no-such-hub.invalid").hasMessageContaining("resolve");
    }

    @Test
    void aCertificateOfAnUnknownAuthorityIsRejected() throws Exception {
        SSLContext otherTrust = new TestCertificates("other CA").clientContext();
        RawServer server = rawTls(RawServer::readToTheEnd);

        TransportException failure =
                failure(open(server.port(), otherTrust, PATIENCE).connect());

        assertThat(failure.reason()).isEqualTo(Reason.CERTIFICATE_NOT_TRUSTED);
        assertThat(failure).hasMessageContaining("sslContextParameters");
    }

    @Test
    void anExpiredCertificateIsRejected() throws Exception {
        RawServer server = raw(RawServer.tls(CA.expired("localhost"), RawServer::readToTheEnd));

        TransportException failure =
                failure(open(server.port(), TRUST, PATIENCE).connect());

        assertThat(failure.reason()).isEqualTo(Reason.CERTIFICATE_NOT_TRUSTED);
        assertThat(failure).hasMessageContaining("expired");
    }

    @Test
    void aCertificateOfAnotherHostIsRejected() throws Exception {
        RawServer server = raw(RawServer.tls(CA.valid("contoso.azure-devices.net"), RawServer::readToTheEnd));

        TransportException failure =
                failure(open(server.port(), TRUST, PATIENCE).connect());

        assertThat(failure.reason()).isEqualTo(Reason.CERTIFICATE_NOT_TRUSTED);
        assertThat(failure).hasMessageContaining("localhost");
    }

    @Test
    void aCutWithinTheHandshakeIsATlsFailure() throws Exception {
        RawServer server = raw(RawServer.plain(socket -> socket.getInputStream().readNBytes(20)));

        assertThat(failure(open(server.port(), TRUST, PATIENCE).connect()).reason())
                .isEqualTo(Reason.TLS_FAILED);
    }

    @Test
    void aPeerThatSpeaksPlainTextIsATlsFailure() throws Exception {
        RawServer server = raw(RawServer.plain(socket -> {
            socket.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(UTF_8));
            RawServer.readToTheEnd(socket);
        }));

        TransportException failure =
                failure(open(server.port(), TRUST, PATIENCE).connect());

        assertThat(failure.reason()).isEqualTo(Reason.TLS_FAILED);
        assertThat(failure).hasMessageContaining("TLS");
    }

    @Test
    void silenceWithinTheHandshakeEndsAtTheTimeLimit() throws Exception {
        RawServer server = raw(RawServer.plain(RawServer::readToTheEnd));

        assertThat(failure(open(server.port(), TRUST, Duration.ofSeconds(1)).connect())
                        .reason())
                .isEqualTo(Reason.TLS_FAILED);
    }

    @Test
    void aFailedConnectIsNotALoss() throws Exception {
        RawServer server = rawTls(RawServer::readPacket);
        MqttConnection connection = open(server.port(), TRUST, PATIENCE);
        failure(connection.connect());

        get(connection.close());

        assertThat(recorder.losses).isEmpty();
    }

    @Test
    void aConnectionIsUsedOnce() {
        ScriptedMqttServer server = serve(MqttTransportContract::oblige);
        MqttConnection connection = open(server);
        get(connection.connect());
        get(connection.disconnect());

        assertThat(failure(connection.connect()).reason()).isEqualTo(Reason.CLOSED_HERE);
    }

    @Test
    void closingWhileConnectingFailsTheConnect() throws Exception {
        RawServer server = rawTls(RawServer::readToTheEnd);
        MqttConnection connection = open(server.port(), TRUST, PATIENCE);
        CompletionStage<Boolean> connecting = connection.connect();

        get(connection.close());

        assertThat(failure(connecting).reason()).isEqualTo(Reason.CLOSED_HERE);
        assertThat(recorder.losses).isEmpty();
    }

    // Publishing

    @Test
    void publishCompletesOnPubackAndNotBefore() throws Exception {
        BlockingQueue<Integer> unacknowledged = new LinkedBlockingQueue<>();
        ScriptedMqttServer server = serve(endpoint -> {
            oblige(endpoint);
            endpoint.publishHandler(message -> unacknowledged.add(message.messageId()));
        });
        MqttConnection connection = connect(server);

        CompletableFuture<Void> first = connection.publish("a", new byte[1], 1).toCompletableFuture();
        CompletableFuture<Void> second = connection.publish("b", new byte[1], 1).toCompletableFuture();
        int firstId = take(unacknowledged);
        int secondId = take(unacknowledged);
        roundTrip(connection);
        assertThat(first).isNotDone();
        MqttEndpoint endpoint = server.nextConnection();
        endpoint.publishAcknowledge(secondId);
        get(second);
        assertThat(first).isNotDone();
        endpoint.publishAcknowledge(firstId);
        get(first);
    }

    @Test
    void aPublishAtQos0CompletesWithoutAnAnswer() {
        List<MqttPublishMessage> published = new CopyOnWriteArrayList<>();
        MqttConnection connection = connect(serve(endpoint -> {
            endpoint.publishHandler(published::add);
            endpoint.accept(false);
        }));

        get(connection.publish("$iothub/twin/GET/?$rid=1", new byte[0], 0));

        await().until(() -> published.size() == 1);
        assertThat(published.get(0).qosLevel()).isEqualTo(MqttQoS.AT_MOST_ONCE);
    }

    @Test
    void publishesArriveInTheOrderOfTheCalls() throws Exception {
        int count = 10_000;
        List<Integer> arrived = new ArrayList<>(count);
        MqttConnection connection = connect(serve(endpoint -> {
            endpoint.publishHandler(message -> {
                arrived.add(message.payload().getInt(0));
                endpoint.publishAcknowledge(message.messageId());
            });
            endpoint.accept(false);
        }));
        Semaphore window = new Semaphore(500);
        List<CompletableFuture<Void>> stages = new ArrayList<>(count);

        for (int i = 0; i < count; i++) {
            window.acquire();
            stages.add(connection
                    .publish("t", Buffer.buffer().appendInt(i).getBytes(), 1)
                    .whenComplete((done, failed) -> window.release())
                    .toCompletableFuture());
        }
        get(CompletableFuture.allOf(stages.toArray(CompletableFuture[]::new)));

        assertThat(arrived).isEqualTo(IntStream.range(0, count).boxed().toList());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 8_191, 8_192, 65_536, 262_144})
    void payloadsPassUnchangedBothWays(int size) {
        MqttConnection connection = connect(serve(endpoint -> {
            endpoint.publishHandler(message -> {
                endpoint.publishAcknowledge(message.messageId());
                endpoint.publish(message.topicName(), message.payload(), MqttQoS.AT_LEAST_ONCE, false, false);
            });
            endpoint.accept(false);
        }));
        byte[] payload = new byte[size];
        new Random(size).nextBytes(payload);

        get(connection.publish("echo", payload, 1));

        await().until(() -> recorder.messages.size() == 1);
        assertThat(recorder.messages.get(0).payload()).isEqualTo(payload);
    }

    @Test
    void thePayloadMayBeChangedOnceItWasHandedOver() {
        List<Buffer> arrived = new CopyOnWriteArrayList<>();
        MqttConnection connection = connect(serve(endpoint -> {
            endpoint.publishHandler(message -> {
                arrived.add(message.payload());
                endpoint.publishAcknowledge(message.messageId());
            });
            endpoint.accept(false);
        }));
        byte[] payload = new byte[100_000];

        CompletionStage<Void> publish = connection.publish("t", payload, 1);
        Arrays.fill(payload, (byte) 1);
        get(publish);

        assertThat(arrived.get(0).getBytes()).isEqualTo(new byte[100_000]);
    }

    @Test
    void topicsPassUnchanged() {
        String topic = "devices/dev-1/messages/events/$.mid=a%20b%2Fc&%24.cid=%25&key=%C3%BC&empty=&none";
        List<String> arrived = new CopyOnWriteArrayList<>();
        MqttConnection connection = connect(serve(endpoint -> {
            endpoint.publishHandler(message -> {
                arrived.add(message.topicName());
                endpoint.publishAcknowledge(message.messageId());
                endpoint.publish(message.topicName(), message.payload(), MqttQoS.AT_MOST_ONCE, false, false);
            });
            endpoint.accept(false);
        }));

        get(connection.publish(topic, new byte[0], 1));

        await().until(() -> recorder.messages.size() == 1);
        assertThat(arrived).containsExactly(topic);
        assertThat(recorder.messages.get(0).topic()).isEqualTo(topic);
    }

    @ParameterizedTest
    @ValueSource(strings = {"with/+/wildcard", "with/#", "control\u0001character", ""})
    void aTopicThatCannotBeSentFailsAloneAndAtOnce(String topic) {
        MqttConnection connection = connect(serve(MqttTransportContract::oblige));

        assertThat(failure(connection.publish(topic, new byte[0], 1)).reason()).isEqualTo(Reason.CANNOT_BE_SENT);

        get(connection.publish("good", new byte[0], 1));
    }

    // Subscribing

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void subscribeTellsTheGrantedQos(int granted) {
        MqttConnection connection = connect(serve(endpoint -> {
            endpoint.subscribeHandler(
                    message -> endpoint.subscribeAcknowledge(message.messageId(), List.of(MqttQoS.valueOf(granted))));
            endpoint.accept(false);
        }));

        assertThat(get(connection.subscribe("devices/dev-1/messages/devicebound/#", 1)))
                .isEqualTo(granted);
    }

    @Test
    void aRefusedSubscriptionFailsAndTheConnectionGoesOn() {
        MqttConnection connection = connect(serve(endpoint -> {
            oblige(endpoint);
            endpoint.subscribeHandler(
                    message -> endpoint.subscribeAcknowledge(message.messageId(), List.of(MqttQoS.FAILURE)));
        }));

        TransportException failure = failure(connection.subscribe("not/for/you", 1));

        assertThat(failure.reason()).isEqualTo(Reason.SUBSCRIPTION_REFUSED);
        assertThat(failure).hasMessageContaining("not/for/you");
        get(connection.publish("t", new byte[0], 1));
        assertThat(recorder.losses).isEmpty();
    }

    @Test
    void aSubscriptionWithoutSubackStaysOpenUntilTheConnectionEnds() throws Exception {
        CountDownLatch subscribed = new CountDownLatch(1);
        MqttConnection connection = connect(serve(endpoint -> {
            oblige(endpoint);
            endpoint.subscribeHandler(message -> subscribed.countDown());
        }));

        CompletableFuture<Integer> subscription = connection.subscribe("a/#", 1).toCompletableFuture();
        assertThat(subscribed.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        get(connection.publish("t", new byte[0], 1));
        assertThat(subscription).isNotDone();
        get(connection.close());

        assertThat(failure(subscription).reason()).isEqualTo(Reason.CLOSED_HERE);
    }

    @Test
    void unsubscribeCompletesOnUnsuback() {
        List<String> topics = new CopyOnWriteArrayList<>();
        MqttConnection connection = connect(serve(endpoint -> {
            endpoint.unsubscribeHandler(message -> {
                topics.addAll(message.topics());
                endpoint.unsubscribeAcknowledge(message.messageId());
            });
            endpoint.accept(false);
        }));

        get(connection.unsubscribe("a/#"));

        assertThat(topics).containsExactly("a/#");
    }

    // Receiving

    @Test
    void aMessageRightAfterConnackReachesTheListener() {
        MqttConnection connection = connect(serve(endpoint -> {
            endpoint.accept(true);
            endpoint.publish("kept", Buffer.buffer("one"), MqttQoS.AT_LEAST_ONCE, true, false, 7);
        }));

        await().until(() -> recorder.messages.size() == 1);
        InboundMessage message = recorder.messages.get(0);
        assertThat(message.topic()).isEqualTo("kept");
        assertThat(message.payload()).isEqualTo("one".getBytes(UTF_8));
        assertThat(message.qos()).isEqualTo(1);
        assertThat(message.duplicate()).isTrue();
        assertThat(message.packetId()).isEqualTo(7);
        get(connection.disconnect());
    }

    @Test
    void aFirstDeliveryIsNoDuplicate() {
        connect(serve(endpoint -> {
            endpoint.accept(false);
            endpoint.publish("t", Buffer.buffer(), MqttQoS.AT_MOST_ONCE, false, false);
        }));

        await().until(() -> recorder.messages.size() == 1);
        InboundMessage message = recorder.messages.get(0);
        assertThat(message.duplicate()).isFalse();
        assertThat(message.qos()).isZero();
        assertThat(message.packetId()).isZero();
        assertThat(message.payload()).isEmpty();
    }

    @Test
    void aMessageIsAcknowledgedOnceAndOnlyWhenAsked() {
        List<Integer> acknowledged = new CopyOnWriteArrayList<>();
        MqttConnection connection = connect(serve(endpoint -> {
            oblige(endpoint);
            endpoint.publishAcknowledgeHandler(acknowledged::add);
            endpoint.publish("t", Buffer.buffer(), MqttQoS.AT_LEAST_ONCE, false, false, 4711);
        }));
        await().until(() -> recorder.messages.size() == 1);

        roundTrip(connection);
        assertThat(acknowledged).isEmpty();
        connection.acknowledge(recorder.messages.get(0));
        roundTrip(connection);

        assertThat(acknowledged).containsExactly(4711);
    }

    @Test
    void messagesArriveInOrderAndSoDoTheirAcknowledgements() {
        int count = 2_000;
        List<Integer> acknowledged = new CopyOnWriteArrayList<>();
        MqttConnection connection = connect(serve(endpoint -> {
            oblige(endpoint);
            endpoint.publishAcknowledgeHandler(acknowledged::add);
            for (int i = 1; i <= count; i++) {
                endpoint.publish("t", Buffer.buffer().appendInt(i), MqttQoS.AT_LEAST_ONCE, false, false, i);
            }
        }));

        await().until(() -> recorder.messages.size() == count);
        recorder.messages.forEach(connection::acknowledge);

        List<Integer> all = IntStream.rangeClosed(1, count).boxed().toList();
        assertThat(recorder.messages).extracting(InboundMessage::packetId).isEqualTo(all);
        await().untilAsserted(() -> assertThat(acknowledged).isEqualTo(all));
    }

    @Test
    void aListenerThatThrowsHarmsNothing() {
        List<String> received = new CopyOnWriteArrayList<>();
        ScriptedMqttServer server = serve(endpoint -> {
            oblige(endpoint);
            endpoint.publish("first", Buffer.buffer(), MqttQoS.AT_LEAST_ONCE, false, false);
            endpoint.publish("second", Buffer.buffer(), MqttQoS.AT_LEAST_ONCE, false, false);
        });
        MqttTransport.Listener throwing = new MqttTransport.Listener() {
            @Override
            public void received(InboundMessage message) {
                received.add(message.topic());
                throw new IllegalStateException("on purpose");
            }

            @Override
            public void lost(TransportException cause) {
                recorder.lost(cause);
            }
        };
        MqttConnection connection = transport.open(options("localhost", server.port(), TRUST, PATIENCE), throwing);

        get(connection.connect());

        await().until(() -> received.equals(List.of("first", "second")));
        get(connection.publish("t", new byte[0], 1));
        assertThat(recorder.losses).isEmpty();
    }

    @Test
    void theConnectionMayBeUsedFromItsOwnCallbacks() {
        ScriptedMqttServer server = serve(endpoint -> {
            oblige(endpoint);
            endpoint.publish("t", Buffer.buffer(), MqttQoS.AT_LEAST_ONCE, false, false);
        });
        CompletableFuture<CompletionStage<Void>> disconnected = new CompletableFuture<>();
        CompletableFuture<MqttConnection> self = new CompletableFuture<>();
        MqttTransport.Listener listener = new MqttTransport.Listener() {
            @Override
            public void received(InboundMessage message) {
                MqttConnection connection = self.join();
                connection.acknowledge(message);
                connection
                        .subscribe("a/#", 1)
                        .thenCompose(granted -> connection.publish("t", new byte[0], 1))
                        .thenRun(() -> disconnected.complete(connection.disconnect()));
            }

            @Override
            public void lost(TransportException cause) {
                recorder.lost(cause);
            }
        };
        MqttConnection connection = transport.open(options("localhost", server.port(), TRUST, PATIENCE), listener);
        self.complete(connection);

        get(connection.connect());

        get(get(disconnected));
        await().until(() -> server.openConnections() == 0);
        assertThat(recorder.losses).isEmpty();
    }

    // The end

    @Test
    void aClosedConnectionIsReportedOnceAndFailsWhatIsOpen() throws Exception {
        CountDownLatch arrived = new CountDownLatch(4);
        ScriptedMqttServer server = serve(endpoint -> {
            endpoint.publishHandler(message -> arrived.countDown());
            endpoint.subscribeHandler(message -> arrived.countDown());
            endpoint.unsubscribeHandler(message -> arrived.countDown());
            endpoint.accept(false);
        });
        MqttConnection connection = connect(server);
        List<CompletionStage<?>> open = List.of(
                connection.publish("a", new byte[0], 1),
                connection.publish("b", new byte[0], 1),
                connection.subscribe("c", 1),
                connection.unsubscribe("d"));
        assertThat(arrived.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();

        server.nextConnection().close();

        for (CompletionStage<?> stage : open) {
            assertThat(failure(stage).reason()).isEqualTo(Reason.CLOSED);
        }
        await().until(() -> !recorder.losses.isEmpty());
        assertThat(failure(connection.publish("e", new byte[0], 1)).reason()).isEqualTo(Reason.CLOSED);
        get(connection.close());
        assertThat(recorder.losses).extracting(TransportException::reason).containsExactly(Reason.CLOSED);
    }

    @Test
    void aResetConnectionIsReported() throws Exception {
        RawServer server = rawTls(socket -> {
            RawServer.acceptSession(socket);
            RawServer.readPacket(socket);
            socket.setSoLinger(true, 0);
        });
        MqttConnection connection = open(server.port(), TRUST, PATIENCE);
        get(connection.connect());

        CompletionStage<Void> publish = connection.publish("t", new byte[0], 1);

        assertThat(failure(publish).reason()).isEqualTo(Reason.CLOSED);
        await().until(() -> !recorder.losses.isEmpty());
        assertThat(recorder.losses).extracting(TransportException::reason).containsExactly(Reason.CLOSED);
    }

    @Test
    void aPeerThatFallsSilentIsReported() throws Exception {
        RawServer server = rawTls(socket -> {
            RawServer.acceptSession(socket);
            RawServer.readToTheEnd(socket);
        });
        MqttConnection connection = open(server.port(), Duration.ofSeconds(1));
        get(connection.connect());

        CompletionStage<Void> publish = connection.publish("t", new byte[0], 1);

        assertThat(failure(publish).reason()).isEqualTo(Reason.SILENT);
        await().until(() -> !recorder.losses.isEmpty());
        assertThat(recorder.losses).extracting(TransportException::reason).containsExactly(Reason.SILENT);
    }

    @Test
    void aPeerThatFallsSilentWhileAWriteIsStuckIsReported() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        RawServer server = rawTls(socket -> {
            RawServer.acceptSession(socket);
            done.await();
        });
        MqttConnection connection = open(server.port(), Duration.ofSeconds(1));
        get(connection.connect());

        publishMoreThanSocketsHold(connection);

        await().until(() -> !recorder.losses.isEmpty());
        assertThat(recorder.losses).extracting(TransportException::reason).containsExactly(Reason.SILENT);
        get(connection.close());
        done.countDown();
    }

    @Test
    void anIdleConnectionIsKeptAliveByPings() throws Exception {
        CountDownLatch pings = new CountDownLatch(2);
        ScriptedMqttServer server = serve(endpoint -> {
            oblige(endpoint);
            endpoint.pingHandler(ping -> pings.countDown());
        });
        MqttConnection connection = open(server.port(), Duration.ofSeconds(1));
        get(connection.connect());

        assertThat(pings.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();

        get(connection.publish("t", new byte[0], 1));
        assertThat(recorder.losses).isEmpty();
    }

    @Test
    void disconnectSendsWhatWasHandedOverAndThenDisconnect() throws Exception {
        int count = 200;
        List<String> seen = new CopyOnWriteArrayList<>();
        ScriptedMqttServer server = serve(endpoint -> {
            endpoint.publishHandler(message -> seen.add("PUBLISH"));
            endpoint.disconnectHandler(v -> seen.add("DISCONNECT"));
            endpoint.accept(false);
        });
        MqttConnection connection = connect(server);
        List<CompletionStage<Void>> publishes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            publishes.add(connection.publish("t", new byte[10_000], i % 2));
        }

        get(connection.disconnect());

        await().until(() -> server.openConnections() == 0);
        assertThat(seen).hasSize(count + 1).endsWith("DISCONNECT");
        assertThat(failure(publishes.get(1)).reason()).isEqualTo(Reason.CLOSED_HERE);
        assertThat(recorder.losses).isEmpty();
    }

    @Test
    void disconnectingTwiceIsDisconnectingOnce() throws Exception {
        CountDownLatch disconnected = new CountDownLatch(1);
        MqttConnection connection = connect(serve(endpoint -> {
            endpoint.disconnectHandler(v -> disconnected.countDown());
            endpoint.accept(false);
        }));

        CompletionStage<Void> first = connection.disconnect();
        CompletionStage<Void> second = connection.disconnect();

        get(first);
        get(second);
        assertThat(disconnected.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void disconnectGetsThroughWhileTheServerIsSending() throws Exception {
        CountDownLatch disconnected = new CountDownLatch(1);
        ScriptedMqttServer server = serve(endpoint -> {
            endpoint.disconnectHandler(v -> disconnected.countDown());
            endpoint.accept(false);
            for (int i = 0; i < 200; i++) {
                endpoint.publish("t", Buffer.buffer(new byte[10_000]), MqttQoS.AT_MOST_ONCE, false, false);
            }
        });
        MqttConnection connection = connect(server);

        get(connection.disconnect());

        assertThat(disconnected.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(recorder.losses).isEmpty();
    }

    @Test
    void closeSendsNoDisconnect() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        ScriptedMqttServer server = serve(endpoint -> {
            endpoint.disconnectHandler(v -> seen.add("DISCONNECT"));
            endpoint.accept(false);
        });
        MqttConnection connection = connect(server);

        get(connection.close());

        await().until(() -> server.openConnections() == 0);
        assertThat(seen).isEmpty();
        assertThat(recorder.losses).isEmpty();
    }

    @Test
    void nothingIsReceivedOnceClosed() {
        ScriptedMqttServer server = serve(endpoint -> {
            endpoint.accept(false);
            for (int i = 0; i < 5_000; i++) {
                endpoint.publish("t", Buffer.buffer(new byte[100]), MqttQoS.AT_MOST_ONCE, false, false);
            }
        });
        MqttConnection connection = connect(server);
        await().until(() -> !recorder.messages.isEmpty());

        get(connection.close());

        int received = recorder.messages.size();
        await().until(() -> server.openConnections() == 0);
        assertThat(recorder.messages).hasSize(received);
        assertThat(recorder.losses).isEmpty();
    }

    @Test
    void closeDoesNotWaitForAStuckWrite() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        RawServer server = rawTls(socket -> {
            RawServer.acceptSession(socket);
            done.await();
        });
        MqttConnection connection = open(server.port(), TRUST, PATIENCE);
        get(connection.connect());
        CompletionStage<Void> last = publishMoreThanSocketsHold(connection);

        get(connection.close());

        assertThat(failure(last).reason()).isEqualTo(Reason.CLOSED_HERE);
        assertThat(recorder.losses).isEmpty();
        done.countDown();
    }

    @Test
    void disconnectGivesUpOnAPeerThatDoesNotRead() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        RawServer server = rawTls(socket -> {
            RawServer.acceptSession(socket);
            done.await();
        });
        MqttConnection connection = open(server.port(), TRUST, PATIENCE);
        get(connection.connect());
        publishMoreThanSocketsHold(connection);

        get(connection.disconnect());

        assertThat(recorder.losses).isEmpty();
        done.countDown();
    }

    @Test
    void closingAgainDoesNothing() {
        MqttConnection connection = connect(serve(MqttTransportContract::oblige));

        get(connection.disconnect());
        get(connection.close());
        get(connection.close());
        get(connection.disconnect());
        connection.acknowledge(new InboundMessage("t", new byte[0], 1, false, 1));

        assertThat(failure(connection.publish("t", new byte[0], 1)).reason()).isEqualTo(Reason.CLOSED_HERE);
        assertThat(recorder.losses).isEmpty();
    }

    @Test
    void aConnectionThatWasNeverMadeCanBeClosed() {
        MqttConnection connection = open(1, TRUST, PATIENCE);

        assertThat(failure(connection.publish("t", new byte[0], 1)).reason()).isEqualTo(Reason.CLOSED_HERE);
        get(connection.close());
        get(connection.disconnect());
    }

    @Test
    void closingTheTransportClosesItsConnections() {
        ScriptedMqttServer server = serve(MqttTransportContract::oblige);
        connect(server);
        connect(server);

        transport.close();

        await().until(() -> server.openConnections() == 0);
    }

    // Many

    @Test
    void connectionsDoNotDisturbEachOther() {
        int count = 20;
        ScriptedMqttServer server = serve(endpoint -> {
            oblige(endpoint);
            endpoint.publishHandler(message -> {
                endpoint.publishAcknowledge(message.messageId());
                endpoint.publish(message.topicName(), message.payload(), MqttQoS.AT_MOST_ONCE, false, false);
            });
        });
        List<Recorder> recorders = new ArrayList<>();
        List<CompletableFuture<?>> stages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Recorder own = new Recorder();
            recorders.add(own);
            MqttConnection connection = transport.open(options("localhost", server.port(), TRUST, PATIENCE), own);
            String topic = "t/" + i;
            stages.add(connection
                    .connect()
                    .thenCompose(present -> connection.publish(topic, new byte[0], 1))
                    .toCompletableFuture());
        }

        get(CompletableFuture.allOf(stages.toArray(CompletableFuture[]::new)));

        for (int i = 0; i < count; i++) {
            Recorder own = recorders.get(i);
            String topic = "t/" + i;
            await().untilAsserted(() ->
                    assertThat(own.messages).extracting(InboundMessage::topic).containsExactly(topic));
        }
    }

    @Test
    void failedAndEndedConnectionsLeaveNothingBehind() throws Exception {
        ScriptedMqttServer good = serve(MqttTransportContract::oblige);
        ScriptedMqttServer refusing =
                serve(endpoint -> endpoint.reject(MqttConnectReturnCode.CONNECTION_REFUSED_NOT_AUTHORIZED));
        RawServer cuttingTls =
                raw(RawServer.plain(socket -> socket.getInputStream().readNBytes(20)));
        RawServer cuttingAfterTls = rawTls(socket -> socket.getInputStream());
        SSLContext otherTrust = new TestCertificates("other CA").clientContext();
        int nobody = portWithoutListener();
        Runnable oneOfEach = () -> {
            List<CompletionStage<?>> failures = List.of(
                    open(nobody, TRUST, PATIENCE).connect(),
                    open(refusing.port(), TRUST, PATIENCE).connect(),
                    open(cuttingTls.port(), TRUST, PATIENCE).connect(),
                    open(cuttingAfterTls.port(), TRUST, PATIENCE).connect(),
                    open(good.port(), otherTrust, PATIENCE).connect());
            MqttConnection disconnected = open(good);
            MqttConnection closed = open(good);
            MqttConnection closedEarly = open(good);
            List<CompletionStage<?>> successes = List.of(
                    disconnected.connect().thenCompose(present -> disconnected.disconnect()),
                    closed.connect().thenCompose(present -> closed.close()));
            CompletionStage<Boolean> interrupted = closedEarly.connect();
            closedEarly.close();
            failures.forEach(MqttTransportContract::failure);
            successes.forEach(MqttTransportContract::get);
            failure(interrupted);
        };
        oneOfEach.run();
        await().until(() -> good.openConnections() == 0);
        Set<Thread> threadsBefore = threads();
        long socketsBefore = openSockets();

        for (int i = 0; i < 25; i++) {
            oneOfEach.run();
        }

        await().until(() -> good.openConnections() == 0 && refusing.openConnections() == 0);
        await().untilAsserted(() -> {
            Set<Thread> left = threads();
            left.removeAll(threadsBefore);
            assertThat(left).isEmpty();
        });
        await().untilAsserted(() -> assertThat(openSockets()).isLessThanOrEqualTo(socketsBefore));
        assertThat(recorder.losses).isEmpty();
    }

    // Tools

    private ScriptedMqttServer serve(Consumer<MqttEndpoint> script) {
        ScriptedMqttServer server = new ScriptedMqttServer(vertx, IDENTITY, webSocket(), script);
        servers.add(server);
        return server;
    }

    final RawServer raw(RawServer server) {
        servers.add(server);
        return server;
    }

    final RawServer rawTls(RawServer.Script script) throws Exception {
        return raw(RawServer.tls(IDENTITY, webSocket() ? ServedWebSocket.around(script) : script));
    }

    /** Accepts the session and acknowledges everything. */
    private static void oblige(MqttEndpoint endpoint) {
        endpoint.publishHandler(message -> {
            if (message.qosLevel() == MqttQoS.AT_LEAST_ONCE) {
                endpoint.publishAcknowledge(message.messageId());
            }
        });
        endpoint.subscribeHandler(
                message -> endpoint.subscribeAcknowledge(message.messageId(), List.of(MqttQoS.AT_LEAST_ONCE)));
        endpoint.accept(false);
    }

    private ConnectOptions options(String host, int port, SSLContext trust, Duration connectTimeout) {
        return ourWay(new ConnectOptions(
                host, port, trust, "dev-1", "user", "password", true, Duration.ofSeconds(30), connectTimeout, null));
    }

    private ConnectOptions ourWay(ConnectOptions straight) {
        return straight.by(webSocket() ? "/mqtt" : null, proxy());
    }

    private MqttConnection open(ScriptedMqttServer server) {
        return open(server.port(), TRUST, PATIENCE);
    }

    private MqttConnection open(int port, SSLContext trust, Duration connectTimeout) {
        return transport.open(options("localhost", port, trust, connectTimeout), recorder);
    }

    final MqttConnection open(int port, Duration keepAlive) {
        ConnectOptions options = new ConnectOptions(
                "localhost", port, TRUST, "dev-1", "user", "password", true, keepAlive, PATIENCE, null);
        return transport.open(ourWay(options), recorder);
    }

    private MqttConnection connect(ScriptedMqttServer server) {
        MqttConnection connection = open(server);
        get(connection.connect());
        return connection;
    }

    /** When this returns, the server has seen all that went before and its answers are here. */
    private static void roundTrip(MqttConnection connection) {
        get(connection.subscribe("round/trip", 1));
    }

    private static CompletionStage<Void> publishMoreThanSocketsHold(MqttConnection connection) {
        CompletionStage<Void> last = null;
        for (int i = 0; i < 64; i++) {
            last = connection.publish("t", new byte[256 * 1024], 1);
        }
        return last;
    }

    static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("a stage that must complete well did not", e);
        }
    }

    static TransportException failure(CompletionStage<?> stage) {
        AtomicInteger outcomes = new AtomicInteger();
        try {
            stage.whenComplete((value, failed) -> outcomes.incrementAndGet())
                    .toCompletableFuture()
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            assertThat(outcomes).hasValue(1);
            assertThat(e.getCause()).isInstanceOf(TransportException.class);
            return (TransportException) e.getCause();
        } catch (Exception e) {
            throw new AssertionError("a stage that must fail did not complete", e);
        }
        throw new AssertionError("a stage that must fail completed well");
    }

    private static <T> T take(BlockingQueue<T> queue) throws InterruptedException {
        T element = queue.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(element).isNotNull();
        return element;
    }

    private static int portWithoutListener() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("localhost"))) {
            return socket.getLocalPort();
        }
    }

    /** The live threads of this JVM but for those of the servers and of the test itself. */
    private static Set<Thread> threads() {
        Set<Thread> threads = new HashSet<>(Thread.getAllStackTraces().keySet());
        threads.removeIf(thread -> Stream.of("vert.x-", "awaitility", RawServer.THREAD_NAME, TestProxy.THREAD_NAME)
                .anyMatch(thread.getName()::startsWith));
        return threads;
    }

    /** Open sockets of this process; 0 where the platform does not tell. */
    private static long openSockets() throws IOException {
        Path descriptors = Path.of("/proc/self/fd");
        if (!Files.isDirectory(descriptors)) {
            return 0;
        }
        long sockets = 0;
        try (DirectoryStream<Path> all = Files.newDirectoryStream(descriptors)) {
            for (Path descriptor : all) {
                try {
                    if (Files.readSymbolicLink(descriptor).toString().startsWith("socket:")) {
                        sockets++;
                    }
                } catch (NoSuchFileException e) {
                    // Closed while we were looking.
                }
            }
        }
        return sockets;
    }
}
