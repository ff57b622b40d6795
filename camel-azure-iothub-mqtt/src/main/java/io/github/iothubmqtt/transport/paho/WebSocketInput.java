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

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;

/**
 * Reads frames: the content of binary messages is one stream of bytes, wherever their frames begin and end. Pings are answered on the
 * way. A close frame, and whatever breaks the rules, is answered with a close frame and ends the stream with an exception that says
 * why. For one thread.
 */
final class WebSocketInput extends InputStream {

    private static final int CONTINUATION = 0;
    private static final int PING = 9;
    private static final int PONG = 10;

    private static final int LAST = 0x80;
    private static final int RESERVED = 0x70;
    private static final int OPCODE = 0x0f;
    private static final int CONTROL = 0x08;
    private static final int MASKED = 0x80;
    private static final int LENGTH = 0x7f;
    private static final int LONGEST_CONTROL = 125;
    private static final int TWO_BYTES_FOLLOW = 126;
    private static final int EIGHT_BYTES_FOLLOW = 127;

    private static final int PROTOCOL_ERROR = 1002;
    private static final int UNSUPPORTED_DATA = 1003;
    private static final int POLICY_VIOLATION = 1008;

    /** More in a row than one per second for a day: who sends them faster would keep this side too busy to see that it is dead. */
    private static final int MOST_CONTROLS = 100_000;

    private final DataInputStream in;
    private final WebSocketOutput out;
    /** Bytes of the current frame that were not read yet. */
    private long remaining;
    /** Whether the current message goes on in another frame. */
    private boolean unfinished;
    /** Control frames since the last bytes of MQTT. */
    private int controls;

    WebSocketInput(InputStream in, WebSocketOutput out) {
        this.in = new DataInputStream(in);
        this.out = out;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (remaining == 0) {
            int first = in.read();
            if (first < 0) {
                return -1;
            }
            begin(first);
        }
        int count = in.read(bytes, offset, (int) Math.min(length, remaining));
        if (count < 0) {
            throw new EOFException();
        }
        remaining -= count;
        controls = 0;
        return count;
    }

    private void begin(int first) throws IOException {
        int opcode = first & OPCODE;
        boolean last = (first & LAST) != 0;
        long length = length();
        if ((first & RESERVED) != 0) {
            throw broken(PROTOCOL_ERROR, "reserved bits are set");
        }
        if ((opcode & CONTROL) != 0) {
            if (!last || length > LONGEST_CONTROL) {
                throw broken(PROTOCOL_ERROR, "a control frame is too long or in parts");
            }
            byte[] payload = new byte[(int) length];
            in.readFully(payload);
            control(opcode, payload);
        } else if (opcode != CONTINUATION && opcode != WebSocketOutput.BINARY) {
            throw broken(UNSUPPORTED_DATA, "a frame is not binary");
        } else if ((opcode == CONTINUATION) != unfinished) {
            throw broken(PROTOCOL_ERROR, "the parts of a message are not in sequence");
        } else {
            unfinished = !last;
            remaining = length;
        }
    }

    private long length() throws IOException {
        int second = in.readUnsignedByte();
        if ((second & MASKED) != 0) {
            throw broken(PROTOCOL_ERROR, "a frame is masked");
        }
        long length =
                switch (second & LENGTH) {
                    case TWO_BYTES_FOLLOW -> in.readUnsignedShort();
                    case EIGHT_BYTES_FOLLOW -> in.readLong();
                    default -> second & LENGTH;
                };
        if (length < 0) {
            throw broken(PROTOCOL_ERROR, "the length of a frame is negative");
        }
        return length;
    }

    private void control(int opcode, byte[] payload) throws IOException {
        if (++controls > MOST_CONTROLS) {
            throw broken(POLICY_VIOLATION, "there is nothing but control frames");
        }
        if (opcode == PING) {
            out.pong(payload);
        } else if (opcode == WebSocketOutput.CLOSE) {
            out.farewell(payload);
            throw new IOException(farewell(payload));
        } else if (opcode != PONG) {
            throw broken(PROTOCOL_ERROR, "a control frame is of an unknown kind");
        }
    }

    /** The peer's reason to close, as far as it gives one. */
    private static String farewell(byte[] payload) {
        if (payload.length < 2) {
            return "WebSocket close without a code";
        }
        int code = (payload[0] & 0xff) << 8 | payload[1] & 0xff;
        String reason = new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
        return "WebSocket close code " + code + meaning(code)
                + (reason.isBlank() ? "" : ", '" + HttpHead.shown(reason) + "'");
    }

    private static String meaning(int code) {
        return switch (code) {
            case 1000 -> ", normal closure";
            case 1001 -> ", going away";
            case PROTOCOL_ERROR -> ", protocol error";
            case UNSUPPORTED_DATA -> ", unsupported data";
            case 1007 -> ", inconsistent data";
            case POLICY_VIOLATION -> ", policy violation";
            case 1009 -> ", message too big";
            case 1011 -> ", server error";
            case 1012 -> ", service restart";
            case 1013 -> ", try again later";
            default -> "";
        };
    }

    static byte[] closePayload(int code) {
        return new byte[] {(byte) (code >>> 8), (byte) code};
    }

    private ProtocolException broken(int code, String rule) throws IOException {
        out.farewell(closePayload(code));
        return new ProtocolException(rule);
    }
}
