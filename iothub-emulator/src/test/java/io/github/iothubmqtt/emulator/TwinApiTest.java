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

import java.util.Map;

import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** Twins as the service side reads and changes them over HTTPS, and the purge of a queue. */
class TwinApiTest {

    private static final String PATCH =
            "{\"tags\":{\"site\":\"b43\"},\"properties\":{\"desired\":{\"interval\":\"5m\"}}}";

    @RegisterExtension
    final IotHubExtension hub =
            IotHubExtension.create(IotHubEmulator.builder().httpsPort(0)).withDevice("dev1");

    private BackEnd backEnd;
    private EmulatedTwin twin;

    @BeforeEach
    void connect() {
        backEnd = new BackEnd(hub.emulator(), "service");
        twin = hub.emulator().twin("dev1");
    }

    @Test
    void aTwinIsGivenWithItsEtag() throws Exception {
        twin.updateTags("{\"site\":\"b43\"}");

        BackEnd.Answer answer = backEnd.get("/twins/dev1?api-version=2021-04-12");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.response().body()).isEqualTo(twin.json());
        assertThat(answer.header("ETag")).isEqualTo("\"" + answer.json().getString("etag") + "\"");
    }

    @Test
    void aPatchMergesTagsAndDesiredPropertiesAsOneChange() throws Exception {
        twin.updateTags("{\"floor\":2}");
        twin.updateDesired("{\"mode\":\"eco\"}");
        int version = backEnd.get("/twins/dev1").json().getInteger("version");

        JsonObject patched = backEnd.send("PATCH", "/twins/dev1", PATCH).json();

        assertThat(patched.getInteger("version")).isEqualTo(version + 1);
        assertThat(twin.tags()).isEqualTo(Map.of("floor", 2, "site", "b43"));
        assertThat(twin.desired()).isEqualTo(Map.of("mode", "eco", "interval", "5m"));
    }

    @Test
    void aClientThatCannotSendPatchSaysSoInAHeader() throws Exception {
        assertThat(backEnd.send("POST", "/twins/dev1", PATCH, "X-HTTP-Method-Override", "PATCH")
                        .status())
                .isEqualTo(200);

        assertThat(twin.tags()).isEqualTo(Map.of("site", "b43"));
    }

    @Test
    void thePropertiesThatAreLeftOutOfAReplacementAreGone() throws Exception {
        twin.updateTags("{\"floor\":2}");
        twin.updateDesired("{\"mode\":\"eco\"}");

        backEnd.send("PUT", "/twins/dev1", "{\"properties\":{\"desired\":{\"interval\":\"5m\"}}}");

        assertThat(twin.desired()).isEqualTo(Map.of("interval", "5m"));
        assertThat(twin.tags()).as("a section that is not named stays").isEqualTo(Map.of("floor", 2));
    }

    @Test
    void whatWasReadCanBeWrittenBack() throws Exception {
        twin.updateDesired("{\"mode\":\"eco\"}");
        String read = backEnd.get("/twins/dev1").response().body();

        assertThat(backEnd.send("PUT", "/twins/dev1", read).status()).isEqualTo(200);
        assertThat(backEnd.send("PATCH", "/twins/dev1", read).status()).isEqualTo(200);

        assertThat(twin.desired()).isEqualTo(Map.of("mode", "eco"));
    }

    @Test
    void aChangeWithAnOldEtagIsRefused() throws Exception {
        String etag = backEnd.get("/twins/dev1").json().getString("etag");
        assertThat(backEnd.send("PATCH", "/twins/dev1", PATCH, "If-Match", "\"" + etag + "\"")
                        .status())
                .isEqualTo(200);

        BackEnd.Answer late =
                backEnd.send("PATCH", "/twins/dev1", "{\"tags\":{\"site\":\"late\"}}", "If-Match", "\"" + etag + "\"");

        assertThat(late.status()).isEqualTo(412);
        assertThat(late.json().getInteger("errorCode")).isEqualTo(412001);
        assertThat(twin.tags()).isEqualTo(Map.of("site", "b43"));
    }

    @Test
    void aChangeIsMadeWhollyOrNotAtAll() throws Exception {
        String tooLarge =
                "{\"tags\":{\"site\":\"b43\"},\"properties\":{\"desired\":{\"a\":\"" + "x".repeat(4097) + "\"}}}";

        assertThat(backEnd.send("PATCH", "/twins/dev1", tooLarge).status()).isEqualTo(400);

        assertThat(twin.tags()).isEmpty();
    }

    @Test
    void aDeviceIsToldOfDesiredPropertiesAndNotOfTags() throws Exception {
        try (WireClient client = WireClient.device(hub.emulator(), "dev1").accepted()) {
            client.subscribed("$iothub/twin/PATCH/properties/desired/#", 0);

            backEnd.send("PATCH", "/twins/dev1", "{\"tags\":{\"site\":\"b43\"}}");
            backEnd.send("PATCH", "/twins/dev1", PATCH);

            assertThat(client.expect(WireClient.PUBLISH).payload()).isEqualTo("{\"interval\":\"5m\",\"$version\":2}");
        }
    }

    @Test
    void aModuleHasATwinOfItsOwn() throws Exception {
        hub.emulator().device("dev1").orElseThrow().addModule("m1");

        JsonObject patched =
                backEnd.send("PATCH", "/twins/dev1/modules/m1", PATCH).json();

        assertThat(patched.getString("moduleId")).isEqualTo("m1");
        assertThat(hub.emulator().twin("dev1", "m1").desired()).isEqualTo(Map.of("interval", "5m"));
        assertThat(twin.desired()).isEmpty();
    }

    @Test
    void aPurgeEmptiesTheQueueAndTellsHowMany() throws Exception {
        String kept = hub.sendDevicebound("dev1", DeviceboundMessage.of("one").ack(DeviceboundMessage.Ack.FULL));
        hub.sendDevicebound("dev1", DeviceboundMessage.of("two"));

        BackEnd.Answer answer = backEnd.send("DELETE", "/devices/dev1/commands", "");

        assertThat(answer.json())
                .isEqualTo(new JsonObject()
                        .put("totalMessagesPurged", 2)
                        .put("deviceId", "dev1")
                        .putNull("moduleId"));
        assertThat(hub.emulator().deviceboundQueue("dev1")).isEmpty();
        assertThat(hub.emulator().feedback()).singleElement().satisfies(record -> {
            assertThat(record.originalMessageId()).isEqualTo(kept);
            assertThat(record.statusCode()).isEqualTo(Feedback.StatusCode.PURGED);
        });
        assertThat(backEnd.send("DELETE", "/devices/unknown/commands", "").status())
                .isEqualTo(404);
    }
}
