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

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

import io.github.iothubmqtt.emulator.ClientCertificate;
import io.github.iothubmqtt.emulator.HubEvent;
import io.github.iothubmqtt.emulator.TelemetryMessage;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.jsse.KeyManagersParameters;
import org.apache.camel.support.jsse.KeyStoreParameters;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.jsse.SecureSocketProtocolsParameters;
import org.apache.commons.codec.digest.DigestUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Devices that prove themselves with an X.509 certificate. */
class CertificateLoginTest {

    private static final String PASSWORD = "store password";

    @RegisterExtension
    final IotHubExtension hub = IotHubExtension.create().withDevice("dev1");

    @TempDir
    Path directory;

    private final DefaultCamelContext context = new DefaultCamelContext();

    @BeforeEach
    void bindTls() {
        context.getRegistry().bind("hubTls", HubTls.trusting(hub.emulator()));
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void aCertificateInFilesIsKnownByItsThumbprint() throws Exception {
        ClientCertificate certificate = ClientCertificate.selfSigned("dev1");
        hub.device("dev1").authenticateByThumbprint(certificate.thumbprint(), null);
        start(files(certificate));
        send("a");

        assertThat(bodies()).containsExactly("a");
        assertThat(hub.emulator().events()).noneMatch(event -> event.kind() == HubEvent.Kind.REFUSED);
    }

    @Test
    void aCertificateInFilesIsKnownByItsIssuer() throws Exception {
        hub.device("dev1").authenticateByCertificateAuthority();
        start(files(hub.emulator().issueCertificate("dev1")));
        send("a");

        assertThat(bodies()).containsExactly("a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aCertificateInKeyManagersIsUsed(String protocol) throws Exception {
        hub.device("dev1").authenticateByCertificateAuthority();
        SSLContextParameters tls = keyManagers(hub.emulator().issueCertificate("dev1"));
        SecureSocketProtocolsParameters protocols = new SecureSocketProtocolsParameters();
        protocols.setSecureSocketProtocol(List.of(protocol));
        tls.setSecureSocketProtocols(protocols);
        context.getRegistry().bind("deviceTls", tls);
        start("sslContextParameters=#deviceTls");
        send("a");

        assertThat(bodies()).containsExactly("a");
    }

    @Test
    void aConnectionStringMaySayThatThereIsACertificate() throws Exception {
        hub.device("dev1").authenticateByCertificateAuthority();
        ClientCertificate certificate = hub.emulator().issueCertificate("dev1");
        route("iothub-mqtt:dev1?sslContextParameters=#hubTls&" + write(certificate)
                + "&connectionString=RAW(HostName=localhost:" + hub.emulator().mqttPort()
                + ";DeviceId=dev1;x509=true)");
        context.start();

        assertThat(hub.emulator().acceptedConnects("dev1")).isEqualTo(1);
    }

    @Test
    void theKeyInGlobalParametersServesWhenNothingElseIsGiven() throws Exception {
        hub.device("dev1").authenticateByCertificateAuthority();
        context.setSSLContextParameters(keyManagers(hub.emulator().issueCertificate("dev1")));
        context.getComponent("iothub-mqtt", IotHubMqttComponent.class).setUseGlobalSslContextParameters(true);
        route("iothub-mqtt:dev1?" + address());
        context.start();

        assertThat(hub.emulator().acceptedConnects("dev1")).isEqualTo(1);
    }

    @Test
    void theKeyInGlobalParametersDoesNotDisturbAnotherWay() throws Exception {
        context.setSSLContextParameters(keyManagers(hub.emulator().issueCertificate("dev1")));
        context.getComponent("iothub-mqtt", IotHubMqttComponent.class).setUseGlobalSslContextParameters(true);
        route("iothub-mqtt:dev1?" + address() + "&sharedAccessKey=RAW("
                + hub.device("dev1").primaryKey() + ")");
        context.start();

        assertThat(hub.emulator().acceptedConnects("dev1")).isEqualTo(1);
    }

    @Test
    void keyManagersOfItsOwnBesidesAKeyAreTwoWays() {
        context.getRegistry().bind("deviceTls", keyManagers(hub.emulator().issueCertificate("dev1")));

        assertThatThrownBy(() -> start("sslContextParameters=#deviceTls&sharedAccessKey=RAW("
                        + hub.device("dev1").primaryKey() + ")"))
                .hasStackTraceContaining(
                        "more than one way of authentication is given (sharedAccessKey, key managers in"
                                + " sslContextParameters): leave one");
    }

    @Test
    void anEncryptedKeyIsReadWithItsPassword() throws Exception {
        Path both = directory.resolve("device.pem");
        Files.writeString(both, resource("ec-certificate.pem") + resource("ec-aes256.pem"));
        hub.device("dev1").authenticateByThumbprint(thumbprint("ec-certificate.pem"), null);
        start("sslContextParameters=#hubTls&certificateFile=" + both + "&privateKeyFile=" + both
                + "&privateKeyPassword=RAW(top secret)");
        send("a");

        assertThat(bodies()).containsExactly("a");
    }

    @Test
    void filesMayBeOnTheClassPath() throws Exception {
        hub.device("dev1").authenticateByThumbprint(thumbprint("ec-certificate.pem"), null);
        start("sslContextParameters=#hubTls&certificateFile=classpath:pem/ec-certificate.pem"
                + "&privateKeyFile=classpath:pem/ec-pkcs8.pem");

        assertThat(hub.emulator().acceptedConnects("dev1")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"files", "key store"})
    void aCertificateThatIsExchangedOnDiskIsUsedAtTheNextConnectAndNothingIsLost(String where) throws Exception {
        ClientCertificate first = hub.emulator().issueCertificate("dev1");
        ClientCertificate second = hub.emulator().issueCertificate("dev1");
        hub.device("dev1").authenticateByThumbprint(first.thumbprint(), second.thumbprint());
        if (where.equals("files")) {
            start(files(first));
        } else {
            context.getRegistry().bind("deviceTls", keyStoreOnDisk(first));
            start("sslContextParameters=#deviceTls&reconnectBackoffMin=10ms&reconnectBackoffMax=20ms");
        }
        ProducerTemplate template = context.createProducerTemplate();
        for (int i = 0; i < 10; i++) {
            template.sendBody("direct:in", "m" + i);
        }
        if (where.equals("files")) {
            write(second);
        } else {
            keyStoreOnDisk(second);
        }
        hub.device("dev1").authenticateByThumbprint(second.thumbprint(), null);
        hub.emulator().disconnect("dev1");
        for (int i = 10; i < 20; i++) {
            template.sendBody("direct:in", "m" + i);
        }

        assertThat(bodies().stream().distinct()).hasSize(20);
        assertThat(hub.emulator().acceptedConnects("dev1")).isEqualTo(2);
        assertThat(hub.emulator().events()).noneMatch(event -> event.kind() == HubEvent.Kind.REFUSED);
    }

    @Test
    void whileTheFilesAreBrokenMessagesWait() throws Exception {
        hub.device("dev1").authenticateByCertificateAuthority();
        ClientCertificate certificate = hub.emulator().issueCertificate("dev1");
        start(files(certificate));
        Files.writeString(directory.resolve("key.pem"), "half of a fi");
        hub.emulator().disconnect("dev1");
        IotHubMqttEndpoint endpoint = context.getEndpoints().stream()
                .filter(IotHubMqttEndpoint.class::isInstance)
                .map(IotHubMqttEndpoint.class::cast)
                .findFirst()
                .orElseThrow();
        var sent = context.createProducerTemplate().asyncSendBody("direct:in", "kept");
        var handle = endpoint.join();
        await().atMost(HubTestSupport.SOON)
                .until(() -> String.valueOf(handle.status().cause())
                        .contains("privateKeyFile " + directory.resolve("key.pem") + " holds no private key"));
        write(certificate);
        sent.get();
        endpoint.leave(handle);

        assertThat(bodies()).containsExactly("kept");
    }

    @Test
    void theHealthOfTheConnectionTellsWhenTheCertificateExpires() throws Exception {
        hub.device("dev1").authenticateByCertificateAuthority();
        Instant expiry = Instant.now().plus(Duration.ofDays(3)).truncatedTo(ChronoUnit.SECONDS);
        start(files(hub.emulator().issueCertificate("dev1", Instant.now().minusSeconds(60), expiry)));
        IotHubMqttEndpoint endpoint = (IotHubMqttEndpoint) context.getEndpoints().stream()
                .filter(IotHubMqttEndpoint.class::isInstance)
                .findFirst()
                .orElseThrow();
        var handle = endpoint.join();

        assertThat(handle.status().certificateExpiry()).isEqualTo(expiry);
        assertThat(handle.status().tokenExpiry()).isNull();
        endpoint.leave(handle);
    }

    // what cannot work

    @Test
    void aHubThatKnowsAnotherThumbprintRefusesWithAHint() {
        hub.device("dev1")
                .authenticateByThumbprint(ClientCertificate.selfSigned("x").thumbprint(), null);

        assertThatThrownBy(() -> start(files(ClientCertificate.selfSigned("dev1"))))
                .hasStackTraceContaining("not authorized")
                .hasStackTraceContaining("that the key or certificate is its own");
    }

    @ParameterizedTest
    @ValueSource(strings = {"expired", "not yet valid", "another device", "another authority"})
    void aCertificateThatTheHubDoesNotAcceptIsRefused(String how) throws Exception {
        hub.device("dev1").authenticateByCertificateAuthority();
        Instant now = Instant.now();
        ClientCertificate certificate =
                switch (how) {
                    case "expired" ->
                        hub.emulator()
                                .issueCertificate("dev1", now.minus(Duration.ofDays(9)), now.minus(Duration.ofDays(1)));
                    case "not yet valid" ->
                        hub.emulator()
                                .issueCertificate("dev1", now.plus(Duration.ofDays(1)), now.plus(Duration.ofDays(9)));
                    case "another device" -> hub.emulator().issueCertificate("dev2");
                    default -> ClientCertificate.selfSigned("dev1");
                };

        assertThatThrownBy(() -> start(files(certificate))).hasStackTraceContaining("not authorized");
    }

    @Test
    void aKeyThatIsNotThatOfTheCertificateIsFoundBeforeAnythingIsSent() throws Exception {
        write(ClientCertificate.selfSigned("dev1"));
        Path otherKey = Files.writeString(
                directory.resolve("other.pem"),
                ClientCertificate.selfSigned("dev1").privateKeyPem());

        assertThatThrownBy(() -> start("sslContextParameters=#hubTls&certificateFile="
                        + directory.resolve("certificate.pem") + "&privateKeyFile=" + otherKey))
                .hasStackTraceContaining("the client certificate cannot be used: the key in " + otherKey
                        + " is not that of the first certificate in ");
        assertThat(hub.emulator().events()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "key.pem, key.pem, certificateFile %s holds no certificate: give a file in PEM form",
        "certificate.pem, certificate.pem, privateKeyFile %2$s holds no private key",
        "two.pem, key.pem, the certificates in certificateFile %s are no chain: put the device's first",
        "damaged.pem, key.pem, certificateFile %s holds something that is no X.509 certificate",
        "missing.pem, key.pem, certificateFile %s does not exist: correct the path",
        "., key.pem, certificateFile %s cannot be read"
    })
    void filesWithoutWhatTheyShouldHoldAreNamed(String certificateFile, String privateKeyFile, String sentence)
            throws Exception {
        write(ClientCertificate.selfSigned("dev1"));
        replace(
                "damaged.pem",
                Files.readString(directory.resolve("certificate.pem")).replaceFirst("\n.{8}", "\nAAAAAAAA"));
        replace(
                "two.pem",
                Files.readString(directory.resolve("certificate.pem"))
                        + ClientCertificate.selfSigned("dev2").certificatePem());
        Path chain = directory.resolve(certificateFile);
        Path key = directory.resolve(privateKeyFile);

        assertThatThrownBy(
                        () -> start("sslContextParameters=#hubTls&certificateFile=" + chain + "&privateKeyFile=" + key))
                .hasStackTraceContaining(sentence.formatted(chain, key));
    }

    @Test
    void aKeyStoreWithoutAKeyIsRefused() {
        KeyStoreParameters store = new KeyStoreParameters();
        store.setKeyStore(hub.emulator().trustStore());
        KeyManagersParameters managers = new KeyManagersParameters();
        managers.setKeyStore(store);
        managers.setKeyPassword(PASSWORD);
        SSLContextParameters tls = HubTls.trusting(hub.emulator());
        tls.setKeyManagers(managers);
        context.getRegistry().bind("deviceTls", tls);

        assertThatThrownBy(() -> start("sslContextParameters=#deviceTls"))
                .hasStackTraceContaining("the key store of sslContextParameters holds no private key");
    }

    @Test
    void ofSeveralCertificatesThatOfTheAliasIsReported() throws Exception {
        Instant now = Instant.now();
        KeyStore both = hub.emulator()
                .issueCertificate("dev1", now, now.plus(Duration.ofDays(1)))
                .keyStore(PASSWORD.toCharArray());
        KeyStore other = hub.emulator()
                .issueCertificate("dev1", now, now.plus(Duration.ofDays(9)))
                .keyStore(PASSWORD.toCharArray());
        String alias = other.aliases().nextElement();
        both.setKeyEntry(
                "chosen",
                other.getKey(alias, PASSWORD.toCharArray()),
                PASSWORD.toCharArray(),
                other.getCertificateChain(alias));
        KeyStoreParameters store = new KeyStoreParameters();
        store.setKeyStore(both);
        SSLContextParameters tls = withKey(store);
        tls.setCertAlias("chosen");
        KeyManagerCertificate source = new KeyManagerCertificate(new TlsSettings(context, tls, false));

        assertThat(source.read().expiry()).isAfter(now.plus(Duration.ofDays(8)));
        tls.setCertAlias("nobody");
        assertThatThrownBy(source::read).hasMessageContaining("under the alias that certAlias names: correct it");
    }

    private String files(ClientCertificate certificate) throws IOException {
        return "sslContextParameters=#hubTls&reconnectBackoffMin=10ms&reconnectBackoffMax=20ms&" + write(certificate);
    }

    /** As a tool does that replaces certificates: each file appears whole. */
    private String write(ClientCertificate certificate) throws IOException {
        Path chain = replace("certificate.pem", certificate.certificatePem());
        Path key = replace("key.pem", certificate.privateKeyPem());
        return "certificateFile=" + chain + "&privateKeyFile=" + key;
    }

    private Path replace(String name, String text) throws IOException {
        Path next = Files.writeString(directory.resolve(name + ".next"), text);
        return Files.move(
                next, directory.resolve(name), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private SSLContextParameters keyManagers(ClientCertificate certificate) {
        KeyStoreParameters store = new KeyStoreParameters();
        store.setKeyStore(certificate.keyStore(PASSWORD.toCharArray()));
        return withKey(store);
    }

    private SSLContextParameters keyStoreOnDisk(ClientCertificate certificate) throws Exception {
        KeyStore store = certificate.keyStore(PASSWORD.toCharArray());
        Path file = directory.resolve("device.p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD.toCharArray());
        }
        KeyStoreParameters parameters = new KeyStoreParameters();
        parameters.setResource("file:" + file);
        parameters.setPassword(PASSWORD);
        parameters.setType("PKCS12");
        return withKey(parameters);
    }

    private SSLContextParameters withKey(KeyStoreParameters store) {
        KeyManagersParameters managers = new KeyManagersParameters();
        managers.setKeyStore(store);
        managers.setKeyPassword(PASSWORD);
        SSLContextParameters tls = HubTls.trusting(hub.emulator());
        tls.setKeyManagers(managers);
        return tls;
    }

    private static String thumbprint(String resource) throws Exception {
        return DigestUtils.sha256Hex(
                PemKey.certificates(resource(resource)).get(0).getEncoded());
    }

    private static String resource(String name) throws IOException {
        try (var stream = CertificateLoginTest.class.getResourceAsStream("/pem/" + name)) {
            return new String(stream.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private List<String> bodies() {
        return hub.emulator().telemetry().stream()
                .map(TelemetryMessage::bodyText)
                .toList();
    }

    private void send(String body) {
        context.createProducerTemplate().sendBody("direct:in", body);
    }

    private String address() {
        return "hub=localhost:" + hub.emulator().mqttPort();
    }

    private void start(String options) throws Exception {
        route("iothub-mqtt:dev1?" + address() + "&" + options);
        context.start();
    }

    private void route(String uri) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").to(uri);
            }
        });
    }
}
