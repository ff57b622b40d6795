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

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What the service side has written about an identity besides its keys and its status. A value.
 *
 * @param statusReason null when there is none
 * @param authenticationType {@code sas}, {@code selfSigned}, {@code certificateAuthority} or {@code none}
 * @param primaryThumbprint null when there is none
 * @param secondaryThumbprint null when there is none
 * @param iotEdge whether the device says of itself that it is an edge device; of no meaning for a module
 * @param managedBy of a module: who looks after it; null when nobody does
 */
record IdentityNotes(
        String statusReason,
        String authenticationType,
        String primaryThumbprint,
        String secondaryThumbprint,
        boolean iotEdge,
        String managedBy) {

    static final String SAS = "sas";
    static final String SELF_SIGNED = "selfSigned";
    static final String CERTIFICATE_AUTHORITY = "certificateAuthority";
    static final String NO_AUTHENTICATION = "none";
    static final IdentityNotes NONE = new IdentityNotes(null, SAS, null, null, false, null);

    boolean isSas() {
        return authenticationType.equals(SAS);
    }

    boolean isSelfSigned() {
        return authenticationType.equals(SELF_SIGNED);
    }

    boolean isX509() {
        return isSelfSigned() || authenticationType.equals(CERTIFICATE_AUTHORITY);
    }

    /** The end of a connection string. */
    String secret(SharedAccessKeys keys) {
        return isX509() ? ";x509=true" : ";SharedAccessKey=" + keys.primary();
    }

    IdentityNotes withSharedAccessKey() {
        return withAuthentication(SAS, null, null);
    }

    IdentityNotes withCertificateAuthority() {
        return withAuthentication(CERTIFICATE_AUTHORITY, null, null);
    }

    /** The second may be null. */
    IdentityNotes withThumbprints(String primary, String secondary) {
        if (primary == null) {
            throw new IllegalArgumentException("A primary thumbprint is needed, the secondary one may be missing");
        }
        return withAuthentication(SELF_SIGNED, checkedThumbprint(primary), checkedThumbprint(secondary));
    }

    private IdentityNotes withAuthentication(String type, String primary, String secondary) {
        return new IdentityNotes(statusReason, type, primary, secondary, iotEdge, managedBy);
    }

    /** Null stays null. */
    static String checkedThumbprint(String thumbprint) {
        if (thumbprint != null && !thumbprint.replace(":", "").matches("\\p{XDigit}{40}|\\p{XDigit}{64}")) {
            throw new IllegalArgumentException("'" + thumbprint
                    + "' is no thumbprint: the SHA-1 or SHA-256 of a certificate has 40 or 64 hexadecimal digits");
        }
        return thumbprint;
    }

    boolean hasSameAuthentication(IdentityNotes other) {
        return authenticationType.equals(other.authenticationType)
                && Objects.equals(primaryThumbprint, other.primaryThumbprint)
                && Objects.equals(secondaryThumbprint, other.secondaryThumbprint);
    }

    /** All that is to survive the hub. */
    Map<String, Object> state() {
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("statusReason", statusReason);
        state.put("authenticationType", authenticationType);
        state.put("primaryThumbprint", primaryThumbprint);
        state.put("secondaryThumbprint", secondaryThumbprint);
        state.put("iotEdge", iotEdge);
        state.put("managedBy", managedBy);
        return state;
    }

    /** {@code state} as of {@link #state()}; null when nothing was kept. */
    static IdentityNotes restored(Map<String, Object> state) {
        return state == null
                ? NONE
                : new IdentityNotes(
                        (String) state.get("statusReason"),
                        (String) state.get("authenticationType"),
                        (String) state.get("primaryThumbprint"),
                        (String) state.get("secondaryThumbprint"),
                        (Boolean) state.get("iotEdge"),
                        (String) state.get("managedBy"));
    }
}
