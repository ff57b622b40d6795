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

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * How devices of one enrollment prove who they are: with a symmetric key, a certificate that is known, or one that a known authority has
 * issued. A value; prints no key.
 */
sealed interface EnrollmentAttestation {

    /** Of a group: the keys from which those of its devices are derived. */
    record Keys(SharedAccessKeys keys) implements EnrollmentAttestation {}

    /** The second may be null. */
    record Thumbprints(String primary, String secondary) implements EnrollmentAttestation {

        public Thumbprints {
            if (primary == null) {
                throw new IllegalArgumentException("A primary thumbprint is needed, the secondary one may be missing");
            }
            IdentityNotes.checkedThumbprint(primary);
            IdentityNotes.checkedThumbprint(secondary);
        }
    }

    /** At least one. */
    record Authorities(List<X509Certificate> certificates) implements EnrollmentAttestation {

        public Authorities {
            certificates.forEach(ClientAuthorities::check);
            certificates = List.copyOf(certificates);
        }
    }

    default boolean isX509() {
        return !(this instanceof Keys);
    }
}
