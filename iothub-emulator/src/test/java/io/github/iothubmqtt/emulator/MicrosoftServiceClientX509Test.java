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

import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;

import com.azure.core.credential.AzureSasCredential;
import com.microsoft.azure.sdk.iot.service.auth.AuthenticationType;
import com.microsoft.azure.sdk.iot.service.registry.Device;
import com.microsoft.azure.sdk.iot.service.registry.Module;
import com.microsoft.azure.sdk.iot.service.registry.RegistryClient;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** Identities with certificates that Microsoft's service client for Java has registered. */
class MicrosoftServiceClientX509Test {

    private static SSLSocketFactory jvmDefault;

    @RegisterExtension
    static final IotHubExtension hub =
            IotHubExtension.create(IotHubEmulator.builder().httpsPort(0));

    private final ClientCertificate certificate = ClientCertificate.selfSigned("any");
    private final ClientCertificate other = ClientCertificate.selfSigned("other");

    private RegistryClient registry;

    @BeforeAll
    static void trustTheHub() {
        jvmDefault = HttpsURLConnection.getDefaultSSLSocketFactory();
        HttpsURLConnection.setDefaultSSLSocketFactory(
                hub.emulator().sslContext().getSocketFactory());
    }

    @AfterAll
    static void trustAsBefore() {
        HttpsURLConnection.setDefaultSSLSocketFactory(jvmDefault);
    }

    @BeforeEach
    void signIn() {
        hub.emulator().devices().forEach(device -> hub.emulator().removeDevice(device.deviceId()));
        registry = new RegistryClient(
                "localhost:" + hub.emulator().httpsPort(),
                new AzureSasCredential(new BackEnd(hub.emulator(), "iothubowner").token()));
    }

    @Test
    void aDeviceWithThumbprintsIsLetInByEitherCertificate() throws Exception {
        Device device = new Device("dev1", AuthenticationType.SELF_SIGNED);
        device.setThumbprint(certificate.thumbprint(), other.thumbprint());

        Device created = registry.addDevice(device);

        assertThat(created.getAuthenticationType()).isEqualTo(AuthenticationType.SELF_SIGNED);
        assertThat(created.getPrimaryThumbprint()).isEqualTo(certificate.thumbprint());
        assertThat(registry.getDevice("dev1").getSecondaryThumbprint()).isEqualTo(other.thumbprint());
        connect("dev1", certificate).accepted().close();
        connect("dev1", other).accepted().close();
        assertThat(connect("dev1", ClientCertificate.selfSigned("dev1")).refused())
                .isEqualTo(5);
    }

    @Test
    void aDeviceThatGetsAnotherThumbprintNeedsTheOtherCertificate() throws Exception {
        Device device = new Device("dev1", AuthenticationType.SELF_SIGNED);
        device.setThumbprint(certificate.thumbprint(), certificate.thumbprint());
        Device created = registry.addDevice(device);
        try (WireClient client = connect("dev1", certificate).accepted()) {
            created.setThumbprint(other.thumbprint(), other.thumbprint());
            registry.updateDevice(created);

            assertThat(client.isClosedByHub()).isTrue();
        }
        assertThat(connect("dev1", certificate).refused()).isEqualTo(5);
        connect("dev1", other).accepted().close();
    }

    @Test
    void aDeviceUnderAnAuthorityIsLetInByItsName() throws Exception {
        Device created = registry.addDevice(new Device("dev1", AuthenticationType.CERTIFICATE_AUTHORITY));

        assertThat(created.getAuthenticationType()).isEqualTo(AuthenticationType.CERTIFICATE_AUTHORITY);
        connect("dev1", hub.emulator().issueCertificate("dev1")).accepted().close();
        assertThat(connect("dev1", hub.emulator().issueCertificate("dev2")).refused())
                .isEqualTo(5);
    }

    @Test
    void anUpdateOfSomethingElseDisconnectsNobody() throws Exception {
        Device created = registry.addDevice(new Device("dev1", AuthenticationType.CERTIFICATE_AUTHORITY));
        try (WireClient client =
                connect("dev1", hub.emulator().issueCertificate("dev1")).accepted()) {
            registry.updateDevice(created);

            client.ping();
        }
    }

    @Test
    void aModuleMayHaveACertificateWhereItsDeviceHasKeys() throws Exception {
        registry.addDevice(new Device("dev1"));
        Module selfSigned = new Module("dev1", "m1", AuthenticationType.SELF_SIGNED);
        selfSigned.setThumbprint(certificate.thumbprint(), certificate.thumbprint());

        registry.addModule(selfSigned);
        registry.addModule(new Module("dev1", "m2", AuthenticationType.CERTIFICATE_AUTHORITY));

        connect("dev1/m1", certificate).accepted().close();
        assertThat(connect("dev1/m1", other).refused()).isEqualTo(5);
        connect("dev1/m2", hub.emulator().issueCertificate("dev1/m2"))
                .accepted()
                .close();
        WireClient.device(hub.emulator(), "dev1").accepted().close();
    }

    private static WireClient.Connect connect(String clientId, ClientCertificate shown) {
        return WireClient.device(hub.emulator(), clientId).certificate(shown);
    }
}
