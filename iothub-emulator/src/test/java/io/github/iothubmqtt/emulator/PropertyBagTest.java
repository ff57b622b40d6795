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

import java.util.LinkedHashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class PropertyBagTest {

    @ParameterizedTest
    @CsvSource({
        "a=b, a, b",
        "a%20b=c%2fd, 'a b', c/d",
        "a=b+c, a, b+c",
        "a=!'()*:; , a, !'()*:;",
        "?a=b, ?a, b",
        "a=b/, a, b",
        "a=b/c=d, a, b",
        "a=1&a=2, a, 2",
        "a=%zz, a, %zz",
        "a=%, a, %",
        "a=%ff, a, %ff",
        "a=%C3%BC%e2%82%ac, a, ü€",
        "a=, a, ",
        "a, a, "
    })
    void aPairIsReadAsTheHubReadsIt(String bag, String name, String value) {
        assertThat(PropertyBag.parse(bag.trim())).hasSize(1).containsEntry(name, value == null ? null : value.trim());
    }

    @Test
    void anEmptyBagAndALoneSlashHaveNoProperties() {
        assertThat(PropertyBag.parse("")).isEmpty();
        assertThat(PropertyBag.parse("/")).isEmpty();
    }

    @Test
    void bareNamesMayStandAmongPairs() {
        Map<String, String> properties = PropertyBag.parse("a&b=1&c=&d=2");

        assertThat(properties).containsEntry("a", null).containsEntry("b", "1").containsEntry("c", null);
        assertThat(properties.keySet()).containsExactly("a", "b", "c", "d");
    }

    @ParameterizedTest
    @ValueSource(strings = {"=b", "&a=b", "a=b&&c=d", "a=b&", "a&", "a=b=c", "a==b", "a=b&=c", "&"})
    void aBagThatTheHubCannotReadIsAViolation(String bag) {
        assertThatThrownBy(() -> PropertyBag.parse(bag)).isInstanceOf(ProtocolViolation.class);
    }

    @Test
    void onlyUnreservedCharactersAreWrittenRaw() {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("$.mid", "a-b_c.d~e");
        properties.put("k ü", "=&/+?#");
        properties.put("empty", "");
        properties.put("bare", null);

        assertThat(PropertyBag.write(properties))
                .isEqualTo("%24.mid=a-b_c.d~e&k%20%C3%BC=%3D%26%2F%2B%3F%23&empty=&bare");
    }
}
