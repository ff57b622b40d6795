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
package io.github.iothubmqtt.transport;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.MqttServer;
import io.vertx.mqtt.MqttServerOptions;

/** An MQTT server over TLS on a free port that does what the test's script says and nothing by itself but answering pings. */
final class ScriptedMqttServer implements AutoCloseable {

    private final MqttServer server;
    private final BlockingQueue<MqttEndpoint> connections = new LinkedBlockingQueue<>();
    private final AtomicInteger open = new AtomicInteger();

    /**
     * @param webSocket whether to speak MQTT over WebSocket, at the path {@code /mqtt}, and not over TLS itself
     * @param script called for each CONNECT; must accept or reject, unless silence is meant
     */
    ScriptedMqttServer(
            Vertx vertx, TestCertificates.Identity identity, boolean webSocket, Consumer<MqttEndpoint> script) {
        MqttServerOptions options = new MqttServerOptions()
                .setHost("localhost")
                .setPort(0)
                .setSsl(true)
                .setKeyCertOptions(new PemKeyCertOptions()
                        .addKeyValue(Buffer.buffer(identity.keyPem()))
                        .addCertValue(Buffer.buffer(identity.certificatePem())))
                .setMaxMessageSize(512 * 1024)
                .setUseWebSocket(webSocket);
        options.setWebSocketMaxFrameSize(512 * 1024);
        server = MqttServer.create(vertx, options)
                .exceptionHandler(ignored -> {})
                .endpointHandler(endpoint -> {
                    open.incrementAndGet();
                    endpoint.closeHandler(v -> open.decrementAndGet());
                    endpoint.exceptionHandler(ignored -> {});
                    script.accept(endpoint);
                    connections.add(endpoint);
                });
        await(server.listen().toCompletionStage().toCompletableFuture());
    }

    int port() {
        return server.actualPort();
    }

    /** Connections whose CONNECT has come and whose end has not. */
    int openConnections() {
        return open.get();
    }

    /** The next connection that sent CONNECT. */
    MqttEndpoint nextConnection() throws InterruptedException {
        return connections.poll(30, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        await(server.close().toCompletionStage().toCompletableFuture());
    }

    private static void await(CompletableFuture<?> future) {
        future.orTimeout(30, TimeUnit.SECONDS).join();
    }
}
