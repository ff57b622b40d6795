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

import java.io.ByteArrayInputStream;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Certificates for tests in other languages. */
class ControlCertificatesTest {

    private static final String CERTIFICATES = "/emulator/certificates";
    private static final String AUTHORITIES = "/emulator/certificates/authorities";
    private static final char[] PASSWORD = "changeit".toCharArray();

    @RegisterExtension
    final IotHubExtension hub =
            IotHubExtension.create(IotHubEmulator.builder().httpsPort(0)).withX509Device("dev1");

    private BackEnd caller;

    @BeforeEach
    void call() {
        caller = new BackEnd(hub.emulator(), null);
    }

    @Test
    void aCertificateAndItsKeyLetTheDeviceIn() throws Exception {
        JsonObject issued =
                caller.send("POST", CERTIFICATES, "{\"commonName\":\"dev1\"}").json();

        WireClient.device(hub.emulator(), "dev1")
                .password(null)
                .tls(context(issued))
                .accepted()
                .close();
        assertThat(issued.getString("thumbprint")).isEqualTo(ClientCertificate.thumbprint(certificate(issued)));
    }

    @Test
    void theValidityMayBeInstantsOrDurationsFromNowOn() throws Exception {
        Instant before = Instant.now();
        X509Certificate certificate = certificate(caller.send(
                        "POST",
                        CERTIFICATES,
                        "{\"commonName\":\"dev1\",\"notBefore\":\"-PT2H\",\"notAfter\":\"2099-01-31T10:00:00Z\"}")
                .json());

        assertThat(certificate.getNotBefore().toInstant())
                .isBetween(before.minusSeconds(7201), Instant.now().minusSeconds(7199));
        assertThat(certificate.getNotAfter().toInstant()).isEqualTo(Instant.parse("2099-01-31T10:00:00Z"));
    }

    @Test
    void anAuthorityIsTrusted() throws Exception {
        Certificates.Authority company = Certificates.Authority.root("Company");

        assertThat(caller.send("POST", AUTHORITIES, company.pem()).status()).isEqualTo(204);

        WireClient.device(hub.emulator(), "dev1")
                .certificate(company.issue("dev1"))
                .accepted()
                .close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | common name",
                "{\"commonName\":7} | 'commonName' must be a string",
                "{\"commonName\":\"a\",\"notAfter\":\"soon\"} | 'notAfter' must be a time such as",
                "{\"commonName\":\"a\",\"notAfter\":\"-P2D\"} | must come after its beginning",
                "[] | object"
            })
    void whatIsWrongWithARequestIsSaid(String body, String sentence) throws Exception {
        BackEnd.Answer refusal = caller.send("POST", CERTIFICATES, body);

        assertThat(refusal.status()).isEqualTo(400);
        assertThat(refusal.response().body()).contains(sentence);
    }

    @Test
    void whatIsNoAuthorityIsRefused() throws Exception {
        assertThat(caller.send("POST", AUTHORITIES, "").status()).isEqualTo(400);
        assertThat(caller.send("POST", AUTHORITIES, "no PEM").response().body()).contains("BEGIN CERTIFICATE");
    }

    @Test
    void whoNeedsATokenNeedsOneThatMayWriteToTheRegistry() throws Exception {
        try (IotHubEmulator guarded = IotHubEmulator.builder()
                .httpsPort(0)
                .settings(HubSettings.defaults().controlTokenOnLoopback(true))
                .start()) {
            String body = "{\"commonName\":\"dev1\"}";

            assertThat(new BackEnd(guarded, "service")
                            .send("POST", CERTIFICATES, body)
                            .status())
                    .isEqualTo(401);
            assertThat(new BackEnd(guarded, "service")
                            .send("POST", AUTHORITIES, "x")
                            .status())
                    .isEqualTo(401);
            assertThat(new BackEnd(guarded, "iothubowner")
                            .send("POST", CERTIFICATES, body)
                            .status())
                    .isEqualTo(200);
        }
    }

    private static X509Certificate certificate(JsonObject issued) throws Exception {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(
                        new ByteArrayInputStream(issued.getString("certificate").getBytes()));
    }

    /** Made of the PEM texts, by Java alone. */
    private SSLContext context(JsonObject issued) throws Exception {
        String base64 = issued.getString("privateKey").replaceAll("-----.*-----", "");
        PrivateKey key = KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(base64)));
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("dev1", key, PASSWORD, new Certificate[] {certificate(issued)});
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, PASSWORD);
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(hub.emulator().trustStore());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }
}
