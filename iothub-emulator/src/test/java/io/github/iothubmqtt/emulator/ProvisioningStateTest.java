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

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** What the provisioning service remembers from one run to the next. */
class ProvisioningStateTest {

    private static final String TWIN = "{\"properties\":{\"desired\":{\"interval\":\"1m\"}}}";

    @TempDir
    Path directory;

    @Test
    void anEnrollmentSurvivesWithAllThatItSays() {
        String key;
        try (IotHubEmulator hub = start()) {
            key = hub.provisioning()
                    .enroll("Reg-1")
                    .withDeviceId("Thermostat-7")
                    .withPayload("{\"a\":[1,2.5,null]}")
                    .withInitialTwin(TWIN)
                    .onReprovisioning(Reprovisioning.NEVER)
                    .toHub("contoso.azure-devices.net")
                    .fail(400207, "on purpose")
                    .disable()
                    .primaryKey();
        }
        try (IotHubEmulator hub = start()) {
            Enrollment again = hub.provisioning().enrollment("reg-1").orElseThrow();

            assertThat(again.id()).isEqualTo("Reg-1");
            assertThat(again.primaryKey()).isEqualTo(key);
            assertThat(again.deviceId()).isEqualTo("Thermostat-7");
            assertThat(again.payload()).isEqualTo("{\"a\":[1,2.5,null]}");
            assertThat(again.initialTwin()).isEqualTo(TWIN);
            assertThat(again.reprovisioning()).isEqualTo(Reprovisioning.NEVER);
            assertThat(again.hub().name()).isEqualTo("contoso.azure-devices.net");
            assertThat(again.failureCode()).isEqualTo(400207);
            assertThat(again.failureMessage()).isEqualTo("on purpose");
            assertThat(again.isEnabled()).isFalse();
            assertThat(hub.provisioning().linkedHubs()).contains("contoso.azure-devices.net");
        }
    }

    @Test
    void groupsAndCertificatesSurvive() {
        ClientCertificate known = ClientCertificate.selfSigned("reg-1");
        ClientCertificate issued;
        String groupKey;
        try (IotHubEmulator hub = start()) {
            hub.provisioning().enroll("reg-1").withCertificate(known.certificate());
            hub.provisioning().enrollGroup("certified").withCertificateAuthority(hub);
            groupKey = hub.provisioning().enrollGroup("keyed").keyFor("reg-3");
            issued = hub.issueCertificate("reg-2");
        }
        try (IotHubEmulator hub = start()) {
            assertThat(registerWith(hub, known, "reg-1").status()).isEqualTo(200);
            assertThat(registerWith(hub, issued, "reg-2").status()).isEqualTo(200);
            assertThat(ProvisioningWire.register(hub, "reg-3", groupKey).status())
                    .isEqualTo(200);
        }
    }

    @Test
    void aRegistrationIsNotAnInitialOneInTheNextRunThoughThePortIsAnother() {
        String key;
        String created;
        try (IotHubEmulator hub = start()) {
            key = hub.provisioning().enroll("reg-1").withInitialTwin(TWIN).primaryKey();
            created = ProvisioningWire.register(hub, "reg-1", key).state().getString("createdDateTimeUtc");
            hub.twin("reg-1").updateDesired("{\"interval\":\"5m\"}");
        }
        try (IotHubEmulator hub = start()) {
            assertThat(hub.provisioning().registration("reg-1").orElseThrow().assignedHub())
                    .isEqualTo("localhost:" + hub.mqttPort());

            ProvisioningWire.Answer again = ProvisioningWire.register(hub, "reg-1", key);

            assertThat(again.state().getString("substatus")).isEqualTo("initialAssignment");
            assertThat(again.state().getString("createdDateTimeUtc")).isEqualTo(created);
            assertThat(hub.twin("reg-1").desired()).containsEntry("interval", "5m");
        }
    }

    @Test
    void aDeviceIsMovedAwayFromAHubThatIsLinkedAgain() {
        try (IotHubEmulator other = IotHubEmulator.start()) {
            String key;
            try (IotHubEmulator hub = start()) {
                key = hub.provisioning().enroll("reg-1").toHub(other).primaryKey();
                ProvisioningWire.register(hub, "reg-1", key);
            }
            other.twin("reg-1").updateDesired("{\"interval\":\"5m\"}");
            try (IotHubEmulator hub = start()) {
                hub.provisioning().linkHub(other);
                hub.provisioning().enrollment("reg-1").orElseThrow().toHub(hub);

                assertThat(ProvisioningWire.register(hub, "reg-1", key).state().getString("substatus"))
                        .isEqualTo("deviceDataMigrated");

                assertThat(other.device("reg-1")).isEmpty();
                assertThat(hub.twin("reg-1").desired()).containsEntry("interval", "5m");
            }
        }
    }

    @Test
    void whatWasRemovedStaysAway() {
        try (IotHubEmulator hub = start()) {
            Enrollment gone = hub.provisioning().enroll("reg-1");
            String key = hub.provisioning().enroll("reg-2").primaryKey();
            ProvisioningWire.register(hub, "reg-2", key);
            ProvisioningWire.register(hub, "reg-1", gone.primaryKey());
            gone.remove();
            gone.withDeviceId("too-late");
            hub.provisioning().forgetRegistration("reg-2");
        }
        try (IotHubEmulator hub = start()) {
            assertThat(hub.provisioning().enrollments())
                    .extracting(Enrollment::id)
                    .containsExactly("reg-2");
            assertThat(hub.provisioning().registrations()).isEmpty();
        }
    }

    private static ProvisioningWire.Answer registerWith(
            IotHubEmulator hub, ClientCertificate certificate, String registrationId) {
        WireClient.Connect connect = ProvisioningWire.connect(
                        hub, registrationId, SharedAccessKeys.generate().primary())
                .certificate(certificate);
        try (ProvisioningWire device = ProvisioningWire.open(connect, registrationId)) {
            return device.toTheEnd(device.register(null));
        }
    }

    private IotHubEmulator start() {
        return IotHubEmulator.builder().stateDirectory(directory).start();
    }
}
