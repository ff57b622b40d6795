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
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.security.auth.x500.X500Principal;

import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;

/**
 * A certificate authority of one emulator: so trusting one emulator never means trusting another. It exists in memory only, unless
 * the emulator has a state directory. Immutable after it was made.
 */
final class CertificateAuthority {

    /** A server's key and certificate. */
    record ServerCredentials(PrivateKey privateKey, X509Certificate certificate) {}

    /** Server certificates are checked against the machine's clock, so the clock of the hub has no say here. */
    private static final Duration BEFORE = Duration.ofDays(1);

    private static final Duration AFTER = Duration.ofDays(365);
    private static final Duration ENOUGH = Duration.ofDays(30);
    private static final X500Principal SERVERS = new X500Principal("CN=IoT Hub emulator CA");
    private static final X500Principal CLIENTS = new X500Principal("CN=IoT Hub emulator CA for devices");

    private final PrivateKey privateKey;
    private final X509Certificate certificate;
    private final CertificateSigner signer;

    private CertificateAuthority(PrivateKey privateKey, X509Certificate certificate) {
        this.privateKey = privateKey;
        this.certificate = certificate;
        this.signer = new CertificateSigner(certificate.getSubjectX500Principal(), privateKey);
    }

    /** The one that clients have to trust. */
    static CertificateAuthority forServers() {
        return fresh(SERVERS);
    }

    /** The one whose certificates let devices in. */
    static CertificateAuthority forClients() {
        return fresh(CLIENTS);
    }

    private static CertificateAuthority fresh(X500Principal name) {
        KeyPair keys = CertificateSigner.newKeys();
        Instant now = Instant.now();
        X509Certificate certificate = new CertificateSigner(name, keys.getPrivate())
                .sign(name, keys.getPublic(), now.minus(BEFORE), now.plus(AFTER), builder -> builder.addExtension(
                                Extension.basicConstraints, true, new BasicConstraints(0))
                        .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
                        .addExtension(
                                Extension.subjectKeyIdentifier,
                                false,
                                new JcaX509ExtensionUtils().createSubjectKeyIdentifier(keys.getPublic())));
        return new CertificateAuthority(keys.getPrivate(), certificate);
    }

    /** One that was kept, from {@link #privateKeyPem()} and {@link #certificatePem()}. */
    static CertificateAuthority of(String privateKeyPem, String certificatePem) {
        try {
            PrivateKey privateKey =
                    KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(Pem.der(privateKeyPem)));
            return new CertificateAuthority(
                    privateKey, Pem.certificates(certificatePem).get(0));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("Not a certificate authority of the emulator", e);
        }
    }

    /** Whether what it issues would soon be worth nothing. */
    boolean isAboutToExpire() {
        return certificate.getNotAfter().toInstant().isBefore(Instant.now().plus(ENOUGH));
    }

    /** Whoever has it can pass for the emulator, or for its devices. */
    String privateKeyPem() {
        return Pem.of(privateKey);
    }

    X509Certificate certificate() {
        return certificate;
    }

    String certificatePem() {
        return Pem.of(certificate);
    }

    ServerCredentials issueServerCertificate(Collection<String> hostNames) {
        KeyPair keys = CertificateSigner.newKeys();
        Instant now = Instant.now();
        X509Certificate server = signer.sign(
                new X500Principal("CN=IoT Hub emulator"),
                keys.getPublic(),
                now.minus(BEFORE),
                now.plus(AFTER),
                builder -> {
                    CertificateSigner.addEndUsage(builder, KeyPurposeId.id_kp_serverAuth);
                    builder.addExtension(
                                    Extension.authorityKeyIdentifier,
                                    false,
                                    new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(certificate))
                            .addExtension(Extension.subjectAlternativeName, false, alternativeNames(hostNames));
                });
        return new ServerCredentials(keys.getPrivate(), server);
    }

    ClientCertificate issueClientCertificate(String commonName, Instant notBefore, Instant notAfter) {
        KeyPair keys = CertificateSigner.newKeys();
        X509Certificate client = signer.sign(
                CertificateSigner.commonName(commonName), keys.getPublic(), notBefore, notAfter, builder -> {
                    CertificateSigner.addEndUsage(builder, KeyPurposeId.id_kp_clientAuth);
                    builder.addExtension(
                            Extension.authorityKeyIdentifier,
                            false,
                            new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(certificate));
                });
        return new ClientCertificate(keys.getPrivate(), List.of(client, certificate));
    }

    /** Trusts this authority and nothing else. */
    SSLContext clientContext() {
        try {
            return clientContext(new KeyManager[0]);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JVM cannot make an SSLContext", e);
        }
    }

    /** The same with a certificate to show. */
    SSLContext clientContext(ClientCertificate certificate) {
        try {
            char[] password = {};
            KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
            keys.init(certificate.keyStore(password), password);
            return clientContext(keys.getKeyManagers());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JVM cannot make an SSLContext", e);
        }
    }

    private SSLContext clientContext(KeyManager[] keys) throws GeneralSecurityException {
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trustStore());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, trust.getTrustManagers(), CertificateSigner.RANDOM);
        return context;
    }

    /** A new store with the certificate of this authority. */
    KeyStore trustStore() {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("iot-hub-emulator", certificate);
            return trusted;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("This JVM cannot make a key store", e);
        }
    }

    private static GeneralNames alternativeNames(Collection<String> hostNames) {
        return new GeneralNames(hostNames.stream()
                .map(name -> new GeneralName(isAddress(name) ? GeneralName.iPAddress : GeneralName.dNSName, name))
                .toArray(GeneralName[]::new));
    }

    private static boolean isAddress(String name) {
        return name.indexOf(':') >= 0 || name.matches("\\d+(\\.\\d+){3}");
    }
}
