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

import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;

/** An HTTP proxy that takes every CONNECT, whatever host it names, to one place. Thread-safe. */
final class ConnectProxy implements AutoCloseable {

    private static final String END_OF_HEADERS = "\r\n\r\n";

    private final Vertx vertx = Vertx.vertx();
    private final NetServer server;
    private final String host;
    private final int port;

    private ConnectProxy(String host, int port) {
        this.host = host;
        this.port = port;
        server = join(vertx.createNetServer().connectHandler(this::accept).listen(0, "127.0.0.1"));
    }

    static ConnectProxy to(String host, int port) {
        return new ConnectProxy(host, port);
    }

    InetSocketAddress address() {
        return new InetSocketAddress("127.0.0.1", server.actualPort());
    }

    private void accept(NetSocket client) {
        Buffer request = Buffer.buffer();
        client.handler(bytes -> {
            request.appendBuffer(bytes);
            if (request.toString().endsWith(END_OF_HEADERS)) {
                client.pause();
                vertx.createNetClient()
                        .connect(port, host)
                        .onSuccess(target -> splice(client, target))
                        .onFailure(refused -> client.end(Buffer.buffer("HTTP/1.1 502 Bad Gateway" + END_OF_HEADERS)));
            }
        });
    }

    private static void splice(NetSocket client, NetSocket target) {
        client.write("HTTP/1.1 200 Connection established" + END_OF_HEADERS);
        client.pipeTo(target);
        target.pipeTo(client);
    }

    @Override
    public void close() {
        join(vertx.close());
    }

    private static <T> T join(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(60, TimeUnit.SECONDS)
                .join();
    }
}
