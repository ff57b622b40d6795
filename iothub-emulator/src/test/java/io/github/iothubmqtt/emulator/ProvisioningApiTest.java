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

import java.util.List;

import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Enrollments and registrations over HTTP. */
class ProvisioningApiTest {

    private static final String KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    @RegisterExtension
    final IotHubExtension extension = IotHubExtension.create().withHttps();

    private IotHubEmulator hub;
    private BackEnd http;

    @BeforeEach
    void start() {
        hub = extension.emulator();
        http = new BackEnd(hub, "service");
    }

    @Test
    void anEnrollmentIsMadeReadChangedAndRemoved() throws Exception {
        JsonObject made = put(
                "/enrollments/reg-1",
                "{\"primaryKey\":\"" + KEY + "\",\"deviceId\":\"Thermostat-7\",\"payload\":{\"a\":1}}");
        assertThat(made.getString("registrationId")).isEqualTo("reg-1");
        assertThat(made.getString("hub")).isEqualTo("localhost:" + hub.mqttPort());
        assertThat(ProvisioningWire.register(hub, "reg-1", KEY).state().getString("deviceId"))
                .isEqualTo("Thermostat-7");

        JsonObject changed = put(
                "/enrollments/reg-1",
                "{\"enabled\":false,\"hub\":\"contoso.azure-devices.net\",\"reprovisioning\":\"resetTwin\"}");
        assertThat(changed.getString("primaryKey")).isEqualTo(KEY);
        assertThat(changed.getJsonObject("payload")).isEqualTo(new JsonObject("{\"a\":1}"));
        assertThat(get("/enrollments/reg-1").json()).isEqualTo(changed);
        assertThat(get("/enrollments").array()).hasSize(1);
        Enrollment enrollment = hub.provisioning().enrollment("reg-1").orElseThrow();
        assertThat(enrollment.isEnabled()).isFalse();
        assertThat(enrollment.hub().name()).isEqualTo("contoso.azure-devices.net");
        assertThat(enrollment.reprovisioning()).isEqualTo(Reprovisioning.RESET_TWIN);

        assertThat(http.send("DELETE", "/emulator/enrollments/reg-1", "").status())
                .isEqualTo(204);
        assertThat(get("/enrollments/reg-1").status()).isEqualTo(404);
    }

    @Test
    void aGroupIsMadeWithKeysOrWithAnAuthority() throws Exception {
        JsonObject keyed = put("/enrollmentGroups/keyed", "{}");
        Certificates.Authority root = Certificates.Authority.root("Contoso root");
        put(
                "/enrollmentGroups/certified",
                new JsonObject().put("certificateAuthorities", root.pem()).encode());

        assertThat(keyed.getString("enrollmentGroupId")).isEqualTo("keyed");
        assertThat(hub.provisioning().enrollmentGroup("keyed").orElseThrow().primaryKey())
                .isEqualTo(keyed.getString("primaryKey"));
        assertThat(hub.provisioning().enrollmentGroup("certified").orElseThrow().isX509())
                .isTrue();
        assertThat(get("/enrollmentGroups").array()).hasSize(2);
        assertThat(get("/enrollments").array()).isEmpty();
    }

    @Test
    void registrationsAreReadAndForgotten() throws Exception {
        put("/enrollments/reg-1", "{\"primaryKey\":\"" + KEY + "\"}");
        assertThat(get("/registrations").array()).isEmpty();
        try (ProvisioningWire device = ProvisioningWire.open(hub, "reg-1", KEY)) {
            device.toTheEnd(device.register("{\"modelId\":\"x\"}"));
        }

        JsonObject registration = get("/registrations").array().getJsonObject(0);
        assertThat(registration.getString("status")).isEqualTo("assigned");
        assertThat(registration.getString("substatus")).isEqualTo("initialAssignment");
        assertThat(registration.getString("assignedHub")).isEqualTo("localhost:" + hub.mqttPort());
        assertThat(registration.getJsonObject("requestPayload")).isEqualTo(new JsonObject("{\"modelId\":\"x\"}"));
        assertThat(get("/registrations/REG-1").json()).isEqualTo(registration);

        assertThat(http.send("DELETE", "/emulator/registrations/reg-1", "").status())
                .isEqualTo(204);
        assertThat(get("/registrations/reg-1").json().getInteger("errorCode")).isEqualTo(404202);
    }

    @Test
    void theServiceTellsItsIdScopeAndItsHubs() throws Exception {
        hub.provisioning().linkHub("contoso.azure-devices.net");

        JsonObject service = get("/provisioning").json();

        assertThat(service.getString("idScope")).isEqualTo("0ne00000001");
        assertThat(service.getJsonArray("linkedHubs").getList())
                .isEqualTo(List.of("localhost:" + hub.mqttPort(), "contoso.azure-devices.net"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "enrollments/a b | {} | 'a b' is no registration id",
                "enrollments/reg-1 | {\"frob\":1} | Unknown: [frob]",
                "enrollments/reg-1 | {\"primaryKey\":\"short\"} | Not a symmetric key",
                "enrollments/reg-1 | {\"deviceId\":\"a/b\"} | is no device id",
                "enrollments/reg-1 | {\"thumbprints\":\"00\"} | must be an array of one or two",
                "enrollments/reg-1 | {\"thumbprints\":[\"00\"]} | is no thumbprint",
                "enrollments/reg-1 | {\"certificateAuthorities\":\"x\"} | ertificate",
                "enrollments/reg-1 | {\"reprovisioning\":\"maybe\"} | is one of [migrateTwin, resetTwin, never]",
                "enrollments/reg-1 | {\"initialTwin\":{\"tag\":{}}} | An initial twin looks like",
                "enrollments/reg-1 | {\"errorCode\":7} | has six digits",
                "enrollments/reg-1 | {\"hub\":\"a/b\"} | is no host name",
                "enrollmentGroups/line-4 | {\"deviceId\":\"d\"} | called by their registration ids"
            })
    void whatIsWrongIsSaidAndNothingIsChanged(String path, String body, String sentence) throws Exception {
        BackEnd.Answer answer = http.send("PUT", "/emulator/" + path.replace(" ", "%20"), body);

        assertThat(answer.status()).as(answer.response().body()).isEqualTo(400);
        assertThat(answer.json().getString("message")).contains(sentence);
        assertThat(hub.provisioning().enrollments()).isEmpty();
        assertThat(hub.provisioning().enrollmentGroups()).isEmpty();
    }

    @Test
    void enrollmentsAreForThoseWhoMaySeeKeys() throws Exception {
        HubSettings settings = HubSettings.defaults().controlTokenOnLoopback(true);
        try (IotHubEmulator guarded =
                IotHubEmulator.builder().httpsPort(0).settings(settings).start()) {
            guarded.provisioning().enroll("reg-1");
            BackEnd service = new BackEnd(guarded, "service");
            BackEnd reader = new BackEnd(guarded, "registryRead");
            BackEnd owner = new BackEnd(guarded, "iothubowner");

            assertThat(service.get("/emulator/registrations").status()).isEqualTo(200);
            for (String path : List.of("/emulator/enrollments", "/emulator/enrollments/reg-1")) {
                assertThat(service.get(path).status()).isEqualTo(401);
                assertThat(owner.get(path).status()).isEqualTo(200);
            }
            assertThat(reader.send("PUT", "/emulator/enrollments/reg-2", "{}").status())
                    .isEqualTo(401);
            assertThat(reader.send("DELETE", "/emulator/enrollments/reg-1", "").status())
                    .isEqualTo(401);
            assertThat(owner.send("DELETE", "/emulator/enrollments/reg-1", "").status())
                    .isEqualTo(204);
        }
    }

    private JsonObject put(String path, String body) throws Exception {
        BackEnd.Answer answer = http.send("PUT", "/emulator" + path, body);
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
        return answer.json();
    }

    private BackEnd.Answer get(String path) throws Exception {
        return http.get("/emulator" + path);
    }
}
