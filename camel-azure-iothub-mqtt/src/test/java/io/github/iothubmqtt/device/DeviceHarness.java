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
package io.github.iothubmqtt.device;

import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;

import io.github.iothubmqtt.protocol.DeviceIdentity;
import io.github.iothubmqtt.protocol.SharedAccessKey;
import io.github.iothubmqtt.transport.Proxy;
import io.github.iothubmqtt.transport.TransportException;
import io.github.iothubmqtt.transport.TransportException.Reason;

/** The device layer between a fake transport and a fake clock. */
final class DeviceHarness {

    static final String KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    static final DeviceIdentity DEVICE = new DeviceIdentity("contoso.azure-devices.net", "dev1", null);
    static final DeviceIdentity MODULE = new DeviceIdentity("contoso.azure-devices.net", "dev1", "mod1");
    static final String DEVICEBOUND = "devices/dev1/messages/devicebound/";
    static final Duration TIMEOUT = Duration.ofSeconds(30);

    final FakeEventLoop loop = new FakeEventLoop();
    final FakeTransport transport = new FakeTransport();
    /** What was handed to the threads on which one may block; run by the test. */
    final List<Runnable> blocked = new ArrayList<>();

    final Executor blocking = blocked::add;
    final DeviceConnections connections =
            new DeviceConnections(transport, loop, blocking, new Random(42), Integer.MAX_VALUE);

    int window = 2;
    int maxPending = 1000;
    int concurrency = 1;
    int sasRenewAt = 85;
    Duration handOverTimeout = Duration.ofSeconds(10);
    Duration pubackTimeout = Duration.ofSeconds(20);
    boolean cleanSession;
    boolean webSocket;
    Proxy proxy;
    Duration timeToLive = Duration.ofHours(1);
    Credentials credentials;
    Provisioning provisioning;

    ConnectionSettings settings() {
        return settings(DEVICE);
    }

    ConnectionSettings settings(DeviceIdentity identity) {
        return new ConnectionSettings(
                identity,
                identity.hub(),
                8883,
                provisioning,
                credentials != null
                        ? credentials
                        : new SharedAccessKeyCredentials(SharedAccessKey.parse(KEY), null, timeToLive),
                sslContext(),
                cleanSession,
                Duration.ofSeconds(60),
                Duration.ofSeconds(30),
                Duration.ofSeconds(1),
                Duration.ofMinutes(2),
                window,
                maxPending,
                pubackTimeout,
                sasRenewAt,
                handOverTimeout,
                null,
                null,
                webSocket,
                proxy);
    }

    private static SSLContext sslContext() {
        try {
            return SSLContext.getDefault();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A handle whose connection is up. */
    ConnectionHandle connected() {
        return connected(DEVICE);
    }

    ConnectionHandle connected(DeviceIdentity identity) {
        ConnectionHandle handle = connections.acquire(settings(identity));
        handle.start();
        accept();
        return handle;
    }

    /** Answers the connect that is under way with CONNACK 0. */
    FakeTransport.FakeLink accept() {
        loop.run();
        transport.last().connack.complete(true);
        loop.run();
        return transport.last();
    }

    /** Begins to connect. */
    CompletableFuture<Void> start() {
        CompletableFuture<Void> ready = connections.acquire(settings()).start().toCompletableFuture();
        loop.run();
        return ready;
    }

    /** Does what was handed to the threads on which one may block. */
    void unblock() {
        List.copyOf(blocked).forEach(Runnable::run);
        blocked.clear();
        loop.run();
    }

    /** Refuses the connect that is under way. */
    void refuse(int connackCode) {
        loop.run();
        transport.last().connack.completeExceptionally(TransportException.refused(connackCode));
        loop.run();
    }

    CompletableFuture<Void> send(ConnectionHandle handle, String body) {
        CompletableFuture<Void> result = handle.send("t", body.getBytes(StandardCharsets.UTF_8), 1, TIMEOUT)
                .toCompletableFuture();
        loop.run();
        return result;
    }

    void puback(int index) {
        transport.last().sent.get(index).puback().complete(null);
        loop.run();
    }

    void lose() {
        transport.last().lose();
        loop.run();
    }

    /** Loses a connection that has lived for a while, and makes the next. */
    void reconnect() {
        loop.advance(Duration.ofSeconds(10));
        lose();
        accept();
    }

    /** Something of the hub's that is no message, and comes at QoS 0. */
    void arrive(String topic, String body) {
        transport.last().deliver(topic, body, 0, 0);
        loop.run();
    }

    void deliver(String body, int packetId) {
        transport.last().deliver(DEVICEBOUND + "%24.mid=" + body, body, 1, packetId);
        loop.run();
    }

    /** Subscribes a handler that only keeps what it is handed. */
    Received subscribe(ConnectionHandle handle, int maxRedeliveries) {
        Received received = new Received();
        received.granted = handle.subscribeDevicebound(1, concurrency, maxRedeliveries, received)
                .toCompletableFuture();
        loop.run();
        return received;
    }

    Received subscribed(ConnectionHandle handle, int maxRedeliveries) {
        Received received = subscribe(handle, maxRedeliveries);
        grant();
        return received;
    }

    void grant() {
        transport.last().subacks.get(transport.last().subacks.size() - 1).complete(1);
        loop.run();
    }

    /** Grants the latest subscription to a filter on the present link. */
    void grant(String filter) {
        suback(filter).complete(0);
        loop.run();
    }

    void refuse(String filter) {
        suback(filter).completeExceptionally(FakeTransport.lossOf(Reason.SUBSCRIPTION_REFUSED));
        loop.run();
    }

    private CompletableFuture<Integer> suback(String filter) {
        return transport.last().subacks.get(transport.last().filters.lastIndexOf(filter));
    }

    /** Acknowledges all that was sent on the present link. */
    void pubackAll() {
        transport.last().sent.forEach(message -> message.puback().complete(null));
        loop.run();
    }

    void complete(Delivery delivery) {
        delivery.acknowledge();
        delivery.finished();
        loop.run();
    }

    void fail(Delivery delivery) {
        delivery.fail(new IllegalStateException("the route failed"));
        delivery.finished();
        loop.run();
    }

    static final class Received implements DeviceboundHandler {

        CompletableFuture<Void> granted;
        final List<Delivery> deliveries = new ArrayList<>();
        final List<Delivery> givenUp = new ArrayList<>();

        @Override
        public void handle(Delivery delivery) {
            deliveries.add(delivery);
        }

        @Override
        public void gaveUp(Delivery delivery, Throwable cause) {
            givenUp.add(delivery);
        }

        List<String> bodies() {
            return deliveries.stream()
                    .map(delivery -> new String(delivery.message().body(), StandardCharsets.UTF_8))
                    .toList();
        }

        Delivery last() {
            return deliveries.get(deliveries.size() - 1);
        }
    }
}
