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

import javax.net.ssl.SSLContext;

import com.microsoft.azure.sdk.iot.device.DeviceClient;
import com.microsoft.azure.sdk.iot.device.IotHubClientProtocol;
import com.microsoft.azure.sdk.iot.device.IotHubStatusCode;
import com.microsoft.azure.sdk.iot.device.Message;
import com.microsoft.azure.sdk.iot.device.exceptions.IotHubClientException;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** How Microsoft's device client for Java gets in with a certificate, and how it is kept out. */
class MicrosoftDeviceCertificateTest {

    @RegisterExtension
    @Order(1)
    static final IotHubExtension hub = IotHubExtension.create(MicrosoftDevices.within(IotHubEmulator.builder()));

    @RegisterExtension
    @Order(2)
    static final MicrosoftDevices devices = MicrosoftDevices.of(hub);

    @OverMqttAndWebSocket
    void itGetsInByTheThumbprintOfItsCertificate(IotHubClientProtocol protocol, EmulatedDevice device)
            throws Exception {
        ClientCertificate certificate = ClientCertificate.selfSigned("whoever");
        device.authenticateByThumbprint(certificate.thumbprint(), null);

        with(certificate, protocol, device).open(false);

        assertThat(hub.emulator().connections()).hasSize(1);
    }

    @OverMqttAndWebSocket
    void itGetsInWithACertificateOfAnAuthorityAndTelemetryTellsSo(IotHubClientProtocol protocol, EmulatedDevice device)
            throws Exception {
        device.authenticateByCertificateAuthority();
        DeviceClient client = with(hub.emulator().issueCertificate(device.deviceId()), protocol, device);
        client.open(false);

        client.sendEvent(new Message("hi"));

        assertThat(hub.emulator().telemetry().get(0).annotations().get("iothub-connection-auth-method"))
                .contains("\"type\":\"x509Certificate\"");
    }

    @OverMqttAndWebSocket
    void itComesBackWithItsCertificateWhenItsConnectionIsCut(IotHubClientProtocol protocol, EmulatedDevice device)
            throws Exception {
        device.authenticateByCertificateAuthority();
        DeviceClient client = with(hub.emulator().issueCertificate(device.deviceId()), protocol, device);
        client.open(false);
        ConnectionStates states = ConnectionStates.of(client);

        hub.emulator().disconnect(device.deviceId());

        states.awaitRecovery();
        client.sendEvent(new Message("back"));
    }

    @OverMqttAndWebSocket
    void itIsRefusedWithAnotherCertificate(IotHubClientProtocol protocol, EmulatedDevice device) {
        device.authenticateByThumbprint(ClientCertificate.selfSigned("right").thumbprint(), null);

        assertThatRefused(with(ClientCertificate.selfSigned("wrong"), protocol, device), "neither the primary nor");
    }

    @OverMqttAndWebSocket
    void itIsRefusedWithTheCertificateOfAnotherDevice(IotHubClientProtocol protocol, EmulatedDevice device) {
        device.authenticateByCertificateAuthority();

        assertThatRefused(with(hub.emulator().issueCertificate("another"), protocol, device), "another");
    }

    @OverMqttAndWebSocket
    void itIsRefusedWithoutACertificate(IotHubClientProtocol protocol, EmulatedDevice device) {
        device.authenticateByCertificateAuthority();

        assertThatRefused(client(hub.sslContext(), protocol, device), "no certificate");
    }

    /** It asks over WebSocket not to be asked for a certificate, as it always does with a key. */
    @OverMqttAndWebSocket
    void aKeyDoesNotLetItInWhereACertificateIsWanted(IotHubClientProtocol protocol, EmulatedDevice device) {
        String withKey = device.connectionString();
        device.authenticateByCertificateAuthority();

        assertThatRefused(devices.client(protocol, withKey, options -> {}), "token");
    }

    private static DeviceClient with(
            ClientCertificate certificate, IotHubClientProtocol protocol, EmulatedDevice device) {
        return client(hub.emulator().sslContext(certificate), protocol, device);
    }

    private static DeviceClient client(SSLContext tls, IotHubClientProtocol protocol, EmulatedDevice device) {
        return devices.client(protocol, device.connectionString(), options -> options.sslContext(tls));
    }

    private static void assertThatRefused(DeviceClient client, String reason) {
        assertThatThrownBy(() -> client.open(false))
                .isInstanceOfSatisfying(IotHubClientException.class, refused -> assertThat(refused.getStatusCode())
                        .isEqualTo(IotHubStatusCode.UNAUTHORIZED));
        assertThat(hub.emulator()
                        .awaitEvent(event -> event.kind() == HubEvent.Kind.REFUSED, MicrosoftDevices.SOON)
                        .description())
                .contains(reason);
    }
}
