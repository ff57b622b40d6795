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

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** Who is enrolled, and who of them has registered. Thread-safe. */
final class Enrollments {

    private final LinkedHubs hubs;
    private final StateKeeper keeper;
    private final Map<String, Enrollment> individuals = new ConcurrentHashMap<>();
    private final Map<String, Enrollment> groups = new ConcurrentHashMap<>();
    private final Map<String, RegistrationState> registrations = new ConcurrentHashMap<>();
    /** So that no change is kept after a removal was. */
    private final ReentrantLock changes = new ReentrantLock();

    Enrollments(LinkedHubs hubs, StateKeeper keeper) {
        this.hubs = hubs;
        this.keeper = keeper;
    }

    LinkedHubs hubs() {
        return hubs;
    }

    Enrollment add(String id, boolean group) {
        Enrollment enrollment = fresh(id, group);
        if (mapOf(group).putIfAbsent(RegistrationId.key(id), enrollment) != null) {
            throw new IllegalArgumentException((group ? "Enrollment group " : "Enrollment ") + id
                    + " exists already: change it, or remove it first");
        }
        changed(enrollment);
        return enrollment;
    }

    private Enrollment fresh(String id, boolean group) {
        RegistrationId.checked(group ? "name of an enrollment group" : "registration id", id);
        return new Enrollment(this, id, group, hubs.own());
    }

    /** Changes a copy that nobody sees; throws as {@link EnrollmentState#change} does. */
    void tryOut(String id, boolean group, JsonMembers change) {
        Enrollment known = find(id, group);
        Enrollment copy = fresh(id, group);
        if (known != null) {
            EnrollmentState.change(copy, hubs, new JsonMembers(EnrollmentState.of(known, hubs)));
        }
        EnrollmentState.change(copy, hubs, change);
    }

    /** One of an earlier run. */
    void restore(String id, boolean group, Map<String, Object> state) {
        Enrollment enrollment = fresh(id, group);
        EnrollmentState.change(enrollment, hubs, new JsonMembers(state));
        mapOf(group).put(RegistrationId.key(id), enrollment);
    }

    /** One of an earlier run. */
    void restoreRegistration(Map<String, Object> state) {
        RegistrationState registration = RegistrationFile.restored(state, hubs);
        registrations.put(RegistrationId.key(registration.registrationId()), registration);
    }

    /** Null for an unknown one. */
    Enrollment find(String id, boolean group) {
        return mapOf(group).get(RegistrationId.key(id));
    }

    /** In the order of their ids. */
    List<Enrollment> all(boolean group) {
        return mapOf(group).values().stream()
                .sorted(Comparator.comparing(Enrollment::id))
                .toList();
    }

    private Map<String, Enrollment> mapOf(boolean group) {
        return group ? groups : individuals;
    }

    /** An enrollment tells of each change. */
    void changed(Enrollment enrollment) {
        whileLocked(() -> {
            if (find(enrollment.id(), enrollment.isGroup()) == enrollment) {
                keeper.keep(enrollment, hubs);
            }
        });
    }

    void remove(Enrollment enrollment) {
        whileLocked(() -> removeNow(enrollment));
    }

    private void whileLocked(Runnable change) {
        changes.lock();
        try {
            change.run();
        } finally {
            changes.unlock();
        }
    }

    private void removeNow(Enrollment enrollment) {
        if (mapOf(enrollment.isGroup()).remove(RegistrationId.key(enrollment.id()), enrollment)) {
            keeper.forget(enrollment);
            registrations().stream()
                    .filter(each -> isOf(each, enrollment))
                    .forEach(each -> forgetRegistration(each.registrationId()));
        }
    }

    private static boolean isOf(RegistrationState registration, Enrollment enrollment) {
        return (registration.attestation().groupId() != null) == enrollment.isGroup()
                && registration.enrollmentId().equals(enrollment.id());
    }

    // registrations

    /** Null for a device that has not registered. */
    RegistrationState registration(String registrationId) {
        return registrations.get(RegistrationId.key(registrationId));
    }

    /** In the order of their ids. */
    List<RegistrationState> registrations() {
        return registrations.values().stream()
                .sorted(Comparator.comparing(RegistrationState::registrationId))
                .toList();
    }

    void register(RegistrationState state) {
        whileLocked(() -> {
            registrations.put(RegistrationId.key(state.registrationId()), state);
            keeper.keep(state, hubs);
        });
    }

    /** Nothing happens for an unknown one. */
    void forgetRegistration(String registrationId) {
        whileLocked(() -> {
            RegistrationState forgotten = registrations.remove(RegistrationId.key(registrationId));
            if (forgotten != null) {
                keeper.forget(forgotten);
            }
        });
    }
}
