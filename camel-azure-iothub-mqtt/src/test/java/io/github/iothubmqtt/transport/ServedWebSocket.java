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
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The server's end of a WebSocket, for scripts: its streams are the bytes within binary frames, and frames of any kind can be
 * sent by hand. Answers a close frame and nothing else by itself.
 */
final class ServedWebSocket extends Socket {

    static final int CONTINUATION = 0;
    static final int TEXT = 1;
    static final int BINARY = 2;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    /** A frame that came. */
    record Frame(int opcode, boolean last, byte[] mask, byte[] payload) {}

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final Content content = new Content();

    private ServedWebSocket(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
        this.out = socket.getOutputStream();
    }

    /** Lets a script that speaks MQTT speak it over WebSocket. */
    static RawServer.Script around(RawServer.Script script) {
        return socket -> {
            try (ServedWebSocket webSocket = accept(socket)) {
                script.run(webSocket);
            }
        };
    }

    /** Reads a request and grants what it asks for. */
    static ServedWebSocket accept(Socket socket) throws IOException {
        Map<String, String> request = readHead(socket);
        socket.getOutputStream().write(granted(request).getBytes(StandardCharsets.ISO_8859_1));
        return new ServedWebSocket(socket);
    }

    /** The answer that grants a request. */
    static String granted(Map<String, String> request) {
        return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                + acceptKey(request.get("sec-websocket-key")) + "\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n";
    }

    /** The first line under the empty name, and the headers by their names in lower case. */
    static Map<String, String> readHead(Socket socket) throws IOException {
        StringBuilder text = new StringBuilder();
        while (text.indexOf("\r\n\r\n") < 0) {
            int next = socket.getInputStream().read();
            if (next < 0) {
                throw new EOFException();
            }
            text.append((char) next);
            if (!Character.isLetter(text.charAt(0))) {
                throw new ProtocolException("this is not HTTP");
            }
        }
        Map<String, String> head = new LinkedHashMap<>();
        for (String line : text.toString().strip().split("\r\n")) {
            int colon = line.indexOf(": ");
            if (head.isEmpty()) {
                head.put("", line);
            } else {
                head.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 2));
            }
        }
        return head;
    }

    private static String acceptKey(String key) {
        try {
            byte[] salted = (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII);
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-1").digest(salted));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    void send(int opcode, boolean last, byte[] payload) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(10 + payload.length);
        frame.put((byte) (opcode | (last ? 0x80 : 0)));
        if (payload.length <= 125) {
            frame.put((byte) payload.length);
        } else if (payload.length <= 0xffff) {
            frame.put((byte) 126).putShort((short) payload.length);
        } else {
            frame.put((byte) 127).putLong(payload.length);
        }
        frame.put(payload);
        out.write(frame.array(), 0, frame.position());
        out.flush();
    }

    /** Sends bytes that are no frame. */
    void sendRaw(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    Frame receive() throws IOException {
        int first = in.readUnsignedByte();
        int second = in.readUnsignedByte();
        long length = second & 0x7f;
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = in.readLong();
        }
        byte[] mask = in.readNBytes((second & 0x80) == 0 ? 0 : 4);
        byte[] payload = new byte[(int) length];
        in.readFully(payload);
        for (int i = 0; i < payload.length && mask.length > 0; i++) {
            payload[i] ^= mask[i % 4];
        }
        return new Frame(first & 0x0f, (first & 0x80) != 0, mask, payload);
    }

    @Override
    public InputStream getInputStream() {
        return content;
    }

    @Override
    public OutputStream getOutputStream() {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                byte[] payload = new byte[length];
                System.arraycopy(bytes, offset, payload, 0, length);
                send(BINARY, true, payload);
            }
        };
    }

    @Override
    public void setSoLinger(boolean on, int linger) throws SocketException {
        socket.setSoLinger(on, linger);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** What binary frames hold. */
    private final class Content extends InputStream {

        private byte[] payload = new byte[0];
        private int position;
        private boolean closed;

        @Override
        public int read() throws IOException {
            while (position == payload.length) {
                if (closed) {
                    return -1;
                }
                Frame frame = receive();
                if (frame.opcode() == CLOSE) {
                    closed = true;
                    send(CLOSE, true, frame.payload());
                } else if (frame.opcode() == BINARY || frame.opcode() == CONTINUATION) {
                    payload = frame.payload();
                    position = 0;
                }
            }
            return payload[position++] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int next = read();
            if (next < 0) {
                return -1;
            }
            bytes[offset] = (byte) next;
            int more = Math.min(length - 1, payload.length - position);
            System.arraycopy(payload, position, bytes, offset + 1, more);
            position += more;
            return 1 + more;
        }
    }
}
