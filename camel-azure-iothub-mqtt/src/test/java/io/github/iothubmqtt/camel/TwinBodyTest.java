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
package io.github.iothubmqtt.camel;

import java.io.ByteArrayInputStream;
import java.io.Serializable;
import java.io.StringReader;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.iothubmqtt.emulator.Fault;
import io.github.iothubmqtt.emulator.FaultPoint;
import io.github.iothubmqtt.protocol.MessageTooLargeException;
import org.apache.camel.Exchange;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.converter.stream.InputStreamCache;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/** What may be the body of a twin update, and what is refused before the hub has to. */
class TwinBodyTest extends TwinTestSupport {

    private static final String JSON = "{\"a\":1,\"s\":\"ü\"}";

    record Reading(int a, String s) implements Serializable {}

    static Stream<Object> bodies() throws Exception {
        return Stream.of(
                JSON,
                new StringBuilder(JSON),
                utf8(JSON),
                ByteBuffer.wrap(utf8(JSON)),
                ByteBuffer.wrap(utf8("[]" + JSON)).position(2),
                new ByteArrayInputStream(utf8(JSON)),
                new StringReader(JSON),
                new InputStreamCache(utf8(JSON)),
                Map.of("a", 1, "s", "ü"),
                new ObjectMapper().readTree(JSON));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void anObjectOfWhateverKindIsMergedIntoTheReportedProperties(Object body) {
        assertDone(update(body));

        assertThat(twin().reported()).containsExactlyInAnyOrderEntriesOf(Map.of("a", 1, "s", "ü"));
    }

    @Test
    void aMapMayHoldAllThatJsonHolds() {
        Map<String, Object> nested = new LinkedHashMap<>();
        nested.put("number", 1.5);
        nested.put("large", 4503599627370495L);
        nested.put("exact", new BigDecimal("1.25"));
        nested.put("yes", true);
        nested.put("list", List.of(1, "two"));
        nested.put("node", JsonNodeFactory.instance.textNode("text"));
        nested.put("array", new int[] {1, 2});
        assertDone(update(Map.of("nested", nested)));

        assertThat(twin().reportedJson())
                .isEqualTo("{\"nested\":{\"number\":1.5,\"large\":4503599627370495,\"exact\":1.25,\"yes\":true,"
                        + "\"list\":[1,\"two\"],\"node\":\"text\",\"array\":[1,2]}}");
    }

    @Test
    void nullRemovesAProperty() {
        assertDone(update("{\"a\":1,\"b\":{\"c\":1,\"d\":2}}"));
        Map<String, Object> removed = new LinkedHashMap<>();
        removed.put("a", null);
        removed.put("b", new LinkedHashMap<>(Map.of("d", 3)));
        assertDone(update(removed));
        assertDone(update("{\"b\":{\"c\":null}}"));

        assertThat(twin().reported()).isEqualTo(Map.of("b", Map.of("d", 3)));
    }

    @Test
    void anEmptyObjectChangesTheVersionAlone() {
        assertThat(header(update("{}"), IotHubMqttConstants.REPORTED_VERSION)).isEqualTo(2L);
        assertThat(twin().reported()).isEmpty();
    }

    @Test
    void anObjectOfTheApplicationCanBeMarshalledByTheRoute() throws Exception {
        routes(routes -> routes.from("direct:marshal").marshal().json().to(device("dev1", "operation=twinUpdate")));
        template.sendBody("direct:marshal", new Reading(1, "ü"));

        assertThat(twin().reported()).isEqualTo(Map.of("a", 1, "s", "ü"));
    }

    @Test
    void aFileCanBeReported(@TempDir Path directory) throws Exception {
        Files.writeString(directory.resolve("state.json"), JSON);
        MockEndpoint done = getMockEndpoint("mock:done");
        done.expectedMessageCount(1);
        routes(routes -> routes.from("file:" + directory + "?noop=true")
                .to(device("dev1", "operation=twinUpdate"))
                .to(done));

        assertSatisfied(done);
        assertThat(twin().reported()).isEqualTo(Map.of("a", 1, "s", "ü"));
    }

    @Test
    void theBodyOfTheExchangeStaysAsItWas() {
        Exchange exchange = update(JSON);

        assertThat(exchange.getMessage().getBody()).isEqualTo(JSON);
    }

    @Test
    void aStreamIsSentWholeWhenTheErrorHandlerRedelivers() throws Exception {
        hub.emulator().faults().next(FaultPoint.TWIN_PATCH, Fault.answerStatus(400));
        routes(routes -> routes.from("direct:redelivered")
                .errorHandler(
                        routes.defaultErrorHandler().maximumRedeliveries(1).redeliveryDelay(0))
                .to(device("dev1", "operation=twinUpdate")));
        assertDone(template.send(
                "direct:redelivered", exchange -> exchange.getMessage().setBody(new ByteArrayInputStream(utf8(JSON)))));

        assertThat(twin().reported()).isEqualTo(Map.of("a", 1, "s", "ü"));
    }

    static Stream<Arguments> refusedBodies() {
        return Stream.of(
                arguments(null, "The body is empty, and a twin update must be a JSON object"),
                arguments("", "The body is empty, and a twin update must be a JSON object"),
                arguments(new byte[0], "The body is empty, and a twin update must be a JSON object"),
                arguments(" ", "is no JSON object: give one"),
                arguments("hot", "is no JSON"),
                arguments("{\"a\":1", "is no JSON"),
                arguments("{a:1}", "is no JSON"),
                arguments(JSON + JSON, "more than one JSON value"),
                arguments(JSON.getBytes(StandardCharsets.UTF_16), "is no text in UTF-8"),
                arguments(JSON.getBytes(StandardCharsets.ISO_8859_1), "is no text in UTF-8"),
                arguments("[1]", "is no JSON object: give one"),
                arguments("null", "is no JSON object: give one"),
                arguments(21, "is no JSON object: give one"),
                arguments(true, "is no JSON object: give one"),
                arguments(List.of(1), "is no JSON object: give one"),
                arguments("{\"$version\":1}", "has the key '$version', and keys that begin with $ are the hub's own"),
                arguments(Map.of("a", Map.of("$x", 1)), "has the key '$x'"),
                arguments("{\"a.b\":1}", "has the key 'a.b', and keys must not hold a dot"),
                arguments("{\"a b\":1}", "has the key 'a b'"),
                arguments(Map.of("n", 4503599627370496L), "has an integer at /n outside of"),
                arguments(Map.of("when", Instant.EPOCH), "turn it into JSON first, for example with marshal().json()"),
                arguments(
                        new Reading(1, "s"),
                        "The body, a io.github.iothubmqtt.camel.TwinBodyTest$Reading, is no JSON: turn it into JSON first,"
                                + " for example with marshal().json()"),
                arguments(new Object(), "The body, a java.lang.Object, is no JSON: turn it into JSON first"));
    }

    @ParameterizedTest
    @MethodSource("refusedBodies")
    void whatIsNoObjectThatATwinCanHoldIsRefusedBeforeItIsSent(Object body, String sentence) {
        Exchange exchange = update(body);

        assertThat(exchange.getException())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(sentence);
        assertThat(twin().reportedVersion()).isEqualTo(1);
        assertDone(update("{\"next\":1}"));
        assertThat(hub.emulator().acceptedConnects("dev1")).isEqualTo(1);
    }

    @Test
    void anUpdateThatIsLargerThanAllReportedPropertiesMayBeIsRefused() {
        String[] values = new String[9];
        Arrays.fill(values, "x".repeat(4096));
        Exchange exchange = update(Map.of("a", values));

        assertThat(exchange.getException()).isInstanceOf(MessageTooLargeException.class);
        assertThat(twin().reportedVersion()).isEqualTo(1);
    }

    @Test
    void aBodyThatEndsInItselfIsRefused() {
        Map<String, Object> circle = new LinkedHashMap<>();
        circle.put("self", circle);

        assertThat(update(circle).getException())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot be written as JSON");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
