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

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

import io.vertx.core.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One TCP port of the hub, which can be closed and opened again and stays the hub's meanwhile. Guarded by the lock of {@link Ports}, the
 * owner; called from any thread but the hub's event loop.
 */
final class Port {

    /** Listens for as long as it is not closed. */
    interface Server {

        int actualPort();

        Future<Void> close();
    }

    /** Makes servers, on the hub's event loop; this makes the loop the home of every connection. */
    interface Opener {
        Future<? extends Server> listen(int port);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Port.class);

    private final HubLoop loop;
    private final String address;
    private final Opener opener;
    private int number;
    /** Null while the port is closed. */
    private Server server;
    /** Bound while the port is closed. */
    private Socket placeholder;

    /** {@code number} may be 0 for any that is free; it stays the same from the first opening on. */
    Port(HubLoop loop, String address, int number, Opener opener) {
        this.loop = loop;
        this.address = address;
        this.number = number;
        this.opener = opener;
    }

    int number() {
        return number;
    }

    /**
     * Listens until {@link #close()} or until the hub's loop ends. Twice is no error.
     *
     * @throws HubStartException when the port cannot be had
     */
    void open() {
        if (server != null) {
            return;
        }
        release();
        try {
            CompletableFuture<? extends Server> listening =
                    loop.call(() -> opener.listen(number).toCompletionStage().toCompletableFuture());
            server = listening.join();
            number = server.actualPort();
        } catch (CompletionException e) {
            throw new HubStartException(
                    "The emulator cannot listen on " + address + ":" + number + ": "
                            + e.getCause().getMessage(),
                    e.getCause());
        }
    }

    /** Ends listening and what is left of the connections. On the loop. */
    Future<Void> close() {
        if (server == null) {
            return Future.succeededFuture();
        }
        Server closing = server;
        server = null;
        return closing.close();
    }

    /** A port that is bound and does not listen refuses connections, and nobody else is given it meanwhile. */
    void hold() {
        if (server != null || placeholder != null) {
            return;
        }
        placeholder = new Socket();
        try {
            placeholder.setReuseAddress(true);
            placeholder.bind(new InetSocketAddress(address, number));
        } catch (IOException e) {
            LOG.debug("Port {} is not held while the hub does not listen", number, e);
        }
    }

    void release() {
        if (placeholder == null) {
            return;
        }
        try {
            placeholder.close();
            placeholder = null;
        } catch (IOException e) {
            LOG.debug("Port {} was not released", number, e);
        }
    }
}
