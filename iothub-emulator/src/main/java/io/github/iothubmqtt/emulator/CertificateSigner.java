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
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Date;
import javax.security.auth.x500.X500Principal;

import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Signs certificates in somebody's name. Immutable. EC P-256, for a pair of keys takes a millisecond where RSA takes a tenth of a second;
 * Azure has RSA.
 */
record CertificateSigner(X500Principal name, PrivateKey key) {

    /** What a certificate holds besides names, key and validity. */
    interface Extensions {
        void addTo(X509v3CertificateBuilder certificate) throws IOException, GeneralSecurityException;
    }

    static final SecureRandom RANDOM = new SecureRandom();

    static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JVM cannot make EC P-256 keys", e);
        }
    }

    /** The name with nothing but a common name, in which any character may be. */
    static X500Principal commonName(String text) {
        try {
            return new X500Principal(new X500NameBuilder(BCStyle.INSTANCE)
                    .addRDN(BCStyle.CN, text)
                    .build()
                    .getEncoded());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    X509Certificate sign(
            X500Principal subject, PublicKey subjectKey, Instant notBefore, Instant notAfter, Extensions extensions) {
        try {
            X509v3CertificateBuilder certificate = new JcaX509v3CertificateBuilder(
                    name,
                    new BigInteger(127, RANDOM).setBit(126),
                    Date.from(notBefore),
                    Date.from(notAfter),
                    subject,
                    subjectKey);
            extensions.addTo(certificate);
            return new JcaX509CertificateConverter()
                    .getCertificate(certificate.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException("This JVM cannot make a certificate for " + subject, e);
        }
    }

    /** Of one end of TLS, which signs no certificates. */
    static void addEndUsage(X509v3CertificateBuilder certificate, KeyPurposeId purpose) throws IOException {
        certificate
                .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
    }

    @Override
    public String toString() {
        return "CertificateSigner[" + name + "]";
    }
}
