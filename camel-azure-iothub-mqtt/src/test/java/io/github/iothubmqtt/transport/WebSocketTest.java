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

import java.net.ServerSocket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;

import io.github.iothubmqtt.transport.ServedWebSocket.Frame;
import io.github.iothubmqtt.transport.TransportException.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

/** What a server can do to a WebSocket, beyond what MQTT sees of it; the rest is in the contract. */
class WebSocketTest extends TransportTestSupport {

    private static final String PATH = "/$iothub/websocket?iothub-no-client-cert=true";
    private static final byte[] CONNACK = {0x20, 2, 0, 0};
    /** PUBLISH at QoS 0 of one byte to the topic {@code t}. */
    private static final byte[] PUBLISH = {0x30, 4, 0, 1, 't', 'x'};

    // The request and its answers

    @Test
    void theRequestIsWhatTheHubExpects() throws Exception {
        BlockingQueue<Map<String, String>> requests = new LinkedBlockingQueue<>();
        RawServer server = tls(socket -> requests.add(ServedWebSocket.readHead(socket)));

        failure(webSocket(server.port(), PATIENCE));
        failure(webSocket(server.port(), PATIENCE));

        Map<String, String> request = requests.take();
        String key = request.remove("sec-websocket-key");
        assertThat(Base64.getDecoder().decode(key)).hasSize(16);
        assertThat(requests.take()).doesNotContainEntry("sec-websocket-key", key);
        assertThat(request)
                .containsExactly(
                        Map.entry("", "GET " + PATH + " HTTP/1.1"),
                        Map.entry("host", "localhost:" + server.port()),
                        Map.entry("upgrade", "websocket"),
                        Map.entry("connection", "Upgrade"),
                        Map.entry("sec-websocket-version", "13"),
                        Map.entry("sec-websocket-protocol", "mqtt"));
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                status("401 Unauthorized", "wants a permission that a device cannot give"),
                status("403 Forbidden", "wants a permission that a device cannot give"),
                status("404 Not Found", "it has no MQTT there, so check host and port"),
                status("426 Upgrade Required\r\nSec-WebSocket-Version: 8", "does not speak version 13"),
                status("503 Busy", "it is overloaded"),
                status("200 OK", "check that host and port are the hub's"),
                status(
                        "302 Found\r\nLocation: https://login.example/\u001b[2J",
                        "points to https://login.example/?[2J, so check that this is the hub itself and no login page"),
                changed(
                        "another key",
                        answer -> answer.replaceAll("Accept: .*", "Accept: nonsense="),
                        "did not answer as a WebSocket server does"),
                changed(
                        "no key",
                        answer -> answer.replaceAll("Sec-WebSocket-Accept: .*\r\n", ""),
                        "did not answer as a WebSocket server does"),
                changed(
                        "no upgrade",
                        answer -> answer.replace("Upgrade: websocket\r\n", ""),
                        "did not answer as a WebSocket server does"),
                changed(
                        "no connection",
                        answer -> answer.replace("Connection: Upgrade\r\n", ""),
                        "did not answer as a WebSocket server does"),
                changed(
                        "no sub-protocol",
                        answer -> answer.replace("Sec-WebSocket-Protocol: mqtt\r\n", ""),
                        "yet not for MQTT (sub-protocol none)"),
                changed(
                        "another sub-protocol",
                        answer -> answer.replace("mqtt", "AMQPWSB10"),
                        "yet not for MQTT (sub-protocol AMQPWSB10)"),
                changed(
                        "an extension",
                        answer -> answer.strip() + "\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n",
                        "with an extension that was not asked for (permessage-deflate)"),
                changed(
                        "no HTTP",
                        answer -> "220 mail.example ESMTP\r\n",
                        "with something that is not HTTP, beginning with '220 m'"),
                changed(
                        "megabytes",
                        answer -> "HTTP/1.1 101 OK\r\n" + "a: b\r\n".repeat(300_000),
                        "with more than 32 KB without an end"),
                changed(
                        "nothing",
                        answer -> "",
                        "closed the connection instead of answering the request for a WebSocket"));
    }

    private static Arguments status(String head, String sentence) {
        String shown = head.substring(0, (head + "\r").indexOf('\r'));
        return argumentSet(
                shown,
                (Function<String, String>) granted -> "HTTP/1.1 " + head + "\r\n\r\n",
                "refused the WebSocket with " + shown,
                sentence);
    }

    private static Arguments changed(String name, Function<String, String> change, String sentence) {
        return argumentSet(name, change, "", sentence);
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void anAnswerThatOpensNoWebSocketIsToldInASentence(Function<String, String> answer, String start, String sentence)
            throws Exception {
        RawServer server = tls(socket -> {
            String granted = ServedWebSocket.granted(ServedWebSocket.readHead(socket));
            socket.getOutputStream().write(answer.apply(granted).getBytes(StandardCharsets.ISO_8859_1));
        });

        TransportException failure = failure(webSocket(server.port(), PATIENCE));

        assertThat(failure.reason()).isEqualTo(Reason.WEBSOCKET_REFUSED);
        assertThat(failure)
                .hasMessageStartingWith("localhost:" + server.port() + " " + start)
                .hasMessageContaining(sentence);
        assertThat(failure.getMessage()).doesNotContain("\n").hasSizeLessThan(400);
    }

    @Test
    void aServerThatNeverAnswersEndsAtTheTimeLimit() throws Exception {
        RawServer server = tls(RawServer::readToTheEnd);

        TransportException failure = failure(webSocket(server.port(), Duration.ofSeconds(2)));

        assertThat(failure.reason()).isEqualTo(Reason.WEBSOCKET_REFUSED);
        assertThat(failure).hasMessageContaining("did not answer the request for a WebSocket within 2000 ms");
    }

    @Test
    void closingDoesNotWaitForTheAnswer() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        RawServer server = tls(socket -> {
            ServedWebSocket.readHead(socket);
            asked.countDown();
            RawServer.readToTheEnd(socket);
        });
        MqttConnection connection = open(webSocket(server.port(), Duration.ofHours(1)));
        CompletionStage<Boolean> connecting = connection.connect();
        assertThat(asked.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();

        MqttTransportContract.get(connection.close());

        assertThat(MqttTransportContract.failure(connecting).reason()).isEqualTo(Reason.CLOSED_HERE);
    }

    @Test
    void aConnectionTakesAsManyThreadsAsOneOverTcp() throws Exception {
        RawServer overTcp = tls(socket -> {
            RawServer.acceptSession(socket);
            RawServer.readToTheEnd(socket);
        });
        MqttConnection tcp = connect(options("localhost", overTcp.port(), PATIENCE));
        await().atMost(PATIENCE).until(() -> busyThreads() == 3);
        MqttTransportContract.get(tcp.close());

        connect(webSocket(webSocketServer(RawServer::readToTheEnd).port(), PATIENCE));

        await().atMost(PATIENCE).until(() -> busyThreads() == 3);
    }

    // Frames out

    @Test
    void eachPacketIsOneBinaryFrameWithAMaskOfItsOwn() throws Exception {
        BlockingQueue<Frame> frames = new LinkedBlockingQueue<>();
        RawServer server = webSocketServer(webSocket -> {
            while (true) {
                Frame frame = webSocket.receive();
                frames.add(frame);
                if (frame.payload()[0] >> 4 == 3) {
                    byte[] id = Arrays.copyOfRange(frame.payload(), frame.payload().length - 2, frame.payload().length);
                    webSocket.send(ServedWebSocket.BINARY, true, new byte[] {0x40, 2, id[0], id[1]});
                }
            }
        });
        MqttConnection connection = connect(webSocket(server.port(), PATIENCE));

        for (int i = 0; i < 50; i++) {
            MqttTransportContract.get(connection.publish("t", new byte[0], 1));
        }

        Set<List<Byte>> masks = new HashSet<>();
        assertThat(frames).hasSize(50).allSatisfy(frame -> {
            assertThat(frame.opcode()).isEqualTo(ServedWebSocket.BINARY);
            assertThat(frame.last()).isTrue();
            assertThat(frame.payload()).startsWith(0x32, 5, 0, 1, 't').hasSize(7);
            assertThat(frame.mask()).hasSize(4);
            masks.add(List.of(frame.mask()[0], frame.mask()[1], frame.mask()[2], frame.mask()[3]));
        });
        assertThat(masks).hasSize(50);
    }

    @Test
    void disconnectIsFollowedByAFarewell() throws Exception {
        BlockingQueue<Frame> frames = new LinkedBlockingQueue<>();
        RawServer server = webSocketServer(webSocket -> {
            while (true) {
                frames.add(webSocket.receive());
            }
        });
        MqttConnection connection = connect(webSocket(server.port(), PATIENCE));

        MqttTransportContract.get(connection.disconnect());

        await().atMost(PATIENCE).until(() -> frames.size() == 2);
        assertThat(frames.take().payload()).containsExactly(0xE0, 0);
        Frame farewell = frames.take();
        assertThat(farewell.opcode()).isEqualTo(ServedWebSocket.CLOSE);
        assertThat(farewell.payload()).containsExactly(1000 >> 8, 1000 & 0xff);
        assertThat(recorder.losses).isEmpty();
    }

    // Frames in

    @Test
    void packetsMayBeginAndEndAnywhereInFrames() throws Exception {
        byte[] twoAndAHalf = concat(PUBLISH, PUBLISH, Arrays.copyOf(PUBLISH, 3));
        byte[] halfAndOne = concat(Arrays.copyOfRange(PUBLISH, 3, PUBLISH.length), PUBLISH);
        RawServer server = tls(socket -> {
            ServedWebSocket webSocket = ServedWebSocket.accept(socket);
            webSocket.receive();
            for (byte b : CONNACK) {
                webSocket.send(ServedWebSocket.BINARY, true, new byte[] {b});
            }
            webSocket.send(ServedWebSocket.BINARY, true, new byte[0]);
            webSocket.send(ServedWebSocket.BINARY, true, twoAndAHalf);
            webSocket.send(ServedWebSocket.BINARY, false, Arrays.copyOf(halfAndOne, 2));
            webSocket.send(ServedWebSocket.PING, true, "in the middle".getBytes(UTF_8));
            webSocket.send(ServedWebSocket.CONTINUATION, false, new byte[0]);
            webSocket.send(ServedWebSocket.PONG, true, new byte[0]);
            webSocket.send(ServedWebSocket.CONTINUATION, true, Arrays.copyOfRange(halfAndOne, 2, halfAndOne.length));
            RawServer.readToTheEnd(webSocket);
        });

        connect(webSocket(server.port(), PATIENCE));

        await().atMost(PATIENCE).until(() -> recorder.messages.size() == 4);
        assertThat(recorder.messages).extracting(InboundMessage::topic).containsOnly("t");
    }

    @Test
    void aPingIsAnsweredWithWhatItHolds() throws Exception {
        BlockingQueue<Frame> answers = new LinkedBlockingQueue<>();
        RawServer server = webSocketServer(webSocket -> {
            webSocket.send(ServedWebSocket.PING, true, "alive?".getBytes(UTF_8));
            answers.add(webSocket.receive());
            RawServer.readToTheEnd(webSocket);
        });

        connect(webSocket(server.port(), PATIENCE));

        Frame answer = answers.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(answer.opcode()).isEqualTo(ServedWebSocket.PONG);
        assertThat(answer.payload()).asString(UTF_8).isEqualTo("alive?");
        assertThat(answer.mask()).hasSize(4);
        assertThat(recorder.losses).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "1001, moving to another rack, 'WebSocket close code 1001, going away, ''moving to another rack'''",
        "1008, '', 'WebSocket close code 1008, policy violation'",
        "4001, 'forged\nline', 'WebSocket close code 4001, ''forged?line'''"
    })
    void aCloseFrameTellsWhyTheConnectionIsLostAndIsAnswered(int code, String reason, String sentence)
            throws Exception {
        byte[] payload = concat(new byte[] {(byte) (code >> 8), (byte) code}, reason.getBytes(UTF_8));
        BlockingQueue<Frame> answers = new LinkedBlockingQueue<>();
        RawServer server = webSocketServer(webSocket -> {
            webSocket.receive();
            webSocket.send(ServedWebSocket.CLOSE, true, payload);
            answers.add(webSocket.receive());
        });

        connectAndPublish(server);

        await().atMost(PATIENCE).until(() -> recorder.losses.size() == 1);
        assertThat(recorder.losses.get(0).reason()).isEqualTo(Reason.CLOSED);
        assertThat(recorder.losses.get(0)).hasMessageContaining("was closed from the other side (" + sentence + ")");
        Frame answer = answers.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(answer.opcode()).isEqualTo(ServedWebSocket.CLOSE);
        assertThat(answer.payload()).isEqualTo(payload);
    }

    @Test
    void aCloseFrameInsteadOfConnackIsNamed() throws Exception {
        RawServer server = tls(socket -> {
            ServedWebSocket webSocket = ServedWebSocket.accept(socket);
            webSocket.receive();
            webSocket.send(ServedWebSocket.CLOSE, true, new byte[] {3, (byte) 0xF5});
            webSocket.receive();
        });

        TransportException failure = failure(webSocket(server.port(), PATIENCE));

        assertThat(failure.reason()).isEqualTo(Reason.NO_CONNACK);
        assertThat(failure)
                .hasMessageContaining("WebSocket close code 1013, try again later")
                .hasMessageContaining("HTTPS port, 443");
    }

    @Test
    void theEndOfTheStreamWithoutACloseFrameIsALoss() throws Exception {
        RawServer server = webSocketServer(webSocket -> webSocket.receive());

        connectAndPublish(server);

        await().atMost(PATIENCE).until(() -> recorder.losses.size() == 1);
        assertThat(recorder.losses.get(0).reason()).isEqualTo(Reason.CLOSED);
    }

    @ParameterizedTest
    @CsvSource({
        "8103616263, 1003, a frame is not binary", // text
        "8400, 1003, a frame is not binary", // reserved for data
        "C200, 1002, reserved bits are set",
        "828101020304ff, 1002, a frame is masked",
        "8000, 1002, the parts of a message are not in sequence", // continues nothing
        "02008200, 1002, the parts of a message are not in sequence", // begins within another
        "0900, 1002, a control frame is too long or in parts",
        "897e007e, 1002, a control frame is too long or in parts",
        "8b00, 1002, a control frame is of an unknown kind",
        "827fffffffffffffffff, 1002, the length of a frame is negative"
    })
    void whatBreaksTheRulesEndsTheConnectionAndIsTold(String bytes, int code, String rule) throws Exception {
        BlockingQueue<Frame> answers = new LinkedBlockingQueue<>();
        RawServer server = webSocketServer(webSocket -> {
            webSocket.receive();
            webSocket.sendRaw(HexFormat.of().parseHex(bytes));
            answers.add(webSocket.receive());
            RawServer.readToTheEnd(webSocket);
        });

        connectAndPublish(server);

        await().atMost(PATIENCE).until(() -> recorder.losses.size() == 1);
        assertThat(recorder.losses.get(0).reason()).isEqualTo(Reason.CLOSED);
        assertThat(recorder.losses.get(0))
                .hasMessageContaining("broke the rules of WebSocket (" + rule + "); the connection was cut");
        Frame answer = answers.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(answer.opcode()).isEqualTo(ServedWebSocket.CLOSE);
        assertThat(answer.payload()).containsExactly(code >> 8, code & 0xff);
    }

    // Keep-alive

    @Test
    void pingsOfTheWebSocketDoNotStandInForTheHub() throws Exception {
        RawServer server = webSocketServer(webSocket -> {
            while (true) {
                webSocket.receive(); // of MQTT's pings, and of the answers to those below
                webSocket.send(ServedWebSocket.PING, true, new byte[0]);
            }
        });

        connect(keptAlive(server.port()));

        await().atMost(PATIENCE).until(() -> recorder.losses.size() == 1);
        assertThat(recorder.losses.get(0).reason()).isEqualTo(Reason.SILENT);
    }

    @Test
    void aPeerThatPingsAndNeverReadsIsSilent() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        RawServer server = webSocketServer(webSocket -> {
            while (!done.await(10, TimeUnit.MILLISECONDS)) {
                webSocket.send(ServedWebSocket.PING, true, new byte[125]);
            }
        });
        MqttConnection connection = connect(keptAlive(server.port()));

        for (int i = 0; i < 64; i++) {
            connection.publish("t", new byte[256 * 1024], 1);
        }

        await().atMost(PATIENCE).until(() -> recorder.losses.size() == 1);
        assertThat(recorder.losses.get(0).reason()).isEqualTo(Reason.SILENT);
        done.countDown();
    }

    @Test
    void aPeerThatTakesNoAnswersIsSilent() throws Exception {
        RawServer server = closeLater(RawServer.tls(
                IDENTITY.serverContext(), demands -> setReceiveBuffer(demands, 8 * 1024), served(webSocket -> {
                    while (true) {
                        webSocket.send(ServedWebSocket.PING, true, new byte[125]);
                    }
                })));

        connect(keptAlive(server.port()));

        await().atMost(PATIENCE).until(() -> recorder.losses.size() == 1);
        assertThat(recorder.losses.get(0).reason()).isEqualTo(Reason.SILENT);
    }

    @Test
    void aFloodOfControlFramesIsCut() throws Exception {
        RawServer server = webSocketServer(webSocket -> {
            webSocket.receive();
            byte[] many = new byte[20_000];
            for (int i = 0; i < many.length; i += 2) {
                many[i] = (byte) 0x8A;
            }
            while (true) {
                webSocket.sendRaw(many);
            }
        });

        connectAndPublish(server);

        await().atMost(PATIENCE).until(() -> recorder.losses.size() == 1);
        assertThat(recorder.losses.get(0)).hasMessageContaining("(there is nothing but control frames)");
    }

    /** A server that waits for the message ends no connection whose CONNACK was not seen yet. */
    private void connectAndPublish(RawServer server) {
        connect(webSocket(server.port(), PATIENCE)).publish("t", new byte[0], 0);
    }

    private static ConnectOptions webSocket(int port, Duration limit) {
        return options("localhost", port, limit).by(PATH, null);
    }

    private static ConnectOptions keptAlive(int port) {
        return new ConnectOptions(
                "localhost",
                port,
                TRUST,
                "dev-1",
                "user",
                PASSWORD,
                true,
                Duration.ofSeconds(1),
                PATIENCE,
                null,
                PATH,
                null);
    }

    /** What a server does once a session is accepted. */
    private interface Served {
        void run(ServedWebSocket webSocket) throws Exception;
    }

    private RawServer webSocketServer(Served served) throws Exception {
        return tls(served(served));
    }

    private static RawServer.Script served(Served served) {
        return socket -> {
            ServedWebSocket webSocket = ServedWebSocket.accept(socket);
            webSocket.receive();
            webSocket.send(ServedWebSocket.BINARY, true, CONNACK);
            served.run(webSocket);
        };
    }

    private static void setReceiveBuffer(ServerSocket server, int size) {
        try {
            server.setReceiveBufferSize(size);
        } catch (SocketException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] concat(byte[]... parts) {
        int length = Stream.of(parts).mapToInt(part -> part.length).sum();
        byte[] all = new byte[length];
        int position = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, position, part.length);
            position += part.length;
        }
        return all;
    }
}
