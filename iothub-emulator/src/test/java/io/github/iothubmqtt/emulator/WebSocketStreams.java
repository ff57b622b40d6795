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

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The client's side of a WebSocket, byte by byte: what is written becomes masked frames, what is read is the content of frames. */
final class WebSocketStreams {

    static final int BINARY = 2;
    static final int TEXT = 1;
    static final int CLOSE = 8;
    static final int PING = 9;
    static final int PONG = 10;

    private static final byte[] MASK = {1, 2, 3, 4};

    private final DataInputStream in;
    private final DataOutputStream out;
    private final List<String> answer = new ArrayList<>();
    private int bytesPerFrame = Integer.MAX_VALUE;
    private int left;
    private int pongs;
    private int closeStatus;

    private WebSocketStreams(Socket socket) throws IOException {
        in = new DataInputStream(socket.getInputStream());
        out = new DataOutputStream(socket.getOutputStream());
    }

    /** Sends a request to upgrade and reads the head of the answer, whatever it is. */
    static WebSocketStreams open(Socket socket, String target, String... headers) throws IOException {
        WebSocketStreams streams = new WebSocketStreams(socket);
        String request =
                "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
        streams.out.write(request.getBytes(StandardCharsets.US_ASCII));
        for (String line = streams.line(); !line.isEmpty(); line = streams.line()) {
            streams.answer.add(line);
        }
        return streams;
    }

    static WebSocketStreams open(Socket socket, String target) throws IOException {
        return open(
                socket,
                target,
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Protocol: mqtt");
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.readUnsignedByte(); next != '\n'; next = in.readUnsignedByte()) {
            line.append((char) next);
        }
        return line.toString().strip();
    }

    /** Status line and headers. */
    List<String> answer() {
        return answer;
    }

    void bytesPerFrame(int value) {
        bytesPerFrame = value;
    }

    /** How many PONGs were met while reading. */
    int pongs() {
        return pongs;
    }

    /** What the hub's Close said; 0 while none has come. */
    int closeStatus() {
        return closeStatus;
    }

    void frame(int opcode, byte[] payload) throws IOException {
        writeFrame(opcode, payload, 0, payload.length, true);
    }

    private void writeFrame(int opcode, byte[] payload, int from, int length, boolean last) throws IOException {
        out.write(header(opcode, length, last));
        out.write(MASK);
        byte[] masked = new byte[length];
        for (int i = 0; i < length; i++) {
            masked[i] = (byte) (payload[from + i] ^ MASK[i & 3]);
        }
        out.write(masked);
    }

    /** The beginning of a binary frame whose payload does not follow. */
    void announceFrame(int length) throws IOException {
        out.write(header(BINARY, length, true));
    }

    private static byte[] header(int opcode, int length, boolean last) {
        byte[] header = new byte[length < 126 ? 2 : length < 65_536 ? 4 : 10];
        header[0] = (byte) (opcode | (last ? 0x80 : 0));
        header[1] = (byte) (0x80 | (header.length == 2 ? length : header.length == 4 ? 126 : 127));
        for (int i = header.length - 1, rest = length; i >= 2; i--, rest >>>= 8) {
            header[i] = (byte) rest;
        }
        return header;
    }

    OutputStream output() {
        return new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                write(new byte[] {(byte) one});
            }

            @Override
            public void write(byte[] bytes) throws IOException {
                for (int from = 0; from < bytes.length; from += bytesPerFrame) {
                    int length = Math.min(bytesPerFrame, bytes.length - from);
                    writeFrame(from == 0 ? BINARY : 0, bytes, from, length, from + length == bytes.length);
                }
            }
        };
    }

    InputStream input() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                while (left == 0) {
                    if (!nextFrame()) {
                        return -1;
                    }
                }
                left--;
                return in.readUnsignedByte();
            }
        };
    }

    /** False at the end of the stream. */
    private boolean nextFrame() throws IOException {
        int first;
        try {
            first = in.readUnsignedByte();
        } catch (EOFException e) {
            return false;
        }
        int length = in.readUnsignedByte();
        if (length >= 126) {
            length = length == 126 ? in.readUnsignedShort() : (int) in.readLong();
        }
        switch (first & 15) {
            case PONG -> {
                in.skipNBytes(length);
                pongs++;
            }
            case CLOSE -> {
                closeStatus = in.readUnsignedShort();
                in.skipNBytes(length - 2);
            }
            default -> left = length;
        }
        return true;
    }
}
