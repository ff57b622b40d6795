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

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class JsonTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[]",
                "null",
                "true",
                "false",
                "0",
                "-1.50e+3",
                "123456789012345678901234567890",
                "1e30",
                "1e999999999",
                "\"\"",
                "\"é€😀\"",
                "\"\\u0000\\ud800\"",
                " \t\r\n{\"a\":[1,{\"a\":null}]}\n",
            })
    void oneValueIsOne(String json) {
        assertThat(Json.isValue(json.getBytes(UTF_8))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "{}}",
                "{} {}",
                "1 2",
                "{\"a\":1,}",
                "{\"a\":1,\"a\":2}",
                "{\"o\":{\"a\":1,\"b\":2,\"\\u0061\":3}}",
                "{a:1}",
                "{'a':1}",
                "nul",
                "True",
                "NaN",
                "-Infinity",
                "01",
                "1.",
                ".5",
                "+1",
                "0x10",
                "\"a\nb\"",
                "\"open",
                "\"\\x\"",
                "/* note */ {}",
                "plain text"
            })
    void anythingElseIsNone(String text) {
        assertThat(Json.isValue(text.getBytes(UTF_8))).isFalse();
    }

    @Test
    void bytesThatAreNoTextAreNoValue() {
        assertThat(Json.isValue(new byte[] {'"', (byte) 0xff, '"'})).isFalse();
        assertThat(Json.isValue(new byte[] {'"', (byte) 0xc0, (byte) 0xaf, '"'}))
                .as("an overlong form")
                .isFalse();
        assertThat(Json.isValue(new byte[] {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'}))
                .as("half of a surrogate pair")
                .isFalse();
        assertThat(Json.isValue(new byte[] {'"', (byte) 0xe2, (byte) 0x82})).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16BE", "UTF-16LE", "UTF-32BE", "UTF-32LE"})
    void noEncodingButUtf8IsTaken(String encoding) {
        assertThat(Json.isValue("{\"a\":1}".getBytes(Charset.forName(encoding))))
                .isFalse();
    }

    @Test
    void aByteOrderMarkIsNotTaken() {
        assertThat(Json.isValue("\ufeff{}".getBytes(UTF_8))).isFalse();
    }

    @Test
    void nestingThatWouldExhaustTheStackIsNotTaken() {
        assertThat(Json.isValue("[".repeat(100_000).getBytes(UTF_8))).isFalse();
        assertThat(Json.isValue(("[".repeat(100_000) + "]".repeat(100_000)).getBytes(UTF_8)))
                .isFalse();
    }

    @Test
    void aNumberThatNoMemoryCouldHoldIsNotTaken() {
        assertThat(Json.isValue("{\"a\":1e9999999999}".getBytes(UTF_8))).isFalse();
        assertThat(Json.isValue("-1e-9999999999".getBytes(UTF_8))).isFalse();
    }

    @Test
    void onlyTextInUtf8IsText() {
        assertThat(Json.utf8("é€😀".getBytes(UTF_8))).contains("é€😀");
        assertThat(Json.utf8(new byte[0])).contains("");
        assertThat(Json.utf8("é".getBytes(StandardCharsets.ISO_8859_1))).isEmpty();
    }

    @Test
    void mapsListsAndSimpleValuesAreWrittenInTheirOrder() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("z", 1);
        map.put("a", Arrays.asList(true, null, 1.5, "ü😀\""));

        assertThat(new String(Json.write(map), UTF_8)).isEqualTo("{\"z\":1,\"a\":[true,null,1.5,\"ü😀\\\"\"]}");
        assertThat(new String(Json.write(null), UTF_8)).isEqualTo("null");
    }

    @Test
    void whatCannotBeWrittenIsNamedAndTheWayOutGiven() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Json.write(Map.of("socket", new Object())))
                .withMessageContaining("cannot be written as JSON")
                .withMessageContaining("marshal().json()");
    }

    @Test
    void aMapThatHoldsItselfIsRefused() {
        Map<String, Object> map = new LinkedHashMap<>();
        List<Object> list = new ArrayList<>(Collections.singletonList(map));
        map.put("list", list);

        assertThatIllegalArgumentException().isThrownBy(() -> Json.write(map));
    }
}
