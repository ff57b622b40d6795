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

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Devices that register again, and hubs that are chosen. */
class ReprovisioningTest {

    @RegisterExtension
    final IotHubExtension first = IotHubExtension.create();

    @RegisterExtension
    final IotHubExtension second = IotHubExtension.create();

    private IotHubEmulator hub;
    private IotHubEmulator other;
    private Enrollment enrollment;

    @BeforeEach
    void enroll() {
        hub = first.emulator();
        other = second.emulator();
        enrollment = hub.provisioning()
                .enroll("reg-1")
                .withInitialTwin("{\"properties\":{\"desired\":{\"interval\":\"1m\"}}}");
    }

    @Test
    void aDeviceThatRegistersAgainStaysWhereItIs() {
        String created = register().getString("createdDateTimeUtc");
        hub.twin("reg-1").updateDesired("{\"interval\":\"5m\"}");

        JsonObject again = register();

        assertThat(again.getString("assignedHub")).isEqualTo(nameOf(hub));
        assertThat(again.getString("substatus")).isEqualTo("initialAssignment");
        assertThat(again.getString("createdDateTimeUtc")).isEqualTo(created);
        assertThat(hub.twin("reg-1").desired()).isEqualTo(Map.of("interval", "5m"));
    }

    @Test
    void aConnectedDeviceIsNotDisturbedWhenItRegistersAgain() {
        register();
        try (WireClient client = WireClient.device(hub, "reg-1").accepted()) {
            register();

            client.ping();
        }
    }

    @Test
    void aDeviceThatMovesTakesItsTwinAlong() {
        register();
        hub.twin("reg-1").updateDesired("{\"interval\":\"5m\"}");
        hub.twin("reg-1").updateTags("{\"site\":\"b43\"}");
        try (WireClient client = WireClient.device(hub, "reg-1").accepted()) {
            client.publishAcknowledged("$iothub/twin/PATCH/properties/reported/?$rid=1", "{\"on\":true}");
            enrollment.toHub(other);

            JsonObject moved = register();

            assertThat(moved.getString("assignedHub")).isEqualTo(nameOf(other));
            assertThat(moved.getString("substatus")).isEqualTo("deviceDataMigrated");
            assertThat(client.isClosedByHub()).isTrue();
        }
        assertThat(hub.device("reg-1")).isEmpty();
        assertThat(other.twin("reg-1").desired()).isEqualTo(Map.of("interval", "5m"));
        assertThat(other.twin("reg-1").tags()).isEqualTo(Map.of("site", "b43"));
        assertThat(other.twin("reg-1").reported()).isEqualTo(Map.of("on", true));
        WireClient.device(other, "reg-1").accepted().close();
    }

    @Test
    void aDeviceThatComesBackIsTold() {
        register();
        enrollment.toHub(other);
        register();
        enrollment.toHub(hub);

        JsonObject back = register();

        assertThat(back.getString("assignedHub")).isEqualTo(nameOf(hub));
        assertThat(back.getString("substatus")).isEqualTo("reprovisionedToInitialAssignment");
        assertThat(other.device("reg-1")).isEmpty();
    }

    @Test
    void aDeviceThatMovesCanHaveTheTwinOfANewOne() {
        register();
        hub.twin("reg-1").updateDesired("{\"interval\":\"5m\"}");
        enrollment.onReprovisioning(Reprovisioning.RESET_TWIN).toHub(other);

        assertThat(register().getString("substatus")).isEqualTo("deviceDataReset");

        assertThat(hub.device("reg-1")).isEmpty();
        assertThat(other.twin("reg-1").desired()).isEqualTo(Map.of("interval", "1m"));
    }

    @Test
    void aDeviceThatStaysCanHaveTheTwinOfANewOne() {
        register();
        hub.twin("reg-1").updateDesired("{\"interval\":\"5m\"}");
        hub.twin("reg-1").updateTags("{\"site\":\"b43\"}");
        enrollment.onReprovisioning(Reprovisioning.RESET_TWIN);

        assertThat(register().getString("substatus")).isEqualTo("deviceDataReset");

        assertThat(hub.twin("reg-1").desired()).isEqualTo(Map.of("interval", "1m"));
        assertThat(hub.twin("reg-1").tags()).isEmpty();
    }

    @Test
    void aDeviceThatIsNeverMovedStaysWhereverItsEnrollmentLeads() {
        register();
        enrollment.onReprovisioning(Reprovisioning.NEVER).toHub(other).withDeviceId("other-name");

        JsonObject again = register();

        assertThat(again.getString("assignedHub")).isEqualTo(nameOf(hub));
        assertThat(again.getString("deviceId")).isEqualTo("reg-1");
        assertThat(other.devices()).isEmpty();
    }

    @Test
    void aDeviceThatTheHubHasForgottenIsMadeAnew() {
        register();
        hub.removeDevice("reg-1");

        register();

        WireClient.device(hub, "reg-1").accepted().close();
        assertThat(hub.twin("reg-1").desired()).isEqualTo(Map.of("interval", "1m"));
    }

    @Test
    void aNewKeyOfTheEnrollmentIsTheDevicesKeyWhenItRegistersAgain() {
        register();
        enrollment.withKey("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");

        register();

        assertThat(hub.device("reg-1").orElseThrow().primaryKey()).isEqualTo(enrollment.primaryKey());
    }

    @Test
    void whatBecomesOfADisabledDeviceIsNotForgotten() {
        register();
        enrollment.disable();
        ProvisioningWire.register(hub, "reg-1", enrollment.primaryKey());
        enrollment.enable().toHub(other);

        assertThat(register().getString("substatus")).isEqualTo("deviceDataMigrated");
        assertThat(hub.device("reg-1")).isEmpty();
    }

    @Test
    void aForgottenRegistrationStartsAnew() {
        register();
        enrollment.toHub(other);
        hub.provisioning().forgetRegistration("reg-1");

        assertThat(register().getString("substatus")).isEqualTo("initialAssignment");
        assertThat(hub.device("reg-1")).isPresent();
    }

    @Test
    void devicesAreSpreadOverTheLinkedHubs() {
        hub.provisioning().linkHub(other);
        Enrollment group = hub.provisioning().enrollGroup("line-4").toAnyLinkedHub();
        for (int i = 0; i < 10; i++) {
            String id = "sensor-" + i;
            ProvisioningWire.Answer end = ProvisioningWire.register(hub, id, group.keyFor(id));
            assertThat(ProvisioningWire.register(hub, id, group.keyFor(id))
                            .state()
                            .getString("assignedHub"))
                    .isEqualTo(end.state().getString("assignedHub"));
        }

        assertThat(hub.devices()).hasSizeBetween(1, 9);
        assertThat(other.devices()).hasSize(10 - hub.devices().size());
    }

    // custom allocation

    @Test
    void aFunctionDecidesWithAllItNeedsToKnow() {
        List<AllocationRequest> requests = new ArrayList<>();
        hub.provisioning().linkHub(other);
        enrollment.allocatedBy(request -> {
            requests.add(request);
            return Allocation.toHub(nameOf(other))
                    .withPayload("{\"welcome\":true}")
                    .withInitialTwin("{\"tags\":{\"by\":\"function\"}}");
        });

        JsonObject state = register("{\"modelId\":\"dtmi:x;1\"}");

        assertThat(requests)
                .containsExactly(new AllocationRequest(
                        "reg-1", "reg-1", "{\"modelId\":\"dtmi:x;1\"}", List.of(nameOf(hub), nameOf(other))));
        assertThat(state.getString("assignedHub")).isEqualTo(nameOf(other));
        assertThat(state.getJsonObject("payload")).isEqualTo(new JsonObject("{\"welcome\":true}"));
        assertThat(other.twin("reg-1").tags()).isEqualTo(Map.of("by", "function"));
    }

    @Test
    void aFunctionMayNameAnEmulator() {
        enrollment.allocatedBy(request -> Allocation.toHub(other));

        assertThat(register().getString("assignedHub")).isEqualTo(nameOf(other));
    }

    @ParameterizedTest
    @CsvSource({"401, 400209", "400, 400207", "404, 400207"})
    void aFunctionThatFailsFailsTheRegistration(int status, int code) {
        enrollment.allocatedBy(request -> Allocation.failure(status));

        assertThat(failure()).isEqualTo(code);
    }

    @Test
    void aFunctionThatNamesNoHubFailsTheRegistration() {
        enrollment.allocatedBy(request -> Allocation.toNoHub());

        assertThat(failure()).isEqualTo(400208);
    }

    @Test
    void aFunctionThatNamesAnUnknownHubThrowsOrReturnsNothingFailsTheRegistration() {
        enrollment.allocatedBy(request -> Allocation.toHub("nowhere"));
        assertThat(failure()).isEqualTo(400207);
        enrollment.allocatedBy(request -> {
            throw new IllegalStateException("on purpose");
        });
        assertThat(failure()).isEqualTo(400207);
        enrollment.allocatedBy(request -> {
            throw new AssertionError("on purpose");
        });
        assertThat(failure()).isEqualTo(400207);
        enrollment.allocatedBy(request -> null);
        assertThat(failure()).isEqualTo(400207);
    }

    @Test
    void aFunctionThatIsNotAvailableIsCalledAgainWhileTheDeviceWaits() {
        AtomicInteger calls = new AtomicInteger();
        enrollment.allocatedBy(
                request -> calls.incrementAndGet() < 4 ? Allocation.failure(503) : Allocation.toHub(other));

        assertThat(register().getString("assignedHub")).isEqualTo(nameOf(other));

        assertThat(calls).hasValue(4);
        assertThat(hub.provisioning().pollRequests("reg-1")).isEqualTo(4);
    }

    @Test
    void aFunctionThatIsNeverAvailableIsCalledTenTimes() {
        AtomicInteger calls = new AtomicInteger();
        enrollment.allocatedBy(request -> {
            calls.incrementAndGet();
            return Allocation.failure(429);
        });

        assertThat(failure()).isEqualTo(400207);
        assertThat(calls).hasValue(10);
    }

    @Test
    void aFunctionMayUseTheHub() {
        enrollment.allocatedBy(request -> {
            hub.addDevice("made-by-the-function").twin().updateTags("{\"a\":1}");
            return Allocation.toHub(hub);
        });

        register();

        assertThat(hub.device("made-by-the-function")).isPresent();
    }

    private int failure() {
        ProvisioningWire.Answer end = ProvisioningWire.register(hub, "reg-1", enrollment.primaryKey());
        assertThat(end.json().getString("status")).isEqualTo("failed");
        return end.state().getInteger("errorCode");
    }

    private JsonObject register() {
        return register(null);
    }

    private JsonObject register(String payload) {
        try (ProvisioningWire device = ProvisioningWire.open(hub, "reg-1", enrollment.primaryKey())) {
            ProvisioningWire.Answer end = device.toTheEnd(device.register(payload));
            assertThat(end.json().getString("status")).as(end.body()).isEqualTo("assigned");
            return end.state();
        }
    }

    private static String nameOf(IotHubEmulator emulator) {
        return "localhost:" + emulator.mqttPort();
    }
}
