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

import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/**
 * The certificate authorities whose certificates let devices in: one of the hub's own and those that were added. The hub's own is not the one
 * that clients trust, as in Azure: a client that takes its own issuer for the hub's, or its key store for its trust store, fails here as
 * it would there. Thread-safe.
 */
final class ClientAuthorities {

    private final ReentrantLock lock = new ReentrantLock();
    private final StateKeeper state;
    private final Map<String, X509Certificate> known = new LinkedHashMap<>();
    /** Made when it is first needed, for few hubs need one. */
    private CertificateAuthority own;

    ClientAuthorities(StateKeeper state, CertificateAuthority kept, List<X509Certificate> added) {
        this.state = state;
        if (kept != null) {
            own = kept;
            know(kept.certificate());
        }
        added.forEach(this::know);
    }

    private void know(X509Certificate authority) {
        known.put(ClientCertificate.thumbprint(authority), authority);
    }

    ClientCertificate issue(String commonName, Instant notBefore, Instant notAfter) {
        ClientCertificate.checkedName(commonName);
        ClientCertificate.checkValidity(notBefore, notAfter);
        return own().issueClientCertificate(commonName, notBefore, notAfter);
    }

    CertificateAuthority own() {
        lock.lock();
        try {
            if (own == null) {
                own = CertificateAuthority.forClients();
                know(own.certificate());
                state.keepClientAuthority(own);
            }
            return own;
        } finally {
            lock.unlock();
        }
    }

    /** @throws IllegalArgumentException for what is no certificate, or one that may not sign others */
    void add(String pem) {
        List<X509Certificate> added = Pem.certificates(pem);
        added.forEach(ClientAuthorities::check);
        lock.lock();
        try {
            for (X509Certificate authority : added) {
                know(authority);
                state.keepClientAuthority(authority);
            }
        } finally {
            lock.unlock();
        }
    }

    static void check(X509Certificate authority) {
        if (authority.getBasicConstraints() < 0) {
            throw new IllegalArgumentException("The certificate of '" + authority.getSubjectX500Principal()
                    + "' is not one of a certificate authority: its basic constraints do not say CA");
        }
    }

    Set<TrustAnchor> anchors() {
        lock.lock();
        try {
            return known.values().stream()
                    .map(authority -> new TrustAnchor(authority, null))
                    .collect(Collectors.toSet());
        } finally {
            lock.unlock();
        }
    }
}
