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
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.mqtt.MqttServer;
import io.vertx.mqtt.MqttServerOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hub's MQTT port: TCP, TLS and the MQTT codec. Can be closed and opened again. All its connections live on the hub's event loop;
 * its methods are for any other thread.
 */
final class MqttFront {

    private static final Logger LOG = LoggerFactory.getLogger(MqttFront.class);

    /** Topics have up to 65,535 bytes; the rest is the packet's own. A message that fits in here is counted by the hub. */
    private static final int TOPIC_AND_HEADERS = 65_535 + 16;

    private final Hub hub;
    private final String address;
    private final CertificateAuthority.ServerCredentials credentials;
    private final ReentrantLock lock = new ReentrantLock();
    private int port;
    /** Null while the port is closed. */
    private MqttServer server;
    /** Bound while the port is closed. */
    private Socket placeholder;

    /** {@code port} may be 0 for any that is free; it stays the same from then on. */
    MqttFront(Hub hub, String address, int port, CertificateAuthority.ServerCredentials credentials) {
        this.hub = hub;
        this.address = address;
        this.port = port;
        this.credentials = credentials;
    }

    /**
     * Listens until {@link #stop()} or until the hub's loop ends. Twice is no error.
     *
     * @return the port
     * @throws HubStartException when the port cannot be had
     */
    int listen() {
        refuseOnLoop();
        lock.lock();
        try {
            if (server == null) {
                releasePort();
                server = newServer();
                port = server.actualPort();
            }
            return port;
        } finally {
            lock.unlock();
        }
    }

    private MqttServer newServer() {
        MqttServerOptions options = new MqttServerOptions()
                .setHost(address)
                .setPort(port)
                .setMaxMessageSize(hub.settings().maxMessageSize() + TOPIC_AND_HEADERS)
                .setMaxClientIdLength(65_535)
                .setAutoClientId(false)
                .setTimeoutOnConnect(
                        (int) Math.max(1, hub.settings().connectTimeout().toSeconds()));
        options.setSsl(true)
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.2", "TLSv1.3"))
                .setKeyCertOptions(new PemKeyCertOptions()
                        .addKeyValue(Buffer.buffer(credentials.privateKeyPem()))
                        .addCertValue(Buffer.buffer(credentials.certificatePem())));
        MqttServer created = MqttServer.create(hub.loop().vertx(), options).endpointHandler(hub::connect);
        try {
            // Listening from the loop makes the loop the home of every connection.
            hub.loop()
                    .call(() -> created.listen().toCompletionStage().toCompletableFuture())
                    .join();
            return created;
        } catch (CompletionException e) {
            throw new HubStartException(
                    "The emulator cannot listen on " + address + ":" + port + ": "
                            + e.getCause().getMessage(),
                    e.getCause());
        }
    }

    /** Closes the port and every connection, the silent ones, too. Twice is no error. */
    void stop(CloseCause cause) {
        refuseOnLoop();
        lock.lock();
        try {
            if (server == null) {
                return;
            }
            MqttServer stopping = server;
            server = null;
            CompletableFuture<Void> stopped = hub.loop().call(() -> {
                hub.loop().wires().shutSilent();
                hub.closeConnections(cause);
                return stopping.close().toCompletionStage().toCompletableFuture();
            });
            stopped.join();
            holdPort();
        } finally {
            lock.unlock();
        }
    }

    /** A port that is bound and does not listen refuses connections, and nobody else is given it meanwhile. */
    private void holdPort() {
        placeholder = new Socket();
        try {
            placeholder.setReuseAddress(true);
            placeholder.bind(new InetSocketAddress(address, port));
        } catch (IOException e) {
            LOG.debug("Port {} is not held while the hub does not listen", port, e);
        }
    }

    void releasePort() {
        lock.lock();
        try {
            if (placeholder != null) {
                placeholder.close();
                placeholder = null;
            }
        } catch (IOException e) {
            LOG.debug("Port {} was not released", port, e);
        } finally {
            lock.unlock();
        }
    }

    private void refuseOnLoop() {
        if (hub.loop().isCurrentThread()) {
            throw new IllegalStateException(
                    "The hub's port cannot be opened or closed from within a telemetry listener");
        }
    }
}
