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

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class SystemPropertyTest {

    @Test
    void wireNamesAreTheHubs() {
        assertThat(SystemProperty.values())
                .extracting(SystemProperty::wireName)
                .containsExactly(
                        "$.mid",
                        "$.cid",
                        "$.uid",
                        "$.to",
                        "$.ct",
                        "$.ce",
                        "$.ctime",
                        "$.exp",
                        "$.sub",
                        "$.ifid",
                        "$.on",
                        "$.cdid",
                        "$.cmid",
                        "$.schema",
                        "iothub-ack");
    }

    @ParameterizedTest
    @EnumSource
    void eachIsFoundByItsWireName(SystemProperty property) {
        assertThat(SystemProperty.ofWireName(property.wireName())).contains(property);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "$.MID", "mid", "%24.mid", "$.other"})
    void otherNamesAreNone(String name) {
        assertThat(SystemProperty.ofWireName(name)).isEmpty();
    }
}
