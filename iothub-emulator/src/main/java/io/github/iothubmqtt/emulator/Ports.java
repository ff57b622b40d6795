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

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;

import io.vertx.core.Future;

/** All ports of a hub: they are open together or closed together. Its methods are for any thread but the hub's event loop. */
final class Ports {

    private final Hub hub;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Port> ports = new ArrayList<>();

    Ports(Hub hub) {
        this.hub = hub;
    }

    Port add(Port port) {
        ports.add(port);
        return port;
    }

    /**
     * Listens until {@link #stop} or until the hub's loop ends. Twice is no error.
     *
     * @throws HubStartException when a port cannot be had
     */
    void listen() {
        refuseOnLoop();
        lock.lock();
        try {
            ports.forEach(Port::open);
        } finally {
            lock.unlock();
        }
    }

    /** Closes the ports and every connection, the silent ones, too. Twice is no error. */
    void stop(CloseCause cause) {
        refuseOnLoop();
        lock.lock();
        try {
            CompletableFuture<?> stopped = hub.loop().call(() -> {
                hub.loop().wires().shutSilent();
                hub.closeConnections(cause);
                return Future.join(ports.stream().map(Port::close).toList())
                        .toCompletionStage()
                        .toCompletableFuture();
            });
            stopped.join();
            ports.forEach(Port::hold);
        } finally {
            lock.unlock();
        }
    }

    void release() {
        lock.lock();
        try {
            ports.forEach(Port::release);
        } finally {
            lock.unlock();
        }
    }

    private void refuseOnLoop() {
        if (hub.loop().isCurrentThread()) {
            throw new IllegalStateException(
                    "The hub's ports cannot be opened or closed from within a telemetry listener");
        }
    }
}
