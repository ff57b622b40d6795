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

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class SubscriptionFilterTest {

    @ParameterizedTest
    @CsvSource({
        "devices/d/messages/devicebound/#, DEVICEBOUND, ",
        "devices/+/messages/devicebound/#, DEVICEBOUND, DEVICEBOUND",
        "devices/d/modules/m/#, , MODULE_INPUT",
        "devices/d/modules/m/messages/devicebound/#, , DEVICEBOUND",
        "devices/d/modules/m/inputs/#, , MODULE_INPUT",
        "$iothub/twin/res/#, TWIN_RESPONSES, TWIN_RESPONSES",
        "$iothub/twin/PATCH/properties/desired/#, DESIRED_PROPERTIES, DESIRED_PROPERTIES",
        "$iothub/methods/POST/#, DIRECT_METHODS, DIRECT_METHODS",
        "$iothub/methods/POST/reboot/#, DIRECT_METHODS, DIRECT_METHODS"
    })
    void documentedFiltersAreGranted(
            String filter, SubscriptionFilter.Purpose device, SubscriptionFilter.Purpose module) {
        assertThat(SubscriptionFilter.purposeOf(filter, Identity.device("d"))).isEqualTo(device);
        assertThat(SubscriptionFilter.purposeOf(filter, new Identity("d", "m"))).isEqualTo(module);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "#",
                "+/d/messages/devicebound/#",
                "devices/other/messages/devicebound/#",
                "devices/d/messages/devicebound/%24.mid=1",
                "devices/d/messages/devicebound/",
                "devices/D/messages/devicebound/#",
                "devices/d/messages/events/",
                "$SYS/#",
                "$iothub/twin/#",
                "$iothub/methods/POST/+/#",
                "$iothub/methods/POST//#",
                "$iothub/methods/POST/a/b/#"
            })
    void anythingElseIsNot(String filter) {
        assertThat(SubscriptionFilter.purposeOf(filter, Identity.device("d"))).isNull();
    }
}
