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
import java.util.Map;

import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** From the enrollment to the hub. */
class ProvisioningTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String K2 =
            "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+Pw==";

    @RegisterExtension
    final IotHubExtension extension = IotHubExtension.create();

    @Test
    void anEnrolledDeviceIsAssignedToTheEmulatorAndCanConnectWithTheSameKey() {
        IotHubEmulator hub = extension.emulator();
        Enrollment enrollment = hub.provisioning().enroll("reg-1");

        ProvisioningWire.Answer end = ProvisioningWire.register(hub, "reg-1", enrollment.primaryKey());

        assertThat(end.status()).isEqualTo(200);
        assertThat(end.json().getString("status")).isEqualTo("assigned");
        assertThat(end.state().getString("assignedHub")).isEqualTo("localhost:" + hub.mqttPort());
        assertThat(end.state().getString("deviceId")).isEqualTo("reg-1");
        assertThat(end.state().getString("substatus")).isEqualTo("initialAssignment");
        assertThat(end.state().getJsonObject("symmetricKey")).isEqualTo(new JsonObject());
        assertThat(hub.device("reg-1").orElseThrow().primaryKey()).isEqualTo(enrollment.primaryKey());
        WireClient.device(hub, "reg-1").accepted().close();
    }

    @Test
    void aDeviceIsToldToAskAgainAndThenTheEnd() {
        IotHubEmulator hub = extension.emulator();
        String key = hub.provisioning().enroll("reg-1").primaryKey();
        try (ProvisioningWire device = ProvisioningWire.open(hub, "reg-1", key)) {
            ProvisioningWire.Answer first = device.register(null);
            assertThat(first.status()).isEqualTo(202);
            assertThat(first.rid()).isEqualTo("1");
            assertThat(first.retryAfter()).isEqualTo("3");
            assertThat(first.json().getString("status")).isEqualTo("assigning");
            assertThat(first.json().getMap()).containsOnlyKeys("operationId", "status");

            ProvisioningWire.Answer second = device.poll(first.operationId());
            assertThat(second.status()).isEqualTo(200);
            assertThat(second.rid()).isEqualTo("2");
            assertThat(second.retryAfter()).isNull();
            assertThat(second.operationId()).isEqualTo(first.operationId());
            assertThat(device.poll(first.operationId()).state()).isEqualTo(second.state());
        }
        assertThat(hub.provisioning().acceptedConnects("reg-1")).isEqualTo(1);
        assertThat(hub.provisioning().registerRequests("reg-1")).isEqualTo(1);
        assertThat(hub.provisioning().pollRequests("reg-1")).isEqualTo(2);
        assertThat(hub.acceptedConnects("reg-1")).isZero();
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1", "3, 3"})
    void theNumberOfPollsAndTheTimeBetweenThemAreSettings(int setting, int polls) {
        HubSettings settings = HubSettings.defaults().provisioningPolls(setting).provisioningRetryAfter(Duration.ZERO);
        try (IotHubEmulator hub = IotHubEmulator.builder().settings(settings).start()) {
            String key = hub.provisioning().enroll("reg-1").primaryKey();
            try (ProvisioningWire device = ProvisioningWire.open(hub, "reg-1", key)) {
                ProvisioningWire.Answer first = device.register(null);
                assertThat(first.retryAfter()).isEqualTo(setting == 0 ? null : "0");

                assertThat(device.toTheEnd(first).json().getString("status")).isEqualTo("assigned");
            }
            assertThat(hub.provisioning().pollRequests("reg-1")).isEqualTo(polls);
        }
    }

    @Test
    void theNameOfTheHubIsBareWhereTheSettingSaysSo() {
        HubSettings settings = HubSettings.defaults().portInAssignedHub(false);
        try (IotHubEmulator hub = IotHubEmulator.builder().settings(settings).start()) {
            String key = hub.provisioning().enroll("reg-1").primaryKey();

            assertThat(ProvisioningWire.register(hub, "reg-1", key).state().getString("assignedHub"))
                    .isEqualTo("localhost");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "8isrFI1sGsIlvvFSSFRiMfCNzv21fjbE/+ah/lSh3lF8e2YG1Te7w1KpZhJFFXJrqYKi9yegxkqIChbqOS9Egw==,"
                + " sn-007-888-abc-mac-a1-b2-c3-d4-e5-f6, Jsm0lyGpjaVYVP2g3FnmnmG9dI/9qU24wNoykUmermc=",
        "oiK77Oy7rBw8YB6IS6ukRChAw+Yq6GC61RMrPLSTiOOtdI+XDu0LmLuNm11p+qv2I+adqGUdZHm46zXAQdZoOA==,"
                + " breakroom499-contoso-tstrsd-007, JC8F96eayuQwwz+PkE7IzjH2lIAjCUnAa61tDigBnSs=",
        "oiK77Oy7rBw8YB6IS6ukRChAw+Yq6GC61RMrPLSTiOOtdI+XDu0LmLuNm11p+qv2I+adqGUdZHm46zXAQdZoOA==,"
                + " mainbuilding167-contoso-hpsd-088, 6uejA9PfkQgmYylj8Zerp3kcbeVrGZ172YLa7VSnJzg=",
        K2 + ", reg-1, 735y2Yh3/bNAuLtGvIiqbCli8cQzyh4h2XKTIdIpuEA=",
        K2 + ", sensor-0001, i0zgJJQIisMn48jO9KzXjzmFC/Zmqh1rCMPQc2ibKwY="
    })
    void aDeviceOfAGroupRegistersAndConnectsWithADerivedKey(String groupKey, String registrationId, String deviceKey) {
        IotHubEmulator hub = extension.emulator();
        Enrollment group = hub.provisioning().enrollGroup("line-4").withKey(groupKey);
        assertThat(group.keyFor(registrationId)).isEqualTo(deviceKey);

        ProvisioningWire.Answer end = ProvisioningWire.register(hub, registrationId, deviceKey);

        assertThat(end.state().getString("deviceId")).isEqualTo(registrationId);
        assertThat(end.state().getJsonObject("symmetricKey").getString("enrollmentGroupId"))
                .isEqualTo("line-4");
        assertThat(hub.device(registrationId).orElseThrow().primaryKey()).isEqualTo(deviceKey);
        WireClient.device(hub, registrationId).accepted().close();
    }

    @Test
    void theSecondaryKeyIsAsGoodAsThePrimaryOne() {
        IotHubEmulator hub = extension.emulator();
        String key = hub.provisioning().enroll("reg-1").secondaryKey();

        assertThat(ProvisioningWire.register(hub, "reg-1", key).status()).isEqualTo(200);
    }

    @Test
    void anEnrollmentNamesTheDeviceItsTwinAndWhatItIsAnswered() {
        IotHubEmulator hub = extension.emulator();
        Enrollment enrollment = hub.provisioning()
                .enroll("reg-1")
                .withDeviceId("Thermostat-7")
                .withPayload("{\"hubRegion\":\"westeurope\"}")
                .withInitialTwin("{\"tags\":{\"site\":\"b43\"},\"properties\":{\"desired\":{\"interval\":\"5m\"}}}");

        ProvisioningWire.Answer end = ProvisioningWire.register(hub, "reg-1", enrollment.primaryKey());

        assertThat(end.state().getString("deviceId")).isEqualTo("Thermostat-7");
        assertThat(end.state().getJsonObject("payload")).isEqualTo(new JsonObject("{\"hubRegion\":\"westeurope\"}"));
        assertThat(hub.twin("Thermostat-7").desired()).isEqualTo(Map.of("interval", "5m"));
        assertThat(hub.twin("Thermostat-7").tags()).isEqualTo(Map.of("site", "b43"));
    }

    @Test
    void whatTheDeviceSendsAlongIsKept() {
        IotHubEmulator hub = extension.emulator();
        String key = hub.provisioning().enroll("reg-1").primaryKey();
        try (ProvisioningWire device = ProvisioningWire.open(hub, "reg-1", key)) {
            device.toTheEnd(device.register("{\"modelId\":\"dtmi:com:example:Thermostat;1\"}"));
        }

        Registration registration = hub.provisioning().awaitRegistration("reg-1", SOON);
        assertThat(registration.requestPayload()).isEqualTo("{\"modelId\":\"dtmi:com:example:Thermostat;1\"}");
        assertThat(registration.assignedHub()).isEqualTo("localhost:" + hub.mqttPort());
        assertThat(hub.provisioning().registrations()).containsExactly(registration);
    }

    @Test
    void aDisabledEnrollmentEndsInDisabledUntilItIsEnabled() {
        IotHubEmulator hub = extension.emulator();
        Enrollment enrollment = hub.provisioning().enroll("reg-1").disable();

        ProvisioningWire.Answer end = ProvisioningWire.register(hub, "reg-1", enrollment.primaryKey());
        assertThat(end.status()).isEqualTo(200);
        assertThat(end.json().getString("status")).isEqualTo("disabled");
        assertThat(end.state().getMap()).doesNotContainKeys("assignedHub", "deviceId", "substatus");
        assertThat(hub.device("reg-1")).isEmpty();

        enrollment.enable();
        assertThat(ProvisioningWire.register(hub, "reg-1", enrollment.primaryKey())
                        .json()
                        .getString("status"))
                .isEqualTo("assigned");
    }

    @Test
    void aDisabledEnrollmentShutsADeviceOutOfItsGroup() {
        IotHubEmulator hub = extension.emulator();
        String key = hub.provisioning().enrollGroup("line-4").keyFor("reg-1");
        hub.provisioning().enroll("reg-1").withKey(key).disable();

        assertThat(ProvisioningWire.register(hub, "reg-1", key).json().getString("status"))
                .isEqualTo("disabled");
    }

    @Test
    void anAssignmentFailsWhereTheTestSaysSo() {
        IotHubEmulator hub = extension.emulator();
        Enrollment enrollment = hub.provisioning().enroll("reg-1").fail(403001, "The hub is full");

        ProvisioningWire.Answer end = ProvisioningWire.register(hub, "reg-1", enrollment.primaryKey());
        assertThat(end.status()).isEqualTo(200);
        assertThat(end.json().getString("status")).isEqualTo("failed");
        assertThat(end.state().getInteger("errorCode")).isEqualTo(403001);
        assertThat(end.state().getString("errorMessage")).isEqualTo("The hub is full");
        assertThat(hub.provisioning().registration("reg-1").orElseThrow().status())
                .isEqualTo(Registration.Status.FAILED);

        enrollment.succeed();
        assertThat(ProvisioningWire.register(hub, "reg-1", enrollment.primaryKey())
                        .json()
                        .getString("status"))
                .isEqualTo("assigned");
    }

    @Test
    void aRemovedEnrollmentIsNotFoundAndTheDeviceStaysAtItsHub() {
        IotHubEmulator hub = extension.emulator();
        Enrollment enrollment = hub.provisioning().enroll("reg-1");
        ProvisioningWire.register(hub, "reg-1", enrollment.primaryKey());

        enrollment.remove();

        ProvisioningWire.Answer answer = ProvisioningWire.register(hub, "reg-1", enrollment.primaryKey());
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.json().getInteger("errorCode")).isEqualTo(404201);
        assertThat(hub.provisioning().registrations()).isEmpty();
        assertThat(hub.device("reg-1")).isPresent();
    }

    @Test
    void caseDoesNotMatterInARegistrationId() {
        IotHubEmulator hub = extension.emulator();
        String key = hub.provisioning().enroll("Reg-1").primaryKey();

        assertThat(ProvisioningWire.register(hub, "reg-1", key).status()).isEqualTo(200);
        assertThatThrownBy(() -> hub.provisioning().enroll("REG-1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("exists already");
    }

    @ParameterizedTest
    @CsvSource({"a/b", "a b", "ends-with.", "ü"})
    void anIdThatIsNoneIsRefusedWithTheRule(String id) {
        assertThatThrownBy(() -> extension.emulator().provisioning().enroll(id))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + id + "' is no registration id: 1 to 128 letters");
    }

    @Test
    void aHubThatIsKnownByNameAloneIsNamed() {
        IotHubEmulator hub = extension.emulator();
        Enrollment enrollment = hub.provisioning().enroll("reg-1").toHub("contoso.azure-devices.net");

        assertThat(ProvisioningWire.register(hub, "reg-1", enrollment.primaryKey())
                        .state()
                        .getString("assignedHub"))
                .isEqualTo("contoso.azure-devices.net");
        assertThat(hub.devices()).isEmpty();
        assertThat(hub.provisioning().linkedHubs())
                .isEqualTo(List.of("localhost:" + hub.mqttPort(), "contoso.azure-devices.net"));
    }

    @Test
    void aDeviceOfTheHubMayBeCalledRegistrations() {
        IotHubEmulator hub = extension.emulator();
        EmulatedModule module = hub.addDevice("registrations").addModule("reg-1");

        WireClient.module(hub, module)
                .userName("localhost/registrations/reg-1/api-version=2016-11-14")
                .accepted()
                .close();
    }
}
