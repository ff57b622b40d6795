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

import java.security.cert.CertPathBuilderException;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import io.vertx.mqtt.MqttAuth;
import io.vertx.mqtt.MqttEndpoint;

/**
 * Decides who may talk to the provisioning service, and whose enrollment it is. A CONNECT is asked for a token of the right form that has
 * not expired; whether the key is the right one is found out when the device registers, as in Azure. Stateless.
 */
final class ProvisioningGate {

    private static final String POLICY = "registration";
    private static final String UNAUTHORIZED = "Unauthorized";

    /**
     * A device that was let in, and what it proves itself with.
     *
     * @param token null when it comes with a certificate
     * @param chain of the certificate, its own first; empty when it comes with a token
     */
    record Guest(String registrationId, SasToken token, List<X509Certificate> chain) {

        boolean hasToken() {
            return token != null;
        }
    }

    private final HostNames hostNames;
    private final String idScope;
    private final SasVerifier verifier;
    private final Enrollments enrollments;
    private final Clock clock;
    private final HubSettings settings;

    ProvisioningGate(
            HostNames hostNames,
            String idScope,
            SasVerifier verifier,
            Enrollments enrollments,
            Clock clock,
            HubSettings settings) {
        this.hostNames = hostNames;
        this.idScope = idScope;
        this.verifier = verifier;
        this.enrollments = enrollments;
        this.clock = clock;
        this.settings = settings;
    }

    /** Whether this CONNECT is for the provisioning service and not for the hub. */
    boolean isMeant(MqttAuth auth) {
        return auth != null && auth.getUsername() != null && ProvisioningUserName.isOne(auth.getUsername(), hostNames);
    }

    Guest admit(MqttEndpoint connect, ClientProof proof) {
        Gatekeeper.checkProtocol(connect.protocolVersion());
        ProvisioningUserName userName =
                ProvisioningUserName.parse(connect.auth().getUsername());
        if (!userName.idScope().equals(idScope)) {
            throw ConnectRefused.notAuthorized(
                    "the id scope is '" + userName.idScope() + "', this provisioning service has " + idScope);
        }
        if (!userName.registrationId().equals(connect.clientIdentifier())) {
            throw ConnectRefused.notAuthorized("the client id is '" + connect.clientIdentifier()
                    + "', the user name says '" + userName.registrationId() + "'");
        }
        Guest guest = guest(userName, connect.auth().getPassword(), proof);
        if (settings.provisioningKeyCheck() == HubSettings.ProvisioningKeyCheck.CONNECT) {
            checkAtConnect(guest);
        }
        return guest;
    }

    /** A password is a token, whatever TLS has shown; only without one does a certificate count. */
    private Guest guest(ProvisioningUserName userName, String password, ClientProof proof) {
        String id = userName.registrationId();
        if (password != null && !password.isEmpty()) {
            return new Guest(id, token(password, userName), List.of());
        }
        if (proof.isEmpty()) {
            throw ConnectRefused.notAuthorized("the CONNECT has no password, and the client sent no certificate");
        }
        String name = CertificateVerifier.commonName(proof.certificate());
        if (!id.equalsIgnoreCase(name)) {
            throw ConnectRefused.notAuthorized(
                    "the common name of the certificate is '" + name + "', not the registration id '" + id + "'");
        }
        return new Guest(id, null, proof.chain());
    }

    private SasToken token(String password, ProvisioningUserName userName) {
        SasToken token = verifier.unexpired(password);
        String resource = PercentDecoder.decode(token.resource());
        if (!resource.equals(userName.resource())) {
            throw ConnectRefused.notAuthorized(
                    "the token is for '" + token.resource() + "', not for " + userName.resource());
        }
        // Microsoft's client for Java leaves it empty.
        if (token.policy() != null && !token.policy().equals(POLICY)) {
            throw ConnectRefused.notAuthorized(
                    "the token's 'skn' is '" + token.policy() + "', the provisioning service wants " + POLICY);
        }
        return token;
    }

    private void checkAtConnect(Guest guest) {
        try {
            enrollmentOf(guest);
        } catch (HubException e) {
            throw ConnectRefused.notAuthorized(e.code(), e.hubMessage());
        }
    }

    /**
     * The enrollment that lets the device in.
     *
     * @throws HubException with code 404201 when there is none, 401000 when the token is not signed with its key, 401002 when the
     *     certificate is not the right one
     */
    Enrollment enrollmentOf(Guest guest) {
        Enrollment individual = enrollments.find(guest.registrationId(), false);
        List<Enrollment> candidates = individual == null ? enrollments.all(true) : List.of(individual);
        if (candidates.isEmpty()) {
            throw new HubException(HubCode.ENROLLMENT_NOT_FOUND, "Enrollment not found");
        }
        // Without the group's name Azure cannot tell a wrong key from a group that is not there.
        return candidates.stream()
                .filter(each -> proves(guest, each))
                .findFirst()
                .orElseThrow(() -> new HubException(
                        guest.hasToken() ? HubCode.PROVISIONING_UNAUTHORIZED : HubCode.UNAUTHORIZED_ACCESS,
                        "Unauthorized"));
    }

    private boolean proves(Guest guest, Enrollment enrollment) {
        EnrollmentAttestation wanted = enrollment.attestation();
        if (guest.hasToken() == wanted.isX509()) {
            return false;
        }
        if (guest.hasToken()) {
            return isYoung(guest.token()) && guest.token().isSignedWith(enrollment.keysFor(guest.registrationId()));
        }
        return wanted instanceof EnrollmentAttestation.Thumbprints known
                ? isKnown(guest.chain().get(0), known)
                : isIssued(guest.chain(), (EnrollmentAttestation.Authorities) wanted);
    }

    private boolean isYoung(SasToken token) {
        try {
            verifier.checkAge(token);
            return true;
        } catch (ConnectRefused expired) {
            return false;
        }
    }

    private boolean isKnown(X509Certificate certificate, EnrollmentAttestation.Thumbprints known) {
        Date now = Date.from(clock.instant());
        return !now.before(certificate.getNotBefore())
                && !now.after(certificate.getNotAfter())
                && (CertificateVerifier.hasThumbprint(certificate, known.primary())
                        || CertificateVerifier.hasThumbprint(certificate, known.secondary()));
    }

    private boolean isIssued(List<X509Certificate> chain, EnrollmentAttestation.Authorities authorities) {
        Set<TrustAnchor> anchors = authorities.certificates().stream()
                .map(authority -> new TrustAnchor(authority, null))
                .collect(Collectors.toSet());
        try {
            CertificateVerifier.checkChain(chain, anchors, clock.instant());
            return true;
        } catch (CertPathBuilderException untrusted) {
            return false;
        }
    }
}
