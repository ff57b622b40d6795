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
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import io.github.iothubmqtt.emulator.DirectMethod;
import io.github.iothubmqtt.emulator.DirectMethodResult;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.spi.Synchronization;
import org.apache.camel.support.SynchronizationAdapter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/** What a route gets of a call, and what of its end becomes the answer. */
class MethodAnswerTest extends MethodTestSupport {

    record Result(int temperature) {}

    private void answer(Object body, Object status) throws Exception {
        routes(routes -> routes.from(methods()).process(exchange -> {
            exchange.getMessage().setBody(body);
            exchange.getMessage().setHeader(IotHubMqttConstants.METHOD_STATUS, status);
        }));
    }

    // the call

    @Test
    void theRouteGetsPayloadNameAndIdOfTheCall() throws Exception {
        MockEndpoint out = getMockEndpoint("mock:out");
        out.expectedMessageCount(1);
        routes(routes -> routes.from(methods()).to(out).setBody(routes.constant(null)));
        call("reboot", "{\"delay\":5,\"who\":\"ü\"}");

        assertSatisfied(out);
        assertThat(out.getExchanges().get(0).getPattern()).isEqualTo(ExchangePattern.InOut);
        assertThat(out.getExchanges().get(0).getMessage().getBody()).isEqualTo("{\"delay\":5,\"who\":\"ü\"}");
        Map<String, Object> headers = out.getExchanges().get(0).getMessage().getHeaders();
        assertThat(headers)
                .containsEntry(IotHubMqttConstants.METHOD_NAME, "reboot")
                .containsEntry(IotHubMqttConstants.DEVICE_ID, "dev1")
                .containsOnlyKeys(
                        IotHubMqttConstants.METHOD_NAME, IotHubMqttConstants.DEVICE_ID, IotHubMqttConstants.REQUEST_ID);
        assertThat((String) headers.get(IotHubMqttConstants.REQUEST_ID)).isNotBlank();
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "true", "1.50", "\"text\"", "[1,2]", "{ \"a\" : 1 }"})
    void thePayloadMayBeAnyJsonAndComesAsItIs(String json) throws Exception {
        routes(routes -> routes.from(methods()).to("mock:echo"));

        assertThat(call("echo", json)).isEqualTo(ok(json));
    }

    @Test
    void aCallWithoutPayloadHasNoBody() throws Exception {
        MockEndpoint out = getMockEndpoint("mock:out");
        out.expectedMessageCount(1);
        out.message(0).body().isNull();
        routes(routes -> routes.from(methods()).to(out));
        call("dev1", DirectMethod.named("reboot").rawPayload(new byte[0]));

        assertSatisfied(out);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "off", "{} {}", "\u0000"})
    void aPayloadThatIsNoJsonIsAnswered400AndDoesNotReachTheRoute(String payload) throws Exception {
        MockEndpoint out = getMockEndpoint("mock:out");
        routes(routes -> routes.from(methods()).to(out));
        DirectMethodResult result =
                call("dev1", DirectMethod.named("m").rawPayload(payload.getBytes(StandardCharsets.UTF_8)));

        assertThat(result).isEqualTo(new DirectMethodResult(400, "{\"message\":\"The payload is no JSON value.\"}"));
        assertThat(out.getExchanges()).isEmpty();
    }

    @Test
    void aPayloadThatIsNoTextIsAnswered400() throws Exception {
        routes(routes -> routes.from(methods()).to("mock:out"));

        assertThat(call("dev1", DirectMethod.named("m").rawPayload(new byte[] {'"', (byte) 0xff, '"'}))
                        .status())
                .isEqualTo(400);
    }

    @Test
    void aPayloadOf128KilobytesFits() throws Exception {
        routes(routes -> routes.from(methods()).process(exchange -> exchange.getMessage()
                .setBody(exchange.getMessage().getBody(String.class).length())));
        String text = "\"" + "x".repeat(128 * 1024 - 2) + "\"";

        assertThat(call("m", text)).isEqualTo(ok(Integer.toString(128 * 1024)));
    }

    @Test
    void aPayloadCanBeUnmarshalledAndTheAnswerMarshalled() throws Exception {
        routes(routes -> routes.from(methods())
                .unmarshal()
                .json()
                .process(exchange -> exchange.getMessage()
                        .setBody(new Result(
                                (int) exchange.getMessage().getBody(Map.class).get("t") + 1)))
                .marshal()
                .json());

        assertThat(call("m", "{\"t\":20}")).isEqualTo(ok("{\"temperature\":21}"));
    }

    // the answer

    static Stream<Arguments> answers() throws Exception {
        Map<String, Object> removed = new HashMap<>();
        removed.put("a", null);
        return Stream.of(
                arguments("{\"a\":1}", "{\"a\":1}"),
                arguments("\"text\"", "\"text\""),
                arguments(utf8("[1,2]"), "[1,2]"),
                arguments(new ByteArrayInputStream(utf8("{\"s\":\"ü\"}")), "{\"s\":\"ü\"}"),
                arguments(Map.of("a", Map.of("b", List.of(1, 2))), "{\"a\":{\"b\":[1,2]}}"),
                arguments(removed, "{\"a\":null}"),
                arguments(List.of("a", 1), "[\"a\",1]"),
                arguments(new ObjectMapper().readTree("{\"a\":1}"), "{\"a\":1}"),
                arguments(NullNode.getInstance(), "null"),
                arguments(21, "21"),
                arguments(2.5, "2.5"),
                arguments(true, "true"),
                arguments("", "null"),
                arguments(null, "null"));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void theBodyAtTheEndOfTheRouteIsTheAnswer(Object body, String json) throws Exception {
        answer(body, null);

        assertThat(call("m")).isEqualTo(ok(json));
        assertThat(reports.failures).isEmpty();
    }

    static Stream<Arguments> statuses() {
        return Stream.of(
                arguments(202, 202),
                arguments("409", 409),
                arguments(503L, 503),
                arguments(-1, -1),
                arguments(Integer.MAX_VALUE, Integer.MAX_VALUE),
                arguments(null, 200));
    }

    @ParameterizedTest
    @MethodSource("statuses")
    void theStatusIsWhatTheRouteSays(Object status, int answered) throws Exception {
        answer("{}", status);

        assertThat(call("m")).isEqualTo(new DirectMethodResult(answered, "{}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"done", "", "20.5", "99999999999"})
    void aStatusThatIsNoWholeNumberIsAFailure(String status) throws Exception {
        answer("{}", status);

        assertThat(call("m")).isEqualTo(FAILED);
        assertThat(reported())
                .hasMessage("The header CamelIotHubMqttMethodStatus is " + status
                        + ", which is no whole number: give one, such as 200");
    }

    static Stream<Arguments> noAnswers() {
        return Stream.of(
                arguments("done", "The body at the end of the route is no JSON"),
                arguments("{} {}", "The body at the end of the route is no JSON"),
                arguments(new byte[] {(byte) 0xff}, "The body at the end of the route is no JSON"),
                arguments(new Result(21), "is no JSON: turn it into JSON first, for example with marshal().json()"),
                arguments(Map.of("x", new Object()), "turn it into JSON first"));
    }

    @ParameterizedTest
    @MethodSource("noAnswers")
    void aBodyThatIsNoJsonIsAFailureThatSaysWhatToDo(Object body, String sentence) throws Exception {
        answer(body, null);

        assertThat(call("m")).isEqualTo(FAILED);
        assertThat(reported()).hasMessageContaining(sentence);
    }

    @Test
    void anAnswerOf128KilobytesFitsAndOneByteMoreDoesNot() throws Exception {
        routes(routes -> routes.from(methods()).process(exchange -> {
            int length = exchange.getMessage().getBody(Integer.class);
            exchange.getMessage().setBody("\"" + "x".repeat(length - 2) + "\"");
        }));

        assertThat(call("m", Integer.toString(128 * 1024)).payload()).hasSize(128 * 1024);
        assertThat(call("m", Integer.toString(128 * 1024 + 1))).isEqualTo(FAILED);
        assertThat(reported()).hasMessageContaining("The answer has 131073 bytes, and the hub takes 131072 at most");
    }

    @Test
    void theAnswerIsReadBeforeTheExchangesCompletionsMayDeleteIt() throws Exception {
        Synchronization clearing = new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange exchange) {
                exchange.getMessage().setBody("\"gone\"");
            }
        };
        routes(routes -> routes.from(methods()).process(exchange -> {
            exchange.getExchangeExtension().addOnCompletion(clearing);
            exchange.getMessage().setBody("\"there\"");
        }));

        assertThat(call("m")).isEqualTo(ok("\"there\""));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
