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
import java.util.Base64;
import java.util.List;

import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Devices and modules as the service side creates, changes and deletes them. */
class RegistryApiTest {

    private static final String KEY = Base64.getEncoder().encodeToString(new byte[32]);

    @RegisterExtension
    final IotHubExtension hub =
            IotHubExtension.create(IotHubEmulator.builder().httpsPort(0)).withDevice("dev1");

    private BackEnd backEnd;

    @BeforeEach
    void connect() {
        backEnd = new BackEnd(hub.emulator(), "iothubowner");
    }

    @Test
    void aCreatedDeviceCanConnect() throws Exception {
        BackEnd.Answer created = backEnd.send("PUT", "/devices/new", "{\"deviceId\":\"new\"}");

        assertThat(created.status()).isEqualTo(200);
        JsonObject device = created.json();
        assertThat(created.header("ETag")).isEqualTo("\"" + device.getString("etag") + "\"");
        assertThat(device.getString("status")).isEqualTo("enabled");
        assertThat(device.getString("connectionState")).isEqualTo("Disconnected");
        assertThat(device.getJsonObject("authentication")
                        .getJsonObject("symmetricKey")
                        .getString("primaryKey"))
                .isEqualTo(hub.emulator().device("new").orElseThrow().primaryKey());
        try (WireClient client = WireClient.device(hub.emulator(), "new").accepted()) {
            assertThat(backEnd.get("/devices/new").json().getString("connectionState"))
                    .isEqualTo("Connected");
        }
    }

    @Test
    void emptyKeysAreMadeByTheHub() throws Exception {
        String keys = "{\"type\":\"sas\",\"symmetricKey\":{\"primaryKey\":\"\",\"secondaryKey\":\"\"}}";

        BackEnd.Answer created = backEnd.send("PUT", "/devices/new", "{\"authentication\":" + keys + "}");

        assertThat(created.status()).isEqualTo(200);
        assertThat(hub.emulator().device("new").orElseThrow().primaryKey())
                .isNotEmpty()
                .isNotEqualTo(hub.emulator().device("new").orElseThrow().secondaryKey());
    }

    @Test
    void aDeviceIsCreatedWithWhatTheCallerSays() throws Exception {
        JsonObject device = backEnd.send(
                        "PUT",
                        "/devices/new",
                        "{\"status\":\"disabled\",\"statusReason\":\"spare\",\"capabilities\":{\"iotEdge\":true},"
                                + "\"authentication\":{\"symmetricKey\":{\"primaryKey\":\"" + KEY + "\"}}}")
                .json();

        assertThat(device.getString("status")).isEqualTo("disabled");
        assertThat(device.getString("statusReason")).isEqualTo("spare");
        assertThat(device.getJsonObject("capabilities").getBoolean("iotEdge")).isTrue();
        assertThat(hub.emulator().device("new").orElseThrow().primaryKey()).isEqualTo(KEY);
        assertThat(hub.emulator().device("new").orElseThrow().isEnabled()).isFalse();
    }

    @Test
    void aDeviceIsNotCreatedTwice() throws Exception {
        BackEnd.Answer answer = backEnd.send("PUT", "/devices/dev1", "{}");

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.json().getString("Message"))
                .isEqualTo("ErrorCode:DeviceAlreadyExists;A device with ID 'dev1' is already registered.");
    }

    @Test
    void anUpdateNeedsTheEtagOfWhatItUpdates() throws Exception {
        String etag = backEnd.get("/devices/dev1").json().getString("etag");
        String update = "{\"statusReason\":\"checked\"}";

        BackEnd.Answer updated = backEnd.send("PUT", "/devices/dev1", update, "If-Match", "\"" + etag + "\"");
        assertThat(updated.status()).isEqualTo(200);
        assertThat(updated.json().getString("etag")).isNotEqualTo(etag);

        BackEnd.Answer late = backEnd.send("PUT", "/devices/dev1", update, "If-Match", etag);
        assertThat(late.status()).isEqualTo(412);
        assertThat(late.header("iothub-errorcode")).isEqualTo("PreconditionFailed");
        assertThat(backEnd.send("PUT", "/devices/dev1", update, "If-Match", "*").status())
                .isEqualTo(200);
        assertThat(backEnd.send("PUT", "/devices/dev1", update, "If-Match", "\"*\"")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void anUpdateLeavesAloneWhatItDoesNotName() throws Exception {
        String key = hub.emulator().device("dev1").orElseThrow().primaryKey();

        backEnd.send("PUT", "/devices/dev1", "{\"status\":\"disabled\"}", "If-Match", "*");
        JsonObject device = backEnd.send("PUT", "/devices/dev1", "{\"statusReason\":\"r\"}", "If-Match", "*")
                .json();

        assertThat(device.getString("status")).isEqualTo("disabled");
        assertThat(hub.emulator().device("dev1").orElseThrow().primaryKey()).isEqualTo(key);
    }

    @Test
    void aDeviceThatIsDisabledLosesItsConnection() throws Exception {
        try (WireClient client = WireClient.device(hub.emulator(), "dev1").accepted()) {
            backEnd.send("PUT", "/devices/dev1", "{\"status\":\"disabled\"}", "If-Match", "*");

            assertThat(client.isClosedByHub()).isTrue();
        }
        assertThat(backEnd.get("/devices/dev1").json().getString("statusUpdatedTime"))
                .isNotEqualTo("0001-01-01T00:00:00Z");
    }

    @Test
    void aDeviceWithOtherKeysLosesItsConnection() throws Exception {
        try (WireClient client = WireClient.device(hub.emulator(), "dev1").accepted()) {
            String keys = "{\"authentication\":{\"symmetricKey\":{\"primaryKey\":\"" + KEY + "\"}}}";
            backEnd.send("PUT", "/devices/dev1", keys, "If-Match", "*");

            assertThat(client.isClosedByHub()).isTrue();
        }
    }

    @Test
    void certificatesOfADeviceAreStoredAndGivenBack() throws Exception {
        String thumbprint = "AB".repeat(20);
        backEnd.send(
                "PUT",
                "/devices/new",
                "{\"authentication\":{\"type\":\"selfSigned\",\"x509Thumbprint\":{\"primaryThumbprint\":\"" + thumbprint
                        + "\"}}}");

        JsonObject authentication = backEnd.get("/devices/new").json().getJsonObject("authentication");

        assertThat(authentication.getString("type")).isEqualTo("selfSigned");
        assertThat(authentication.getJsonObject("x509Thumbprint").getString("primaryThumbprint"))
                .isEqualTo(thumbprint);
        assertThat(authentication.getJsonObject("symmetricKey").getString("primaryKey"))
                .isNull();
        assertThat(backEnd.get("/twins/new").json().getString("authenticationType"))
                .isEqualTo("selfSigned");
    }

    @Test
    void whatIsNoThumbprintIsRefused() throws Exception {
        BackEnd.Answer refusal = backEnd.send(
                "PUT",
                "/devices/new",
                "{\"authentication\":{\"type\":\"selfSigned\",\"x509Thumbprint\":{\"secondaryThumbprint\":\"me\"}}}");

        assertThat(refusal.status()).isEqualTo(400);
        assertThat(refusal.response().body()).contains("'secondaryThumbprint': 'me' is no thumbprint");
        assertThat(hub.emulator().device("new")).isEmpty();
    }

    @Test
    void aTokenLetsNobodyInWhoIsToHaveACertificate() throws Exception {
        try (WireClient client = WireClient.device(hub.emulator(), "dev1").accepted()) {
            backEnd.send("PUT", "/devices/dev1", "{\"authentication\":{\"type\":\"selfSigned\"}}", "If-Match", "*");
            assertThat(client.isClosedByHub()).isTrue();
        }

        assertThat(WireClient.device(hub.emulator(), "dev1").refused()).isEqualTo(5);
        assertThat(hub.emulator().events())
                .anySatisfy(event -> assertThat(event.description()).contains("is of type selfSigned"));
    }

    @Test
    void aDeletedDeviceIsGone() throws Exception {
        assertThat(backEnd.send("DELETE", "/devices/dev1", "", "If-Match", "old")
                        .status())
                .isEqualTo(412);
        assertThat(backEnd.send("DELETE", "/devices/dev1", "", "If-Match", "*").status())
                .isEqualTo(204);

        assertThat(hub.emulator().device("dev1")).isEmpty();
        assertThat(backEnd.send("DELETE", "/devices/dev1", "", "If-Match", "*").status())
                .isEqualTo(404);
    }

    @Test
    void anIdMayHaveAllTheCharactersThatItMayHave() throws Exception {
        assertThat(backEnd.send("PUT", "/devices/a%25b%23c%3Fd+e$'()", "{}").status())
                .isEqualTo(200);

        assertThat(hub.emulator().device("a%b#c?d+e$'()")).isPresent();
    }

    @Test
    void devicesAreListedInOrder() throws Exception {
        hub.emulator().addDevice("c");
        hub.emulator().addDevice("a");

        assertThat(ids(backEnd.get("/devices").array())).containsExactly("a", "c", "dev1");
        assertThat(ids(backEnd.get("/devices/?top=2").array())).containsExactly("a", "c");
    }

    @Test
    void manyDevicesAreChangedAtOnceAndEachMayFailAlone() throws Exception {
        JsonObject created = backEnd.send(
                        "POST",
                        "/devices",
                        "[{\"id\":\"a\",\"importMode\":\"create\"},{\"id\":\"dev1\",\"importMode\":\"create\"},"
                                + "{\"id\":\"b\",\"importMode\":\"create\",\"status\":\"disabled\"}]")
                .json();

        assertThat(created.getBoolean("isSuccessful")).isFalse();
        assertThat(created.getJsonArray("errors")).hasSize(1);
        assertThat(created.getJsonArray("errors").getJsonObject(0).getString("deviceId"))
                .isEqualTo("dev1");
        assertThat(created.getJsonArray("errors").getJsonObject(0).getInteger("errorCode"))
                .isEqualTo(409001);
        assertThat(hub.emulator().device("b").orElseThrow().isEnabled()).isFalse();

        JsonObject changed = backEnd.send(
                        "POST",
                        "/devices",
                        "[{\"id\":\"a\",\"importMode\":\"Delete\"},{\"id\":\"b\",\"importMode\":\"update\",\"status\":\"enabled\"}]")
                .json();
        assertThat(changed.getBoolean("isSuccessful")).isTrue();
        assertThat(hub.emulator().device("a")).isEmpty();
        assertThat(hub.emulator().device("b").orElseThrow().isEnabled()).isTrue();
    }

    @Test
    void aBulkUpdateWithAnOldEtagFails() throws Exception {
        JsonObject result = backEnd.send(
                        "POST", "/devices", "[{\"id\":\"dev1\",\"importMode\":\"deleteIfMatchETag\",\"eTag\":\"old\"}]")
                .json();

        assertThat(result.getJsonArray("errors").getJsonObject(0).getInteger("errorCode"))
                .isEqualTo(412001);
        assertThat(hub.emulator().device("dev1")).isPresent();
    }

    @Test
    void statisticsCountDevices() throws Exception {
        hub.emulator().addDevice("off").disable();

        try (WireClient client = WireClient.device(hub.emulator(), "dev1").accepted()) {
            assertThat(backEnd.get("/statistics/devices").json())
                    .isEqualTo(new JsonObject()
                            .put("totalDeviceCount", 2)
                            .put("enabledDeviceCount", 1)
                            .put("disabledDeviceCount", 1));
            assertThat(backEnd.get("/statistics/service").json().getInteger("connectedDeviceCount"))
                    .isEqualTo(1);
        }
    }

    @Test
    void aModuleIsCreatedUpdatedAndDeleted() throws Exception {
        String path = "/devices/dev1/modules/m1";
        BackEnd.Answer created = backEnd.send("PUT", path, "{\"managedBy\":\"me\"}");
        assertThat(created.status()).isEqualTo(200);
        assertThat(created.json().getString("managedBy")).isEqualTo("me");
        assertThat(backEnd.send("PUT", path, "{}").json().getInteger("errorCode"))
                .isEqualTo(409301);

        String etag = created.json().getString("etag");
        assertThat(backEnd.send("PUT", path, "{\"managedBy\":\"you\"}", "If-Match", etag)
                        .status())
                .isEqualTo(200);
        assertThat(backEnd.send("PUT", path, "{}", "If-Match", etag).status()).isEqualTo(412);
        assertThat(backEnd.get(path).json().getString("managedBy")).isEqualTo("you");
        assertThat(backEnd.get("/devices/dev1/modules").array().getJsonObject(0).getString("moduleId"))
                .isEqualTo("m1");

        assertThat(backEnd.send("DELETE", path, "", "If-Match", "*").status()).isEqualTo(204);
        assertThat(backEnd.get(path).status()).isEqualTo(404);
        assertThat(backEnd.get("/devices/dev1/modules").array()).isEmpty();
    }

    @Test
    void aModuleThatIsDeletedLosesItsConnection() throws Exception {
        EmulatedModule module = hub.emulator().device("dev1").orElseThrow().addModule("m1");
        try (WireClient client = WireClient.module(hub.emulator(), module).accepted()) {
            backEnd.send("DELETE", "/devices/dev1/modules/m1", "", "If-Match", "*");

            assertThat(client.isClosedByHub()).isTrue();
        }
    }

    @Test
    void whatTheServiceSideHasWrittenSurvivesTheHub(@TempDir Path state) throws Exception {
        String device;
        String module;
        try (IotHubEmulator first =
                IotHubEmulator.builder().httpsPort(0).stateDirectory(state).start()) {
            BackEnd owner = new BackEnd(first, "iothubowner");
            owner.send("PUT", "/devices/d", "{\"statusReason\":\"spare\",\"capabilities\":{\"iotEdge\":true}}");
            owner.send("PUT", "/devices/d/modules/m", "{}");
            owner.send("PUT", "/devices/d/modules/m", "{\"managedBy\":\"me\"}", "If-Match", "*");
            owner.send("PUT", "/devices/d/modules/gone", "{}");
            owner.send("DELETE", "/devices/d/modules/gone", "", "If-Match", "*");
            device = owner.get("/devices/d").response().body();
            module = owner.get("/devices/d/modules").response().body();
        }

        try (IotHubEmulator second =
                IotHubEmulator.builder().httpsPort(0).stateDirectory(state).start()) {
            BackEnd owner = new BackEnd(second, "iothubowner");
            assertThat(owner.get("/devices/d").response().body()).isEqualTo(device);
            assertThat(owner.get("/devices/d/modules").response().body()).isEqualTo(module);
        }
        assertThat(module).contains("\"managedBy\":\"me\"").doesNotContain("gone");
    }

    private static List<String> ids(JsonArray devices) {
        return devices.stream()
                .map(device -> ((JsonObject) device).getString("deviceId"))
                .toList();
    }
}
