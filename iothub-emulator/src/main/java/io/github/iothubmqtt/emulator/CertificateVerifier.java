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

import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertStore;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import org.apache.commons.codec.digest.DigestUtils;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;

/**
 * Decides whether a client certificate lets an identity in, which is registered with thumbprints or with trust in certificate authorities.
 * Stateless, any thread. Every refusal says why.
 */
final class CertificateVerifier {

    private final ClientAuthorities authorities;
    private final Clock clock;

    CertificateVerifier(ClientAuthorities authorities, Clock clock) {
        this.authorities = authorities;
        this.clock = clock;
    }

    /** {@code notes} are those of the identity, and of a type with certificates. */
    void verify(ClientProof proof, Identity identity, IdentityNotes notes) {
        if (proof.isEmpty()) {
            throw ConnectRefused.notAuthorized("the authentication of " + identity + " is of type "
                    + notes.authenticationType() + ", and the client "
                    + (proof.overlooked()
                            ? "said iothub-no-client-cert=true, so that its certificate does not count"
                            : "sent no certificate in the TLS handshake"));
        }
        X509Certificate certificate = proof.certificate();
        if (notes.isSelfSigned()) {
            checkThumbprint(certificate, identity, notes);
        } else {
            checkName(certificate, identity);
        }
        checkValidity(certificate);
        if (!notes.isSelfSigned()) {
            checkChain(proof.chain());
        }
    }

    private static void checkThumbprint(X509Certificate certificate, Identity identity, IdentityNotes notes) {
        if (!hasThumbprint(certificate, notes.primaryThumbprint())
                && !hasThumbprint(certificate, notes.secondaryThumbprint())) {
            throw ConnectRefused.notAuthorized(
                    "the certificate with the thumbprint " + ClientCertificate.thumbprint(certificate)
                            + " is neither the primary nor the secondary one of " + identity);
        }
    }

    /** Whether this is its SHA-1 or its SHA-256; null is neither. */
    static boolean hasThumbprint(X509Certificate certificate, String thumbprint) {
        byte[] der = ClientCertificate.der(certificate);
        return Set.of(DigestUtils.sha1Hex(der), DigestUtils.sha256Hex(der)).contains(plain(thumbprint));
    }

    /** Without the colons that tools put in; empty for null. */
    private static String plain(String thumbprint) {
        return thumbprint == null ? "" : thumbprint.replace(":", "").toLowerCase(Locale.ROOT);
    }

    private static void checkName(X509Certificate certificate, Identity identity) {
        String name = commonName(certificate);
        if (!identity.clientId().equals(name)) {
            throw ConnectRefused.notAuthorized(
                    name == null
                            ? "the certificate has no common name; it must be " + identity
                            : "the common name of the certificate is '" + name + "', not '" + identity + "'");
        }
    }

    /** The last and most special if there are several; null if there is none. */
    static String commonName(X509Certificate certificate) {
        RDN[] names = X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded())
                .getRDNs(BCStyle.CN);
        return names.length == 0
                ? null
                : ((ASN1String) names[names.length - 1].getFirst().getValue()).getString();
    }

    private void checkValidity(X509Certificate certificate) {
        Instant now = clock.instant();
        Instant notBefore = certificate.getNotBefore().toInstant();
        Instant notAfter = certificate.getNotAfter().toInstant();
        if (now.isBefore(notBefore)) {
            throw ConnectRefused.notAuthorized(
                    "the certificate is not valid before " + notBefore + ", the hub's clock says " + now);
        }
        if (now.isAfter(notAfter)) {
            throw ConnectRefused.notAuthorized(
                    "the certificate expired at " + notAfter + ", the hub's clock says " + now);
        }
    }

    private void checkChain(List<X509Certificate> chain) {
        String issuer = chain.get(0).getIssuerX500Principal().getName();
        var anchors = authorities.anchors();
        if (anchors.isEmpty()) {
            throw ConnectRefused.notAuthorized("the certificate is issued by '" + issuer
                    + "', and the hub knows no certificate authority: add it with addCertificateAuthority");
        }
        try {
            checkChain(chain, anchors, clock.instant());
        } catch (CertPathBuilderException e) {
            throw ConnectRefused.notAuthorized("the certificate is issued by '" + issuer
                    + "', and no valid chain leads from there to a certificate authority that the hub knows: "
                    + e.getMessage());
        }
    }

    /** Whether a chain, as a client has sent it, leads to one of the anchors and holds at this time. */
    static void checkChain(List<X509Certificate> chain, Set<TrustAnchor> anchors, Instant now)
            throws CertPathBuilderException {
        try {
            X509CertSelector target = new X509CertSelector();
            target.setCertificate(chain.get(0));
            PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, target);
            parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(chain)));
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(now));
            CertPathBuilder.getInstance("PKIX").build(parameters);
        } catch (CertPathBuilderException e) {
            throw e;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JVM cannot verify a chain of certificates", e);
        }
    }
}
