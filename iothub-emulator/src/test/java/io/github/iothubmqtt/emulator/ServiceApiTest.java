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

import java.time.Instant;

import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Who may call the service API, and how it says no. */
class ServiceApiTest {

    @RegisterExtension
    static final IotHubExtension hub =
            IotHubExtension.create(IotHubEmulator.builder().httpsPort(0)).withDevice("dev1");

    @ParameterizedTest
    @CsvSource({
        "GET, /devices",
        "POST, /devices",
        "GET, /devices/dev1",
        "PUT, /devices/dev1",
        "DELETE, /devices/dev1",
        "GET, /devices/dev1/modules",
        "GET, /devices/dev1/modules/m1",
        "PUT, /devices/dev1/modules/m1",
        "DELETE, /devices/dev1/modules/m1",
        "DELETE, /devices/dev1/commands",
        "POST, /devices/query",
        "GET, /statistics/devices",
        "GET, /statistics/service",
        "GET, /twins/dev1",
        "PUT, /twins/dev1",
        "PATCH, /twins/dev1",
        "POST, /twins/dev1",
        "GET, /twins/dev1/modules/m1",
        "POST, /twins/dev1/methods",
        "POST, /twins/dev1/modules/m1/methods"
    })
    void withoutATokenThereIsNothing(String method, String path) throws Exception {
        BackEnd.Answer answer = owner().sendWith(null, method, path);

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("iothub-errorcode")).isEqualTo("IotHubUnauthorizedAccess");
        assertThat(answer.json().getString("Message")).startsWith("ErrorCode:IotHubUnauthorizedAccess;A SAS token");
        assertThat(answer.json().getString("ExceptionMessage")).startsWith("Tracking ID:");
    }

    @ParameterizedTest
    @CsvSource({
        "registryRead, GET, /devices/dev1, 200",
        "registryRead, GET, /statistics/service, 200",
        "registryRead, PUT, /devices/dev1, 401",
        "registryRead, GET, /twins/dev1, 401",
        "registryReadWrite, GET, /devices, 200",
        "registryReadWrite, DELETE, /devices/unknown, 404",
        "registryReadWrite, DELETE, /devices/dev1/commands, 401",
        "service, GET, /twins/dev1, 200",
        "service, DELETE, /devices/dev1/commands, 200",
        "service, GET, /devices/dev1, 401",
        "device, GET, /devices/dev1, 401",
        "device, GET, /twins/dev1, 401"
    })
    void aPolicyMayDoWhatItsPermissionsSay(String policy, String method, String path, int status) throws Exception {
        assertThat(new BackEnd(hub.emulator(), policy).send(method, path, "").status())
                .isEqualTo(status);
    }

    @Test
    void anExpiredTokenIsRefusedAndNotQuoted() throws Exception {
        String expired = Tokens.signed(
                "localhost",
                hub.emulator().policyKey("iothubowner"),
                Instant.now().minusSeconds(3600),
                "iothubowner");

        BackEnd.Answer answer = owner().sendWith(expired, "GET", "/devices/dev1");

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.response().body())
                .contains("the token expired at")
                .doesNotContain("sig=", hub.emulator().policyKey("iothubowner"));
    }

    @Test
    void theApiVersionMayBeAnyOrMissing() throws Exception {
        assertThat(owner().get("/devices/dev1?api-version=2021-04-12").status()).isEqualTo(200);
        assertThat(owner().get("/devices/dev1?api-version=2016-02-03").status()).isEqualTo(200);
        assertThat(owner().get("/devices/dev1").status()).isEqualTo(200);
    }

    @Test
    void anUnknownDeviceIsToldByNameAsSdksLookForIt() throws Exception {
        BackEnd.Answer answer = owner().get("/devices/unknown?api-version=2021-04-12");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.header("iothub-errorcode")).isEqualTo("DeviceNotFound");
        assertThat(answer.header("Content-Type")).isEqualTo("application/json; charset=utf-8");
        assertThat(answer.json().getString("Message"))
                .isEqualTo("ErrorCode:DeviceNotFound;A device with ID 'unknown' is not registered.");
    }

    @ParameterizedTest
    @CsvSource({
        "/twins/unknown, 404001, DeviceNotFound",
        "/twins/dev1/modules/unknown, 404010, ModuleNotFound",
        "/devices/dev1/modules/unknown, 404010, ModuleNotFound"
    })
    void twinsAndModulesAreRefusedByNumber(String path, int code, String name) throws Exception {
        BackEnd.Answer answer = owner().get(path);

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.header("iothub-errorcode")).isEqualTo(name);
        assertThat(answer.json().getInteger("errorCode")).isEqualTo(code);
        assertThat(answer.json().fieldNames()).contains("message", "trackingId", "timestampUtc");
    }

    @Test
    void aMethodIsRefusedByNumberWithinText() throws Exception {
        BackEnd.Answer answer = owner().send("POST", "/twins/dev1/methods", "{\"methodName\":\"reboot\"}");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.header("iothub-errorcode")).isEqualTo("DeviceNotOnline");
        assertThat(answer.json().getString("ExceptionMessage")).isEmpty();
        assertThat(new JsonObject(answer.json().getString("Message")).getInteger("errorCode"))
                .isEqualTo(404103);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "PUT   | /devices/new        | {                      | cannot decode json format",
                "PUT   | /devices/new        | []                     | it is no object",
                "PUT   | /devices/new        | {\"status\":1}         | 'status' must be a string",
                "PUT   | /devices/new        | {\"status\":\"on\"}    | must be enabled or disabled",
                "PUT   | /devices/new        | {\"deviceId\":\"d2\"}  | that of the path is 'new'",
                "PUT   | /devices/n%5Ew      | {}                     | is no device id",
                "PUT   | /devices/new        | {\"authentication\":{\"type\":\"key\"}} | is no type of authentication",
                "PUT   | /devices/new        | {\"authentication\":{\"symmetricKey\":{\"primaryKey\":\"x\"}}} | base64 of 16 to 64",
                "GET   | /devices?top=0      |                        | from 1 to 1000",
                "PATCH | /twins/dev1         | {\"tags\":7}           | 'tags' must be an object",
                "PATCH | /twins/dev1         | {\"tags\":{\"a.b\":7}} | has a dot",
                "POST  | /twins/dev1         | {}                     | X-HTTP-Method-Override",
                "POST  | /twins/dev1/methods | {}                     | 'methodName' is missing",
                "POST  | /twins/dev1/methods | {\"methodName\":\"m\",\"responseTimeoutInSeconds\":\"5\"} | must be a whole number",
                "POST  | /devices            | {}                     | must be a JSON array",
                "POST  | /devices/query      | {}                     | 'query' is missing"
            })
    void aBadRequestIsToldWhatToChange(String method, String path, String body, String sentence) throws Exception {
        BackEnd.Answer answer = owner().send(method, path, body == null ? "" : body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.response().body()).contains(sentence);
        assertThat(hub.emulator().device("new")).isEmpty();
    }

    @Test
    void aBodyThatIsTooLargeIsRefused() throws Exception {
        String large = "{\"tags\":{\"a\":\"" + "x".repeat(1_100_000) + "\"}}";

        assertThat(owner().send("PATCH", "/twins/dev1", large).status()).isEqualTo(413);
    }

    private static BackEnd owner() {
        return new BackEnd(hub.emulator(), "iothubowner");
    }
}
