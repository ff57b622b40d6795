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

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The Device Provisioning Service of an emulator: it tells devices to which hub they belong, and has that hub know them. It listens on the
 * emulator's own ports, MQTT and WebSocket; a CONNECT is its own when the user name starts with the id scope. Its connections are
 * none of the hub's: {@link IotHubEmulator#events()} tells of them as {@link HubEvent.Kind#PROVISIONING}, {@link IotHubEmulator#connections()}
 * does not. Thread-safe.
 *
 * <pre>{@code
 * Enrollment thermostat = hub.provisioning().enroll("reg-1").withDeviceId("thermostat-7");
 * // the device registers with hub.provisioning().idScope(), "reg-1" and thermostat.primaryKey() …
 * Registration registration = hub.provisioning().awaitRegistration("reg-1", Duration.ofSeconds(10));
 * thermostat.toHub(otherHub);      // where it goes when it registers again
 * }</pre>
 */
public final class Provisioning {

    private final Hub hub;
    private final ProvisioningService service;
    private final Enrollments enrollments;
    private final String idScope;

    Provisioning(Hub hub, ProvisioningService service, Enrollments enrollments, String idScope) {
        this.hub = hub;
        this.service = service;
        this.enrollments = enrollments;
        this.idScope = idScope;
    }

    /** See {@link IotHubEmulator.Builder#idScope}. */
    public String idScope() {
        return idScope;
    }

    // enrollments

    /**
     * Enrolls one device with fresh keys, for the hub of this emulator; what is called on the enrollment changes that.
     *
     * @throws IllegalArgumentException for an id that is none, and for one that is enrolled
     */
    public Enrollment enroll(String registrationId) {
        return enrollments.add(registrationId, false);
    }

    /** Enrolls all devices whose keys are derived from that of the group, as {@link #enroll} does. */
    public Enrollment enrollGroup(String name) {
        return enrollments.add(name, true);
    }

    public Optional<Enrollment> enrollment(String registrationId) {
        return Optional.ofNullable(enrollments.find(registrationId, false));
    }

    public Optional<Enrollment> enrollmentGroup(String name) {
        return Optional.ofNullable(enrollments.find(name, true));
    }

    /** Those of single devices, in the order of their ids. */
    public List<Enrollment> enrollments() {
        return enrollments.all(false);
    }

    /** In the order of their names. */
    public List<Enrollment> enrollmentGroups() {
        return enrollments.all(true);
    }

    // hubs

    /** Lets devices be assigned to the hub of this emulator, too. */
    public Provisioning linkHub(IotHubEmulator other) {
        enrollments.hubs().link(other);
        return this;
    }

    /** Lets devices be sent to the hub of this name, of which nothing else is known. */
    public Provisioning linkHub(String hostName) {
        enrollments.hubs().link(hostName);
        return this;
    }

    /** The names of the hubs to which devices can be assigned, that of this emulator first; with a port unless that is 8883. */
    public List<String> linkedHubs() {
        return enrollments.hubs().names();
    }

    // registrations

    /** The newest state of each device that has registered, in the order of their ids. */
    public List<Registration> registrations() {
        return enrollments.registrations().stream().map(RegistrationState::view).toList();
    }

    public Optional<Registration> registration(String registrationId) {
        return Optional.ofNullable(enrollments.registration(registrationId)).map(RegistrationState::view);
    }

    /** Has the device be one that never registered. It stays registered at its hub. Nothing happens for an unknown one. */
    public void forgetRegistration(String registrationId) {
        enrollments.forgetRegistration(registrationId);
    }

    /**
     * Waits until the service has assigned the device, or has failed to, once since the emulator's records were last cleared.
     *
     * @throws AssertionError after the timeout; tells what the hub saw
     */
    public Registration awaitRegistration(String registrationId, Duration timeout) {
        return service.ended()
                .awaitMatch(each -> each.registrationId().equalsIgnoreCase(registrationId), timeout)
                .orElseThrow(() -> new AssertionError(
                        registrationId + " has not been registered within " + timeout + ". " + hub.report()));
    }

    /** How many CONNECTs of this device to the service were answered with 0 since the records were last cleared. */
    public long acceptedConnects(String registrationId) {
        return hub.loop().call(() -> service.connects(registrationId));
    }

    /** How many requests of this device to be registered have come, good or bad, since the records were last cleared. */
    public long registerRequests(String registrationId) {
        return hub.loop().call(() -> service.registers(registrationId));
    }

    /** How often this device has asked how far its registration is since the records were last cleared. */
    public long pollRequests(String registrationId) {
        return hub.loop().call(() -> service.polls(registrationId));
    }
}
