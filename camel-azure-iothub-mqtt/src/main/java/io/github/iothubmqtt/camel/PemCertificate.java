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
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;

import io.github.iothubmqtt.device.CertificateCredentials.Certified;
import io.github.iothubmqtt.device.CertificateCredentials.Source;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.support.jsse.KeyManagersParameters;
import org.apache.camel.support.jsse.KeyStoreParameters;

/**
 * A client certificate in PEM files, which are read anew each time.
 *
 * @param certificateFile the device's certificate, and behind it those of its issuers
 * @param privateKeyFile may be the same file
 * @param password of the private key; null when it is not encrypted
 * @param tls the rest of the TLS settings
 */
record PemCertificate(String certificateFile, String privateKeyFile, String password, TlsSettings tls)
        implements Source {

    /** Protects what never leaves the memory of this process. */
    private static final String IN_MEMORY = "in-memory";

    @Override
    public Certified read() throws GeneralSecurityException, IOException {
        List<X509Certificate> chain = chain();
        PrivateKey key = key();
        if (!PemKey.belongsTo(key, chain.get(0))) {
            throw new GeneralSecurityException(
                    "the key in " + privateKeyFile + " is not that of the first certificate in " + certificateFile
                            + ": give the key and the certificate that were made together");
        }
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try {
            store.setKeyEntry("device", key, IN_MEMORY.toCharArray(), chain.toArray(new X509Certificate[0]));
        } catch (KeyStoreException e) {
            throw new KeyStoreException(
                    "the certificates in certificateFile " + certificateFile
                            + " are no chain: put the device's first, behind each that of its issuer, and leave out all"
                            + " others",
                    e);
        }
        KeyStoreParameters inMemory = new KeyStoreParameters();
        inMemory.setKeyStore(store);
        KeyManagersParameters managers = new KeyManagersParameters();
        managers.setKeyStore(inMemory);
        managers.setKeyPassword(IN_MEMORY);
        return new Certified(
                tls.contextWith(managers), chain.get(0).getNotAfter().toInstant());
    }

    private List<X509Certificate> chain() throws GeneralSecurityException, IOException {
        try {
            List<X509Certificate> chain = PemKey.certificates(text("certificateFile", certificateFile));
            if (!chain.isEmpty()) {
                return chain;
            }
        } catch (CertificateException e) {
            throw new CertificateException(
                    "certificateFile " + certificateFile
                            + " holds something that is no X.509 certificate: give a file in PEM" + " form",
                    e);
        }
        throw new CertificateException("certificateFile " + certificateFile
                + " holds no certificate: give a file in PEM form," + " which has '-----BEGIN CERTIFICATE-----'");
    }

    private PrivateKey key() throws GeneralSecurityException, IOException {
        try {
            return PemKey.privateKey(text("privateKeyFile", privateKeyFile), password);
        } catch (GeneralSecurityException e) {
            throw new GeneralSecurityException("privateKeyFile " + privateKeyFile + " " + e.getMessage(), e);
        }
    }

    /** A path, or what Camel can resolve, such as {@code classpath:}. */
    private String text(String option, String location) throws IOException {
        try {
            if (!ResourceHelper.hasScheme(location)) {
                return Files.readString(Path.of(location), StandardCharsets.ISO_8859_1);
            }
            try (InputStream stream =
                    ResourceHelper.resolveMandatoryResourceAsInputStream(tls.camelContext(), location)) {
                return new String(stream.readAllBytes(), StandardCharsets.ISO_8859_1);
            }
        } catch (NoSuchFileException e) {
            throw new IOException(option + " " + location + " does not exist: correct the path", e);
        } catch (IOException e) {
            throw new IOException(
                    option + " " + location + " cannot be read (" + e.getMessage() + "): check path and rights", e);
        }
    }
}
