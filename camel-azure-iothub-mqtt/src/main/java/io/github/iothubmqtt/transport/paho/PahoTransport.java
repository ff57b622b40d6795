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

import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;

import io.github.iothubmqtt.transport.ConnectOptions;
import io.github.iothubmqtt.transport.MqttConnection;
import io.github.iothubmqtt.transport.MqttTransport;

/**
 * Connections by Eclipse Paho. Owns the connections that it opened and nothing else: both executors belong to the caller, who
 * ends them after {@link #close()}. Thread-safe.
 */
public final class PahoTransport implements MqttTransport {

    private final Delays delays;
    private final ExecutorService blocking;
    private final Set<PahoConnection> connections = ConcurrentHashMap.newKeySet();

    /**
     * @param scheduler for time limits and keep-alive; nothing here blocks it
     * @param blocking runs what blocks: every connection holds three of its threads for life. It must therefore start a thread
     *     whenever none is free, without limit and without a queue, as a cached pool does
     */
    public PahoTransport(ScheduledExecutorService scheduler, ExecutorService blocking) {
        this.delays = new Delays(Objects.requireNonNull(scheduler, "scheduler"));
        this.blocking = Objects.requireNonNull(blocking, "blocking");
    }

    @Override
    public MqttConnection open(ConnectOptions options, Listener listener) {
        Objects.requireNonNull(listener, "listener");
        PahoConnection connection =
                new PahoConnection(options, listener, delays, new PahoThreads(blocking), connections::remove);
        connections.add(connection);
        return connection;
    }

    @Override
    public void close() {
        connections.forEach(PahoConnection::close);
    }
}
