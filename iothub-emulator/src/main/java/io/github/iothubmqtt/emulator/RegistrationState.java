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

import java.time.Instant;

/**
 * What the provisioning service keeps of a device that has registered. A value; {@link Registration} is what others see of it.
 *
 * @param attestation how the device proved who it is
 * @param substatus of the last assignment, null before the first one; so are the next three
 * @param firstHub the hub of the first assignment
 * @param payload what the device was answered at the last assignment
 */
record RegistrationState(
        String registrationId,
        String enrollmentId,
        Attestation attestation,
        Registration.Status status,
        Registration.Substatus substatus,
        String deviceId,
        LinkedHub hub,
        LinkedHub firstHub,
        int errorCode,
        String errorMessage,
        String requestPayload,
        String payload,
        Instant created,
        Instant lastUpdated) {

    /**
     * @param groupId null for an individual enrollment
     * @param thumbprint of the certificate with which the device came, null when it came with a token
     */
    record Attestation(String groupId, String thumbprint) {

        static Attestation of(ProvisioningGate.Guest guest, Enrollment enrollment) {
            return new Attestation(
                    enrollment.isGroup() ? enrollment.id() : null,
                    guest.hasToken()
                            ? null
                            : ClientCertificate.thumbprint(guest.chain().get(0)));
        }

        /** As the device is told. */
        String type() {
            return thumbprint == null ? "symmetricKey" : "x509";
        }
    }

    boolean isAssigned() {
        return status == Registration.Status.ASSIGNED;
    }

    /** Whether a hub knows the device because of an earlier registration. */
    boolean hasHub() {
        return hub != null;
    }

    /** A device has asked to be registered; {@code known} is what was known of it, or null. */
    static RegistrationState starting(
            String registrationId,
            Enrollment enrollment,
            Attestation attestation,
            String requestPayload,
            RegistrationState known,
            Instant now) {
        boolean wasAssigned = known != null && known.hasHub();
        return new RegistrationState(
                registrationId,
                enrollment.id(),
                attestation,
                Registration.Status.ASSIGNING,
                wasAssigned ? known.substatus : null,
                wasAssigned ? known.deviceId : null,
                wasAssigned ? known.hub : null,
                wasAssigned ? known.firstHub : null,
                0,
                null,
                requestPayload,
                wasAssigned ? known.payload : null,
                wasAssigned ? known.created : now,
                now);
    }

    /** The same with another outcome. */
    RegistrationState failed(int code, String message, Instant now) {
        return ended(Registration.Status.FAILED, code, message, now);
    }

    RegistrationState disabled(Instant now) {
        return ended(Registration.Status.DISABLED, 0, null, now);
    }

    private RegistrationState ended(Registration.Status newStatus, int code, String message, Instant now) {
        return new RegistrationState(
                registrationId,
                enrollmentId,
                attestation,
                newStatus,
                substatus,
                deviceId,
                hub,
                firstHub,
                code,
                message,
                requestPayload,
                payload,
                created,
                now);
    }

    RegistrationState assigned(
            Registration.Substatus how, String toDevice, LinkedHub toHub, String answeredPayload, Instant now) {
        return new RegistrationState(
                registrationId,
                enrollmentId,
                attestation,
                Registration.Status.ASSIGNED,
                how,
                toDevice,
                toHub,
                firstHub == null ? toHub : firstHub,
                0,
                null,
                requestPayload,
                answeredPayload,
                created,
                now);
    }

    Registration view() {
        return new Registration(
                registrationId,
                enrollmentId,
                status,
                isAssigned() ? substatus : null,
                isAssigned() ? deviceId : null,
                isAssigned() ? hub.name() : null,
                errorCode,
                errorMessage,
                requestPayload,
                isAssigned() ? payload : null,
                created,
                lastUpdated);
    }
}
