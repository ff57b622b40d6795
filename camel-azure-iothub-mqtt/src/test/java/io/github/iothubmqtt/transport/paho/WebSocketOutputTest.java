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

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(60)
class WebSocketOutputTest {

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 124, 125, 126, 127, 65_534, 65_535, 65_536, 65_537, 300_000})
    void aPacketOfAnyLengthIsOneFrame(int length) throws Exception {
        byte[] packet = new byte[length];
        new Random(length).nextBytes(packet);
        WebSocketOutput out = new WebSocketOutput(written, new SecureRandom());

        out.write(packet[0]);
        out.write(packet, 1, length - 1);
        assertThat(written.size()).isZero();
        out.flush();
        out.flush();

        DataInputStream in = new DataInputStream(new ByteArrayInputStream(written.toByteArray()));
        assertThat(in.readUnsignedByte()).isEqualTo(0x82);
        assertThat(payload(in)).isEqualTo(packet);
        assertThat(in.read()).isEqualTo(-1);
    }

    @Test
    void aPongDoesNotWaitForAFrameThatIsStuckAndFollowsIt() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch letGo = new CountDownLatch(1);
        WebSocketOutput out = new WebSocketOutput(
                new OutputStream() {
                    @Override
                    public void write(int b) {
                        written.write(b);
                    }

                    @Override
                    public void write(byte[] bytes) throws IOException {
                        stuck.countDown();
                        await(letGo);
                        written.write(bytes);
                    }
                },
                new SecureRandom());
        Thread writer = new Thread(() -> {
            try {
                out.write(1);
                out.flush();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        writer.start();
        await(stuck);

        out.pong("old".getBytes(StandardCharsets.US_ASCII));
        out.pong("new".getBytes(StandardCharsets.US_ASCII));
        assertThat(out.answering()).isFalse();
        letGo.countDown();
        writer.join();

        DataInputStream in = new DataInputStream(new ByteArrayInputStream(written.toByteArray()));
        assertThat(in.readUnsignedByte()).isEqualTo(0x82);
        assertThat(payload(in)).containsExactly(1);
        assertThat(in.readUnsignedByte()).isEqualTo(0x8A);
        assertThat(payload(in)).asString(StandardCharsets.US_ASCII).isEqualTo("new");
        assertThat(in.read()).isEqualTo(-1);
    }

    private static byte[] payload(DataInputStream in) throws IOException {
        int second = in.readUnsignedByte();
        assertThat(second & 0x80).as("masked").isEqualTo(0x80);
        long length = second & 0x7f;
        if (length == 126) {
            length = in.readUnsignedShort();
            assertThat(length).as("no shorter form").isGreaterThan(125);
        } else if (length == 127) {
            length = in.readLong();
            assertThat(length).as("no shorter form").isGreaterThan(65_535);
        }
        byte[] mask = in.readNBytes(4);
        byte[] payload = in.readNBytes((int) length);
        for (int i = 0; i < payload.length; i++) {
            payload[i] ^= mask[i & 3];
        }
        return payload;
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
