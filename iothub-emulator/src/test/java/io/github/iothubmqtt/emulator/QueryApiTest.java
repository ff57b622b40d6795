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

import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Queries as the service side sends them over HTTPS. */
class QueryApiTest {

    @RegisterExtension
    static final IotHubExtension hub = IotHubExtension.create(
                    IotHubEmulator.builder().httpsPort(0))
            .withDevice("a")
            .withDevice("b")
            .withDevice("c")
            .withDevice("d");

    @BeforeAll
    static void writeTwins() {
        twin("a").updateTags("{\"site\":\"north\",\"floor\":1,\"owner\":null}");
        twin("b").updateTags("{\"site\":\"north\",\"floor\":2.5}");
        twin("c").updateTags("{\"site\":\"o'hara\",\"floor\":\"3\",\"spare\":true}");
        twin("a").updateDesired("{\"interval\":{\"value\":5}}");
        hub.emulator().device("d").orElseThrow().disable();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "SELECT * FROM devices | a b c d",
                "select * from devices where deviceId = 'a' | a",
                "SELECT * FROM devices WHERE deviceId != 'a' | b c d",
                "SELECT * FROM devices WHERE deviceId <> \"a\" AND status = 'enabled' | b c",
                "SELECT * FROM devices WHERE status = 'disabled' | d",
                "SELECT * FROM devices WHERE connectionState = 'Disconnected' | a b c d",
                "SELECT * FROM devices WHERE tags.site = 'north' | a b",
                "SELECT * FROM devices WHERE tags.site = 'o\\'hara' | c",
                "SELECT * FROM devices WHERE tags.floor > 1 | b",
                "SELECT * FROM devices WHERE tags.floor >= 1 | a b",
                "SELECT * FROM devices WHERE tags.floor < 2.5 | a",
                "SELECT * FROM devices WHERE tags.floor <= 2.50 | a b",
                "SELECT * FROM devices WHERE tags.floor = 3 | ``",
                "SELECT * FROM devices WHERE tags.floor != 3 | a b",
                "SELECT * FROM devices WHERE tags.site >= 'north' AND tags.site < 'o' | a b",
                "SELECT * FROM devices WHERE tags.spare = true | c",
                "SELECT * FROM devices WHERE tags.spare > false | ``",
                "SELECT * FROM devices WHERE NOT tags.site = 'north' | c",
                "SELECT * FROM devices WHERE NOT (tags.site = 'north' OR deviceId = 'd') | c",
                "SELECT * FROM devices WHERE IS_DEFINED(tags.site) | a b c",
                "SELECT * FROM devices WHERE NOT is_defined(tags.site) | d",
                "SELECT * FROM devices WHERE deviceId IN ['a','c','x'] | a c",
                "SELECT * FROM devices WHERE NOT deviceId IN ('a','c') | b d",
                "SELECT * FROM devices WHERE tags.floor IN [1, '3'] | a c",
                "SELECT * FROM devices WHERE properties.desired.interval.value = 5 | a",
                "SELECT * FROM devices WHERE properties.desired.$version > 1 | a",
                "SELECT * FROM devices WHERE statusReason = null | a b c d",
                "SELECT * FROM devices WHERE deviceId = 'a' OR deviceId = 'b' AND tags.floor = 1 | a",
                "SELECT * FROM devices WHERE (deviceId = 'a' OR deviceId = 'b') AND tags.floor = 1 | a",
                "SELECT * FROM devices WHERE (deviceId = 'a' OR deviceId = 'b') AND tags.floor = 2.5 | b"
            })
    void aQueryFindsTheDevicesThatItAsksFor(String query, String ids) throws Exception {
        BackEnd.Answer answer = query(query);

        assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
        assertThat(answer.header("x-ms-item-type")).isEqualTo("twin");
        assertThat(String.join(" ", ids(answer))).isEqualTo(ids == null ? "" : ids);
    }

    @Test
    void wholeTwinsAreAsTheTwinApiGivesThem() throws Exception {
        JsonObject found =
                query("SELECT * FROM devices WHERE deviceId = 'a'").array().getJsonObject(0);

        assertThat(found).isEqualTo(new JsonObject(twin("a").json()));
    }

    @Test
    void columnsAreShownUnderTheirNames() throws Exception {
        BackEnd.Answer answer =
                query("SELECT deviceId, tags.floor, properties.desired.interval.value AS pace FROM devices");

        assertThat(answer.header("x-ms-item-type")).isEqualTo("raw");
        assertThat(answer.array().getJsonObject(0))
                .isEqualTo(new JsonObject().put("deviceId", "a").put("floor", 1).put("pace", 5));
        assertThat(answer.array().getJsonObject(3)).isEqualTo(new JsonObject().put("deviceId", "d"));
    }

    @Test
    void pagesFollowEachOtherWithoutGapAndWithoutRepetition() throws Exception {
        List<String> pages = new ArrayList<>();
        String continuation = "";
        while (continuation != null) {
            BackEnd.Answer page = query(
                    "SELECT * FROM devices WHERE deviceId != 'b'",
                    "x-ms-max-item-count",
                    "2",
                    "x-ms-continuation",
                    continuation);
            pages.add(String.join(" ", ids(page)));
            continuation = page.header("x-ms-continuation");
        }

        assertThat(pages).containsExactly("a c", "d");
    }

    @ParameterizedTest
    @CsvSource({"x-ms-max-item-count, 0", "x-ms-max-item-count, many", "x-ms-continuation, ???"})
    void badPagingIsRefused(String header, String value) throws Exception {
        BackEnd.Answer answer = query("SELECT * FROM devices", header, value);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().getString("message")).startsWith(header);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "SELECT",
                "SELECT * FROM devices.modules",
                "SELECT * FROM devices.jobs",
                "SELECT COUNT() AS n FROM devices",
                "SELECT TOP 5 * FROM devices",
                "SELECT * FROM devices WHERE",
                "SELECT * FROM devices WHERE deviceId",
                "SELECT * FROM devices WHERE deviceId = ",
                "SELECT * FROM devices WHERE deviceId = a",
                "SELECT * FROM devices WHERE deviceId = 'a",
                "SELECT * FROM devices WHERE deviceId == 'a'",
                "SELECT * FROM devices WHERE (deviceId = 'a'",
                "SELECT * FROM devices WHERE deviceId IN []",
                "SELECT * FROM devices WHERE deviceId IN ['a')",
                "SELECT * FROM devices WHERE STARTSWITH(deviceId, 'a')",
                "SELECT * FROM devices WHERE deviceId = 'a' GROUP BY status",
                "SELECT deviceId, deviceId FROM devices",
                "SELECT * FROM devices; DROP"
            })
    void whatIsNoSuchQueryIsRefusedWithASentence(String text) throws Exception {
        BackEnd.Answer answer = query(text);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().getInteger("errorCode")).isEqualTo(400004);
        assertThat(answer.json().getString("message")).startsWith("The query cannot be read: ");
    }

    @Test
    void aQueryThatIsNestedTooDeepIsRefused() throws Exception {
        String deep = "(".repeat(50_000) + "deviceId = 'a'" + ")".repeat(50_000);

        assertThat(query("SELECT * FROM devices WHERE " + deep).status()).isEqualTo(400);
    }

    @Test
    void aLongStringIsNoTrouble() throws Exception {
        String text = "x\\'".repeat(2_000) + "y".repeat(100_000);

        assertThat(query("SELECT * FROM devices WHERE tags.site = '" + text + "'")
                        .status())
                .isEqualTo(200);
    }

    private static EmulatedTwin twin(String deviceId) {
        return hub.emulator().twin(deviceId);
    }

    private static List<String> ids(BackEnd.Answer answer) {
        return answer.array().stream()
                .map(twin -> ((JsonObject) twin).getString("deviceId"))
                .toList();
    }

    private static BackEnd.Answer query(String query, String... headers) throws Exception {
        return new BackEnd(hub.emulator(), "service")
                .send(
                        "POST",
                        "/devices/query?api-version=2021-04-12",
                        new JsonObject().put("query", query).encode(),
                        headers);
    }
}
