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

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.SecureRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Writes frames: the bytes between two flushes as one binary message, and answers to control frames between these. One thread
 * writes; another, the reader, may answer at the same time, and does not wait for the first.
 */
final class WebSocketOutput extends OutputStream {

    static final int BINARY = 2;
    static final int CLOSE = 8;
    private static final int PONG = 10;
    /** How long the frame that is being written may hold up the last one. */
    private static final int SECONDS_TO_FAREWELL = 1;

    private static final int LAST = 0x80;
    private static final int MASKED = 0x80;
    private static final int MASK_BYTES = 4;
    private static final int LONGEST_IN_SEVEN_BITS = 125;
    private static final int LONGEST_IN_SIXTEEN_BITS = 0xffff;
    private static final int TWO_BYTES_FOLLOW = 126;
    private static final int EIGHT_BYTES_FOLLOW = 127;
    /** A buffer that a large packet has made larger than this is not kept. */
    private static final int BUFFER = 16 * 1024;

    private final OutputStream out;
    private final SecureRandom random;
    private final ReentrantLock writing = new ReentrantLock();
    /** The latest pong, when the writer had the stream: it takes it along. Only the latest ping need be answered. */
    private final AtomicReference<byte[]> waiting = new AtomicReference<>();

    private volatile boolean answering;
    private ByteArrayOutputStream packet = new ByteArrayOutputStream();

    WebSocketOutput(OutputStream out, SecureRandom random) {
        this.out = out;
        this.random = random;
    }

    @Override
    public void write(int b) {
        packet.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        packet.write(bytes, offset, length);
    }

    @Override
    public void flush() throws IOException {
        if (packet.size() == 0) {
            return;
        }
        byte[] frame = frame(BINARY, packet.toByteArray());
        if (packet.size() > BUFFER) {
            packet = new ByteArrayOutputStream();
        } else {
            packet.reset();
        }
        writing.lock();
        try {
            send(frame);
        } finally {
            writing.unlock();
        }
        sendWaiting();
    }

    /** Answers a ping now, or as soon as the frame that is being written is out. */
    void pong(byte[] payload) throws IOException {
        waiting.set(frame(PONG, payload));
        answering = true;
        try {
            sendWaiting();
        } finally {
            answering = false;
        }
    }

    /** Sends the last frame, unless the one that is being written does not come to its end. */
    void farewell(byte[] payload) throws IOException {
        try {
            if (writing.tryLock(SECONDS_TO_FAREWELL, TimeUnit.SECONDS)) {
                try {
                    send(frame(CLOSE, payload));
                } finally {
                    writing.unlock();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether the answer to a ping is held up. */
    boolean answering() {
        return answering;
    }

    /** Whoever leaves a pong behind has seen the lock taken, and who had it looks again after giving it back. */
    private void sendWaiting() throws IOException {
        while (waiting.get() != null && writing.tryLock()) {
            try {
                byte[] frame = waiting.getAndSet(null);
                if (frame != null) {
                    send(frame);
                }
            } finally {
                writing.unlock();
            }
        }
    }

    private void send(byte[] frame) throws IOException {
        out.write(frame);
        out.flush();
    }

    /** Each with a mask that nobody could foresee (RFC 6455, section 10.3). */
    private byte[] frame(int opcode, byte[] payload) {
        int lengthBytes =
                payload.length <= LONGEST_IN_SEVEN_BITS ? 0 : payload.length <= LONGEST_IN_SIXTEEN_BITS ? 2 : 8;
        byte[] frame = new byte[2 + lengthBytes + MASK_BYTES + payload.length];
        frame[0] = (byte) (LAST | opcode);
        frame[1] = (byte) (MASKED
                | switch (lengthBytes) {
                    case 0 -> payload.length;
                    case 2 -> TWO_BYTES_FOLLOW;
                    default -> EIGHT_BYTES_FOLLOW;
                });
        for (int i = 0; i < lengthBytes; i++) {
            frame[2 + i] = (byte) ((long) payload.length >>> 8 * (lengthBytes - 1 - i));
        }
        byte[] mask = new byte[MASK_BYTES];
        random.nextBytes(mask);
        int start = 2 + lengthBytes + MASK_BYTES;
        System.arraycopy(mask, 0, frame, start - MASK_BYTES, MASK_BYTES);
        for (int i = 0; i < payload.length; i++) {
            frame[start + i] = (byte) (payload[i] ^ mask[i % MASK_BYTES]);
        }
        return frame;
    }
}
