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
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Keys and certificates in the forms in which OpenSSL writes them; made by OpenSSL once and kept as resources. */
class PemKeyTest {

    private static final String PASSWORD = "top secret";

    @ParameterizedTest
    @ValueSource(strings = {"ec", "ec384", "rsa", "ed25519"})
    void aKeyInPkcs8IsReadAndBelongsToItsCertificate(String kind) throws Exception {
        PrivateKey key = PemKey.privateKey(resource(kind + "-pkcs8.pem"), null);

        assertThat(PemKey.belongsTo(key, certificate(kind))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ec", "ec384", "rsa"})
    void soIsOneInTheOlderForm(String kind) throws Exception {
        String pem = resource(kind + "-old.pem");
        assertThat(pem).containsAnyOf("BEGIN EC PRIVATE KEY", "BEGIN RSA PRIVATE KEY");

        assertThat(PemKey.belongsTo(PemKey.privateKey(pem, null), certificate(kind)))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ec-aes256", "rsa-aes128"})
    void soIsOneThatIsEncrypted(String kind) throws Exception {
        PrivateKey key = PemKey.privateKey(resource(kind + ".pem"), PASSWORD);

        assertThat(PemKey.belongsTo(key, certificate(kind.split("-")[0]))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ec-aes256", "rsa-aes128"})
    void theWrongPasswordIsToldAndNotShown(String kind) {
        assertThatThrownBy(() -> PemKey.privateKey(resource(kind + ".pem"), "wrong word"))
                .isInstanceOf(GeneralSecurityException.class)
                .hasMessageStartingWith("cannot be decrypted: check privateKeyPassword")
                .hasMessageNotContaining("wrong word");
    }

    @Test
    void anEncryptedKeyWantsAPassword() {
        assertThatThrownBy(() -> PemKey.privateKey(resource("ec-aes256.pem"), null))
                .hasMessage("is encrypted: give privateKeyPassword");
    }

    @Test
    void aCipherThatJavaDoesNotKnowIsRefusedWithTheWayOut() {
        assertThatThrownBy(() -> PemKey.privateKey(resource("rsa-3des.pem"), PASSWORD))
                .hasMessageContaining("or convert the key with 'openssl pkcs8 -topk8 -v2 aes256");
    }

    @Test
    void theOldEncryptionIsRefusedWithTheWayOut() {
        assertThatThrownBy(() -> PemKey.privateKey(resource("rsa-old-encrypted.pem"), PASSWORD))
                .hasMessageContaining("is encrypted in the old form of OpenSSL")
                .hasMessageContaining("openssl pkcs8 -topk8");
    }

    @Test
    void aKeyOfAnotherCertificateIsFoundOut() throws Exception {
        PrivateKey ec = PemKey.privateKey(resource("ec-pkcs8.pem"), null);
        PrivateKey rsa = PemKey.privateKey(resource("rsa-pkcs8.pem"), null);

        assertThat(PemKey.belongsTo(ec, certificate("rsa"))).isFalse();
        assertThat(PemKey.belongsTo(ec, certificate("ec384"))).isFalse();
        assertThat(PemKey.belongsTo(rsa, certificate("ec"))).isFalse();
    }

    @Test
    void whatIsNoKeyIsToldAsSuch() throws Exception {
        assertThatThrownBy(() -> PemKey.privateKey(resource("ec-certificate.pem"), null))
                .hasMessageStartingWith("holds no private key");
        assertThatThrownBy(() -> PemKey.privateKey("", null)).hasMessageStartingWith("holds no private key");
        assertThatThrownBy(() -> PemKey.privateKey(
                        resource("ec-pkcs8.pem").replaceFirst("(?s)(KEY-----.{20}).*(-----END)", "$1\n$2"), null))
                .hasMessageStartingWith("holds a private key that is damaged");
        assertThatThrownBy(() -> PemKey.privateKey(
                        "-----BEGIN DSA PRIVATE KEY-----\nAAAA\n-----END DSA PRIVATE KEY-----\n", null))
                .hasMessageContaining("'DSA PRIVATE KEY', which is not supported");
    }

    @Test
    void aKeyInTheOlderFormThatWasCutAnywhereIsToldAsSuch() throws Exception {
        String whole = resource("ec-old.pem");
        int from = whole.indexOf("BEGIN EC PRIVATE KEY-----") + "BEGIN EC PRIVATE KEY-----".length();
        byte[] der = Base64.getMimeDecoder().decode(whole.substring(from, whole.indexOf("-----END EC PRIVATE", from)));

        for (int length = 0; length < der.length; length++) {
            byte[] cut = Arrays.copyOf(der, length);
            assertThatThrownBy(() -> PemKey.privateKey(old(cut), null))
                    .as("cut to " + cut.length + " bytes")
                    .isInstanceOf(GeneralSecurityException.class)
                    .hasMessageStartingWith("holds a");
        }
        // As a negative number, this length would lead back to where it stands.
        byte[] negative = HexFormat.of().parseHex("30063084fffffffa");
        assertThatThrownBy(() -> PemKey.privateKey(old(negative), null)).hasMessageContaining("holds an EC key that");
    }

    private static String old(byte[] der) {
        return "-----BEGIN EC PRIVATE KEY-----\n" + Base64.getMimeEncoder().encodeToString(der)
                + "\n-----END EC PRIVATE KEY-----\n";
    }

    @Test
    void oneFileMayHoldKeyAndChain() throws Exception {
        String both = resource("ec-pkcs8.pem") + "some words\n" + resource("ec-certificate.pem")
                + resource("rsa-certificate.pem");

        assertThat(PemKey.certificates(both)).hasSize(2).first().isEqualTo(certificate("ec"));
        assertThat(PemKey.belongsTo(PemKey.privateKey(both, null), certificate("ec")))
                .isTrue();
    }

    private static X509Certificate certificate(String kind) throws Exception {
        List<X509Certificate> certificates = PemKey.certificates(resource(kind + "-certificate.pem"));
        return certificates.get(0);
    }

    private static String resource(String name) throws Exception {
        try (var stream = PemKeyTest.class.getResourceAsStream("/pem/" + name)) {
            return new String(stream.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
