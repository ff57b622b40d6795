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
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.BiConsumer;

import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What the hub does with twin requests that are out of the ordinary, or out of order. */
class TwinRequestTest {

    private static final String GET = "$iothub/twin/GET/";
    private static final String PATCH = "$iothub/twin/PATCH/properties/reported/";
    private static final String RESPONSES = "$iothub/twin/res/#";

    @RegisterExtension
    static final IotHubExtension hub = IotHubExtension.create();

    private final String deviceId = "d" + System.nanoTime();

    TwinRequestTest() {
        hub.emulator().addDevice(deviceId);
    }

    // request ids

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "A-b_9",
                "%41%zz%",
                "a=b=c",
                "ä€\uD83D\uDE00",
                "a b",
                "a/b",
                "a?b",
                "$rid",
                "{\"x\":1}",
                "0123456789012345678901234567890123456789012345678901234567890123456789"
            })
    void aRequestIdComesBackByteByByte(String rid) {
        try (WireClient client = subscribed()) {
            client.publish(GET + "?$rid=" + rid, "");

            assertThat(client.expect(WireClient.PUBLISH).topic()).isEqualTo("$iothub/twin/res/200/?$rid=" + rid);
        }
    }

    @Test
    void parametersMayComeInAnyOrderAndUnknownOnesAreIgnored() {
        try (WireClient client = subscribed()) {
            assertThat(response(client, PATCH + "?$version=1&x=y&$rid=1&&=", "{}"))
                    .isEqualTo("$iothub/twin/res/204/?$rid=1&$version=2");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?", "?$rid=", "?$rid", "?%24rid=1", "?rid=1"})
    void aGetWithoutRequestIdClosesTheConnection(String query) {
        try (WireClient client = subscribed()) {
            client.publish(GET + query, "");

            assertThat(client.isClosedByHub()).isTrue();
        }
    }

    @Test
    void aPatchWithoutRequestIdIsCarriedOutAndNotAnswered() {
        try (WireClient client = subscribed()) {
            client.publish(PATCH, "{\"a\":1}");
            client.ping();
            assertThat(twin().reported()).containsEntry("a", 1);
            assertThat(hub.emulator().events())
                    .anyMatch(event -> event.description().contains("no $rid"));
        }
    }

    @Test
    void theSettingKeepsTheConnectionOfAGetWithoutRequestId() {
        with(HubSettings.defaults().missingRid(HubSettings.MissingRid.NO_RESPONSE), (other, client) -> {
            client.subscribed(RESPONSES, 0);
            client.publish(GET, "");
            client.ping();
        });
    }

    // topics

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$iothub/twin/GET?$rid=1",
                "$iothub/twin/GET",
                "$iothub/twin/GET/x?$rid=1",
                "$iothub/twin/GET/x/?$rid=1",
                "$iothub/twin/GET//?$rid=1",
                "$iothub/twin/get/?$rid=1",
                "$IOTHUB/twin/GET/?$rid=1",
                "/$iothub/twin/GET/?$rid=1",
                "$iothub/twin/PATCH/properties/desired/?$rid=1",
                "$iothub/twin/PATCH/properties/reported/battery/?$rid=1",
                "$iothub/twin/PATCH/tags/?$rid=1",
                "$iothub/twin/DELETE/?$rid=1",
                "$iothub/twin/res/200/?$rid=1",
                "$iothub/methods/POST/reboot/?$rid=1",
                "$iothub/methods/",
                "$iothub/",
                "$iothub/twin/GET/?$rid=a/?b"
            })
    void anyOtherTopicClosesTheConnection(String topic) {
        try (WireClient client = subscribed()) {
            client.publish(topic, "{}");

            assertThat(client.isClosedByHub()).isTrue();
            assertThat(twin().reportedVersion()).isEqualTo(1);
        }
    }

    @Test
    void aRequestWithQos2ClosesTheConnection() {
        try (WireClient client = subscribed()) {
            client.publish(GET + "?$rid=1", new byte[0], 4, 7);

            assertThat(client.isClosedByHub()).isTrue();
        }
    }

    @Test
    void aRetainedRequestIsARequest() {
        try (WireClient client = subscribed()) {
            client.publish(GET + "?$rid=1", new byte[0], 1, 0);

            assertThat(client.expect(WireClient.PUBLISH).topic()).isEqualTo("$iothub/twin/res/200/?$rid=1");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "{", "ignored"})
    void theBodyOfAGetIsIgnored(String body) {
        try (WireClient client = subscribed()) {
            assertThat(response(client, GET + "?$rid=1", body)).isEqualTo("$iothub/twin/res/200/?$rid=1");
        }
    }

    // subscriptions

    @Test
    void whoIsNotSubscribedToResponsesGetsNoneThoughTheRequestIsCarriedOut() {
        try (WireClient client = device().accepted()) {
            client.publishAcknowledged(PATCH + "?$rid=1", "{\"a\":1}");
            client.subscribed(RESPONSES, 0);
            assertThat(response(client, PATCH + "?$rid=2", "{\"a\":2}"))
                    .isEqualTo("$iothub/twin/res/204/?$rid=2&$version=3");
        }
    }

    @Test
    void theSettingClosesTheConnectionOfWhoIsNotSubscribed() {
        HubSettings settings =
                HubSettings.defaults().twinPublishBeforeSubscribe(HubSettings.TwinPublishBeforeSubscribe.CLOSE);
        with(settings, (other, client) -> {
            client.publish(GET + "?$rid=1", "");
            assertThat(client.isClosedByHub()).isTrue();
        });
    }

    @Test
    void theSettingSendsResponsesAtQos1() {
        with(HubSettings.defaults().responseQos(1), (other, client) -> {
            client.subscribed(RESPONSES, 1);
            client.subscribed("devices/dev1/messages/devicebound/#", 1);
            client.publish(GET + "?$rid=1", "");
            WireClient.Packet response = client.expect(WireClient.PUBLISH);
            assertThat(response.qos()).isEqualTo(1);
            other.sendDevicebound("dev1", DeviceboundMessage.of("on"));
            client.puback(client.expect(WireClient.PUBLISH).packetId());
            client.puback(response.packetId());
            client.ping();
            assertThat(other.deviceboundQueue("dev1")).isEmpty();

            client.puback(response.packetId());
            assertThat(client.isClosedByHub()).isTrue();
        });
    }

    @Test
    void responsesAreNotSentAtQos1ToWhoAskedFor0() {
        with(HubSettings.defaults().responseQos(1), (other, client) -> {
            client.subscribed(RESPONSES, 0);
            client.publish(GET + "?$rid=1", "");
            assertThat(client.expect(WireClient.PUBLISH).qos()).isZero();
        });
    }

    // versions

    @ParameterizedTest
    @CsvSource({"1, 204", "2, 412", "0, 412", "-1, 412", "x, 400", "1.0, 400", "99999999999999999999, 400"})
    void aPatchCanNameTheVersionThatItExpects(String version, int status) {
        try (WireClient client = subscribed()) {
            assertThat(response(client, PATCH + "?$rid=1&$version=" + version, "{\"a\":1}"))
                    .startsWith("$iothub/twin/res/" + status + "/?$rid=1");
            assertThat(twin().reportedVersion()).isEqualTo(status == 204 ? 2 : 1);
        }
    }

    @Test
    void anEmptyPatchRaisesTheVersion() {
        try (WireClient client = subscribed()) {
            assertThat(response(client, PATCH + "?$rid=1", "{}")).isEqualTo("$iothub/twin/res/204/?$rid=1&$version=2");
        }
    }

    @Test
    void aRefusalSaysWhatIsWrong() {
        Instant before = Instant.now().minus(Duration.ofSeconds(1));
        try (WireClient client = subscribed()) {
            client.publish(PATCH + "?$rid=1&$version=7", "{}");

            String body = client.expect(WireClient.PUBLISH).payload();
            Map<String, Object> error = Json.parseObject(body);
            assertThat(error.keySet()).containsExactly("errorCode", "message", "trackingId", "timestampUtc", "info");
            assertThat(error).containsEntry("errorCode", 412001).containsEntry("info", null);
            assertThat(error.get("message")).asString().contains("version 1, not 7");
            assertThat(error.get("trackingId")).asString().matches("[0-9A-F]{32}-G2:-TimeStamp:.*Z");
            assertThat(Instant.parse((String) error.get("timestampUtc"))).isAfter(before);
        }
    }

    // api-version

    @ParameterizedTest
    @ValueSource(strings = {"localhost/%s", "localhost/%s/", "localhost/%s/?model-id=x"})
    void withoutApiVersionAPatchIsRefusedAndAGetIsNot(String userName) {
        try (WireClient client = device().userName(userName.formatted(deviceId)).accepted()) {
            client.subscribed(RESPONSES, 0);
            assertThat(response(client, PATCH + "?$rid=1", "{}")).isEqualTo("$iothub/twin/res/400/?$rid=1");
            assertThat(response(client, GET + "?$rid=2", "")).isEqualTo("$iothub/twin/res/200/?$rid=2");
        }
    }

    // JSON

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "[]",
                "1",
                "null",
                "\"x\"",
                "{",
                "{'a':1}",
                "{\"a\":1}}",
                "{\"a\":01}",
                "{a:1}",
                "{\"a\":NaN}"
            })
    void whatIsNoJsonObjectIsRefused(String body) {
        assertRefused(body.getBytes(StandardCharsets.UTF_8), 400, 400006);
    }

    @Test
    void whatIsNoUtf8IsRefused() {
        assertRefused(new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'}, 400, 400006);
        assertRefused("{\"a\":1}".getBytes(StandardCharsets.UTF_16LE), 400, 400006);
    }

    @Test
    void aByteOrderMarkIsTolerated() {
        assertTaken("\uFEFF{\"a\":1}", "{\"a\":1}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\":1,\"b\":1.0,\"c\":1.5e300,\"d\":-0.1} | {\"a\":1,\"b\":1.0,\"c\":1.5E300,\"d\":-0.1}",
                "{\"max\":4503599627370495,\"min\":-4503599627370496} | {\"max\":4503599627370495,\"min\":-4503599627370496}",
                "{\"huge\":1e400,\"fine\":0.1234567890123456789} | {\"huge\":1E+400,\"fine\":0.1234567890123456789}",
                "{\"z\":1,\"a\":{\"y\":1,\"b\":2},\"m\":3} | {\"z\":1,\"a\":{\"y\":1,\"b\":2},\"m\":3}",
                "{\"a\":1,\"b\":2,\"a\":3} | {\"a\":3,\"b\":2}",
                "{\"a\":[1,{\"b\":null},null,[true]]} | {\"a\":[1,{\"b\":null},null,[true]]}",
                "{\"a\":{\"b\":null}} | {\"a\":{}}",
                "{\"a\":null} | {}",
                "{\"\":1,\"ä\":\"€\\ud83d\\ude00\"} | {\"\":1,\"ä\":\"€\uD83D\uDE00\"}"
            })
    void jsonIsKeptAsItCame(String patch, String reported) {
        assertTaken(patch, reported);
    }

    @Test
    void anArrayReplacesAnArray() {
        try (WireClient client = subscribed()) {
            response(client, PATCH + "?$rid=1", "{\"a\":[1,2,3]}");
            response(client, PATCH + "?$rid=2", "{\"a\":[4]}");
            assertThat(twin().reportedJson()).isEqualTo("{\"a\":[4]}");
        }
    }

    @Test
    void anObjectReplacesAValueAndAValueAnObject() {
        try (WireClient client = subscribed()) {
            response(client, PATCH + "?$rid=1", "{\"a\":1,\"b\":{\"c\":2}}");
            response(client, PATCH + "?$rid=2", "{\"a\":{\"d\":3},\"b\":4}");
            assertThat(twin().reportedJson()).isEqualTo("{\"a\":{\"d\":3},\"b\":4}");
            Map<String, Object> properties =
                    Json.object(Json.parseObject(twin().json()).get("properties"));
            Map<String, Object> metadata =
                    Json.object(Json.object(properties.get("reported")).get("$metadata"));
            assertThat(Json.object(metadata.get("a")).keySet()).containsExactly("$lastUpdated", "d");
            assertThat(Json.object(metadata.get("b")).keySet()).containsExactly("$lastUpdated");
        }
    }

    @Test
    void theSettingRefusesArrays() {
        with(HubSettings.defaults().twinArrays(false), (other, client) -> {
            client.subscribed(RESPONSES, 0);
            assertThat(response(client, PATCH + "?$rid=1", "{\"a\":[]}")).startsWith("$iothub/twin/res/400/");
        });
    }

    // limits

    @ParameterizedTest
    @ValueSource(strings = {"$version", "a$", "a.b", "a b", " ", "a\\u0000", "\\u001f", "\\u0085", "\\u007f"})
    void aKeyWithAForbiddenCharacterIsRefused(String key) {
        assertRefused("{\"" + key + "\":1}", 400, 400004);
        assertRefused("{\"a\":{\"" + key + "\":null}}", 400, 400004);
        assertRefused("{\"a\":[{\"" + key + "\":1}]}", 400, 400004);
    }

    @Test
    void aKeyMayHave1024BytesAndNoMore() {
        assertTaken("{\"" + "k".repeat(1022) + "ä\":1}");
        assertRefused("{\"" + "k".repeat(1023) + "ä\":1}", 400, 400004);
    }

    @Test
    void aStringMayHave4096BytesAndNoMore() {
        assertTaken("{\"a\":\"" + "x".repeat(4094) + "ä\"}");
        assertRefused("{\"a\":\"" + "x".repeat(4095) + "ä\"}", 400, 400004);
        assertRefused("{\"a\":[\"" + "x".repeat(4097) + "\"]}", 400, 400004);
    }

    @Test
    void thereMayBeTenLevelsOfObjectsAndNoMore() {
        assertTaken("{\"a\":".repeat(10) + "{\"leaf\":1}" + "}".repeat(10));
        assertRefused("{\"a\":".repeat(11) + "{\"leaf\":1}" + "}".repeat(11), 400, 400004);
        assertRefused("{\"a\":" + "[".repeat(11) + "]".repeat(11) + "}", 400, 400004);
        assertRefused("{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}", 400, 400006);
    }

    @ParameterizedTest
    @ValueSource(strings = {"4503599627370496", "-4503599627370497", "9223372036854775808", "1000000000000000000000"})
    void anIntegerBeyond52BitsIsRefused(String integer) {
        assertRefused("{\"a\":" + integer + "}", 400, 400004);
    }

    @Test
    void theReportedPropertiesMayHave32KilobytesAndNoMore() {
        // 16 keys of 2 bytes and strings of 2046, of which a line feed is not counted.
        StringBuilder full = new StringBuilder("{");
        for (int i = 10; i < 26; i++) {
            full.append(i == 10 ? "" : ",")
                    .append("\"")
                    .append(i)
                    .append("\":\"\\n")
                    .append("x".repeat(2046))
                    .append("\"");
        }
        try (WireClient client = subscribed()) {
            assertThat(response(client, PATCH + "?$rid=1", full + "}")).startsWith("$iothub/twin/res/204/");
            assertThat(response(client, PATCH + "?$rid=2", "{\"b\":true}")).isEqualTo("$iothub/twin/res/413/?$rid=2");
            assertThat(response(client, PATCH + "?$rid=3", "{\"10\":null,\"b\":{\"t\":true,\"n\":1.5}}"))
                    .startsWith("$iothub/twin/res/204/");
            assertThat(twin().reportedVersion()).isEqualTo(3);
        }
    }

    @Test
    void nothingIsChangedByAPatchOfWhichAPartIsBad() {
        assertRefused("{\"good\":1,\"bad\":{\"$x\":1}}", 400, 400004);
    }

    private void assertTaken(String patch) {
        try (WireClient client = subscribed()) {
            assertThat(response(client, PATCH + "?$rid=1", patch)).startsWith("$iothub/twin/res/204/");
        }
    }

    private void assertTaken(String patch, String reported) {
        assertTaken(patch);
        assertThat(twin().reportedJson()).isEqualTo(reported);
    }

    private void assertRefused(String patch, int status, int code) {
        assertRefused(patch.getBytes(StandardCharsets.UTF_8), status, code);
    }

    private void assertRefused(byte[] patch, int status, int code) {
        long version = twin().reportedVersion();
        try (WireClient client = subscribed()) {
            client.publish(PATCH + "?$rid=1", patch, 0, 0);
            WireClient.Packet response = client.expect(WireClient.PUBLISH);
            assertThat(response.topic()).isEqualTo("$iothub/twin/res/" + status + "/?$rid=1");
            assertThat(Json.parseObject(response.payload())).containsEntry("errorCode", code);
        }
        assertThat(twin().reportedVersion()).isEqualTo(version);
    }

    private static String response(WireClient client, String topic, String body) {
        client.publish(topic, body);
        return client.expect(WireClient.PUBLISH).topic();
    }

    private static void with(HubSettings settings, BiConsumer<IotHubEmulator, WireClient> test) {
        try (IotHubEmulator other = IotHubEmulator.builder().settings(settings).start()) {
            other.addDevice("dev1");
            try (WireClient client = WireClient.device(other, "dev1").accepted()) {
                test.accept(other, client);
            }
        }
    }

    private EmulatedTwin twin() {
        return hub.twin(deviceId);
    }

    private WireClient subscribed() {
        WireClient client = device().accepted();
        client.subscribed(RESPONSES, 0);
        return client;
    }

    private WireClient.Connect device() {
        return WireClient.device(hub.emulator(), deviceId);
    }
}
