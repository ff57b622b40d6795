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

import java.time.Duration;
import java.util.Objects;
import javax.net.ssl.SSLContext;

/**
 * All that one connection needs to know. Holds a password: {@link #toString()} leaves it out.
 *
 * @param host name or address that TCP connects to, if need be through the proxy, and that the server's certificate must bear
 * @param port 1 to 65535
 * @param sslContext trust, and the client's key when it has one
 * @param clientId MQTT client identifier
 * @param userName MQTT user name
 * @param password MQTT password; null for none
 * @param cleanSession the CleanSession flag
 * @param keepAlive MQTT keep-alive, whole seconds; the connection counts as lost when the peer is silent for longer than 1.5
 *     times this
 * @param connectTimeout limit for everything from name resolution to CONNACK
 * @param will null for none
 * @param webSocketPath path and query of the request that begins a WebSocket, over which MQTT then runs; null for MQTT over
 *     TLS itself
 * @param proxy null for none
 */
public record ConnectOptions(
        String host,
        int port,
        SSLContext sslContext,
        String clientId,
        String userName,
        String password,
        boolean cleanSession,
        Duration keepAlive,
        Duration connectTimeout,
        Will will,
        String webSocketPath,
        Proxy proxy) {

    public ConnectOptions {
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(sslContext, "sslContext");
        Objects.requireNonNull(clientId, "clientId");
        Objects.requireNonNull(userName, "userName");
        Objects.requireNonNull(keepAlive, "keepAlive");
        Objects.requireNonNull(connectTimeout, "connectTimeout");
    }

    /** For MQTT over TLS itself, without a proxy. */
    public ConnectOptions(
            String host,
            int port,
            SSLContext sslContext,
            String clientId,
            String userName,
            String password,
            boolean cleanSession,
            Duration keepAlive,
            Duration connectTimeout,
            Will will) {
        this(
                host,
                port,
                sslContext,
                clientId,
                userName,
                password,
                cleanSession,
                keepAlive,
                connectTimeout,
                will,
                null,
                null);
    }

    /** The same, by another way through the network; both may be null. */
    public ConnectOptions by(String webSocketPath, Proxy proxy) {
        return new ConnectOptions(
                host,
                port,
                sslContext,
                clientId,
                userName,
                password,
                cleanSession,
                keepAlive,
                connectTimeout,
                will,
                webSocketPath,
                proxy);
    }

    @Override
    public String toString() {
        return "ConnectOptions[" + clientId + " at " + host + ":" + port + "]";
    }
}
