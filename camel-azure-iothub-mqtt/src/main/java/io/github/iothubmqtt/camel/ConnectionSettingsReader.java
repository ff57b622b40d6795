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
package io.github.iothubmqtt.camel;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;

import io.github.iothubmqtt.device.ConnectionSettings;
import io.github.iothubmqtt.device.Provisioning;
import io.github.iothubmqtt.protocol.ConnectionString;
import io.github.iothubmqtt.protocol.DeviceIdentity;
import io.github.iothubmqtt.protocol.HubAddress;
import io.github.iothubmqtt.protocol.TelemetryMessage;
import io.github.iothubmqtt.transport.Will;

/**
 * Turns the options of one endpoint into the settings of its connection, and refuses what cannot work: an
 * {@link IllegalArgumentException} whose one sentence says what to change and holds no secret.
 */
final class ConnectionSettingsReader {

    private static final int MAX_INFLIGHT = 10_000;
    /** Keeps sums of nanoseconds within their type. */
    private static final Duration MAX_DURATION = Duration.ofDays(365);

    private static final Duration MAX_KEEP_ALIVE = Duration.ofSeconds(1177);
    private static final String CLIENT_TYPE = "camel-azure-iothub-mqtt";

    private final IotHubMqttConfiguration options;
    private final String deviceId;
    private final String moduleId;
    private final TlsSettings tls;
    private final Set<String> written;
    private final ConnectionString connectionString;

    /**
     * @param moduleId null when the device itself connects
     * @param written names of the options that the URI gives
     */
    ConnectionSettingsReader(
            IotHubMqttConfiguration options, String deviceId, String moduleId, TlsSettings tls, Set<String> written) {
        this.written = written;
        this.options = options;
        this.tls = tls;
        this.deviceId = deviceId;
        this.moduleId = moduleId;
        this.connectionString =
                options.getConnectionString() == null ? null : ConnectionString.parse(options.getConnectionString());
    }

    /** @param sslContext made from the endpoint's TLS settings */
    ConnectionSettings read(SSLContext sslContext) {
        checkRanges();
        ProvisioningReader enrolment = new ProvisioningReader(options, deviceId, moduleId);
        Provisioning provisioning = enrolment.read(options.getTransport().port());
        // Until it is known, the provisioning service stands for the hub.
        HubAddress hub = provisioning == null ? hub() : new HubAddress(provisioning.host(), provisioning.port());
        Optional<HubAddress> gateway = gateway();
        HubAddress peer = gateway.orElse(hub);
        DeviceIdentity identity = new DeviceIdentity(hub.host(), deviceId, moduleId);
        return new ConnectionSettings(
                identity,
                peer.host(),
                provisioning == null ? port(gateway.isPresent() ? "gateway" : "hub", peer) : provisioning.port(),
                provisioning,
                new AuthenticationReader(options, connectionString, tls, written)
                        .read(identity, enrolment.registrationId()),
                sslContext,
                options.isCleanSession(),
                options.getKeepAlive(),
                options.getConnectTimeout(),
                options.getReconnectBackoffMin(),
                options.getReconnectBackoffMax(),
                options.getMaxInflight(),
                options.getMaxPending(),
                options.getPubackTimeout(),
                options.getSasRenewAt(),
                options.getHandOverTimeout(),
                will(identity),
                clientType(),
                options.getTransport() == NetworkTransport.websocket,
                new ProxyReader(options).read());
    }

    private HubAddress hub() {
        if (connectionString == null) {
            require(
                    options.getHub() != null,
                    "hub is missing: give the host name of the hub, such as hub=contoso.azure-devices.net, a connectionString, or"
                            + " the idScope of the provisioning service that knows it");
            return HubAddress.parse(options.getHub());
        }
        require(
                options.getHub() == null,
                "hub and connectionString are both given: leave out hub, which the connection string contains");
        require(
                Objects.equals(connectionString.deviceId(), deviceId)
                        && Objects.equals(connectionString.moduleId(), moduleId),
                "the connection string is that of "
                        + path(connectionString.deviceId(), connectionString.moduleId())
                        + " and the URI names "
                        + path(deviceId, moduleId)
                        + ": use the connection string of the device, or the module, that the URI names");
        return connectionString.hostName();
    }

    private Optional<HubAddress> gateway() {
        HubAddress given = connectionString == null ? null : connectionString.gatewayHostName();
        require(
                given == null || options.getGatewayHostName() == null,
                "gatewayHostName is given and the connection string contains GatewayHostName: leave one of them");
        return given != null
                ? Optional.of(given)
                : Optional.ofNullable(options.getGatewayHostName()).map(ConnectionSettingsReader::gatewayAddress);
    }

    private static HubAddress gatewayAddress(String text) {
        try {
            return HubAddress.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("gatewayHostName cannot be used: " + e.getMessage(), e);
        }
    }

    private int port(String whose, HubAddress peer) {
        require(
                options.getPort() == 0 || peer.port() == 0 || options.getPort() == peer.port(),
                "port is " + options.getPort() + " and the " + whose + "'s address says " + peer.port()
                        + ": give one of them");
        if (options.getPort() != 0) {
            return options.getPort();
        }
        return peer.port() == 0 ? options.getTransport().port() : peer.port();
    }

    private Will will(DeviceIdentity identity) {
        Map<String, Object> given = options.getWillProperties() == null ? Map.of() : options.getWillProperties();
        if (options.getWillMessage() == null) {
            require(given.isEmpty(), "willProperty is given without a willMessage: give both, or none");
            return null;
        }
        requireQos("willQos", options.getWillQos());
        Map<String, String> properties = new LinkedHashMap<>();
        given.forEach((name, value) -> properties.put(name, String.valueOf(value)));
        TelemetryMessage message =
                new TelemetryMessage(options.getWillMessage().getBytes(StandardCharsets.UTF_8), Map.of(), properties);
        message.requireSendable(identity);
        return new Will(message.topic(identity), message.body(), options.getWillQos());
    }

    private void checkRanges() {
        requireQos("qos", options.getQos());
        require(
                options.getKeepAlive().toSeconds() >= 1
                        && options.getKeepAlive().compareTo(MAX_KEEP_ALIVE) <= 0,
                "keepAlive must be from 1 to 1177 seconds, the longest that the hub honours");
        require(
                options.getKeepAlive().toMillis() % 1000 == 0,
                "keepAlive must be a number of whole seconds, as MQTT counts it");
        requireDuration("sasTimeToLive", options.getSasTimeToLive());
        requireDuration("provisioningTimeout", options.getProvisioningTimeout());
        require(options.getPort() >= 0 && options.getPort() <= 65_535, "port must be from 1 to 65535");
        requireDuration("connectTimeout", options.getConnectTimeout());
        requireDuration("pubackTimeout", options.getPubackTimeout());
        requireDuration("handOverTimeout", options.getHandOverTimeout());
        requireDuration("sendTimeout", options.getSendTimeout());
        requireDuration("requestTimeout", options.getRequestTimeout());
        requireDuration("methodTimeout", options.getMethodTimeout());
        requireDuration("reconnectBackoffMin", options.getReconnectBackoffMin());
        require(
                options.getReconnectBackoffMax().compareTo(options.getReconnectBackoffMin()) >= 0,
                "reconnectBackoffMax must not be shorter than reconnectBackoffMin");
        requireDuration("reconnectBackoffMax", options.getReconnectBackoffMax());
        require(
                options.getMaxInflight() >= 1 && options.getMaxInflight() <= MAX_INFLIGHT,
                "maxInflight must be from 1 to " + MAX_INFLIGHT);
        require(
                options.getMaxPending() >= options.getMaxInflight(),
                "maxPending must not be smaller than maxInflight, because what is in flight counts as pending");
        require(
                options.getSasRenewAt() >= 10 && options.getSasRenewAt() <= 95,
                "sasRenewAt must be from 10 to 95 percent of sasTimeToLive");
        require(options.getConcurrentConsumers() >= 1, "concurrentConsumers must be 1 or more");
        require(options.getMaxRedeliveries() >= 0, "maxRedeliveries must not be negative");
    }

    private static String clientType() {
        String version = ConnectionSettingsReader.class.getPackage().getImplementationVersion();
        return version == null ? CLIENT_TYPE : CLIENT_TYPE + "/" + version;
    }

    private static String path(String deviceId, String moduleId) {
        return moduleId == null ? deviceId : deviceId + "/" + moduleId;
    }

    static void requireQos(String option, int qos) {
        require(qos == 0 || qos == 1, option + " is " + qos + ", but the hub knows only 0 and 1: use one of these");
    }

    private static void requireDuration(String option, Duration duration) {
        require(duration.compareTo(MAX_DURATION) <= 0, option + " must not be longer than 365 days");
        require(duration.toMillis() > 0, option + " must be longer than zero");
    }

    private static void require(boolean condition, String sentence) {
        if (!condition) {
            throw new IllegalArgumentException(sentence);
        }
    }
}
