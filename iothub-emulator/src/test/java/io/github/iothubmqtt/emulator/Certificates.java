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

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509KeyManager;
import javax.security.auth.x500.X500Principal;

import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;

/** TLS of devices with certificates, and a company's own certificate authorities. */
final class Certificates {

    private static final char[] PASSWORD = "changeit".toCharArray();

    private Certificates() {}

    /** Trusts this hub and shows the certificate of one with the key of the other. */
    static SSLContext contextOfThief(IotHubEmulator hub, ClientCertificate shown, ClientCertificate owned) {
        try {
            PrivateKey key = (PrivateKey) owned.keyStore(PASSWORD).getKey("device", PASSWORD);
            return context(hub, new Thief(shown.certificate(), key));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SSLContext context(IotHubEmulator hub, KeyManager... keys) throws GeneralSecurityException {
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(hub.trustStore());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, trust.getTrustManagers(), null);
        return context;
    }

    /** Somebody's root, by which an authority beneath it is trusted. */
    record Authority(PrivateKey key, List<X509Certificate> chain) {

        static Authority root(String name) {
            KeyPair keys = CertificateSigner.newKeys();
            return new Authority(
                    keys.getPrivate(),
                    List.of(authority(name, keys, new CertificateSigner(name(name), keys.getPrivate()))));
        }

        Authority beneath(String name) {
            KeyPair keys = CertificateSigner.newKeys();
            return new Authority(keys.getPrivate(), List.of(authority(name, keys, signer()), chain.get(0)));
        }

        private static X509Certificate authority(String name, KeyPair keys, CertificateSigner signer) {
            return signer.sign(
                    name(name),
                    keys.getPublic(),
                    yesterday(),
                    tomorrow(),
                    builder -> builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true)));
        }

        /** Whose chain has all certificates up to the root, but not the root. */
        ClientCertificate issue(String commonName) {
            KeyPair keys = CertificateSigner.newKeys();
            X509Certificate certificate =
                    signer().sign(name(commonName), keys.getPublic(), yesterday(), tomorrow(), builder -> {});
            return new ClientCertificate(
                    keys.getPrivate(), chain.size() == 1 ? List.of(certificate) : List.of(certificate, chain.get(0)));
        }

        private CertificateSigner signer() {
            return new CertificateSigner(chain.get(0).getSubjectX500Principal(), key);
        }

        /** One who was issued a certificate and takes it for one of an authority. */
        Authority disguise(ClientCertificate issued) throws GeneralSecurityException {
            PrivateKey issuedKey = (PrivateKey) issued.keyStore(PASSWORD).getKey("device", PASSWORD);
            return new Authority(issuedKey, List.of(issued.certificate(), chain.get(0)));
        }

        String pem() {
            return Pem.of(chain.get(0));
        }

        private static X500Principal name(String text) {
            return CertificateSigner.commonName(text);
        }

        private static Instant yesterday() {
            return Instant.now().minus(Duration.ofDays(1));
        }

        private static Instant tomorrow() {
            return Instant.now().plus(Duration.ofDays(1));
        }
    }

    private record Thief(X509Certificate shown, PrivateKey owned) implements X509KeyManager {

        private static final String ALIAS = "any";

        @Override
        public String[] getClientAliases(String keyType, Principal[] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public String chooseClientAlias(String[] keyType, Principal[] issuers, Socket socket) {
            return ALIAS;
        }

        @Override
        public String[] getServerAliases(String keyType, Principal[] issuers) {
            return new String[0];
        }

        @Override
        public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
            return null;
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return new X509Certificate[] {shown};
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return owned;
        }
    }
}
