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

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import javax.security.auth.x500.X500Principal;

import org.apache.commons.codec.digest.DigestUtils;
import org.bouncycastle.asn1.x509.KeyPurposeId;

/**
 * A certificate with its private key, by which a device shows who it is: signed by itself, or issued by the emulator with
 * {@link IotHubEmulator#issueCertificate(String)}. EC P-256. Immutable; prints no key.
 */
public final class ClientCertificate {

    static final Duration BEFORE = Duration.ofDays(1);
    static final Duration AFTER = Duration.ofDays(365);

    private static final String ALIAS = "device";

    private final PrivateKey privateKey;
    /** The device's own certificate comes first. */
    private final List<X509Certificate> chain;

    ClientCertificate(PrivateKey privateKey, List<X509Certificate> chain) {
        this.privateKey = privateKey;
        this.chain = chain;
    }

    /** A new one that is valid from yesterday for a year, by the clock of the machine. For {@link EmulatedDevice#authenticateByThumbprint}. */
    public static ClientCertificate selfSigned(String commonName) {
        Instant now = Instant.now();
        return selfSigned(commonName, now.minus(BEFORE), now.plus(AFTER));
    }

    /** A new one that is valid in this time, which may be over or not have come; fractions of a second are cut off. */
    public static ClientCertificate selfSigned(String commonName, Instant notBefore, Instant notAfter) {
        checkValidity(notBefore, notAfter);
        KeyPair keys = CertificateSigner.newKeys();
        X500Principal name = CertificateSigner.commonName(checkedName(commonName));
        X509Certificate certificate = new CertificateSigner(name, keys.getPrivate())
                .sign(
                        name,
                        keys.getPublic(),
                        notBefore,
                        notAfter,
                        builder -> CertificateSigner.addEndUsage(builder, KeyPurposeId.id_kp_clientAuth));
        return new ClientCertificate(keys.getPrivate(), List.of(certificate));
    }

    static String checkedName(String commonName) {
        if (commonName == null || commonName.isBlank()) {
            throw new IllegalArgumentException("A certificate needs a common name: the id of the device");
        }
        return commonName;
    }

    static void checkValidity(Instant notBefore, Instant notAfter) {
        if (!notBefore.isBefore(notAfter)) {
            throw new IllegalArgumentException("A certificate cannot be valid from " + notBefore + " to " + notAfter
                    + ": its end must come after its beginning");
        }
    }

    /** The device's own, without those of its issuers. */
    public X509Certificate certificate() {
        return chain.get(0);
    }

    /** The device's own certificate and then those of its issuers, if there are any. */
    public String certificatePem() {
        return chain.stream().map(Pem::of).collect(Collectors.joining());
    }

    /** PKCS#8, not encrypted. */
    public String privateKeyPem() {
        return Pem.of(privateKey);
    }

    /** SHA-256 of the certificate in upper-case hex, 64 digits: what the registry of the hub wants of a self-signed one. */
    public String thumbprint() {
        return thumbprint(certificate());
    }

    static String thumbprint(X509Certificate certificate) {
        return DigestUtils.sha256Hex(der(certificate)).toUpperCase(Locale.ROOT);
    }

    static byte[] der(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A new PKCS#12 store with the key and the certificates, under one password for both. */
    public KeyStore keyStore(char[] password) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry(ALIAS, privateKey, password, chain.toArray(Certificate[]::new));
            return store;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("This JVM cannot make a key store", e);
        }
    }

    @Override
    public String toString() {
        return "ClientCertificate[" + certificate().getSubjectX500Principal() + ", thumbprint " + thumbprint() + "]";
    }
}
