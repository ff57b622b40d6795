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

import java.util.concurrent.CompletableFuture;

import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Direct methods as the service side calls them over HTTPS. */
class MethodApiTest {

    private static final String METHODS = "/twins/dev1/methods?api-version=2021-04-12";
    private static final String ALL = "$iothub/methods/POST/#";

    @RegisterExtension
    final IotHubExtension hub = IotHubExtension.create(IotHubEmulator.builder()
                    .httpsPort(0)
                    .settings(HubSettings.defaults().absentMethodPayload(HubSettings.AbsentMethodPayload.EMPTY)))
            .withDevice("dev1");

    private BackEnd backEnd;

    @BeforeEach
    void connect() {
        backEnd = new BackEnd(hub.emulator(), "service");
    }

    @Test
    void theAnswerOfTheDeviceComesBackAsItWroteIt() throws Exception {
        try (WireClient client = WireClient.device(hub.emulator(), "dev1").accepted()) {
            client.subscribed(ALL, 0);
            CompletableFuture<BackEnd.Answer> answer = call(
                    METHODS, "{\"methodName\":\"reboot\",\"responseTimeoutInSeconds\":60,\"payload\":{\"delay\":5}}");

            WireClient.Packet request = client.expect(WireClient.PUBLISH);
            assertThat(request.topic()).startsWith("$iothub/methods/POST/reboot/");
            assertThat(request.payload()).isEqualTo("{\"delay\":5}");
            respond(client, request, "-7", "[1.50,\"x\"]");

            assertThat(answer.join().status()).isEqualTo(200);
            assertThat(answer.join().response().body()).isEqualTo("{\"status\":-7,\"payload\":[1.50,\"x\"]}");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'methodName':'m','payload':null} | null",
                "{'methodName':'m'} | ''",
                "{'methodName':'m','payload':0} | 0"
            })
    void aPayloadOfNullIsNotTheSameAsNone(String body, String atDevice) {
        try (WireClient client = WireClient.device(hub.emulator(), "dev1").accepted()) {
            client.subscribed(ALL, 0);
            call(METHODS, body.replace('\'', '"'));

            assertThat(client.expect(WireClient.PUBLISH).payload()).isEqualTo(atDevice);
        }
    }

    @Test
    void aCallWaitsForADeviceThatComes() throws Exception {
        CompletableFuture<BackEnd.Answer> answer =
                call(METHODS, "{\"methodName\":\"reboot\",\"connectTimeoutInSeconds\":300}");
        try (WireClient client = WireClient.device(hub.emulator(), "dev1").accepted()) {
            client.subscribed(ALL, 0);

            respond(client, client.expect(WireClient.PUBLISH), "200", "");

            assertThat(answer.join().json())
                    .isEqualTo(new JsonObject().put("status", 200).putNull("payload"));
        }
    }

    @Test
    void aModuleIsCalledByItsPath() throws Exception {
        EmulatedModule module = hub.emulator().device("dev1").orElseThrow().addModule("m1");
        try (WireClient client = WireClient.module(hub.emulator(), module).accepted()) {
            client.subscribed(ALL, 0);
            CompletableFuture<BackEnd.Answer> answer =
                    call("/twins/dev1/modules/m1/methods", "{\"methodName\":\"reboot\"}");

            respond(client, client.expect(WireClient.PUBLISH), "200", "1");

            assertThat(answer.join().json().getInteger("payload")).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dev1    | {'methodName':'a b'}                               | 400 | 400004 | ArgumentInvalid",
                "dev1    | {'methodName':'m','responseTimeoutInSeconds':301}  | 400 | 400004 | ArgumentInvalid",
                "dev1    | {'methodName':'m'}                                 | 404 | 404103 | DeviceNotOnline",
                "unknown | {'methodName':'m'}                                 | 404 | 404001 | DeviceNotFound"
            })
    void aCallThatCannotBeMadeSaysWhy(String deviceId, String body, int status, int code, String name)
            throws Exception {
        BackEnd.Answer answer = backEnd.send("POST", "/twins/" + deviceId + "/methods", body.replace('\'', '"'));

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.header("iothub-errorcode")).isEqualTo(name);
        assertThat(new JsonObject(answer.json().getString("Message")).getInteger("errorCode"))
                .isEqualTo(code);
    }

    @Test
    void aDeviceThatAnswersWithWhatIsNoJsonIsABadGateway() {
        try (WireClient client = WireClient.device(hub.emulator(), "dev1").accepted()) {
            client.subscribed(ALL, 0);
            CompletableFuture<BackEnd.Answer> answer = call(METHODS, "{\"methodName\":\"reboot\"}");

            respond(client, client.expect(WireClient.PUBLISH), "200", "{no json");

            assertThat(answer.join().status()).isEqualTo(502);
            assertThat(answer.join().header("iothub-errorcode")).isEqualTo("BadDeviceResponse");
        }
    }

    private static void respond(WireClient client, WireClient.Packet request, String status, String body) {
        String rid = request.topic().substring(request.topic().indexOf("$rid=") + 5);
        client.publishAcknowledged("$iothub/methods/res/" + status + "/?$rid=" + rid, body);
    }

    private CompletableFuture<BackEnd.Answer> call(String path, String body) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return backEnd.send("POST", path, body);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
