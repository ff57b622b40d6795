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

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;

import io.github.iothubmqtt.device.Registration.Assignment;
import io.github.iothubmqtt.protocol.DeviceIdentity;
import io.github.iothubmqtt.transport.MqttTransport;

/**
 * The connections of one CamelContext (or whoever else owns this), one per identity: the hub evicts the older of two connections
 * with one identity, so endpoints share. A connection is made when the first handle on it is started and ends when the last is
 * released. Thread-safe; no I/O happens under its lock.
 */
public final class DeviceConnections {

    private final MqttTransport transport;
    private final EventLoop loop;
    private final Executor blocking;
    private final RandomGenerator random;
    private final ConnectLimiter limiter;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<DeviceIdentity, Shared> connections = new HashMap<>();
    /** Connections that were given up and are saying good-bye: a successor waits for that. */
    private final Map<DeviceIdentity, CompletionStage<Void>> ending = new HashMap<>();

    /** Which hub the provisioning service has assigned; used on the event loop only. */
    private final Map<Provisioning, Assignment> assignments = new HashMap<>();

    private boolean closed;

    /**
     * @param transport makes the TCP connections; stays its owner's to close
     * @param loop owns the state of all connections; stays its owner's to shut down, after {@link #close()} has completed
     * @param blocking has tokens and certificates made that take time or wait for somebody; stays its owner's to shut down
     * @param random for jitter
     * @param connectsPerSecond attempts to connect of all identities together, at most
     */
    public DeviceConnections(
            MqttTransport transport, EventLoop loop, Executor blocking, RandomGenerator random, int connectsPerSecond) {
        this.transport = Objects.requireNonNull(transport, "transport");
        this.loop = Objects.requireNonNull(loop, "loop");
        this.blocking = Objects.requireNonNull(blocking, "blocking");
        this.random = Objects.requireNonNull(random, "random");
        this.limiter = new ConnectLimiter(connectsPerSecond);
    }

    /**
     * Gives a share in the connection of an identity. Nothing is connected before {@link ConnectionHandle#start()}.
     *
     * @throws IllegalArgumentException when another endpoint shares the connection with other settings; names the first option
     *     that differs and both values, secrets left out
     */
    public ConnectionHandle acquire(ConnectionSettings settings) {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("The component was stopped: start it, and the route after it");
            }
            Shared shared = connections.get(settings.identity());
            if (shared == null || shared.connection.status().state() == ConnectionState.CLOSED) {
                shared = new Shared(new DeviceConnection(
                        settings,
                        transport,
                        loop,
                        random,
                        limiter,
                        new Login(settings, transport, loop, blocking, assignments),
                        ending.getOrDefault(settings.identity(), CompletableFuture.completedStage(null))));
                connections.put(settings.identity(), shared);
            } else {
                requireSame(shared.connection.settings(), settings);
            }
            shared.handles++;
            return new ConnectionHandle(this, shared.connection);
        } finally {
            lock.unlock();
        }
    }

    private static void requireSame(ConnectionSettings present, ConnectionSettings wanted) {
        present.difference(wanted).ifPresent(difference -> {
            throw new IllegalArgumentException("The endpoints of " + wanted.identity()
                    + " share one connection and must agree on its options, but " + difference);
        });
    }

    CompletionStage<Void> release(DeviceConnection connection) {
        lock.lock();
        try {
            DeviceIdentity identity = connection.settings().identity();
            Shared shared = connections.get(identity);
            if (shared == null || shared.connection != connection) {
                return connection.close(); // it failed to start, and another has taken its place
            }
            if (--shared.handles > 0) {
                return CompletableFuture.completedStage(null);
            }
            connections.remove(identity);
            CompletionStage<Void> end = connection.close();
            ending.put(identity, end);
            end.whenComplete((done, failure) -> forget(identity, end));
            return end;
        } finally {
            lock.unlock();
        }
    }

    private void forget(DeviceIdentity identity, CompletionStage<Void> end) {
        lock.lock();
        try {
            ending.remove(identity, end);
        } finally {
            lock.unlock();
        }
    }

    /** Ends all connections. @return completes when their threads and sockets are gone */
    public CompletionStage<Void> close() {
        List<DeviceConnection> open = new ArrayList<>();
        lock.lock();
        try {
            closed = true;
            connections.values().forEach(shared -> open.add(shared.connection));
            connections.clear();
        } finally {
            lock.unlock();
        }
        return CompletableFuture.allOf(open.stream()
                .map(connection -> connection.close().toCompletableFuture())
                .toArray(CompletableFuture[]::new));
    }

    private static final class Shared {

        private final DeviceConnection connection;
        private int handles;

        private Shared(DeviceConnection connection) {
            this.connection = connection;
        }
    }
}
