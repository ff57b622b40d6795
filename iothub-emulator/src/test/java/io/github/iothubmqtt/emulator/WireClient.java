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
package io.github.iothubmqtt.emulator;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** A device that speaks MQTT packet by packet, so that a test can send what no well-behaved client sends. Blocks at most 20 s. */
final class WireClient implements AutoCloseable {

    static final int CONNACK = 2;
    static final int PUBLISH = 3;
    static final int PUBACK = 4;
    static final int SUBACK = 9;
    static final int UNSUBACK = 11;
    static final int PINGRESP = 13;

    /** A packet from the hub; body is all that follows the fixed header. */
    record Packet(int type, int flags, byte[] body) {

        boolean duplicate() {
            return (flags & 8) != 0;
        }

        int qos() {
            return (flags >> 1) & 3;
        }

        String topic() {
            int length = number(0);
            return new String(body, 2, length, StandardCharsets.UTF_8);
        }

        int packetId() {
            return type == PUBLISH ? number(2 + number(0)) : number(0);
        }

        String payload() {
            int start = 2 + number(0) + (qos() > 0 ? 2 : 0);
            return new String(body, start, body.length - start, StandardCharsets.UTF_8);
        }

        private int number(int at) {
            return (body[at] & 0xff) << 8 | (body[at + 1] & 0xff);
        }
    }

    /** The fields of a CONNECT, with a good device's values to start from. */
    static final class Connect {
        private final IotHubEmulator hub;
        private String protocol = "MQTT";
        private int level = 4;
        private boolean clean;
        private int keepAlive = 60;
        private String clientId;
        private String userName;
        private String password;
        private String willTopic;
        private String will;
        private int willQos;
        private boolean willRetain;
        private String webSocketTarget;
        private int bytesPerFrame = Integer.MAX_VALUE;
        private SSLContext tls;
        private String tlsVersion;

        Connect(IotHubEmulator hub, String deviceId) {
            this.hub = hub;
            tls = hub.sslContext();
            clientId = deviceId;
            userName = "localhost/" + deviceId + "/?api-version=2021-04-12";
            tokenExpiry(Instant.now().plus(Duration.ofHours(1)));
        }

        Connect level(String name, int value) {
            protocol = name;
            level = value;
            return this;
        }

        Connect clean() {
            clean = true;
            return this;
        }

        Connect keepAlive(int seconds) {
            keepAlive = seconds;
            return this;
        }

        Connect clientId(String value) {
            clientId = value;
            return this;
        }

        Connect userName(String value) {
            userName = value;
            return this;
        }

        /** Makes a new token; none for an unknown device. */
        Connect tokenExpiry(Instant expiry) {
            password = hub.device(clientId)
                    .map(device -> Tokens.forDevice("localhost", clientId, device.primaryKey(), expiry))
                    .orElse("none");
            return this;
        }

        Connect password(String value) {
            password = value;
            return this;
        }

        Connect will(String topic, String message) {
            willTopic = topic;
            will = message;
            return this;
        }

        Connect willQos(int value) {
            willQos = value;
            return this;
        }

        Connect willRetain() {
            willRetain = true;
            return this;
        }

        Connect overWebSocket(String target) {
            webSocketTarget = target;
            return this;
        }

        /** Packets are written as messages of frames that are so small. */
        Connect bytesPerFrame(int value) {
            bytesPerFrame = value;
            return this;
        }

        /** Shows this certificate, and leaves the password away. */
        Connect certificate(ClientCertificate certificate) {
            password = null;
            return tls(hub.sslContext(certificate));
        }

        Connect tls(SSLContext value) {
            tls = value;
            return this;
        }

        Connect tlsVersion(String value) {
            tlsVersion = value;
            return this;
        }

        private SSLSocket socket() throws IOException {
            SSLSocket socket = socketTo(tls, webSocketTarget == null ? hub.mqttPort() : hub.httpsPort());
            if (tlsVersion != null) {
                socket.setEnabledProtocols(new String[] {tlsVersion});
            }
            return socket;
        }

        /** Sends the CONNECT and leaves the answer to be read. */
        WireClient send() {
            WireClient client = new WireClient(this);
            if (webSocketTarget != null) {
                client.webSocket.bytesPerFrame(bytesPerFrame);
            }
            client.write(1, 0, out -> {
                text(out, protocol);
                out.writeByte(level);
                out.writeByte((userName == null ? 0 : 0x80)
                        | (password == null ? 0 : 0x40)
                        | (willTopic == null ? 0 : 4 | willQos << 3 | (willRetain ? 0x20 : 0))
                        | (clean ? 2 : 0));
                out.writeShort(keepAlive);
                if (level == 5) {
                    out.writeByte(0);
                }
                text(out, clientId);
                if (willTopic != null) {
                    if (level == 5) {
                        out.writeByte(0);
                    }
                    text(out, willTopic);
                    text(out, will);
                }
                if (userName != null) {
                    text(out, userName);
                }
                if (password != null) {
                    text(out, password);
                }
            });
            return client;
        }

        /** Sends the CONNECT and expects to be let in. */
        WireClient accepted() {
            WireClient client = send();
            Packet answer = client.read();
            if (answer.type() != CONNACK || answer.body()[1] != 0) {
                throw new AssertionError("CONNACK " + answer.body()[1] + "; " + hub.events());
            }
            client.sessionPresent = answer.body()[0] == 1;
            return client;
        }

        /** Sends the CONNECT, expects a refusal and then the end, and returns the code. */
        int refused() {
            try (WireClient client = send()) {
                Packet answer = client.read();
                if (answer.type() != CONNACK || !client.isClosedByHub()) {
                    throw new AssertionError("Not refused");
                }
                return answer.body()[1] & 0xff;
            }
        }
    }

    /** Writes the part of a packet behind its fixed header. */
    interface Body {
        void write(DataOutputStream out) throws IOException;
    }

    private final SSLSocket socket;
    private final DataInputStream in;
    private final OutputStream out;
    /** Null without WebSocket. */
    private final WebSocketStreams webSocket;

    private boolean sessionPresent;

    private WireClient(Connect connect) {
        try {
            socket = connect.socket();
            webSocket = connect.webSocketTarget == null ? null : WebSocketStreams.open(socket, connect.webSocketTarget);
            in = new DataInputStream(webSocket == null ? socket.getInputStream() : webSocket.input());
            out = webSocket == null ? socket.getOutputStream() : webSocket.output();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A socket behind TLS to one of the hub's ports. */
    static SSLSocket socketTo(IotHubEmulator hub, int port) throws IOException {
        return socketTo(hub.sslContext(), port);
    }

    private static SSLSocket socketTo(SSLContext tls, int port) throws IOException {
        SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket("localhost", port);
        socket.setSoTimeout(20_000);
        socket.setTcpNoDelay(true);
        return socket;
    }

    static Connect device(IotHubEmulator hub, String deviceId) {
        return new Connect(hub, deviceId);
    }

    static Connect module(IotHubEmulator hub, EmulatedModule module) {
        String id = module.deviceId() + "/" + module.moduleId();
        String resource = "localhost/devices/" + module.deviceId() + "/modules/" + module.moduleId();
        Instant expiry = Instant.now().plus(Duration.ofHours(1));
        return new Connect(hub, module.deviceId())
                .clientId(id)
                .userName("localhost/" + id + "/?api-version=2021-04-12")
                .password(Tokens.signed(resource, module.primaryKey(), expiry, null));
    }

    WebSocketStreams webSocket() {
        return webSocket;
    }

    /** A session that was resumed has begun on an earlier connection. */
    long tlsSessionSince() {
        return socket.getSession().getCreationTime();
    }

    boolean sessionPresent() {
        return sessionPresent;
    }

    void publish(String topic, String payload) {
        publish(topic, payload.getBytes(StandardCharsets.UTF_8), 0, 0);
    }

    /** Sends at QoS 1 and waits for the PUBACK. */
    void publishAcknowledged(String topic, String payload) {
        publish(topic, payload.getBytes(StandardCharsets.UTF_8), 2, 7);
        expect(PUBACK);
    }

    /** {@code flags} is the lower half of the first byte: DUP 8, QoS 2 or 4, RETAIN 1. */
    void publish(String topic, byte[] payload, int flags, int packetId) {
        write(PUBLISH, flags, out -> {
            text(out, topic);
            if ((flags & 6) != 0) {
                out.writeShort(packetId);
            }
            out.write(payload);
        });
    }

    /** Sends at QoS 1 and leaves the PUBACK to be read. */
    void publishAtLeastOnce(String topic, String payload, int packetId) {
        publish(topic, payload.getBytes(StandardCharsets.UTF_8), 2, packetId);
    }

    void subscribe(String filter, int qos) {
        write(8, 2, out -> {
            out.writeShort(11);
            text(out, filter);
            out.writeByte(qos);
        });
    }

    /** Subscribes and returns the code in the SUBACK. */
    int subscribed(String filter, int qos) {
        subscribe(filter, qos);
        return expect(SUBACK).body()[2] & 0xff;
    }

    void unsubscribed(String filter) {
        write(10, 2, out -> {
            out.writeShort(12);
            text(out, filter);
        });
        expect(UNSUBACK);
    }

    void puback(int packetId) {
        write(PUBACK, 0, out -> out.writeShort(packetId));
    }

    /** Returns when the hub has answered, and so has taken all that was sent before. */
    void ping() {
        write(12, 0, out -> {});
        expect(PINGRESP);
    }

    void disconnect() {
        write(14, 0, out -> {});
        close();
    }

    /** The next packet, which must be of this type. */
    Packet expect(int type) {
        Packet packet = read();
        if (packet.type() != type) {
            throw new AssertionError("A packet of type " + type + " was due, not " + packet);
        }
        return packet;
    }

    Packet read() {
        try {
            int first = in.readUnsignedByte();
            int length = 0;
            int shift = 0;
            int digit;
            do {
                digit = in.readUnsignedByte();
                length |= (digit & 127) << shift;
                shift += 7;
            } while ((digit & 128) != 0);
            return new Packet(first >> 4, first & 15, in.readNBytes(length));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the hub, in this time, neither sends anything nor closes the connection. */
    boolean isSilentFor(Duration time) {
        try {
            socket.setSoTimeout((int) time.toMillis());
            in.read();
            return false;
        } catch (SocketTimeoutException e) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** The bytes that come before the end of the connection. */
    byte[] remainingBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            for (int next = in.read(); next >= 0; next = in.read()) {
                bytes.write(next);
            }
            return bytes.toByteArray();
        } catch (SocketTimeoutException e) {
            throw new UncheckedIOException(e);
        } catch (IOException cutOff) {
            return bytes.toByteArray();
        }
    }

    /** Waits for the end of the connection; whether it was an RST. Any packet before it is a failure. */
    boolean isResetByHub() {
        try {
            int next = in.read();
            throw new AssertionError("Not reset: " + next);
        } catch (IOException e) {
            return e.toString().contains("reset");
        }
    }

    /** Waits for the end of the connection; any packet before it is a failure. */
    boolean isClosedByHub() {
        try {
            return in.read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    void write(int type, int flags, Body body) {
        try {
            ByteArrayOutputStream content = new ByteArrayOutputStream();
            body.write(new DataOutputStream(content));
            ByteArrayOutputStream packet = new ByteArrayOutputStream();
            packet.write(type << 4 | flags);
            int length = content.size();
            do {
                packet.write(length & 127 | (length > 127 ? 128 : 0));
                length >>= 7;
            } while (length > 0);
            content.writeTo(packet);
            out.write(packet.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeShort(bytes.length);
        out.write(bytes);
    }

    /** Without DISCONNECT. */
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
