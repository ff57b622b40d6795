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

import java.time.Duration;
import java.time.Instant;

import com.microsoft.azure.sdk.iot.device.DeviceClient;
import com.microsoft.azure.sdk.iot.device.IotHubClientProtocol;
import com.microsoft.azure.sdk.iot.device.IotHubConnectionStatusChangeReason;
import com.microsoft.azure.sdk.iot.device.IotHubStatusCode;
import com.microsoft.azure.sdk.iot.device.Message;
import com.microsoft.azure.sdk.iot.device.SasTokenProvider;
import com.microsoft.azure.sdk.iot.device.exceptions.IotHubClientException;
import com.microsoft.azure.sdk.iot.device.transport.ExponentialBackoffWithJitter;
import com.microsoft.azure.sdk.iot.device.transport.RetryPolicy;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** How Microsoft's device client for Java gets in, how it is kept out, and how it comes back. */
class MicrosoftDeviceConnectTest {

    private static final Duration SOON = MicrosoftDevices.SOON;

    /** Whoever comes back while the port is closing may be cut within the TLS handshake, and that is the end for this client. */
    private static final RetryPolicy NOT_AT_ONCE =
            new ExponentialBackoffWithJitter(Integer.MAX_VALUE, 1000, 10_000, 100, false);

    @RegisterExtension
    @Order(1)
    static final IotHubExtension hub = IotHubExtension.create(MicrosoftDevices.within(
            IotHubEmulator.builder().settings(HubSettings.defaults().expiryGrace(Duration.ZERO))));

    @RegisterExtension
    @Order(2)
    static final MicrosoftDevices devices = MicrosoftDevices.of(hub);

    @OverMqttAndWebSocket
    void itGetsInWithTheKeyOfItsDevice(IotHubClientProtocol protocol, EmulatedDevice device) throws Exception {
        DeviceClient client = devices.open(protocol, device);

        client.sendEvent(new Message("hi"));

        assertThat(hub.emulator().telemetry())
                .extracting(TelemetryMessage::bodyText)
                .containsExactly("hi");
        assertThat(hub.emulator().connections()).singleElement().satisfies(connection -> {
            assertThat(connection.deviceId()).isEqualTo(device.deviceId());
            assertThat(connection.cleanSession()).isFalse();
            assertThat(connection.keepAliveSeconds()).isEqualTo(230);
        });
        client.close();
        assertThat(awaitEnd(device).description()).isEqualTo("the device said DISCONNECT");
    }

    @OverMqttAndWebSocket
    void itGetsInWithTheSecondaryKey(IotHubClientProtocol protocol, EmulatedDevice device) throws Exception {
        String secondary = device.connectionString().replace(device.primaryKey(), device.secondaryKey());

        devices.client(protocol, secondary, options -> {}).open(false);

        assertThat(hub.emulator().connections()).hasSize(1);
    }

    @OverMqttAndWebSocket
    void itGetsInWithATokenOfThePolicyForDevices(IotHubClientProtocol protocol, EmulatedDevice device)
            throws Exception {
        String host = devices.hostName(protocol);
        String token = Tokens.signed(
                host, hub.emulator().policyKey("device"), Instant.now().plusSeconds(3600), "device");

        withTokens(protocol, device, token).open(false);

        assertThat(hub.emulator().connections()).hasSize(1);
    }

    @OverMqttAndWebSocket
    void itIsRefusedWithAnotherKey(IotHubClientProtocol protocol, EmulatedDevice device) {
        String otherKey = device.connectionString()
                .replace(device.primaryKey(), SharedAccessKeys.generate().primary());
        DeviceClient client = devices.client(protocol, otherKey, options -> {});

        assertThatRefused(client, IotHubStatusCode.UNAUTHORIZED);

        assertThat(refusal(device).description()).contains("signed with neither key");
    }

    @OverMqttAndWebSocket
    void itIsRefusedWithAnExpiredToken(IotHubClientProtocol protocol, EmulatedDevice device) {
        String expired = Tokens.forDevice(
                devices.hostName(protocol),
                device.deviceId(),
                device.primaryKey(),
                Instant.now().minusSeconds(301));
        DeviceClient client = withTokens(protocol, device, expired);

        assertThatRefused(client, IotHubStatusCode.UNAUTHORIZED);

        assertThat(refusal(device).description()).contains("expired");
    }

    @OverMqttAndWebSocket
    void itIsRefusedWhenTheHubDoesNotKnowIt(IotHubClientProtocol protocol, EmulatedDevice device) {
        hub.emulator().removeDevice(device.deviceId());
        DeviceClient client = devices.client(protocol, device);

        assertThatRefused(client, IotHubStatusCode.UNAUTHORIZED);

        assertThat(refusal(device).logCode()).isEqualTo(404001);
    }

    /** CONNACK 3, which the client takes for a passing trouble of the hub. */
    @OverMqttAndWebSocket
    void aDisabledDeviceIsToldThatTheHubIsBusy(IotHubClientProtocol protocol, EmulatedDevice device) {
        device.disable();
        DeviceClient client = devices.client(protocol, device);

        assertThatRefused(client, IotHubStatusCode.SERVER_BUSY);
    }

    @OverMqttAndWebSocket
    void itsModelIsKnownToTheTwinAndStampedOnTelemetry(IotHubClientProtocol protocol, EmulatedDevice device)
            throws Exception {
        String model = "dtmi:com:example:Thermostat;1";
        DeviceClient client = devices.client(protocol, device.connectionString(), options -> options.modelId(model));
        client.open(false);

        client.sendEvent(new Message("hi"));

        assertThat(hub.emulator().connections().get(0).modelId()).isEqualTo(model);
        assertThat(device.twin().json()).contains("\"modelId\":\"" + model + "\"");
        assertThat(hub.emulator().telemetry().get(0).annotations()).containsEntry("dt-dataschema", model);
    }

    /** The client does not renew a token by itself. It waits until the hub cuts the connection, and comes back with a new one. */
    @OverMqttAndWebSocket
    void itComesBackWithANewTokenWhenTheHubHasCutTheConnectionOfAnExpiredOne(
            IotHubClientProtocol protocol, EmulatedDevice device) throws Exception {
        DeviceClient client =
                devices.client(protocol, device.connectionString(), options -> options.sasTokenExpiryTime(2));
        ConnectionStates states = ConnectionStates.of(client);
        client.open(false);

        client.sendEvent(new Message("before"));
        states.awaitRecovery();
        client.sendEvent(new Message("after"));

        assertThat(awaitEnd(device)).satisfies(end -> {
            assertThat(end.logCode()).isEqualTo(401003);
            assertThat(end.description()).startsWith("its token expired");
        });
        assertThat(states.reasonsOfLoss()).first().isEqualTo(IotHubConnectionStatusChangeReason.EXPIRED_SAS_TOKEN);
        assertThat(hub.emulator().telemetry())
                .extracting(TelemetryMessage::bodyText)
                .contains("before", "after");
    }

    @OverMqttAndWebSocket
    void theNewerOfTwoClientsOfOneDeviceEvictsTheOlder(IotHubClientProtocol protocol, EmulatedDevice device)
            throws Exception {
        DeviceClient older = devices.open(protocol, device);
        ConnectionStates states = ConnectionStates.of(older);

        DeviceClient newer = devices.open(protocol, device);

        assertThat(awaitEnd(device).logCode()).isEqualTo(400027);
        states.awaitLoss();
        older.close();
        newer.sendEvent(new Message("still here"));
        assertThat(hub.emulator().connections()).hasSize(1);
    }

    @OverMqttAndWebSocket
    void itComesBackWhenItsConnectionIsCut(IotHubClientProtocol protocol, EmulatedDevice device) throws Exception {
        DeviceClient client = devices.open(protocol, device);
        ConnectionStates states = ConnectionStates.of(client);

        hub.emulator().disconnect(device.deviceId());

        states.awaitRecovery();
        client.sendEvent(new Message("back"));
        assertThat(hub.emulator().acceptedConnects(device.deviceId())).isEqualTo(2);
    }

    /** It misses the answer to its ping, which takes it up to three times its keep-alive. */
    @OverMqttAndWebSocket
    void itComesBackWhenTheHubHasFallenSilent(IotHubClientProtocol protocol, EmulatedDevice device) throws Exception {
        DeviceClient client =
                devices.client(protocol, device.connectionString(), options -> options.keepAliveInterval(1));
        client.open(false);
        ConnectionStates states = ConnectionStates.of(client);
        hub.emulator()
                .faults()
                .at(FaultPoint.PUBLISH)
                .forDevice(device.deviceId())
                .then(Fault.silence());

        client.sendEvent(new Message("into the void"));

        states.awaitRecovery();
        assertThat(hub.emulator().telemetry())
                .extracting(TelemetryMessage::bodyText)
                .contains("into the void");
    }

    @Test
    void itComesBackAfterARestartOfTheHubAndSendsWhatWasQueued(EmulatedDevice device) throws Exception {
        DeviceClient client = devices.open(IotHubClientProtocol.MQTT, device);
        client.setRetryPolicy(NOT_AT_ONCE);
        ConnectionStates states = ConnectionStates.of(client);

        hub.emulator().stopListening();
        try {
            states.awaitLoss();
            client.sendEventAsync(new Message("during the outage"), (sent, failure, context) -> {}, null);
        } finally {
            hub.emulator().startListening();
        }

        states.awaitRecovery();
        hub.awaitTelemetry(message -> message.bodyText().equals("during the outage"), SOON);
    }

    /** Four minutes, unless the user says otherwise. */
    @Test
    void itGivesUpForGoodAfterItsOperationTimeout(EmulatedDevice device) throws Exception {
        DeviceClient client = devices.open(IotHubClientProtocol.MQTT, device);
        client.setRetryPolicy(NOT_AT_ONCE);
        client.setOperationTimeout(500);
        ConnectionStates states = ConnectionStates.of(client);

        hub.emulator().stopListening();
        try {
            assertThat(states.awaitEnd()).isEqualTo(IotHubConnectionStatusChangeReason.RETRY_EXPIRED);
        } finally {
            hub.emulator().startListening();
        }
    }

    /** For the client a connection that ends within the TLS handshake is no matter of the network. */
    @Test
    void itGivesUpForGoodWhenItsTlsHandshakeIsCut(EmulatedDevice device) throws Exception {
        DeviceClient client = devices.open(IotHubClientProtocol.MQTT, device);
        ConnectionStates states = ConnectionStates.of(client);
        hub.emulator().faults().next(FaultPoint.TLS_HANDSHAKE, Fault.cut());

        hub.emulator().disconnect(device.deviceId());

        assertThat(states.awaitEnd()).isEqualTo(IotHubConnectionStatusChangeReason.COMMUNICATION_ERROR);
        assertThat(hub.emulator().acceptedConnects(device.deviceId())).isEqualTo(1);
    }

    private static DeviceClient withTokens(IotHubClientProtocol protocol, EmulatedDevice device, String token) {
        SasTokenProvider provider = () -> token.toCharArray();
        return devices.remember(new DeviceClient(
                devices.hostName(protocol),
                device.deviceId(),
                provider,
                protocol,
                devices.options(protocol, options -> {})));
    }

    private static void assertThatRefused(DeviceClient client, IotHubStatusCode status) {
        assertThatThrownBy(() -> client.open(false))
                .isInstanceOfSatisfying(IotHubClientException.class, refused -> assertThat(refused.getStatusCode())
                        .isEqualTo(status));
        assertThat(hub.emulator().connections()).isEmpty();
    }

    private static HubEvent refusal(EmulatedDevice device) {
        return awaitEvent(HubEvent.Kind.REFUSED, device);
    }

    private static HubEvent awaitEnd(EmulatedDevice device) {
        return awaitEvent(HubEvent.Kind.DISCONNECTED, device);
    }

    private static HubEvent awaitEvent(HubEvent.Kind kind, EmulatedDevice device) {
        return hub.emulator()
                .awaitEvent(event -> event.kind() == kind && device.deviceId().equals(event.deviceId()), SOON);
    }
}
