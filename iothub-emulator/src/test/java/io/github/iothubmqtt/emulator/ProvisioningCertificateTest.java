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

import java.time.Instant;
import java.util.List;

import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Devices that register with certificates. */
class ProvisioningCertificateTest {

    /** Of a token that is left away with a certificate. */
    private static final String ANY_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    @RegisterExtension
    final IotHubExtension extension = IotHubExtension.create();

    @Test
    void aDeviceWithAKnownCertificateIsAssignedAndCanConnectWithIt() {
        IotHubEmulator hub = extension.emulator();
        ClientCertificate certificate = ClientCertificate.selfSigned("reg-1");
        hub.provisioning().enroll("reg-1").withCertificate(certificate.certificate());

        ProvisioningWire.Answer end = register(certificate, "reg-1");

        assertThat(end.json().getString("status")).isEqualTo("assigned");
        assertThat(end.state().getMap()).containsKey("x509").doesNotContainKey("symmetricKey");
        WireClient.device(hub, "reg-1").certificate(certificate).accepted().close();
    }

    @Test
    void aConnectedDeviceIsNotDisturbedWhenItRegistersAgain() {
        IotHubEmulator hub = extension.emulator();
        ClientCertificate certificate = ClientCertificate.selfSigned("reg-1");
        hub.provisioning().enroll("reg-1").withCertificate(certificate.certificate());
        register(certificate, "reg-1");

        try (WireClient client =
                WireClient.device(hub, "reg-1").certificate(certificate).accepted()) {
            register(certificate, "reg-1");

            client.ping();
        }
    }

    @Test
    void theSecondaryThumbprintIsAsGoodAsThePrimaryOne() {
        ClientCertificate old = ClientCertificate.selfSigned("reg-1");
        ClientCertificate fresh = ClientCertificate.selfSigned("reg-1");
        extension.emulator().provisioning().enroll("reg-1").withThumbprints(old.thumbprint(), fresh.thumbprint());

        assertThat(register(old, "reg-1").status()).isEqualTo(200);
        assertThat(register(fresh, "reg-1").status()).isEqualTo(200);
        WireClient.device(extension.emulator(), "reg-1")
                .certificate(fresh)
                .accepted()
                .close();
    }

    @Test
    void aDeviceOfAGroupRegistersWithACertificateOfItsAuthority() {
        IotHubEmulator hub = extension.emulator();
        Certificates.Authority root = Certificates.Authority.root("Contoso root");
        ClientCertificate certificate = root.beneath("Contoso line 4").issue("reg-1");
        hub.provisioning().enrollGroup("line-4").withCertificateAuthority(root.pem());

        ProvisioningWire.Answer end = register(certificate, "reg-1");

        assertThat(end.state().getJsonObject("x509").getString("enrollmentGroupId"))
                .isEqualTo("line-4");
        WireClient.device(hub, "reg-1").certificate(certificate).accepted().close();
    }

    @Test
    void theEmulatorsOwnAuthorityWillDo() {
        IotHubEmulator hub = extension.emulator();
        hub.provisioning().enrollGroup("line-4").withCertificateAuthority(hub);

        assertThat(register(hub.issueCertificate("reg-1"), "reg-1").status()).isEqualTo(200);
    }

    @Test
    void aCertificateOfAnotherAuthorityIsAnswered401002() {
        extension
                .emulator()
                .provisioning()
                .enrollGroup("line-4")
                .withCertificateAuthority(
                        Certificates.Authority.root("Contoso root").pem());

        ProvisioningWire.Answer answer =
                register(Certificates.Authority.root("Contoso root").issue("reg-1"), "reg-1");

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.json().getInteger("errorCode")).isEqualTo(401002);
    }

    @Test
    void anotherCertificateOfTheSameNameIsAnswered401002() {
        extension
                .emulator()
                .provisioning()
                .enroll("reg-1")
                .withCertificate(ClientCertificate.selfSigned("reg-1").certificate());

        assertThat(register(ClientCertificate.selfSigned("reg-1"), "reg-1")
                        .json()
                        .getInteger("errorCode"))
                .isEqualTo(401002);
    }

    @Test
    void anExpiredCertificateIsAnswered401002() {
        Instant now = Instant.now();
        ClientCertificate expired =
                ClientCertificate.selfSigned("reg-1", now.minusSeconds(1000), now.minusSeconds(500));
        extension.emulator().provisioning().enroll("reg-1").withCertificate(expired.certificate());

        assertThat(register(expired, "reg-1").json().getInteger("errorCode")).isEqualTo(401002);
    }

    @Test
    void aCertificateOfAnotherNameIsRefusedWithCode5() {
        ClientCertificate certificate = ClientCertificate.selfSigned("reg-2");
        extension.emulator().provisioning().enroll("reg-1").withCertificate(certificate.certificate());

        assertThat(connect(certificate, "reg-1").refused()).isEqualTo(5);
        assertThat(extension.emulator().events().get(0).description())
                .isEqualTo(
                        "provisioning: the common name of the certificate is 'reg-2', not the registration id 'reg-1'");
    }

    @Test
    void aTokenDoesNotLetInWhereACertificateIsWanted() {
        IotHubEmulator hub = extension.emulator();
        String key = hub.provisioning().enroll("reg-1").primaryKey();
        hub.provisioning()
                .enrollment("reg-1")
                .orElseThrow()
                .withCertificate(ClientCertificate.selfSigned("reg-1").certificate());

        assertThat(ProvisioningWire.register(hub, "reg-1", key).status()).isEqualTo(401);
    }

    @Test
    void neitherTokenNorCertificateIsRefusedWithCode5() {
        IotHubEmulator hub = extension.emulator();
        String key = hub.provisioning().enroll("reg-1").primaryKey();

        assertThat(ProvisioningWire.connect(hub, "reg-1", key).password(null).refused())
                .isEqualTo(5);
    }

    @Test
    void whatDoesNotFitTheKindOfEnrollmentIsRefused() {
        Provisioning provisioning = extension.emulator().provisioning();
        Enrollment one = provisioning.enroll("reg-1");
        Enrollment group = provisioning.enrollGroup("line-4");

        assertThatThrownBy(() -> one.withCertificateAuthority(extension.emulator()))
                .hasMessageContaining("use withCertificate, or enroll a group");
        assertThatThrownBy(() -> group.withThumbprint("00")).hasMessageContaining("use withCertificateAuthority");
        assertThatThrownBy(() -> group.withDeviceId("d")).hasMessageContaining("called by their registration ids");
        assertThatThrownBy(() -> one.withThumbprint("00")).hasMessageContaining("40 or 64 hexadecimal digits");
        assertThatThrownBy(() -> group.withCertificateAuthority(
                        ClientCertificate.selfSigned("leaf").certificatePem()))
                .hasMessageContaining("not one of a certificate authority");
        one.withCertificate(ClientCertificate.selfSigned("reg-1").certificate());
        assertThatThrownBy(one::primaryKey).hasMessageContaining("there is no key");
        assertThat(List.of(one, group)).hasToString("[Enrollment[reg-1], EnrollmentGroup[line-4]]");
    }

    private ProvisioningWire.Answer register(ClientCertificate certificate, String registrationId) {
        try (ProvisioningWire device = ProvisioningWire.open(connect(certificate, registrationId), registrationId)) {
            return device.toTheEnd(device.register(null));
        }
    }

    private WireClient.Connect connect(ClientCertificate certificate, String registrationId) {
        IotHubEmulator hub = extension.emulator();
        return ProvisioningWire.connect(hub, registrationId, ANY_KEY).certificate(certificate);
    }
}
