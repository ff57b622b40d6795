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

import java.nio.charset.StandardCharsets;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

class TwinDocumentTest {

    private static final String TWIN = "{\"desired\":{\"interval\":\"5m\",\"$version\":12},"
            + "\"reported\":{\"interval\":\"5m\",\"battery\":55,\"$version\":123}}";

    @Test
    void theTwinOfTheSpecificationIsRead() {
        assertThat(parse(TWIN)).contains(new TwinDocument(TWIN, "{\"interval\":\"5m\"}", 12, 123));
    }

    @Test
    void aFreshTwinHasNoProperties() {
        assertThat(parse("{\"desired\":{\"$version\":1},\"reported\":{\"$version\":1}}"))
                .hasValueSatisfying(twin -> assertThat(twin.desired()).isEqualTo("{}"));
    }

    @Test
    void theDocumentStaysAsTheHubWroteIt() {
        String odd = " {\"reported\" : {\"$version\":2 }, \"desired\":{\"$version\" :1},\n\"more\":1.50}";

        assertThat(parse(odd))
                .hasValueSatisfying(twin -> assertThat(twin.json()).isEqualTo(odd));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1.10|1.10",
                "0.10000000000000000000000000000000001|0.10000000000000000000000000000000001",
                "12345678901234567890|12345678901234567890",
                "-9223372036854775809|-9223372036854775809",
                "1e30|1E+30",
                "1e999999999|1E+999999999",
                "\"é\\u20ac😀\"|\"é€😀\"",
                "{\"z\":1,\"a\":[2,{\"$version\":3}],\"m\":null}|{\"z\":1,\"a\":[2,{\"$version\":3}],\"m\":null}",
            })
    void valuesAndTheirOrderAreKeptExactly(String value, String kept) {
        String desired = "{\"y\":" + value + ",\"$version\":3,\"x\":" + value + "}";

        assertThat(parse("{\"desired\":" + desired + ",\"reported\":{\"$version\":1}}"))
                .hasValueSatisfying(
                        twin -> assertThat(twin.desired()).isEqualTo("{\"y\":" + kept + ",\"x\":" + kept + "}"));
        assertThat(TwinDocument.desiredPatch(desired.getBytes(UTF_8)))
                .contains("{\"y\":" + kept + ",\"x\":" + kept + "}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "null",
                "twin",
                "{\"desired\":{\"$version\":1}}",
                "{\"reported\":{\"$version\":1}}",
                "{\"desired\":{},\"reported\":{\"$version\":1}}",
                "{\"desired\":{\"$version\":1},\"reported\":{}}",
                "{\"desired\":[1],\"reported\":{\"$version\":1}}",
                "{\"desired\":null,\"reported\":{\"$version\":1}}",
                "{\"desired\":{\"$version\":\"1\"},\"reported\":{\"$version\":1}}",
                "{\"desired\":{\"$version\":1.0},\"reported\":{\"$version\":1}}",
                "{\"desired\":{\"$version\":-1},\"reported\":{\"$version\":1}}",
                "{\"desired\":{\"$version\":null},\"reported\":{\"$version\":1}}",
                "{\"desired\":{\"$version\":9223372036854775808},\"reported\":{\"$version\":1}}",
                "{\"desired\":{\"$version\":1},\"reported\":{\"$version\":1}} more",
                "{\"desired\":{\"a\":1,\"a\":2,\"$version\":1},\"reported\":{\"$version\":1}}"
            })
    void aDocumentWithoutBothVersionsIsNoTwin(String body) {
        assertThat(parse(body)).isEmpty();
    }

    @Test
    void bytesInAnotherEncodingAreNoTwin() {
        assertThat(TwinDocument.parse(TWIN.getBytes(StandardCharsets.UTF_16LE))).isEmpty();
        assertThat(TwinDocument.parse(TWIN.replace("5m", "é").getBytes(StandardCharsets.ISO_8859_1)))
                .isEmpty();
    }

    @Test
    void aPatchKeepsTheNullsOfWhatWasRemoved() {
        assertThat(TwinDocument.desiredPatch("{\"interval\":\"10m\",\"mode\":null,\"$version\":13}".getBytes(UTF_8)))
                .contains("{\"interval\":\"10m\",\"mode\":null}");
        assertThat(TwinDocument.desiredPatch("{}".getBytes(UTF_8))).contains("{}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "[{}]", "7", "\"text\"", "{\"a\":", "{\"a\":1}{}"})
    void aPatchThatIsNoObjectIsNone(String body) {
        assertThat(TwinDocument.desiredPatch(body.getBytes(UTF_8))).isEmpty();
    }

    private static Optional<TwinDocument> parse(String body) {
        return TwinDocument.parse(body.getBytes(UTF_8));
    }
}
