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

import java.io.DataInputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.github.iothubmqtt.transport.TransportException.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

/** Proxies that refuse or misbehave: each gives one sentence that names the proxy and says what to change. */
class ProxyRefusalTest extends TransportTestSupport {

    private static final String HUB = "contoso.azure-devices.invalid";
    private static final HexFormat HEX = HexFormat.of();

    static Stream<Arguments> refusals() {
        return Stream.of(
                http(
                        "407 without credentials",
                        false,
                        "407 Who\r\nProxy-Authenticate: Basic realm=\"x\"",
                        "407 Who: it asks for credentials, so give proxyUser and proxyPassword"),
                http(
                        "407 with credentials",
                        true,
                        "407 Who\r\nProxy-Authenticate: NTLM\r\nProxy-Authenticate: basic realm=\"x\"",
                        "407 Who: it does not accept proxyUser with this proxyPassword"),
                http("407 without a scheme", true, "407 Who", "it does not accept proxyUser"),
                http(
                        "407 with a list of schemes",
                        true,
                        "407 Who\r\nProxy-Authenticate: Digest realm=\"x\", Basic realm=\"y\"",
                        "it does not accept proxyUser"),
                http(
                        "407 for NTLM",
                        true,
                        "407 Who\r\nproxy-authenticate: NTLM",
                        "it asks for NTLM, and only Basic authentication is supported here"),
                http(
                        "403",
                        false,
                        "403 Forbidden",
                        "403 Forbidden: it does not allow connections to " + HUB + ":8883, so have it allowed there"),
                http("502", false, "502 Bad Gateway", "502 Bad Gateway: it cannot resolve or reach " + HUB + ":8883"),
                http("504 without a phrase", false, "504", "answered 504: it cannot resolve or reach"),
                http("405", false, "405 Not Allowed", "405 Not Allowed: it does not know CONNECT"),
                http(
                        "302",
                        false,
                        "302 Found\r\nLocation: https://login.example/",
                        "302 Found: check what it allows for"),
                http("a phrase that forges a log", false, "418 \u001b[31mI am\u0007", "418 ?[31mI am?: check"),
                plainAnswer(
                        "SSH", "SSH-2.0-OpenSSH\r\n", "answered something that is not HTTP, beginning with 'SSH-2'"),
                plainAnswer(
                        "HTTP 2",
                        "HTTP/2 200 OK\r\n\r\n",
                        "answered something that is not HTTP, beginning with 'HTTP/2 200 OK'"),
                plainAnswer("an empty line", "\r\n\r\n", "answered something that is not HTTP, beginning with ''"),
                plainAnswer(
                        "megabytes of header",
                        "HTTP/1.1 200 OK\r\n" + "x: y\r\n".repeat(400_000),
                        "answered more than 32 KB without an end"),
                plainAnswer(
                        "a line of megabytes",
                        "HTTP/1.1 200 " + "x".repeat(2_000_000),
                        "answered more than 32 KB without an end"),
                plainAnswer(
                        "half an answer",
                        "HTTP/1.1 200 OK\r\nVia: x",
                        "closed the connection instead of answering: check proxyType"),
                plainAnswer("nothing", "", "closed the connection instead of answering: check proxyType"),
                socks(
                        "a general failure",
                        false,
                        "0500 05010001",
                        "answered 1, a general failure: look at the log of the proxy for " + HUB),
                socks(
                        "not allowed",
                        false,
                        "0500 05020001",
                        "answered 2, not allowed: have " + HUB + ":8883 allowed there"),
                socks("no network", false, "0500 05030001", "answered 3, network unreachable"),
                socks(
                        "no host",
                        false,
                        "0500 05040001",
                        "answered 4, host unreachable: check hub, and that the proxy resolves"),
                socks("refused", false, "0500 05050001", "answered 5, connection refused: check hub and port"),
                socks("too far", false, "0500 05060001", "answered 6, time to live expired"),
                socks("no CONNECT", false, "0500 05070001", "answered 7, command not supported"),
                socks("no names", false, "0500 05080001", "answered 8, address type not supported"),
                socks("an unknown code", false, "0500 05630001", "answered 99, which has no meaning"),
                socks("SOCKS 4", false, "005a", "does not speak SOCKS 5, as it began its answer with 0"),
                socks("SOCKS 4 later", false, "0500 045a", "does not speak SOCKS 5, as it began its answer with 4"),
                socks(
                        "HTTP",
                        false,
                        HEX.formatHex("HTTP/1.1 400 Bad Request".getBytes(StandardCharsets.US_ASCII)),
                        "speaks HTTP: set proxyType=http"),
                socks("no credentials", false, "05ff", "asks for credentials: give proxyUser and proxyPassword"),
                socks("credentials that were not offered", false, "0502", "asks for credentials: give proxyUser"),
                socks(
                        "credentials of another kind",
                        true,
                        "0501",
                        "chose the way of authentication 1, which was not offered"),
                socks("neither", true, "05ff", "takes neither user and password nor clients without"),
                socks(
                        "wrong credentials",
                        true,
                        "0502 0101",
                        "does not accept proxyUser with this proxyPassword: correct them"),
                socks("wrong credentials, wrong version", true, "0502 05ff", "does not accept proxyUser"),
                socks("an unknown address", false, "0500 05000009", "answered with an address of the unknown type 9"),
                socks("nothing", false, "", "closed the connection instead of answering: check proxyType"),
                socks("half an answer", false, "0500 050000", "closed the connection instead of answering"),
                socks("half a verdict", true, "0502 01", "closed the connection instead of answering"));
    }

    private static Arguments http(String name, boolean credentials, String head, String sentence) {
        return plainAnswer(name, credentials, "HTTP/1.1 " + head + "\r\n\r\n", sentence);
    }

    private static Arguments plainAnswer(String name, String answer, String sentence) {
        return plainAnswer(name, false, answer, sentence);
    }

    private static Arguments plainAnswer(String name, boolean credentials, String answer, String sentence) {
        RawServer.Script script = socket -> {
            ServedWebSocket.readHead(socket);
            socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
        };
        return argumentSet("HTTP: " + name, Proxy.Type.HTTP, credentials, script, sentence);
    }

    /** @param answers in hexadecimal, each after what comes before it, separated by blanks */
    private static Arguments socks(String name, boolean credentials, String answers, String sentence) {
        RawServer.Script script = socket -> {
            for (String answer : answers.split(" ")) {
                assertThat(socket.getInputStream().read(new byte[1000])).isPositive();
                socket.getOutputStream().write(HEX.parseHex(answer));
            }
        };
        return argumentSet("SOCKS: " + name, Proxy.Type.SOCKS5, credentials, script, sentence);
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void aRefusalGivesOneSentenceThatNamesTheProxy(
            Proxy.Type type, boolean credentials, RawServer.Script script, String sentence) throws Exception {
        RawServer proxy = plain(script);

        TransportException failure = failure(through(type, proxy.port(), credentials, PATIENCE));

        assertThat(failure.reason()).isEqualTo(Reason.PROXY_FAILED);
        assertThat(failure)
                .hasMessageStartingWith("the " + (type == Proxy.Type.HTTP ? "HTTP" : "SOCKS") + " proxy localhost:"
                        + proxy.port() + " ")
                .hasMessageContaining(sentence);
        assertThat(failure.getMessage()).doesNotContain("\n").hasSizeLessThan(400);
        assertThat(recorder.losses).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aProxyThatResetsIsNamed(Proxy.Type type) throws Exception {
        RawServer proxy = plain(socket -> {
            socket.getInputStream().read();
            socket.setSoLinger(true, 0);
        });

        TransportException failure = failure(through(type, proxy.port(), false, PATIENCE));

        assertThat(failure.reason()).isEqualTo(Reason.PROXY_FAILED);
        assertThat(failure).hasMessageContaining("the proxy localhost:" + proxy.port() + " cut the connection");
    }

    @ParameterizedTest
    @CsvSource({"HTTP,0", "HTTP,1", "SOCKS5,0", "SOCKS5,1", "SOCKS5,2"})
    void aProxyThatLagsEndsAtTheTimeLimit(Proxy.Type type, int answers) throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        RawServer proxy = plain(lagging(type, answers, new CountDownLatch(1), done));

        TransportException failure = failure(through(type, proxy.port(), true, Duration.ofSeconds(1)));

        assertThat(failure.reason()).isEqualTo(Reason.PROXY_FAILED);
        assertThat(failure)
                .hasMessage("the proxy localhost:" + proxy.port() + " did not connect to " + HUB
                        + ":8883 within 1000 ms: check proxyType, and that it can reach the hub");
        done.countDown();
    }

    @ParameterizedTest
    @CsvSource({"HTTP,0", "HTTP,1", "SOCKS5,0", "SOCKS5,1", "SOCKS5,2"})
    void closingDoesNotWaitForAProxyThatLags(Proxy.Type type, int answers) throws Exception {
        CountDownLatch reached = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        RawServer proxy = plain(lagging(type, answers, reached, done));
        MqttConnection connection = open(through(type, proxy.port(), true, Duration.ofHours(1)));
        CompletionStage<Boolean> connecting = connection.connect();
        assertThat(reached.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();

        MqttTransportContract.get(connection.close());

        assertThat(MqttTransportContract.failure(connecting).reason()).isEqualTo(Reason.CLOSED_HERE);
        done.countDown();
    }

    /** Answers so many times, if it answers all then the last time by half, and says no more. */
    private static RawServer.Script lagging(Proxy.Type type, int answers, CountDownLatch reached, CountDownLatch done) {
        List<String> all = type == Proxy.Type.HTTP
                ? List.of(HEX.formatHex("HTTP/1.1 200 OK\r\nVia".getBytes(StandardCharsets.US_ASCII)))
                : List.of("0502", "01");
        return socket -> {
            for (String answer : all.subList(0, answers)) {
                assertThat(socket.getInputStream().read(new byte[1000])).isPositive();
                socket.getOutputStream().write(HEX.parseHex(answer));
            }
            if (answers < all.size()) {
                assertThat(socket.getInputStream().read(new byte[1000])).isPositive();
            }
            reached.countDown();
            done.await();
        };
    }

    @Test
    void anHttpProxyIsAskedForTheNameAndGivenTheCredentials() throws Exception {
        BlockingQueue<String> requests = new LinkedBlockingQueue<>();
        RawServer proxy = plain(socket -> {
            byte[] bytes = new byte[1000];
            requests.add(new String(bytes, 0, socket.getInputStream().read(bytes), StandardCharsets.ISO_8859_1));
        });

        failure(through(Proxy.Type.HTTP, proxy.port(), true, PATIENCE));
        failure(through(Proxy.Type.HTTP, proxy.port(), false, PATIENCE));
        failure(options("::1", 443, PATIENCE).by(null, proxy(Proxy.Type.HTTP, proxy.port(), false)));

        String credentials = Base64.getEncoder().encodeToString(("me:" + PASSWORD).getBytes(StandardCharsets.UTF_8));
        assertThat(requests)
                .containsExactly(
                        "CONNECT " + HUB + ":8883 HTTP/1.1\r\nHost: " + HUB + ":8883\r\nProxy-Authorization: Basic "
                                + credentials + "\r\n\r\n",
                        "CONNECT " + HUB + ":8883 HTTP/1.1\r\nHost: " + HUB + ":8883\r\n\r\n",
                        "CONNECT [::1]:443 HTTP/1.1\r\nHost: [::1]:443\r\n\r\n");
    }

    @ParameterizedTest
    @CsvSource({
        "hub.invalid, 05010003 0b 6875622e696e76616c6964 22b3",
        "127.0.0.1, 05010001 7f000001 22b3",
        "::1, 05010004 00000000000000000000000000000001 22b3"
    })
    void aSocksProxyIsAskedForTheNameOrTheAddress(String host, String request) throws Exception {
        BlockingQueue<String> requests = new LinkedBlockingQueue<>();
        RawServer proxy = plain(socket -> {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            requests.add(HEX.formatHex(in.readNBytes(3)));
            socket.getOutputStream().write(new byte[] {5, 0});
            byte[] bytes = new byte[1000];
            requests.add(HEX.formatHex(bytes, 0, in.read(bytes)));
        });

        failure(options(host, 8883, PATIENCE).by(null, proxy(Proxy.Type.SOCKS5, proxy.port(), false)));

        assertThat(requests).containsExactly("050100", request.replace(" ", ""));
    }

    @Test
    void aSocksProxyIsGivenTheCredentialsWhenItWantsThem() throws Exception {
        BlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();
        RawServer proxy = plain(socket -> {
            for (byte[] answer : new byte[][] {{5, 2}, {1, 1}}) {
                byte[] bytes = new byte[1000];
                messages.add(Arrays.copyOf(bytes, read(socket, bytes)));
                socket.getOutputStream().write(answer);
            }
        });

        failure(through(Proxy.Type.SOCKS5, proxy.port(), true, PATIENCE));

        assertThat(messages.take()).containsExactly(5, 2, 0, 2);
        byte[] credentials = messages.take();
        assertThat(credentials).startsWith(1, 2, 'm', 'e', PASSWORD.length());
        assertThat(new String(credentials, StandardCharsets.UTF_8)).endsWith(PASSWORD);
    }

    @Test
    void aProxyThatAnswersInSingleBytesIsUnderstood() throws Exception {
        RawServer hub = tls(socket -> {
            RawServer.acceptSession(socket);
            RawServer.readToTheEnd(socket);
        });
        RawServer proxy = plain(socket -> {
            ServedWebSocket.readHead(socket);
            OutputStream out = socket.getOutputStream();
            String answer = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.0 200 Connection established\nVia: me\n\n";
            for (byte b : answer.getBytes(StandardCharsets.US_ASCII)) {
                out.write(b);
                out.flush();
            }
            try (Socket peer = new Socket("localhost", hub.port())) {
                Thread back = new Thread(() -> copy(peer, socket), RawServer.THREAD_NAME);
                back.start();
                copy(socket, peer);
                back.join();
            }
        });

        connect(options("localhost", 1, PATIENCE).by(null, proxy(Proxy.Type.HTTP, proxy.port(), false)));
    }

    @Test
    void aProxyThatCutsAnEstablishedConnectionIsALoss() throws Exception {
        RawServer hub = tls(socket -> {
            RawServer.acceptSession(socket);
            RawServer.readToTheEnd(socket);
        });
        TestProxy proxy = closeLater(TestProxy.of(Proxy.Type.SOCKS5));
        MqttConnection connection =
                connect(options("localhost", hub.port(), PATIENCE).by(null, proxy.proxy()));

        proxy.cut();

        assertThat(MqttTransportContract.failure(connection.publish("t", new byte[0], 1))
                        .reason())
                .isEqualTo(Reason.CLOSED);
    }

    private static ConnectOptions through(Proxy.Type type, int port, boolean credentials, Duration limit) {
        return options(HUB, 8883, limit).by(null, proxy(type, port, credentials));
    }

    private static Proxy proxy(Proxy.Type type, int port, boolean credentials) {
        return new Proxy(type, "localhost", port, credentials ? "me" : null, credentials ? PASSWORD : null);
    }

    private static int read(Socket socket, byte[] bytes) throws Exception {
        return socket.getInputStream().read(bytes);
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (Exception e) {
            // One of both ends went away.
        }
    }
}
