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

import java.time.Clock;
import java.util.Map;
import java.util.function.Function;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds a hub for a device that registers, and has the hub know it. Runs on a thread that may wait: it calls functions of the test, and
 * hubs with threads of their own. Stateless.
 */
final class ProvisioningAssigner {

    private static final Logger LOG = LoggerFactory.getLogger(ProvisioningAssigner.class);

    private static final int UNAUTHORIZED = 401;
    private static final int FIRST_STATUS_TO_RETRY = 429;

    /** The function that allocates is to be called again later. */
    static final class NotNow extends Exception {

        private static final long serialVersionUID = 1L;

        NotNow(int status) {
            super("The allocation was answered " + status, null, false, false);
        }
    }

    /** Where to, and with what. */
    private record Destination(LinkedHub hub, String payload, EnrollmentJson.InitialTwin twin) {}

    private final Enrollments enrollments;
    private final Clock clock;

    ProvisioningAssigner(Enrollments enrollments, Clock clock) {
        this.enrollments = enrollments;
        this.clock = clock;
    }

    /**
     * Carries out one registration and returns its end; {@code started} is how it stands before that, with the hub of an earlier one.
     */
    RegistrationState assign(Enrollment enrollment, RegistrationState started) throws NotNow {
        if (enrollment.failureCode() != 0) {
            return started.failed(enrollment.failureCode(), enrollment.failureMessage(), clock.instant());
        }
        try {
            return settled(enrollment, started, destination(enrollment, started));
        } catch (HubException e) {
            return started.failed(e.code(), e.hubMessage(), clock.instant());
        } catch (RuntimeException e) {
            LOG.warn("{} could not be assigned", started.registrationId(), e);
            return started.failed(
                    HubCode.PROVISIONING_SERVER_ERROR, "The emulator failed: " + e.getMessage(), clock.instant());
        }
    }

    private Destination destination(Enrollment enrollment, RegistrationState started) throws NotNow {
        EnrollmentJson.InitialTwin twin = EnrollmentJson.parsed(enrollment.initialTwin());
        if (started.hasHub() && enrollment.reprovisioning() == Reprovisioning.NEVER) {
            return new Destination(enrollments.hubs().current(started.hub()), started.payload(), twin);
        }
        if (enrollment.allocator() == null) {
            LinkedHub hub = enrollment.hub() == null
                    ? enrollments.hubs().pick(RegistrationId.key(started.registrationId()))
                    : enrollments.hubs().current(enrollment.hub());
            return new Destination(hub, enrollment.payload(), twin);
        }
        Allocation allocation = allocation(enrollment, started);
        return new Destination(
                allocatedHub(allocation),
                allocation.payload() == null ? enrollment.payload() : allocation.payload(),
                allocation.initialTwin() == null ? twin : EnrollmentJson.parsed(allocation.initialTwin()));
    }

    private Allocation allocation(Enrollment enrollment, RegistrationState started) throws NotNow {
        Allocation allocation = called(
                enrollment.allocator(),
                new AllocationRequest(
                        started.registrationId(),
                        enrollment.id(),
                        started.requestPayload(),
                        enrollments.hubs().names()));
        if (allocation.status() >= FIRST_STATUS_TO_RETRY) {
            throw new NotNow(allocation.status());
        }
        if (allocation.status() == UNAUTHORIZED) {
            throw new HubException(HubCode.CUSTOM_ALLOCATION_UNAUTHORIZED, "The allocation function was answered 401");
        }
        if (!allocation.isGood()) {
            throw failed("it was answered " + allocation.status());
        }
        return allocation;
    }

    private static Allocation called(Function<AllocationRequest, Allocation> allocator, AllocationRequest request) {
        Allocation allocation;
        try {
            allocation = allocator.apply(request);
        } catch (RuntimeException | AssertionError e) {
            LOG.warn("The allocation function of {} failed", request.enrollmentId(), e);
            throw failed("it threw " + e);
        }
        if (allocation == null) {
            throw failed("it returned null");
        }
        return allocation;
    }

    private static HubException failed(String why) {
        return new HubException(HubCode.CUSTOM_ALLOCATION_FAILED, "The allocation function failed: " + why);
    }

    private LinkedHub allocatedHub(Allocation allocation) {
        if (allocation.emulator() != null) {
            return enrollments.hubs().link(allocation.emulator());
        }
        if (allocation.hubName() == null || allocation.hubName().isEmpty()) {
            throw new HubException(
                    HubCode.CUSTOM_ALLOCATION_WITHOUT_HUB, "The allocation function has answered no iotHubHostName");
        }
        LinkedHub hub = enrollments.hubs().find(allocation.hubName());
        if (hub == null) {
            throw failed("'" + allocation.hubName() + "' is none of the linked hubs "
                    + enrollments.hubs().names());
        }
        return hub;
    }

    private RegistrationState settled(Enrollment enrollment, RegistrationState started, Destination destination) {
        boolean reset = started.hasHub() && enrollment.reprovisioning() == Reprovisioning.RESET_TWIN;
        boolean moved = started.hasHub()
                && !started.hub().name().equals(destination.hub().name());
        String deviceId = started.hasHub() && enrollment.reprovisioning() == Reprovisioning.NEVER
                ? started.deviceId()
                : enrollment.deviceIdOf(started.registrationId());
        settleDevice(enrollment, started, destination, deviceId, moved, reset);
        return started.assigned(
                substatus(started, destination.hub(), moved, reset),
                deviceId,
                destination.hub(),
                destination.payload(),
                clock.instant());
    }

    /** The new hub has the device before the old one forgets it. */
    private void settleDevice(
            Enrollment enrollment,
            RegistrationState started,
            Destination destination,
            String deviceId,
            boolean moved,
            boolean reset) {
        LinkedHub hub = destination.hub();
        boolean isNew = admit(hub, deviceId, enrollment, started);
        boolean gone = moved || started.hasHub() && !started.deviceId().equals(deviceId);
        LinkedHub oldHub = gone ? enrollments.hubs().current(started.hub()) : null;
        Map<String, Object> oldTwin = gone && !reset ? oldHub.twinOf(started.deviceId()) : null;
        if (oldTwin != null) {
            hub.takeTwin(deviceId, oldTwin);
        } else if (isNew || reset) {
            hub.startTwin(deviceId, destination.twin());
        }
        if (gone) {
            oldHub.remove(started.deviceId());
        }
    }

    /** With what it came it can connect; of an authority the hub is told nothing, as in Azure. */
    private static boolean admit(LinkedHub hub, String deviceId, Enrollment enrollment, RegistrationState started) {
        String thumbprint = started.attestation().thumbprint();
        return thumbprint == null
                ? hub.admit(deviceId, enrollment.keysFor(started.registrationId()), IdentityNotes.NONE)
                : hub.admit(
                        deviceId, SharedAccessKeys.generate(), IdentityNotes.NONE.withThumbprints(thumbprint, null));
    }

    private static Registration.Substatus substatus(
            RegistrationState started, LinkedHub hub, boolean moved, boolean reset) {
        if (!started.hasHub()) {
            return Registration.Substatus.INITIAL_ASSIGNMENT;
        }
        if (reset) {
            return Registration.Substatus.DEVICE_DATA_RESET;
        }
        if (!moved) {
            return started.substatus();
        }
        return hub.name().equals(started.firstHub().name())
                ? Registration.Substatus.REPROVISIONED_TO_INITIAL_ASSIGNMENT
                : Registration.Substatus.DEVICE_DATA_MIGRATED;
    }
}
