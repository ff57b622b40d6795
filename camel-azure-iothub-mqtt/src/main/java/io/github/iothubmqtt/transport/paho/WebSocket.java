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
package io.github.iothubmqtt.transport.paho;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Locale;

import io.github.iothubmqtt.transport.ConnectOptions;
import io.github.iothubmqtt.transport.TransportException.Reason;
import org.apache.commons.codec.binary.Base64;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * A WebSocket (RFC 6455) as MQTT uses one (MQTT 3.1.1, section 6): two streams of bytes, whose frames nobody else sees. Has no
 * thread of its own: what comes is looked at by whoever reads. Paho's WebSocket is not used, because it copies through a pipe on two more
 * threads, takes pings, close frames and the ends of messages for MQTT, and cannot be had on a socket of ours.
 */
final class WebSocket {

    private static final int KEY_BYTES = 16;
    private static final int BUFFER = 16 * 1024;
    private static final int HTTPS_PORT = 443;
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final int NORMAL_CLOSURE = 1000;
    private static final String SUB_PROTOCOL = "mqtt";
    /** What both sides add to the key; RFC 6455, section 1.3. */
    private static final String ACCEPT_SALT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private final WebSocketInput in;
    private final WebSocketOutput out;

    private WebSocket(InputStream in, OutputStream out, SecureRandom random) {
        this.out = new WebSocketOutput(out, random);
        this.in = new WebSocketInput(in, this.out);
    }

    /**
     * Asks the peer to go over to WebSocket. Blocks; closing the socket ends it.
     *
     * @param tls connected, and shaken hands
     * @throws RefusedException when the peer answers with anything else
     */
    static WebSocket begin(Socket tls, ConnectOptions options) throws IOException {
        SecureRandom random = new SecureRandom();
        byte[] nonce = new byte[KEY_BYTES];
        random.nextBytes(nonce);
        String key = Base64.encodeBase64String(nonce);
        InputStream in = new BufferedInputStream(tls.getInputStream(), BUFFER);
        tls.getOutputStream().write(request(options, key).getBytes(StandardCharsets.ISO_8859_1));
        check(answer(in, options), key, options);
        return new WebSocket(in, tls.getOutputStream(), random);
    }

    private static String request(ConnectOptions options, String key) {
        String host = options.host().contains(":") ? "[" + options.host() + "]" : options.host();
        return "GET " + options.webSocketPath() + " HTTP/1.1\r\n"
                + "Host: " + host + (options.port() == HTTPS_PORT ? "" : ":" + options.port()) + "\r\n"
                + "Upgrade: websocket\r\n"
                + "Connection: Upgrade\r\n"
                + "Sec-WebSocket-Key: " + key + "\r\n"
                + "Sec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Protocol: " + SUB_PROTOCOL + "\r\n\r\n";
    }

    private static HttpHead answer(InputStream in, ConnectOptions options) throws IOException {
        try {
            return HttpHead.read(in);
        } catch (ProtocolException e) {
            throw refused(options, "answered the request for a WebSocket with " + e.getMessage() + ": check port");
        } catch (EOFException e) {
            throw refused(
                    options,
                    "closed the connection instead of answering the request for a WebSocket: check that this is the hub's"
                            + " HTTPS port, 443");
        }
    }

    private static void check(HttpHead answer, String key, ConnectOptions options) throws RefusedException {
        if (answer.status() != SWITCHING_PROTOCOLS) {
            throw refused(options, "refused the WebSocket with " + answer.statusText() + ": " + remedy(answer));
        }
        if (!answer.lists("Upgrade", "websocket")
                || !answer.lists("Connection", "upgrade")
                || !Base64.encodeBase64String(DigestUtils.sha1(key + ACCEPT_SALT))
                        .equals(answer.only("Sec-WebSocket-Accept"))) {
            throw refused(
                    options,
                    "did not answer as a WebSocket server does: check that host and port are the hub's, and that nothing in"
                            + " between changes the answer");
        }
        String chosen = answer.only("Sec-WebSocket-Protocol");
        if (chosen == null || !chosen.toLowerCase(Locale.ROOT).equals(SUB_PROTOCOL)) {
            throw refused(
                    options,
                    "opened a WebSocket, yet not for MQTT (sub-protocol "
                            + answer.shown("Sec-WebSocket-Protocol", "none")
                            + "): check that host and port are the hub's");
        }
        if (answer.headers().containsKey("Sec-WebSocket-Extensions")) {
            throw refused(
                    options,
                    "opened a WebSocket with an extension that was not asked for ("
                            + answer.shown("Sec-WebSocket-Extensions", "") + "): have that switched off there");
        }
    }

    private static String remedy(HttpHead answer) {
        return switch (answer.status()) {
            case 401, 403 ->
                "it, or something in between, wants a permission that a device cannot give, so check host, port and"
                        + " network filters";
            case 301, 302, 303, 307, 308 ->
                "it points to " + answer.shown("Location", "nowhere")
                        + ", so check that this is the hub itself and no login page of the network";
            case 404 -> "it has no MQTT there, so check host and port";
            case 426 -> "it does not speak version 13 of WebSocket, so check that host and port are the hub's";
            case 429, 503 -> "it is overloaded";
            default -> "check that host and port are the hub's";
        };
    }

    private static RefusedException refused(ConnectOptions options, String what) {
        return new RefusedException(Reason.WEBSOCKET_REFUSED, options.host() + ":" + options.port() + " " + what);
    }

    InputStream inputStream() {
        return in;
    }

    /** What is written between two flushes is one frame. */
    OutputStream outputStream() {
        return out;
    }

    /** Whether the reader is held up by what it has to write. */
    boolean answering() {
        return out.answering();
    }

    /** Says that nothing more will be written. */
    void end() throws IOException {
        out.farewell(WebSocketInput.closePayload(NORMAL_CLOSURE));
    }
}
