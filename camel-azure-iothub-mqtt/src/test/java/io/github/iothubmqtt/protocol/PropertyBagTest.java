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

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;

class PropertyBagTest {

    @Test
    void theExamplesOfTheSpecificationAreWritten() {
        assertThat(PropertyBag.write(
                        ordered("$.mid", "m-1", "$.ct", "application/json", "$.ce", "utf-8", "alert", "true")))
                .isEqualTo("%24.mid=m-1&%24.ct=application%2Fjson&%24.ce=utf-8&alert=true");
        assertThat(PropertyBag.write(ordered("$.mid", "m-1", "$.cid", "c/7", "room", "living room", "empty", "")))
                .isEqualTo("%24.mid=m-1&%24.cid=c%2F7&room=living%20room&empty=");
    }

    @Test
    void noPropertiesAreAnEmptyBag() {
        assertThat(PropertyBag.write(Map.of())).isEmpty();
    }

    @Test
    void theOrderOfTheMapIsKept() {
        assertThat(PropertyBag.write(ordered("z", "1", "a", "2", "m", "3"))).isEqualTo("z=1&a=2&m=3");
    }

    @Test
    void aNullValueIsABareNameAndAnEmptyOneIsNot() {
        assertThat(PropertyBag.write(ordered("none", null, "empty", "", "last", null)))
                .isEqualTo("none&empty=&last");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = ' ',
            value = {
                "& %26",
                "= %3D",
                "% %25",
                "/ %2F",
                "+ %2B",
                "# %23",
                "$ %24",
                "? %3F",
                "`\"` %22",
                "! %21",
                "' %27",
                "( %28",
                ") %29",
                "* %2A",
                ": %3A",
                "; %3B",
                "@ %40",
                "` ` %20",
                "`\n` %0A",
                "é %C3%A9",
                "€ %E2%82%AC",
                "😀 %F0%9F%98%80",
                "- -",
                "_ _",
                ". .",
                "~ ~",
                "azAZ09 azAZ09"
            })
    void everythingButUnreservedCharactersIsEncodedInNamesAndValues(String text, String encoded) {
        assertThat(PropertyBag.write(ordered(text, text))).isEqualTo(encoded + "=" + encoded);
    }

    @ParameterizedTest
    @NullAndEmptySource
    void anEmptyNameIsNotWritten(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PropertyBag.write(Collections.singletonMap(name, "v")))
                .withMessageContaining("empty name");
    }

    @ParameterizedTest
    @ValueSource(ints = {0xd83d, 0xde00})
    void halfASurrogatePairIsNotWritten(int half) {
        String text = "a" + (char) half + "b";

        assertThatIllegalArgumentException()
                .isThrownBy(() -> PropertyBag.write(Map.of(text, "v")))
                .withMessageContaining("surrogate");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PropertyBag.write(Map.of("n", text)))
                .withMessageContaining("surrogate");
    }

    @Test
    void aBagThatWasCapturedIsRead() {
        assertThat(PropertyBag.read("iothub-ack=Full&propName=PropValue&DeviceInfo=smokeTest"
                        + "&%24.to=%2Fdevices%2Fdev1%2Fmessages%2FdeviceBound&%24.cid&%24.uid"))
                .containsExactly(
                        entry("iothub-ack", "Full"),
                        entry("propName", "PropValue"),
                        entry("DeviceInfo", "smokeTest"),
                        entry("$.to", "/devices/dev1/messages/deviceBound"),
                        entry("$.cid", null),
                        entry("$.uid", null));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "?a=b|a|b",
                "??a=b|?a|b",
                "a=b/|a|b",
                "a=b//|a|b/",
                "?a=b/|a|b",
                "a=b=c|a|b=c",
                "a=b+c|a|b+c",
                "a=b%2Bc|a|b+c",
                "a=b%252Bc|a|b%2Bc",
                "a=%2F|a|/",
                "a=%c3%A9|a|é",
                "$.mid=m|$.mid|m",
                "&&a=b&|a|b",
                "=x&a=b|a|b",
                "=&a=b|a|b",
                "a=1&a=b|a|b",
                "a=1&%61=b|a|b",
                "a=100%|a|100%",
                "a=%4|a|%4",
                "a=%zz%41|a|%zzA",
                "a=%4%41|a|%4A",
                "a=%+1|a|%+1",
                "a=%４１|a|%４１",
                "a=%C3|a|\uFFFD",
                "a=%FF%41|a|\uFFFDA",
                "a=|a|''",
                "a|a|",
            })
    void bagsAreReadLeniently(String bag, String name, String value) {
        assertThat(PropertyBag.read(bag)).containsExactly(entry(name, value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?", "/", "?/", "&", "=", "&=&"})
    void aBagOfNothingHasNoProperties(String bag) {
        assertThat(PropertyBag.read(bag)).isEmpty();
    }

    private static Map<String, String> ordered(String... namesAndValues) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return map;
    }
}
