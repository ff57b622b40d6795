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

import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

import org.apache.commons.codec.digest.HmacAlgorithms;
import org.apache.commons.codec.digest.HmacUtils;

/**
 * A device, or a group of devices, that the provisioning service lets in. Each method changes the enrollment at once and returns it, so
 * that one sentence makes an enrollment and a later one changes it; a device that has registered notices when it registers again.
 * Thread-safe.
 *
 * <pre>{@code
 * Enrollment one = hub.provisioning().enroll("reg-1").withKey(key).withDeviceId("thermostat-7");
 * Enrollment line = hub.provisioning().enrollGroup("line-4");
 * String deviceKey = line.keyFor("sensor-0001");
 * one.toHub(otherHub);
 * }</pre>
 */
public final class Enrollment {

    private final Enrollments enrollments;
    private final String id;
    private final boolean group;

    private volatile EnrollmentAttestation attestation = new EnrollmentAttestation.Keys(SharedAccessKeys.generate());
    private volatile boolean enabled = true;
    private volatile String deviceId;
    private volatile String payload;
    private volatile String initialTwin;
    private volatile Reprovisioning reprovisioning = Reprovisioning.MIGRATE_TWIN;
    /** Null for all linked hubs, evenly. */
    private volatile LinkedHub hub;

    private volatile Function<AllocationRequest, Allocation> allocator;
    private volatile int failureCode;
    private volatile String failureMessage;

    Enrollment(Enrollments enrollments, String id, boolean group, LinkedHub hub) {
        this.enrollments = enrollments;
        this.id = id;
        this.group = group;
        this.hub = hub;
    }

    /** The registration id, or the name of the group. */
    public String id() {
        return id;
    }

    public boolean isGroup() {
        return group;
    }

    // who it is for

    /** The primary key, base64 of 16 to 64 bytes; the secondary one is made anew. Default: both are. */
    public Enrollment withKey(String primaryKey) {
        return withKeys(SharedAccessKeys.withPrimary(primaryKey));
    }

    /** Both keys, base64 of 16 to 64 bytes each. */
    public Enrollment withKeys(String primaryKey, String secondaryKey) {
        return withKeys(new SharedAccessKeys(primaryKey, secondaryKey));
    }

    private Enrollment withKeys(SharedAccessKeys value) {
        return with(new EnrollmentAttestation.Keys(value));
    }

    private Enrollment with(EnrollmentAttestation value) {
        attestation = value;
        return changed();
    }

    /**
     * Base64; of a group it is the one from which the keys of devices are derived.
     *
     * @throws IllegalStateException when devices come with certificates; so do the two methods below
     */
    public String primaryKey() {
        return keys().primary();
    }

    /** Base64. */
    public String secondaryKey() {
        return keys().secondary();
    }

    private SharedAccessKeys keys() {
        if (attestation instanceof EnrollmentAttestation.Keys known) {
            return known.keys();
        }
        throw new IllegalStateException("The devices of " + this + " come with certificates, there is no key");
    }

    /**
     * The key with which a device registers, base64: of a group it is derived from the group's primary key and the registration id, of
     * an individual enrollment it is the primary key.
     */
    public String keyFor(String registrationId) {
        return keysFor(registrationId).primary();
    }

    SharedAccessKeys keysFor(String registrationId) {
        SharedAccessKeys own = keys();
        return group
                ? new SharedAccessKeys(derived(own.primary(), registrationId), derived(own.secondary(), registrationId))
                : own;
    }

    private static String derived(String groupKey, String registrationId) {
        byte[] secret = Base64.getDecoder().decode(groupKey);
        return Base64.getEncoder()
                .encodeToString(new HmacUtils(HmacAlgorithms.HMAC_SHA_256, secret)
                        .hmac(registrationId.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * The device comes with this certificate, signed by whomever, and no key. Its common name must be the registration id.
     *
     * @throws IllegalStateException for a group, whose devices have a certificate each
     */
    public Enrollment withCertificate(X509Certificate certificate) {
        return withThumbprint(ClientCertificate.thumbprint(certificate));
    }

    /** As {@link #withCertificate} with a certificate that has this SHA-1 or SHA-256, in hexadecimal. */
    public Enrollment withThumbprint(String thumbprint) {
        return withThumbprints(thumbprint, null);
    }

    /** As {@link #withThumbprint} with either of two, so that one can be replaced; the second may be null. */
    public Enrollment withThumbprints(String primary, String secondary) {
        if (group) {
            throw new IllegalStateException(
                    "The devices of a group have a certificate each: use withCertificateAuthority");
        }
        return with(new EnrollmentAttestation.Thumbprints(primary, secondary));
    }

    /**
     * Devices come with certificates that this authority has issued, and no key; the common name of each is its registration id. The text
     * is PEM; of several certificates each counts.
     *
     * @throws IllegalArgumentException for what is no certificate of an authority
     * @throws IllegalStateException for an individual enrollment
     */
    public Enrollment withCertificateAuthority(String pem) {
        return withAuthorities(Pem.certificates(pem));
    }

    /** The same with the authority of an emulator: devices come with certificates of {@link IotHubEmulator#issueCertificate(String)}. */
    public Enrollment withCertificateAuthority(IotHubEmulator issuer) {
        return withAuthorities(List.of(issuer.clientAuthorities().own().certificate()));
    }

    private Enrollment withAuthorities(List<X509Certificate> authorities) {
        if (!group) {
            throw new IllegalStateException(
                    "An individual enrollment is for one certificate: use withCertificate, or enroll a group");
        }
        return with(new EnrollmentAttestation.Authorities(authorities));
    }

    /** Whether devices come with certificates; with keys otherwise. */
    public boolean isX509() {
        return attestation.isX509();
    }

    EnrollmentAttestation attestation() {
        return attestation;
    }

    /** Devices are told that they are disabled, until {@link #enable()}; they stay registered at their hubs. */
    public Enrollment disable() {
        enabled = false;
        return changed();
    }

    public Enrollment enable() {
        enabled = true;
        return changed();
    }

    public boolean isEnabled() {
        return enabled;
    }

    /** Devices are not let in any more and their registrations are forgotten; they stay registered at their hubs. Twice is no error. */
    public void remove() {
        enrollments.remove(this);
    }

    // what they get

    /**
     * The device id at the hub. Default: the registration id.
     *
     * @throws IllegalStateException for a group, whose devices have an id each
     */
    public Enrollment withDeviceId(String value) {
        if (group) {
            throw new IllegalStateException("The devices of a group are called by their registration ids");
        }
        deviceId = Identity.checkedId("device id", value);
        return changed();
    }

    String deviceIdOf(String registrationId) {
        String own = deviceId;
        return own == null ? registrationId : own;
    }

    /** Null when it is the registration id. */
    String deviceId() {
        return deviceId;
    }

    /** The JSON that assigned devices are answered. In Azure only custom allocation can do that. Default, and for null: none. */
    public Enrollment withPayload(String json) {
        payload = EnrollmentJson.payload(json);
        return changed();
    }

    /** Null for none. */
    String payload() {
        return payload;
    }

    /**
     * The twin of a device that comes for the first time: {@code {"tags":{…},"properties":{"desired":{…}}}}, both parts may be absent.
     * Default, and for null: an empty one.
     */
    public Enrollment withInitialTwin(String json) {
        initialTwin = EnrollmentJson.initialTwin(json);
        return changed();
    }

    /** Null for an empty one. */
    String initialTwin() {
        return initialTwin;
    }

    // where they go

    /** Devices go to this hub, which is linked if it was not yet. Default: the hub of the emulator that provisions. */
    public Enrollment toHub(IotHubEmulator value) {
        return toHub(enrollments.hubs().link(value));
    }

    /** Devices are sent to the hub of this name, {@code contoso.azure-devices.net} for instance, of which nothing else is known. */
    public Enrollment toHub(String hostName) {
        return toHub(enrollments.hubs().link(hostName));
    }

    Enrollment toHub(LinkedHub value) {
        hub = value;
        allocator = null;
        return changed();
    }

    /** Devices are spread over all linked hubs by their registration ids. Azure calls this "evenly weighted". */
    public Enrollment toAnyLinkedHub() {
        return toHub((LinkedHub) null);
    }

    /**
     * The function says where each device goes, as a webhook of Azure's custom allocation would. It is called on a thread that may wait;
     * what it throws counts as {@link Allocation#failure(int) failure(400)}. It is not kept in a state directory.
     */
    public Enrollment allocatedBy(Function<AllocationRequest, Allocation> function) {
        allocator = Objects.requireNonNull(function, "function");
        return changed();
    }

    /** Null unless a function was given. */
    Function<AllocationRequest, Allocation> allocator() {
        return allocator;
    }

    /** Null for any of the linked ones. */
    LinkedHub hub() {
        return hub;
    }

    /** Default {@link Reprovisioning#MIGRATE_TWIN}. */
    public Enrollment onReprovisioning(Reprovisioning policy) {
        reprovisioning = Objects.requireNonNull(policy, "policy");
        return changed();
    }

    Reprovisioning reprovisioning() {
        return reprovisioning;
    }

    /** Assignments fail with this code, 400207 for instance, and message, until {@link #succeed()}. */
    public Enrollment fail(int errorCode, String errorMessage) {
        if (errorCode < 400_000 || errorCode > 599_999) {
            throw new IllegalArgumentException(
                    "A code of the provisioning service has six digits, such as 400207: " + errorCode);
        }
        failureMessage = Objects.requireNonNull(errorMessage, "errorMessage");
        failureCode = errorCode;
        return changed();
    }

    /** Assignments do not fail any more. */
    public Enrollment succeed() {
        failureCode = 0;
        return changed();
    }

    /** 0 unless assignments are to fail. */
    int failureCode() {
        return failureCode;
    }

    String failureMessage() {
        return failureMessage;
    }

    private Enrollment changed() {
        enrollments.changed(this);
        return this;
    }

    @Override
    public String toString() {
        return (group ? "EnrollmentGroup[" : "Enrollment[") + id + (enabled ? "" : ", disabled") + "]";
    }
}
