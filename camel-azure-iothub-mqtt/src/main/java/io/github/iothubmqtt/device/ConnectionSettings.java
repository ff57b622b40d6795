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
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SSLContext;

import io.github.iothubmqtt.protocol.DeviceIdentity;
import io.github.iothubmqtt.transport.Proxy;
import io.github.iothubmqtt.transport.Will;

/**
 * Everything about one identity's connection that its endpoints must agree on.
 *
 * @param identity who connects; also the key under which the connection is shared
 * @param host where TCP connects to; with provisioning, the provisioning service
 * @param port where TCP connects to
 * @param provisioning tells the hub at which the identity is; null when the identity has it
 * @param credentials asked at every connect
 * @param sslContext one instance per set of TLS parameters: settings compare it by identity
 * @param cleanSession whether the hub forgets subscriptions when the connection ends
 * @param keepAlive MQTT keep-alive
 * @param connectTimeout limit from name resolution to CONNACK, and for SUBACK
 * @param reconnectBackoffMin delay before the second retry
 * @param reconnectBackoffMax limit of the delay between retries
 * @param maxInflight telemetry messages sent and not yet acknowledged, at most
 * @param maxPending telemetry messages accepted and not yet acknowledged, at most, those in flight included
 * @param pubackTimeout the link counts as dead when the hub does not acknowledge a message for that long
 * @param sasRenewAt percentage of a token's life at which, or a little before, it is renewed
 * @param handOverTimeout how long a planned reconnect waits for acknowledgements and running exchanges
 * @param will null for none
 * @param clientType what the hub's logs show as the client's kind; null for none
 * @param webSocket whether MQTT goes over WebSocket, and not over TLS itself
 * @param proxy null for none
 */
public record ConnectionSettings(
        DeviceIdentity identity,
        String host,
        int port,
        Provisioning provisioning,
        Credentials credentials,
        SSLContext sslContext,
        boolean cleanSession,
        Duration keepAlive,
        Duration connectTimeout,
        Duration reconnectBackoffMin,
        Duration reconnectBackoffMax,
        int maxInflight,
        int maxPending,
        Duration pubackTimeout,
        int sasRenewAt,
        Duration handOverTimeout,
        Will will,
        String clientType,
        boolean webSocket,
        Proxy proxy) {

    public ConnectionSettings {
        Objects.requireNonNull(identity, "identity");
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(credentials, "credentials");
        Objects.requireNonNull(sslContext, "sslContext");
    }

    /**
     * Compares with the settings of an endpoint that wants to share this connection.
     *
     * @return the first option that differs with both values, secrets left out; empty when they agree
     */
    Optional<String> difference(ConnectionSettings wanted) {
        Map<String, Object> mine = options();
        Map<String, Object> theirs = wanted.options();
        return mine.keySet().stream()
                .filter(option -> !Objects.equals(mine.get(option), theirs.get(option)))
                .findFirst()
                .map(option -> option + " is " + mine.get(option) + " there and " + theirs.get(option) + " here");
    }

    /** By the names that users know. */
    Map<String, Object> options() {
        Map<String, Object> options = new LinkedHashMap<>();
        options.put("host", host);
        options.put("port", port);
        options.put("idScope", provisioning == null ? "none" : provisioning.idScope());
        options.put("registrationId", provisioning == null ? "none" : provisioning.registrationId());
        options.put("provisioningTimeout", provisioning == null ? "none" : provisioning.timeout());
        options.put("provisioningPayload", new Hidden(provisioning == null ? null : provisioning.payload()));
        options.put("transport", webSocket ? "websocket" : "tcp");
        options.put("proxyType", proxy == null ? "none" : proxy.type());
        options.put("proxyHost", proxy == null ? "none" : proxy.host());
        options.put("proxyPort", proxy == null ? "none" : proxy.port());
        options.put("proxyUser", new Hidden(proxy == null ? null : proxy.user()));
        options.put("proxyPassword", new Hidden(proxy == null ? null : proxy.password()));
        options.put(
                "sasTimeToLive",
                credentials.timeToLive().map(Duration::toString).orElse("none"));
        options.put("the way of authentication", new Hidden(credentials));
        options.put("sslContextParameters", new Hidden(sslContext));
        options.put("cleanSession", cleanSession);
        options.put("keepAlive", keepAlive);
        options.put("connectTimeout", connectTimeout);
        options.put("reconnectBackoffMin", reconnectBackoffMin);
        options.put("reconnectBackoffMax", reconnectBackoffMax);
        options.put("maxInflight", maxInflight);
        options.put("maxPending", maxPending);
        options.put("pubackTimeout", pubackTimeout);
        options.put("sasRenewAt", sasRenewAt);
        options.put("handOverTimeout", handOverTimeout);
        options.put(
                "willMessage", will == null ? "none" : "'" + new String(will.payload(), StandardCharsets.UTF_8) + "'");
        options.put("willQos", will == null ? "none" : will.qos());
        options.put("willProperties", will == null ? "none" : will.topic());
        return options;
    }

    private record Hidden(Object value) {

        @Override
        public String toString() {
            return "one value (not shown)";
        }
    }
}
