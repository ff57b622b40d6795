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
package io.github.iothubmqtt.protocol;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

import static org.assertj.core.api.Assertions.assertThat;

/** What holds for any input, not only for the examples that somebody thought of. */
class ProtocolPropertiesTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String HUB = "contoso.azure-devices.net";

    @Property(tries = 500)
    void whatIsWrittenIsReadBack(@ForAll("bags") Map<String, String> properties) {
        Map<String, String> read = PropertyBag.read(PropertyBag.write(properties));

        assertThat(new ArrayList<>(read.entrySet())).isEqualTo(new ArrayList<>(properties.entrySet()));
    }

    @Property(tries = 500)
    void aWrittenBagHoldsOnlyWhatATopicMayHold(@ForAll("bags") Map<String, String> properties) {
        assertThat(PropertyBag.write(properties)).matches("([A-Za-z0-9_.~=&-]|%[0-9A-F]{2})*");
    }

    @Property(tries = 500)
    void anyTextCanBeReadAsABag(@ForAll("brokenTexts") String text) {
        assertThat(PropertyBag.read(text)).doesNotContainKeys("", null);
    }

    @Property(tries = 500)
    void anyBagMakesADeviceboundMessageWithoutTheHubsNames(
            @ForAll("ids") String deviceId, @ForAll("brokenTexts") String bag) {
        DeviceIdentity identity = new DeviceIdentity(HUB, deviceId, null);

        assertThat(DeviceboundMessage.of(identity, "devices/" + deviceId + "/messages/devicebound/" + bag, new byte[0]))
                .hasValueSatisfying(
                        message -> assertThat(message.properties().keySet()).noneMatch(name -> name.startsWith("$.")));
    }

    @Property(tries = 300)
    void aTokenSignedForAnIdentityCoversItAndIsParsedBack(
            @ForAll("ids") String deviceId,
            @ForAll("ids") String moduleId,
            @ForAll @Size(min = 1, max = 80) byte[] key,
            @ForAll @LongRange(min = 0, max = 99_999_999_999L) long expiry) {
        DeviceIdentity identity = new DeviceIdentity(HUB, deviceId, moduleId);
        SharedAccessKey accessKey = SharedAccessKey.parse(Base64.getEncoder().encodeToString(key));

        SasToken token = SasToken.sign(identity, accessKey, Instant.ofEpochSecond(expiry));

        assertThat(token.covers(identity)).isTrue();
        assertThat(SasToken.parse(token.text())).isEqualTo(token);
    }

    @Property(tries = 300)
    void theTopicOfAnyMessageIsTheIdentitysAndBearsItsProperties(
            @ForAll("ids") String deviceId, @ForAll("bags") Map<String, String> properties) {
        DeviceIdentity identity = new DeviceIdentity(HUB, deviceId, null);
        properties.keySet().removeIf(SystemProperty::isReserved);

        String topic = new TelemetryMessage(new byte[0], Map.of(), properties).topic(identity);

        String prefix = "devices/" + deviceId + "/messages/events/";
        assertThat(topic).startsWith(prefix).hasSize(topic.getBytes(StandardCharsets.UTF_8).length);
        assertThat(PropertyBag.read(topic.substring(prefix.length()))).isEqualTo(properties);
    }

    @Property(tries = 300)
    void desiredPropertiesComeBackAsTheyWereButForTheirVersion(
            @ForAll("jsonObjects") ObjectNode desired, @ForAll @LongRange(min = 0) long version) throws IOException {
        ObjectNode twin = JSON.createObjectNode();
        twin.set("desired", desired.deepCopy().put("$version", version));
        twin.set("reported", JSON.createObjectNode().put("$version", 1));

        TwinDocument document = TwinDocument.parse(JSON.writeValueAsBytes(twin)).orElseThrow();

        assertThat(document.desiredVersion()).isEqualTo(version);
        assertThat(document.desired()).isEqualTo(JSON.writeValueAsString(desired));
        assertThat(TwinDocument.desiredPatch(JSON.writeValueAsBytes(twin.get("desired"))))
                .contains(document.desired());
    }

    @Property(tries = 500)
    void anyBytesAreAValueOrNoneAndDoNoHarm(@ForAll("brokenJson") String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);

        assertThat(HubError.parse(bytes)).isNotNull();
        if (TwinDocument.desiredPatch(bytes).isPresent()) {
            assertThat(Json.isValue(bytes)).isTrue();
        }
        try {
            ReportedPatch.requireSendable(bytes);
            assertThat(TwinDocument.desiredPatch(bytes)).isPresent();
        } catch (IllegalArgumentException refusal) {
            assertThat(refusal).hasMessageStartingWith("The twin update ");
        }
    }

    @Property(tries = 500)
    void anyTextCanBeReadAsATopic(@ForAll("brokenTexts") String text) {
        assertThat(TwinTopics.response("$iothub/twin/res/" + text)).isNotNull();
        assertThat(TwinTopics.desiredVersion("$iothub/twin/PATCH/properties/desired/" + text))
                .isNotNull();
        MethodTopics.request("$iothub/methods/POST/" + text)
                .ifPresent(request -> assertThat(request.requestId()).isNotEmpty());
    }

    @Provide
    Arbitrary<ObjectNode> jsonObjects() {
        return jsonObjects(3);
    }

    private static Arbitrary<ObjectNode> jsonObjects(int levels) {
        Arbitrary<String> names = unicode().filter(name -> !name.equals("$version"));
        return Arbitraries.maps(names, jsonValues(levels)).ofMaxSize(4).map(members -> {
            ObjectNode object = JSON.createObjectNode();
            members.forEach(object::set);
            return object;
        });
    }

    private static Arbitrary<JsonNode> jsonValues(int levels) {
        JsonNodeFactory nodes = JSON.getNodeFactory();
        Arbitrary<JsonNode> simple = Arbitraries.oneOf(
                unicode().map(nodes::textNode),
                Arbitraries.bigIntegers().map(nodes::numberNode),
                Arbitraries.bigDecimals().ofScale(25).map(DecimalNode::valueOf),
                Arbitraries.of(true, false).map(nodes::booleanNode),
                Arbitraries.just(nodes.nullNode()));
        return levels == 0
                ? simple
                : Arbitraries.oneOf(
                        simple,
                        jsonObjects(levels - 1).map(JsonNode.class::cast),
                        jsonValues(levels - 1).list().ofMaxSize(3).map(elements -> nodes.arrayNode()
                                .addAll(elements)));
    }

    @Provide
    Arbitrary<String> brokenJson() {
        return Arbitraries.of(
                        "{",
                        "}",
                        "[",
                        "]",
                        ":",
                        ",",
                        "\"",
                        "\"a\"",
                        "\"b\"",
                        "1",
                        "-",
                        ".5",
                        "e9",
                        "null",
                        "true",
                        " ",
                        "\\",
                        "\"$version\"",
                        "\"errorCode\"",
                        "{\"a\":",
                        "\u0000",
                        "é")
                .list()
                .ofMaxSize(15)
                .map(pieces -> String.join("", pieces));
    }

    @Provide
    Arbitrary<Map<String, String>> bags() {
        Arbitrary<String> names = unicode().filter(name -> !name.isEmpty());
        return Arbitraries.maps(names, unicode().injectNull(0.1)).ofMaxSize(8);
    }

    @Provide
    Arbitrary<String> brokenTexts() {
        Arbitrary<Character> pieces = Arbitraries.frequencyOf(
                Tuple.of(3, Arbitraries.of('%', '&', '=', '?', '/', '$', '.', 'c', '3', 'F')),
                Tuple.of(1, Arbitraries.chars().all()));
        return pieces.list().ofMaxSize(40).map(characters -> {
            StringBuilder text = new StringBuilder();
            characters.forEach(text::append);
            return text.toString();
        });
    }

    @Provide
    Arbitrary<String> ids() {
        return Arbitraries.strings()
                .withCharRange('a', 'z')
                .withCharRange('A', 'Z')
                .numeric()
                .withChars("-.%_*?!(),:=@$';")
                .ofMinLength(1)
                .ofMaxLength(128)
                .withoutEdgeCases();
    }

    /** Any Unicode text, supplementary characters included, with what has a meaning in a bag or topic more often than chance. */
    private static Arbitrary<String> unicode() {
        Arbitrary<String> any = Arbitraries.integers()
                .between(0, Character.MAX_CODE_POINT)
                .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
                .map(Character::toString);
        Arbitrary<String> meaningful =
                Arbitraries.of("&", "=", "%", "/", "+", "#", "$", "?", " ", "$.", "%2", "a", "\u0000");
        return Arbitraries.oneOf(any, meaningful).list().ofMaxSize(12).map(pieces -> String.join("", pieces));
    }
}
