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
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

class ReportedPatchTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                " {\"a\":null} \n",
                "{\"temperature\":21.5,\"on\":true,\"name\":\"é€😀\"}",
                "{\"big\":1e300,\"small\":-0.000001,\"float\":4503599627370496.0}",
                "{\"list\":[1,[2,[]],{\"a\":\"b\"},null,true]}",
                "{\"nested\":{\"removed\":null,\"kept\":{}}}",
                "{\"a-b_c:d/e\\\\\":1,\"ünder\":2,\"\u00a0\":3}",
                "{\"a\":{\"x\":1},\"b\":{\"x\":1}}",
                "{\"min\":-4503599627370496,\"max\":4503599627370495}",
            })
    void whatTheHubTakesPasses(String json) {
        assertPasses(json);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "[{}]", "\"text\"", "7", "null", "true"})
    void onlyAnObjectIsTaken(String json) {
        refused(json).withMessageContaining("is no JSON object: give one, such as {");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  "})
    void nothingIsNoObject(String json) {
        refused(json).withMessageContaining("is no JSON object");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{} {}", "{}[]", "{\"a\":1}{\"b\":2}", "{}null"})
    void twoValuesAreOneTooMany(String json) {
        refused(json).withMessageContaining("more than one JSON value");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{|line 1, column 2",
                "{\"a\":|line 1, column",
                "{\"a\":{\"b\":1}|line 1, column",
                "{\"a\":1,}|line 1, column 8",
                "{\"a\" 1}|line 1, column",
                "{a:1}|line 1, column",
                "{'a':1}|line 1, column",
                "{\"a\":NaN}|line 1, column",
                "{\"a\":01}|line 1, column",
                "{\"a\":tru}|line 1, column",
                "{\"a\":[1}|line 1, column",
                "{}}|line 1, column",
                "{} x|line 1, column",
                "temperature=21|line 1, column",
                "`{\n\"a\":\n x}`|line 3, column",
            })
    void brokenJsonIsNamedWithItsPlace(String json, String place) {
        refused(json).withMessageContaining("is no JSON (").withMessageContaining("at " + place);
    }

    @Test
    void bytesThatAreNoUtf8AreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReportedPatch.requireSendable("{\"a\":\"é\"}".getBytes(StandardCharsets.ISO_8859_1)))
                .withMessageContaining("UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16BE", "UTF-16LE", "UTF-32BE"})
    void otherEncodingsAreRefused(String encoding) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ReportedPatch.requireSendable("{\"a\":1}".getBytes(Charset.forName(encoding))));
    }

    @Test
    void aByteOrderMarkIsRefused() {
        refused("\ufeff{\"a\":1}").withMessageContaining("no JSON");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"$version\":3}", "{\"a\":{\"$metadata\":{}}}", "{\"$\":1}", "{\"l\":[{\"$x\":1}]}"})
    void theHubsOwnKeysAreRefused(String json) {
        refused(json).withMessageContaining("the key '$").withMessageContaining("leave it out");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a.b", ".", "a b", " ", "a$b", "a\\u0000", "\\t", "\\u001f", "\\u007f", "\\u0080", "a\\u009f"})
    void keysWithDotBlankDollarOrControlCharactersAreRefused(String key) {
        refused("{\"deep\":{\"" + key + "\":1}}").withMessageContaining("rename it");
    }

    @Test
    void aKeyOf1024BytesIsTakenAndOneMoreIsNot() {
        String longest = "€".repeat(341) + "x";
        assertThat(longest.getBytes(UTF_8)).hasSize(1024);

        assertPasses("{\"" + longest + "\":1}");
        refused("{\"a\":{\"" + longest + "x\":1}}")
                .withMessageContaining("a key of 1025 bytes")
                .withMessageContaining("1024 are allowed")
                .satisfies(ReportedPatchTest::isShort);
    }

    @Test
    void aTextOf4096BytesIsTakenAndOneMoreIsNot() {
        String longest = "😀".repeat(1024);
        assertThat(longest.getBytes(UTF_8)).hasSize(4096);

        assertPasses("{\"a\":\"" + longest + "\"}");
        refused("{\"a\":{\"b\":[0,\"" + longest + "x\"]}}")
                .withMessageContaining("a text of 4097 bytes at /a/b/1, and 4096 are allowed")
                .satisfies(ReportedPatchTest::isShort);
    }

    @Test
    void tenLevelsBelowTheTopAreTakenAndOneMoreIsNot() {
        assertPasses(nested(10));
        refused(nested(11)).withMessageContaining("more than 10 levels deep at /k1/k2/k3/k4/k5/k6/k7/k8/k9/k10/k11");
    }

    @Test
    void levelsAreCountedWhereTheyAreAndNotInAll() {
        String siblings = IntStream.range(0, 30)
                .mapToObj(i -> "\"s" + i + "\":{\"a\":{}}")
                .collect(Collectors.joining(","));

        assertPasses("{" + siblings + "}");
    }

    @Test
    void insideArraysTheHubHasTheLastWordOnDepth() {
        assertPasses("{\"list\":[" + nested(11) + "]}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "4503599627370496",
                "-4503599627370497",
                "9223372036854775807",
                "9223372036854775808",
                "-123456789012345678901234567890"
            })
    void integersOutsideOfTheHubsRangeAreRefused(String number) {
        refused("{\"a\":[{\"b\":" + number + "}]}")
                .withMessageContaining("an integer at /a/0/b outside of -4503599627370496 to 4503599627370495")
                .withMessageContaining("send it as text");
    }

    @Test
    void anIntegerWithoutEndIsRefused() {
        refused("{\"a\":" + "9".repeat(100_000) + "}").satisfies(ReportedPatchTest::isShort);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\":1,\"a\":2}", "{\"o\":{\"a\":1,\"b\":2,\"\\u0061\":3}}", "{\"a\":null,\"a\":null}"})
    void aNameThatStandsTwiceInAnObjectIsRefused(String json) {
        refused(json).withMessageContaining("Duplicate field 'a'");
    }

    @ParameterizedTest
    @MethodSource("sizes")
    void thirtyTwoKilobytesAreTakenAndOneMoreIsNot(String json, long size) {
        Throwable thrown = catchThrowable(() -> ReportedPatch.requireSendable(json.getBytes(UTF_8)));

        if (size <= 32 * 1024) {
            assertThat(thrown).isNull();
        } else {
            assertThat(thrown)
                    .isInstanceOf(MessageTooLargeException.class)
                    .hasMessageContaining(String.valueOf(size))
                    .hasMessageContaining("32768")
                    .hasMessageContaining("report less");
        }
    }

    static Stream<Arguments> sizes() {
        String seven = IntStream.range(0, 7)
                .mapToObj(i -> "\"k" + i + "\":\"" + "x".repeat(4096) + "\"")
                .collect(Collectors.joining(","));
        int left = 32 * 1024 - 7 * 4098;
        return Stream.of(
                // a text and its key
                Arguments.of("{" + seven + ",\"t\":\"" + "é".repeat((left - 2) / 2) + "x\"}", 32768),
                Arguments.of("{" + seven + ",\"t\":\"" + "é".repeat((left - 2) / 2) + "xy\"}", 32769),
                // a number counts 8, whatever it looks like
                Arguments.of("{" + seven + ",\"t\":\"" + "x".repeat(left - 10) + "\",\"n\":1.000000000000}", 32768),
                Arguments.of("{" + seven + ",\"t\":\"" + "x".repeat(left - 10) + "\",\"nn\":1}", 32769),
                // a boolean counts 4
                Arguments.of("{" + seven + ",\"t\":\"" + "x".repeat(left - 6) + "\",\"b\":false}", 32768),
                Arguments.of("{" + seven + ",\"t\":\"" + "x".repeat(left - 5) + "\",\"b\":true}", 32769),
                // what is removed counts nothing, nor do blanks, brackets and control characters
                Arguments.of(
                        "{" + seven + ",\"t\":\"" + "x".repeat(left - 1) + "\",   \"" + "r".repeat(1000) + "\" : null}",
                        32768),
                Arguments.of("{" + seven + ",\"t\":\"" + "x".repeat(left - 1) + "\\u0000\\u0085\\n\"}", 32768),
                Arguments.of("{" + seven + ",\"t\":[\"" + "x".repeat(left - 1) + "\",null,[]]}", 32768),
                Arguments.of("{" + seven + ",\"t\":[\"" + "x".repeat(left - 1) + "\",\"y\"]}", 32769));
    }

    @Test
    void noRefusalShowsTheDocument() {
        String secret = "hunter2";
        String longKey = "k".repeat(30_000);
        for (String broken : new String[] {
            "{\"password\":\"" + secret + "\",}",
            "{\"password\":\"" + secret + "\",\"$x\":1}",
            "{\"password\":\"" + secret + "\",\"n\":9999999999999999999}",
            "{\"password\":\"" + secret + "\"",
            "{\"" + longKey + "\":1,\"" + longKey + "\":1}",
            "{\"a\":" + "z".repeat(30_000) + "}",
            "{\"" + "k".repeat(1000) + "\":{\"" + "l".repeat(1000) + "\":9999999999999999999}}",
        }) {
            assertThatThrownBy(() -> ReportedPatch.requireSendable(broken.getBytes(UTF_8)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageNotContaining(secret)
                    .satisfies(ReportedPatchTest::isShort);
        }
    }

    private static void isShort(Throwable thrown) {
        assertThat(thrown.getMessage()).hasSizeLessThan(500);
    }

    private static void assertPasses(String json) {
        assertThatCode(() -> ReportedPatch.requireSendable(json.getBytes(UTF_8)))
                .doesNotThrowAnyException();
    }

    private static ThrowableAssertAlternative<IllegalArgumentException> refused(String json) {
        return assertThatIllegalArgumentException()
                .isThrownBy(() -> ReportedPatch.requireSendable(json.getBytes(UTF_8)));
    }

    /** A top object with a number of levels below it. */
    private static String nested(int levels) {
        String json = "{}";
        for (int level = levels; level > 0; level--) {
            json = "{\"k" + level + "\":" + json + "}";
        }
        return json;
    }
}
