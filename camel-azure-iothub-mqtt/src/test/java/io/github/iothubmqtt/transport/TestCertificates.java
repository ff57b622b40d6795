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
package io.github.iothubmqtt.transport;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority in memory, and what it issues. */
final class TestCertificates {

    private static final AtomicLong SERIAL = new AtomicLong(1);
    private static final char[] PASSWORD = new char[0];

    private final KeyPair key = newKey();
    private final X500Name name;
    private final X509Certificate certificate;

    TestCertificates(String commonName) {
        name = new X500Name("CN=" + commonName);
        try {
            Instant now = Instant.now();
            var builder = builder(name, key, now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(2)));
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
            certificate = sign(builder, key.getPrivate());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** A server's key and certificate. */
    record Identity(PrivateKey key, X509Certificate certificate) {

        byte[] keyPem() {
            return pem("PRIVATE KEY", key.getEncoded());
        }

        byte[] certificatePem() {
            try {
                return pem("CERTIFICATE", certificate.getEncoded());
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        SSLContext serverContext() {
            return context(null);
        }

        /** Shows this certificate, to either side, and trusts that authority; the runtime's own when it is null. */
        SSLContext context(TestCertificates trusted) {
            try {
                KeyStore store = emptyStore();
                store.setKeyEntry("server", key, PASSWORD, new X509Certificate[] {certificate});
                KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
                keys.init(store, PASSWORD);
                SSLContext context = SSLContext.getInstance("TLS");
                context.init(keys.getKeyManagers(), trusted == null ? null : trusted.trustManagers(), null);
                return context;
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** @param names host names, and addresses of four numbers */
    Identity valid(String... names) {
        return issue(-24, 24, names);
    }

    Identity expired(String... names) {
        return issue(-24, -1, names);
    }

    Identity notYetValid(String... names) {
        return issue(1, 24, names);
    }

    private Identity issue(int fromHours, int untilHours, String... hosts) {
        try {
            KeyPair server = newKey();
            Instant now = Instant.now();
            var builder = builder(
                    new X500Name("CN=test server"),
                    server,
                    now.plus(Duration.ofHours(fromHours)),
                    now.plus(Duration.ofHours(untilHours)));
            GeneralName[] names = new GeneralName[hosts.length];
            for (int i = 0; i < names.length; i++) {
                boolean address = hosts[i].matches("[0-9.]+");
                names[i] = new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, hosts[i]);
            }
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
            return new Identity(server.getPrivate(), sign(builder, key.getPrivate()));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Trusts this authority and no other. */
    SSLContext clientContext() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private TrustManager[] trustManagers() throws GeneralSecurityException {
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trustStore());
        return trust.getTrustManagers();
    }

    /** Holds this authority and no other. */
    KeyStore trustStore() {
        try {
            KeyStore store = emptyStore();
            store.setCertificateEntry("ca", certificate);
            return store;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private JcaX509v3CertificateBuilder builder(X500Name subject, KeyPair subjectKey, Instant from, Instant until) {
        return new JcaX509v3CertificateBuilder(
                name,
                BigInteger.valueOf(SERIAL.getAndIncrement()),
                Date.from(from),
                Date.from(until),
                subject,
                subjectKey.getPublic());
    }

    private static X509Certificate sign(JcaX509v3CertificateBuilder builder, PrivateKey issuer)
            throws OperatorCreationException, GeneralSecurityException {
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(issuer)));
    }

    private static KeyPair newKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static KeyStore emptyStore() throws GeneralSecurityException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, PASSWORD);
            return store;
        } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] pem(String type, byte[] der) {
        String base64 = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return ("-----BEGIN " + type + "-----\n" + base64 + "\n-----END " + type + "-----\n")
                .getBytes(StandardCharsets.US_ASCII);
    }
}
