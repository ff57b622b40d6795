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
package io.github.iothubmqtt.emulator.benchmark;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Semaphore;
import javax.net.ssl.SSLSocket;

import io.github.iothubmqtt.emulator.EmulatedDevice;
import io.github.iothubmqtt.emulator.IotHubEmulator;
import io.github.iothubmqtt.emulator.SasTokens;

/**
 * A device that does nothing but send: its packets are made beforehand and written many at a time, and of what comes back it counts the
 * bytes, for PUBACKs have four each.
 */
final class PipelinedSender {

    private static final int BATCH = 100;
    private static final int BATCHES_IN_FLIGHT = 10;
    private static final int PUBACK_BYTES = 4;

    private final SSLSocket socket;
    private final InputStream in;
    private final OutputStream out;
    private final byte[] batch;

    PipelinedSender(IotHubEmulator hub, EmulatedDevice device, String bag, int bodyBytes) throws IOException {
        socket = (SSLSocket) hub.sslContext().getSocketFactory().createSocket("localhost", hub.mqttPort());
        socket.setTcpNoDelay(true);
        in = socket.getInputStream();
        out = socket.getOutputStream();
        connect(device);
        ByteArrayOutputStream packets = new ByteArrayOutputStream();
        for (int packetId = 1; packetId <= BATCH; packetId++) {
            int id = packetId;
            packets.write(packet(0x32, to -> {
                text(to, "devices/" + device.deviceId() + "/messages/events/" + bag);
                to.writeShort(id);
                to.write(new byte[bodyBytes]);
            }));
        }
        batch = packets.toByteArray();
    }

    private void connect(EmulatedDevice device) throws IOException {
        out.write(packet(0x10, to -> {
            text(to, "MQTT");
            to.write(new byte[] {4, (byte) 0xC2, 0, 60});
            text(to, device.deviceId());
            text(to, "localhost/" + device.deviceId() + "/?api-version=2021-04-12");
            text(
                    to,
                    SasTokens.forConnectionString(
                            device.connectionString(), Instant.now().plus(Duration.ofHours(1))));
        }));
        byte[] connack = in.readNBytes(PUBACK_BYTES);
        if (connack[3] != 0) {
            throw new IOException("Refused with " + connack[3]);
        }
    }

    /** Returns when all are acknowledged. */
    void send(int messages) {
        Semaphore window = new Semaphore(BATCHES_IN_FLIGHT);
        Thread reader = new Thread(() -> read(messages, window), "reader");
        reader.start();
        try {
            for (int sent = 0; sent < messages; sent += BATCH) {
                window.acquire();
                out.write(batch);
            }
            reader.join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void read(int messages, Semaphore window) {
        byte[] buffer = new byte[64 * 1024];
        long bytes = 0;
        long batches = 0;
        try {
            while (bytes < (long) messages * PUBACK_BYTES) {
                int count = in.read(buffer);
                if (count < 0) {
                    throw new IOException("The hub has closed the connection");
                }
                bytes += count;
                long complete = bytes / (PUBACK_BYTES * BATCH);
                window.release((int) (complete - batches));
                batches = complete;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void close() throws IOException {
        socket.close();
    }

    private interface Body {
        void write(DataOutputStream to) throws IOException;
    }

    private static byte[] packet(int firstByte, Body body) throws IOException {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        body.write(new DataOutputStream(content));
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.write(firstByte);
        int length = content.size();
        do {
            packet.write(length & 127 | (length > 127 ? 128 : 0));
            length >>= 7;
        } while (length > 0);
        content.writeTo(packet);
        return packet.toByteArray();
    }

    private static void text(DataOutputStream to, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        to.writeShort(bytes.length);
        to.write(bytes);
    }
}
