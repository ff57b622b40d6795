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
import java.util.Base64;
import java.util.concurrent.CompletableFuture;

import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Devices and modules in the control API, for callers on this machine without a token. */
class ControlIdentitiesTest {

    private static final String DEV1 = "/emulator/devices/dev1";
    private static final String MODULE = DEV1 + "/modules/m1";
    private static final String DEVICEBOUND = "devices/dev1/messages/devicebound/#";
    private static final String INPUTS = "devices/dev1/modules/m1/inputs/#";

    @RegisterExtension
    final IotHubExtension hub =
            IotHubExtension.create(IotHubEmulator.builder().httpsPort(0)).withDevice("dev1");

    private BackEnd caller;

    @BeforeEach
    void call() {
        caller = new BackEnd(hub.emulator(), null);
    }

    @Test
    void devicesAndModulesAreListedWithTheirStateAndWithoutKeys() throws Exception {
        EmulatedModule module = dev1().addModule("m1");
        hub.emulator().addDevice("dev2").disable();
        hub.emulator().sendDevicebound("dev1", DeviceboundMessage.of("x"));
        try (WireClient ignored = WireClient.module(hub.emulator(), module).accepted()) {
            BackEnd.Answer list = caller.get("/emulator/devices");

            JsonObject first = list.array().getJsonObject(0);
            assertThat(first.getString("deviceId")).isEqualTo("dev1");
            assertThat(first.getString("status")).isEqualTo("enabled");
            assertThat(first.getString("connectedAt")).isNull();
            assertThat(first.getInteger("queued")).isEqualTo(1);
            assertThat(first.getJsonArray("modules").getJsonObject(0).getInstant("connectedAt"))
                    .isNotNull();
            assertThat(list.array().getJsonObject(1).getString("status")).isEqualTo("disabled");
            assertThat(list.response().body()).doesNotContain(dev1().primaryKey(), module.primaryKey());
            assertThat(caller.get(DEV1).json()).isEqualTo(first);
        }
    }

    @Test
    void aDeviceIsAddedWithWhatItNeedsToConnectAndRemoved() throws Exception {
        JsonObject added = ok(caller.send("POST", "/emulator/devices", "{\"deviceId\":\"dev2\"}"));

        EmulatedDevice dev2 = hub.emulator().device("dev2").orElseThrow();
        assertThat(added.getString("connectionString")).isEqualTo(dev2.connectionString());
        assertThat(ok(caller.get("/emulator/devices/dev2/connectionstring")))
                .isEqualTo(new JsonObject().put("connectionString", dev2.connectionString()));
        assertThat(caller.send("DELETE", "/emulator/devices/dev2", "").status()).isEqualTo(204);
        assertThat(hub.emulator().device("dev2")).isEmpty();
    }

    @Test
    void aModuleIsAddedWithWhatItNeedsToConnectAndRemoved() throws Exception {
        JsonObject added = ok(caller.send("POST", DEV1 + "/modules", "{\"moduleId\":\"m1\"}"));

        EmulatedModule module = dev1().module("m1");
        assertThat(added.getString("connectionString")).isEqualTo(module.connectionString());
        assertThat(ok(caller.get(MODULE + "/connectionstring")).getString("connectionString"))
                .isEqualTo(module.connectionString());
        assertThat(caller.send("DELETE", MODULE, "").status()).isEqualTo(204);
        assertThat(dev1().module("m1")).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST | /emulator/devices                       | {'deviceId':'dev1'}    | 409 | there is a device 'dev1' already",
                "POST | /emulator/devices                       | {'deviceId':'a/b'}     | 400 | 'a/b' is no device id",
                "POST | /emulator/devices                       | {'deviceId':5}         | 400 | 'deviceId' must be a string",
                "POST | /emulator/devices                       | {}                     | 400 | 'null' is no device id",
                "POST | /emulator/devices                       | {                      | 400 | cannot decode json",
                "POST | /emulator/devices/dev1/modules          | {'moduleId':'<b>'}     | 400 | '<b>' is no module id",
                "POST | /emulator/devices/dev1/modules          | {'moduleId':'m'}       | 409 | there is a module 'dev1/m' already",
                "POST | /emulator/devices/no/modules            | {'moduleId':'m'}       | 404 | there is no device 'no'",
                "GET  | /emulator/devices/no                    | ''                     | 404 | there is no device 'no'",
                "GET  | /emulator/devices/no/connectionstring   | ''                     | 404 | there is no device 'no'",
                "GET  | /emulator/devices/dev1/modules/no/twin  | ''                     | 404 | there is no module 'dev1/no'",
                "GET  | /emulator/devices/dev1/modules/no/messages | ''                  | 404 | there is no module 'dev1/no'",
                "POST | /emulator/devices/dev1/messages         | {'body':'?'}           | 400 | 'body' must be base64",
                "POST | /emulator/devices/dev1/messages         | {'body':'','bodyText':''} | 400 | not both",
                "POST | /emulator/devices/dev1/messages         | {'text':'x'}           | 400 | Unknown: [text]",
                "POST | /emulator/devices/dev1/messages         | {'expiry':'soon'}      | 400 | 'expiry' is a moment",
                "POST | /emulator/devices/dev1/messages         | {'ack':'maybe'}        | 400 | 'ack' is none, positive",
                "POST | /emulator/devices/dev1/messages         | {'properties':{'a':1}} | 400 | 'a' must be a string",
                "POST | /emulator/devices/dev1/messages         | {'inputName':'i'}      | 400 | A device has no inputs",
                "POST | /emulator/devices/dev1/modules/m/messages | {}                   | 400 | 'inputName' is missing",
                "POST | /emulator/devices/dev1/methods          | {'methodName':'m'}     | 404 | 404103",
                "POST | /emulator/devices/dev1/methods          | {}                     | 400 | 'methodName' is missing",
                "PATCH | /emulator/devices/dev1/twin            | {'properties':{'desired':{'a.b':1}}} | 400 | a.b"
            })
    void whatCannotBeDoneIsSaidInOneSentence(String method, String path, String body, int status, String sentence)
            throws Exception {
        dev1().addModule("m");

        BackEnd.Answer answer = caller.send(method, path, body.replace('\'', '"'));

        assertThat(answer.status()).as(answer.response().body()).isEqualTo(status);
        assertThat(answer.json().getInteger("errorCode") / 1000).isEqualTo(status);
        assertThat(answer.json().getString("message")).contains(sentence);
    }

    @Test
    void aMessageInJsonHasItsPropertiesWhateverTheirNames() throws Exception {
        JsonObject message = new JsonObject()
                .put("bodyText", "caf\u00e9")
                .put("messageId", "m-1")
                .put("correlationId", "c-1")
                .put("userId", "u-1")
                .put("contentType", "text/plain")
                .put("contentEncoding", "utf-8")
                .put("expiry", "2099-01-31T10:00:00Z")
                .put("ack", "full")
                .put("properties", new JsonObject().put("Raum Nr. 1", "K\u00fcche & <b>"));

        assertThat(ok(caller.send("POST", DEV1 + "/messages", message.encode())).getString("messageId"))
                .isEqualTo("m-1");

        assertThat(caller.get(DEV1 + "/messages").array().getJsonObject(0).getString("messageId"))
                .isEqualTo("m-1");
        try (WireClient client = WireClient.device(hub.emulator(), "dev1").accepted()) {
            client.subscribed(DEVICEBOUND, 1);
            WireClient.Packet packet = client.expect(WireClient.PUBLISH);
            assertThat(packet.payload()).isEqualTo("caf\u00e9");
            assertThat(packet.topic())
                    .isEqualTo("devices/dev1/messages/devicebound/%24.mid=m-1&%24.cid=c-1&%24.uid=u-1"
                            + "&%24.to=%2Fdevices%2Fdev1%2Fmessages%2Fdevicebound&%24.ct=text%2Fplain&%24.ce=utf-8"
                            + "&%24.exp=2099-01-31T10%3A00%3A00Z&iothub-ack=full"
                            + "&Raum%20Nr.%201=K%C3%BCche%20%26%20%3Cb%3E");
        }
    }

    @Test
    void bytesGoIntoAMessageInBase64() throws Exception {
        byte[] bytes = {0, 65, 66};
        String body = Base64.getEncoder().encodeToString(bytes);

        ok(caller.send(
                "POST", DEV1 + "/messages", new JsonObject().put("body", body).encode()));

        try (WireClient client = WireClient.device(hub.emulator(), "dev1").accepted()) {
            client.subscribed(DEVICEBOUND, 1);
            assertThat(client.expect(WireClient.PUBLISH).payload())
                    .isEqualTo(new String(bytes, StandardCharsets.UTF_8));
        }
    }

    @Test
    void aModuleGetsMessagesAtItsInputs() throws Exception {
        EmulatedModule module = dev1().addModule("m1");
        ok(caller.send("POST", MODULE + "/messages", "{\"inputName\":\"readings\",\"bodyText\":\"21\"}"));
        assertThat(caller.get(MODULE + "/messages").array()).hasSize(1);

        try (WireClient client = WireClient.module(hub.emulator(), module).accepted()) {
            client.subscribed(INPUTS, 1);
            WireClient.Packet packet = client.expect(WireClient.PUBLISH);
            assertThat(packet.topic()).startsWith("devices/dev1/modules/m1/inputs/readings/");
            assertThat(packet.payload()).isEqualTo("21");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {DEV1, MODULE})
    void aTwinIsReadAndChangedAsByTheServiceSide(String path) throws Exception {
        dev1().addModule("m1");
        BackEnd.Answer before = caller.get(path + "/twin");

        BackEnd.Answer patched =
                caller.send("PATCH", path + "/twin", desired("{\"mode\":\"eco\"}"), "If-Match", before.header("ETag"));
        BackEnd.Answer late =
                caller.send("PATCH", path + "/twin", desired("{\"mode\":\"x\"}"), "If-Match", before.header("ETag"));
        BackEnd.Answer replaced = caller.send("PUT", path + "/twin", desired("{\"interval\":5}"));

        assertThat(desiredOf(patched).getMap()).containsEntry("mode", "eco").containsEntry("$version", 2);
        assertThat(late.status()).isEqualTo(412);
        assertThat(late.json().getString("message")).contains("412001");
        assertThat(desiredOf(replaced).getMap()).containsEntry("interval", 5).doesNotContainKey("mode");
    }

    private static String desired(String json) {
        return "{\"properties\":{\"desired\":" + json + "}}";
    }

    private static JsonObject desiredOf(BackEnd.Answer answer) {
        return ok(answer).getJsonObject("properties").getJsonObject("desired");
    }

    @Test
    void aMethodIsCalled() throws Exception {
        try (WireClient client = WireClient.device(hub.emulator(), "dev1").accepted()) {
            client.subscribed("$iothub/methods/POST/#", 0);
            CompletableFuture<BackEnd.Answer> answer = CompletableFuture.supplyAsync(() -> {
                try {
                    return caller.send("POST", DEV1 + "/methods", "{\"methodName\":\"reboot\",\"payload\":5}");
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            WireClient.Packet request = client.expect(WireClient.PUBLISH);
            String rid = request.topic().substring(request.topic().indexOf("$rid=") + 5);
            client.publishAcknowledged("$iothub/methods/res/202/?$rid=" + rid, "{\"in\":" + request.payload() + "}");

            assertThat(answer.join().response().body()).isEqualTo("{\"status\":202,\"payload\":{\"in\":5}}");
        }
    }

    @Test
    void anIdWithEveryCharacterThatItMayHaveIsFound() throws Exception {
        String id = "a-.+%_#*?!(),:=@;$'b";
        hub.emulator().addDevice(id);

        JsonObject found = ok(caller.get("/emulator/devices/a-.%2B%25_%23*%3F!()%2C%3A%3D%40%3B%24'b"));

        assertThat(found.getString("deviceId")).isEqualTo(id);
    }

    @Test
    void whereTheSettingSaysSoATokenIsNeededOnThisMachineToo() throws Exception {
        HubSettings settings = HubSettings.defaults().controlTokenOnLoopback(true);
        try (IotHubEmulator strict =
                IotHubEmulator.builder().httpsPort(0).settings(settings).start()) {
            strict.addDevice("dev1");
            String secret = DEV1 + "/connectionstring";

            assertThat(new BackEnd(strict, null).get("/emulator/devices").status())
                    .isEqualTo(401);
            BackEnd service = new BackEnd(strict, "service");
            assertThat(service.get("/emulator/devices").status()).isEqualTo(200);
            assertThat(service.get(secret).status()).isEqualTo(401);
            assertThat(service.send("POST", "/emulator/devices", "{\"deviceId\":\"d\"}")
                            .status())
                    .isEqualTo(401);
            assertThat(service.send("DELETE", DEV1, "").status()).isEqualTo(401);
            BackEnd owner = new BackEnd(strict, "iothubowner");
            assertThat(owner.get(secret).status()).isEqualTo(200);
            assertThat(owner.send("DELETE", DEV1, "").status()).isEqualTo(204);
        }
    }

    private EmulatedDevice dev1() {
        return hub.emulator().device("dev1").orElseThrow();
    }

    private static JsonObject ok(BackEnd.Answer answer) {
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
        return answer.json();
    }
}
