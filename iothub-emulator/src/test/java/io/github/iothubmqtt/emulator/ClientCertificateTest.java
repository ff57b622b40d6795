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
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What Java itself makes of the certificates, with nothing of the code under test. */
class ClientCertificateTest {

    private static final String CLIENT_AUTHENTICATION = "1.3.6.1.5.5.7.3.2";

    private final ClientCertificate certificate = ClientCertificate.selfSigned("dev1");

    @Test
    void thePemIsTheCertificate() throws Exception {
        X509Certificate read = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(
                        new ByteArrayInputStream(certificate.certificatePem().getBytes()));

        assertThat(read).isEqualTo(certificate.certificate());
        assertThat(read.getSubjectX500Principal().getName()).isEqualTo("CN=dev1");
        assertThat(read.getIssuerX500Principal()).isEqualTo(read.getSubjectX500Principal());
        assertThat(read.getExtendedKeyUsage()).containsExactly(CLIENT_AUTHENTICATION);
        assertThat(read.getBasicConstraints()).isEqualTo(-1);
        read.verify(read.getPublicKey());
        read.checkValidity();
    }

    @Test
    void theKeyIsPkcs8AndFitsTheCertificate() throws Exception {
        List<String> lines = certificate.privateKeyPem().lines().toList();
        byte[] der = Base64.getDecoder().decode(String.join("", lines.subList(1, lines.size() - 1)));

        PrivateKey key = KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));

        assertThat(lines.get(0)).isEqualTo("-----BEGIN PRIVATE KEY-----");
        assertThat(fits(key)).isTrue();
    }

    @Test
    void theThumbprintIsSha256InUpperCase() throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256")
                .digest(certificate.certificate().getEncoded());

        assertThat(certificate.thumbprint())
                .isEqualTo(HexFormat.of().withUpperCase().formatHex(digest));
    }

    @Test
    void theKeyStoreHoldsKeyAndChainUnderThePassword() throws Exception {
        char[] password = "secret".toCharArray();
        try (IotHubEmulator hub = IotHubEmulator.start()) {
            KeyStore store = hub.issueCertificate("dev1").keyStore(password);

            assertThat(store.getType()).isEqualTo("PKCS12");
            assertThat(store.getKey(store.aliases().nextElement(), password)).isNotNull();
            assertThat(store.getCertificateChain(store.aliases().nextElement())).hasSize(2);
        }
    }

    @Test
    void theEmulatorsCertificatesAreOfItsAuthorityForDevices() throws Exception {
        try (IotHubEmulator hub = IotHubEmulator.start()) {
            ClientCertificate issued = hub.issueCertificate("dev1");

            List<X509Certificate> chain = CertificateFactory.getInstance("X.509")
                    .generateCertificates(
                            new ByteArrayInputStream(issued.certificatePem().getBytes()))
                    .stream()
                    .map(X509Certificate.class::cast)
                    .toList();
            assertThat(chain).hasSize(2);
            assertThat(chain.get(0)).isEqualTo(issued.certificate());
            chain.get(0).verify(chain.get(1).getPublicKey());
            assertThat(chain.get(0).getExtendedKeyUsage()).containsExactly(CLIENT_AUTHENTICATION);
            assertThat(chain.get(1).getBasicConstraints()).isNotNegative();
        }
    }

    @Test
    void theValidityIsTheOneAskedFor() {
        Instant begin = Instant.parse("2001-02-03T04:05:06Z");

        X509Certificate old = ClientCertificate.selfSigned("dev1", begin, begin.plusSeconds(60))
                .certificate();

        assertThat(old.getNotBefore().toInstant()).isEqualTo(begin);
        assertThat(old.getNotAfter().toInstant()).isEqualTo(begin.plusSeconds(60));
        assertThat(Duration.between(
                        Instant.now(), certificate.certificate().getNotAfter().toInstant()))
                .isGreaterThan(Duration.ofDays(360));
    }

    @Test
    void itsTextHasNoKey() {
        String key = certificate.privateKeyPem().lines().skip(1).findFirst().orElseThrow();

        assertThat(certificate.toString())
                .isEqualTo("ClientCertificate[CN=dev1, thumbprint " + certificate.thumbprint() + "]")
                .doesNotContain(key);
    }

    private boolean fits(PrivateKey key) throws Exception {
        byte[] text = "text".getBytes(StandardCharsets.UTF_8);
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(key);
        signature.update(text);
        byte[] signed = signature.sign();
        signature.initVerify(certificate.certificate());
        signature.update(text);
        return signature.verify(signed);
    }
}
