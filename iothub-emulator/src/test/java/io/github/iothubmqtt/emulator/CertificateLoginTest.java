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

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;

import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.apache.commons.codec.digest.DigestUtils;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Whom a client certificate lets in, whom it does not, and what the hub's log says about it. */
class CertificateLoginTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String WEB_SOCKET = "/$iothub/websocket";

    private final TestClock clock = TestClock.running();

    @RegisterExtension
    final IotHubExtension hub = IotHubExtension.create(
                    IotHubEmulator.builder().httpsPort(0).clock(clock))
            .withDevice("dev1")
            .withDevice("dev2");

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aThumbprintLetsItsCertificateIn(String tlsVersion) {
        ClientCertificate certificate = selfSigned();
        dev1().authenticateByThumbprint(certificate.thumbprint(), null);

        try (WireClient client = connect(certificate).tlsVersion(tlsVersion).accepted()) {
            client.publishAcknowledged("devices/dev1/messages/events/", "hi");
        }

        // Seen in messages of a hub of Azure.
        assertThat(hub.awaitTelemetry(1, SOON).get(0).annotations())
                .containsEntry(
                        "iothub-connection-auth-method",
                        "{\"scope\":\"device\",\"type\":\"x509Certificate\",\"issuer\":\"external\","
                                + "\"acceptingIpFilterRule\":null}")
                .containsEntry("iothub-connection-auth-generation-id", dev1().generationId());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aSessionOfTlsThatIsResumedStillHasTheCertificate(String tlsVersion) {
        ClientCertificate certificate = selfSigned();
        dev1().authenticateByThumbprint(certificate.thumbprint(), null);
        WireClient.Connect connect = connect(certificate).tlsVersion(tlsVersion);

        long firstSession = 0;
        for (int i = 0; i < 3; i++) {
            try (WireClient client = connect.accepted()) {
                client.ping();
                firstSession = i == 0 ? client.tlsSessionSince() : firstSession;
                assertThat(client.tlsSessionSince()).isEqualTo(firstSession);
            }
        }
    }

    @Test
    void theSecondaryThumbprintLetsInToo() {
        ClientCertificate certificate = selfSigned();
        dev1().authenticateByThumbprint(selfSigned().thumbprint(), certificate.thumbprint());

        connect(certificate).accepted().close();
    }

    @Test
    void aThumbprintMayBeSha1WithColonsInSmallLetters() {
        ClientCertificate certificate = selfSigned();
        String sha1 = DigestUtils.sha1Hex(ClientCertificate.der(certificate.certificate()));
        dev1().authenticateByThumbprint(sha1.replaceAll("..(?!$)", "$0:"), null);

        connect(certificate).accepted().close();
    }

    @Test
    void theNameInACertificateWithTheRightThumbprintMeansNothing() {
        ClientCertificate certificate = ClientCertificate.selfSigned("somebody else");
        dev1().authenticateByThumbprint(certificate.thumbprint(), null);

        connect(certificate).accepted().close();
    }

    @Test
    void anotherThumbprintIsRefused() {
        dev1().authenticateByThumbprint(selfSigned().thumbprint(), selfSigned().thumbprint());
        ClientCertificate other = selfSigned();

        assertRefused(
                connect(other),
                "the certificate with the thumbprint " + other.thumbprint()
                        + " is neither the primary nor the secondary one of dev1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "abc", "ZZ", "SHA1 Fingerprint=AB"})
    void whatIsNoThumbprintIsNotTakenForOne(String text) {
        assertThatThrownBy(() -> dev1().authenticateByThumbprint(text, null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("40 or 64 hexadecimal digits");
    }

    @Test
    void aCertificateOfTheHubsAuthorityLetsInWhoseNameItHas() {
        dev1().authenticateByCertificateAuthority();

        connect(hub.emulator().issueCertificate("dev1")).accepted().close();
    }

    @Test
    void anEmptyPasswordIsNone() {
        dev1().authenticateByCertificateAuthority();

        connect(hub.emulator().issueCertificate("dev1")).password("").accepted().close();
    }

    @Test
    void aNameMayHaveAllCharactersOfADeviceId() {
        String id = "a,b=c+d;e#f%$'() ".strip();
        hub.emulator().addDevice(id).authenticateByCertificateAuthority();

        WireClient.device(hub.emulator(), id)
                .certificate(hub.emulator().issueCertificate(id))
                .accepted()
                .close();
    }

    @Test
    void theNameOfAnotherDeviceIsRefused() {
        dev1().authenticateByCertificateAuthority();

        assertRefused(
                connect(hub.emulator().issueCertificate("dev2")),
                "the common name of the certificate is 'dev2', not 'dev1'");
        assertRefused(
                connect(hub.emulator().issueCertificate("DEV1")),
                "the common name of the certificate is 'DEV1', not 'dev1'");
    }

    @Test
    void aForeignAuthorityIsRefusedUntilTheHubKnowsIt() {
        dev1().authenticateByCertificateAuthority();
        Certificates.Authority company = Certificates.Authority.root("Company");
        ClientCertificate certificate = company.issue("dev1");

        assertRefused(
                connect(certificate),
                "the certificate is issued by 'CN=Company', and the hub knows no certificate authority");
        hub.emulator().issueCertificate("any");
        assertRefused(connect(certificate), "no valid chain leads from there to a certificate authority");

        hub.emulator().addCertificateAuthority(company.pem());

        connect(certificate).accepted().close();
    }

    @Test
    void anAuthorityOfTheSameNameIsAForeignOne() {
        dev1().authenticateByCertificateAuthority();
        hub.emulator()
                .addCertificateAuthority(Certificates.Authority.root("Company").pem());

        assertRefused(
                connect(Certificates.Authority.root("Company").issue("dev1")),
                "the certificate is issued by 'CN=Company', and no valid chain");
    }

    @Test
    void aSelfSignedCertificateIsOfNoAuthority() {
        dev1().authenticateByCertificateAuthority();
        hub.emulator().issueCertificate("dev1");

        assertRefused(connect(selfSigned()), "the certificate is issued by 'CN=dev1', and no valid chain");
    }

    @Test
    void aChainMayLeadOverAnAuthorityThatOnlyTheClientSends() {
        dev1().authenticateByCertificateAuthority();
        Certificates.Authority company = Certificates.Authority.root("Company");
        hub.emulator().addCertificateAuthority(company.pem());
        Certificates.Authority factory = company.beneath("Factory");

        connect(factory.issue("dev1")).accepted().close();
    }

    @Test
    void anAuthorityInTheMidstOfAChainIsEnough() {
        dev1().authenticateByCertificateAuthority();
        Certificates.Authority factory = Certificates.Authority.root("Company").beneath("Factory");
        hub.emulator().addCertificateAuthority(factory.pem());

        connect(factory.issue("dev1")).accepted().close();
    }

    @Test
    void aDeviceSignsNoCertificatesOfOthers() throws Exception {
        dev1().authenticateByCertificateAuthority();
        Certificates.Authority company = Certificates.Authority.root("Company");
        hub.emulator().addCertificateAuthority(company.pem());
        Certificates.Authority device = company.disguise(company.issue("dev2"));

        assertRefused(connect(device.issue("dev1")), "the certificate is issued by 'CN=dev2', and no valid chain");
    }

    @Test
    void whatIsNoAuthorityIsNotAdded() {
        assertThatThrownBy(() ->
                        hub.emulator().addCertificateAuthority(selfSigned().certificatePem()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'CN=dev1' is not one of a certificate authority");
        assertThatThrownBy(() -> hub.emulator().addCertificateAuthority("no PEM"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("BEGIN CERTIFICATE");
        assertThatThrownBy(() -> hub.emulator().addCertificateAuthority(""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no certificate");
    }

    @Test
    void anExpiredCertificateIsRefusedByEitherWay() {
        Instant end = Instant.now().minusSeconds(3600);
        ClientCertificate selfSigned = ClientCertificate.selfSigned("dev1", end.minusSeconds(60), end);
        dev1().authenticateByThumbprint(selfSigned.thumbprint(), null);
        hub.device("dev2").authenticateByCertificateAuthority();

        assertRefused(connect(selfSigned), "the certificate expired at " + seconds(end) + ", the hub's clock says ");
        assertRefused(
                WireClient.device(hub.emulator(), "dev2")
                        .certificate(hub.emulator().issueCertificate("dev2", end.minusSeconds(60), end)),
                "the certificate expired at " + seconds(end) + ", the hub's clock says ");
    }

    @Test
    void aCertificateThatIsNotYetValidIsRefusedUntilItIs() {
        Instant begin = Instant.now().plusSeconds(3600);
        dev1().authenticateByCertificateAuthority();
        ClientCertificate certificate = hub.emulator().issueCertificate("dev1", begin, begin.plusSeconds(3600));

        assertRefused(
                connect(certificate), "the certificate is not valid before " + seconds(begin) + ", the hub's clock");

        clock.advance(Duration.ofMinutes(90));

        connect(certificate).accepted().close();
    }

    @Test
    void aConnectionOutlivesItsCertificate() {
        dev1().authenticateByCertificateAuthority();
        ClientCertificate certificate = hub.emulator().issueCertificate("dev1");
        try (WireClient client = connect(certificate).accepted()) {
            clock.advance(Duration.ofDays(400));

            client.ping();
            assertThat(hub.emulator().connections().get(0).tokenExpiry()).isNull();
        }
        // Its end is an event, too, which comes when the hub has seen it.
        hub.emulator().awaitEvent(event -> event.kind() == HubEvent.Kind.DISCONNECTED, Duration.ofSeconds(20));
        assertRefused(connect(certificate), "the certificate expired");
        connect(hub.emulator().issueCertificate("dev1")).accepted().close();
    }

    @Test
    void aValidityThatEndsBeforeItBeginsIsRefused() {
        Instant now = Instant.now();

        assertThatThrownBy(() -> ClientCertificate.selfSigned("dev1", now, now))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must come after");
        assertThatThrownBy(() -> hub.emulator().issueCertificate("dev1", now, now.minusSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must come after");
        assertThatThrownBy(() -> hub.emulator().issueCertificate(" "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("common name");
    }

    @Test
    void noCertificateIsRefused() {
        dev1().authenticateByCertificateAuthority();

        assertRefused(
                WireClient.device(hub.emulator(), "dev1").password(null),
                "the authentication of dev1 is of type certificateAuthority, and the client sent no certificate");
    }

    @Test
    void aTokenDoesNotLetInWhoHasACertificate() {
        ClientCertificate certificate = selfSigned();
        dev1().authenticateByThumbprint(certificate.thumbprint(), null);
        Instant expiry = Instant.now().plusSeconds(3600);

        assertRefused(
                connect(certificate).tokenExpiry(expiry),
                "the authentication of dev1 is of type selfSigned, so no token lets it in");
    }

    @Test
    void aCertificateWithoutATokenDoesNotLetInWhoHasKeys() {
        assertRefused(
                connect(selfSigned()),
                "the CONNECT has no password, so no token, and the authentication of dev1 is of type sas,"
                        + " so no certificate lets it in");
    }

    @Test
    void aCertificateDoesNotMatterToWhoHasAToken() {
        connect(selfSigned())
                .tokenExpiry(Instant.now().plusSeconds(3600))
                .accepted()
                .close();
    }

    @Test
    void aDisabledDeviceIsRefusedWithCode3() {
        dev1().authenticateByCertificateAuthority();
        ClientCertificate certificate = hub.emulator().issueCertificate("dev1");
        dev1().disable();

        assertThat(connect(certificate).refused()).isEqualTo(3);
        assertThat(connect(hub.emulator().issueCertificate("dev2")).refused()).isEqualTo(5);

        dev1().enable();
        connect(certificate).accepted().close();
    }

    @Test
    void aChangeDisconnectsNobodyAndTheNextConnectObeys() {
        try (WireClient client = WireClient.device(hub.emulator(), "dev1").accepted()) {
            dev1().authenticateByCertificateAuthority();
            client.ping();
        }
        ClientCertificate certificate = hub.emulator().issueCertificate("dev1");
        assertThat(WireClient.device(hub.emulator(), "dev1").refused()).isEqualTo(5);
        try (WireClient client = connect(certificate).accepted()) {
            dev1().authenticateBySharedAccessKey();
            client.ping();
        }
        assertThat(connect(certificate).refused()).isEqualTo(5);
        WireClient.device(hub.emulator(), "dev1").accepted().close();
    }

    @Test
    void aConnectionStringSaysHowADeviceLogsIn() {
        EmulatedModule module = dev1().addModule("mod1");
        dev1().authenticateByCertificateAuthority();
        module.authenticateByCertificateAuthority();

        assertThat(dev1().connectionString())
                .isEqualTo("HostName=localhost:" + hub.emulator().mqttPort() + ";DeviceId=dev1;x509=true");
        assertThat(module.connectionString()).endsWith(";DeviceId=dev1;ModuleId=mod1;x509=true");

        dev1().authenticateBySharedAccessKey();
        assertThat(dev1().connectionString()).endsWith("SharedAccessKey=" + dev1().primaryKey());
    }

    @Test
    void aModuleHasAWayInOfItsOwn() {
        EmulatedModule module = dev1().addModule("mod1");
        ClientCertificate certificate = ClientCertificate.selfSigned("any");
        WireClient.Connect connect = WireClient.module(hub.emulator(), module);
        module.authenticateByThumbprint(certificate.thumbprint(), null);

        try (WireClient client = connect.certificate(certificate).accepted()) {
            client.publishAcknowledged("devices/dev1/modules/mod1/messages/events/", "hi");
        }
        assertThat(hub.awaitTelemetry(1, SOON).get(0).annotations().get("iothub-connection-auth-method"))
                .contains("\"scope\":\"module\",\"type\":\"x509Certificate\"");

        module.authenticateByCertificateAuthority();
        connect.certificate(hub.emulator().issueCertificate("dev1/mod1"))
                .accepted()
                .close();
        assertRefused(
                connect.certificate(hub.emulator().issueCertificate("dev1")),
                "the common name of the certificate is 'dev1', not 'dev1/mod1'");
        WireClient.device(hub.emulator(), "dev1").accepted().close();

        module.authenticateBySharedAccessKey();
        WireClient.module(hub.emulator(), module).accepted().close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void whoCannotProveThatTheKeyIsHisFailsInTls(String tlsVersion) {
        ClientCertificate certificate = selfSigned();
        dev1().authenticateByThumbprint(certificate.thumbprint(), null);
        WireClient.Connect thief = connect(certificate)
                .tls(Certificates.contextOfThief(hub.emulator(), certificate, selfSigned()))
                .tlsVersion(tlsVersion);

        assertThatThrownBy(thief::accepted).isInstanceOf(UncheckedIOException.class);
        assertThat(hub.emulator().events()).isEmpty();
    }

    @Test
    void overWebSocketACertificateLetsInToo() {
        dev1().authenticateByCertificateAuthority();

        connect(hub.emulator().issueCertificate("dev1"))
                .overWebSocket(WEB_SOCKET)
                .accepted()
                .close();
        connect(hub.emulator().issueCertificate("dev1"))
                .overWebSocket(WEB_SOCKET + "?iothub-no-client-cert=false")
                .accepted()
                .close();
    }

    @Test
    void overWebSocketAClientMaySayThatItsCertificateIsNotToCount() {
        dev1().authenticateByCertificateAuthority();

        assertRefused(
                connect(hub.emulator().issueCertificate("dev1"))
                        .overWebSocket(WEB_SOCKET + "?iothub-no-client-cert=true"),
                "said iothub-no-client-cert=true, so that its certificate does not count");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ssl", "wss"})
    void pahoLogsInWithACertificate(String scheme) throws Exception {
        dev1().authenticateByCertificateAuthority();
        ClientCertificate certificate = hub.emulator().issueCertificate("dev1");
        MqttConnectOptions options = new MqttConnectOptions();
        options.setSocketFactory(hub.emulator().sslContext(certificate).getSocketFactory());
        options.setUserName("localhost/dev1/?api-version=2021-04-12");
        String address = scheme.equals("ssl")
                ? "localhost:" + hub.emulator().mqttPort()
                : "localhost:" + hub.emulator().httpsPort() + WEB_SOCKET;
        try (MqttClient client = new MqttClient(scheme + "://" + address, "dev1", new MemoryPersistence())) {
            client.connect(options);
            client.publish("devices/dev1/messages/events/", "hi".getBytes(), 1, false);
            client.disconnect();
        }

        assertThat(hub.awaitTelemetry(1, SOON).get(0).bodyText()).isEqualTo("hi");
    }

    @Test
    void whatWasSaidOfCertificatesSurvivesTheHub(@TempDir Path directory) {
        Certificates.Authority company = Certificates.Authority.root("Company");
        ClientCertificate selfSigned = ClientCertificate.selfSigned("any");
        ClientCertificate issued;
        try (IotHubEmulator first =
                IotHubEmulator.builder().stateDirectory(directory).start()) {
            EmulatedDevice device = first.addDevice("dev1");
            device.authenticateByCertificateAuthority();
            device.addModule("mod1").authenticateByThumbprint(selfSigned.thumbprint(), null);
            issued = first.issueCertificate("dev1");
            first.addCertificateAuthority(company.pem());
        }
        try (IotHubEmulator second =
                IotHubEmulator.builder().stateDirectory(directory).start()) {
            WireClient.device(second, "dev1").certificate(issued).accepted().close();
            WireClient.device(second, "dev1")
                    .certificate(second.issueCertificate("dev1"))
                    .accepted()
                    .close();
            WireClient.device(second, "dev1")
                    .certificate(company.issue("dev1"))
                    .accepted()
                    .close();
            WireClient.device(second, "dev1")
                    .clientId("dev1/mod1")
                    .userName("localhost/dev1/mod1/?api-version=2021-04-12")
                    .certificate(selfSigned)
                    .accepted()
                    .close();
        }
    }

    @Test
    void whoIssuesToDevicesDoesNotVouchForTheHub() throws Exception {
        ClientCertificate certificate = hub.emulator().issueCertificate("dev1");

        assertThat(certificate.certificatePem()).doesNotContain(hub.emulator().caCertificatePem());
        assertThatCode(() -> certificate
                        .certificate()
                        .verify(Pem.certificates(certificate.certificatePem())
                                .get(1)
                                .getPublicKey()))
                .doesNotThrowAnyException();
    }

    private EmulatedDevice dev1() {
        return hub.device("dev1");
    }

    private static ClientCertificate selfSigned() {
        return ClientCertificate.selfSigned("dev1");
    }

    private WireClient.Connect connect(ClientCertificate certificate) {
        return WireClient.device(hub.emulator(), "dev1").certificate(certificate);
    }

    private void assertRefused(WireClient.Connect connect, String why) {
        int before = hub.emulator().events().size();

        assertThat(connect.refused()).isEqualTo(5);

        assertThat(hub.emulator().events()).hasSize(before + 1);
        HubEvent event = hub.emulator().events().get(before);
        assertThat(event.kind()).isEqualTo(HubEvent.Kind.REFUSED);
        assertThat(event.logCode()).isEqualTo(HubCode.UNAUTHORIZED);
        assertThat(event.description()).contains(why);
    }

    private static Instant seconds(Instant time) {
        return Instant.ofEpochSecond(time.getEpochSecond());
    }
}
