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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class TopicsTest {

    private static final DeviceIdentity DEVICE = new DeviceIdentity("h", "dev1", null);
    private static final DeviceIdentity MODULE = new DeviceIdentity("h", "dev1", "Mod1");

    @Test
    void telemetryGoesToTheTopicOfItsIdentity() {
        assertThat(Topics.telemetry(DEVICE, "a=b")).isEqualTo("devices/dev1/messages/events/a=b");
        assertThat(Topics.telemetry(MODULE, "%24.on=alert"))
                .isEqualTo("devices/dev1/modules/Mod1/messages/events/%24.on=alert");
    }

    @Test
    void telemetryWithoutPropertiesKeepsTheLastSlash() {
        assertThat(Topics.telemetry(DEVICE, "")).isEqualTo("devices/dev1/messages/events/");
    }

    @Test
    void deviceboundMessagesAreAskedForWithTheOneFilterThatTheHubKnows() {
        assertThat(Topics.deviceboundFilter(DEVICE)).isEqualTo("devices/dev1/messages/devicebound/#");
        assertThat(Topics.deviceboundFilter(MODULE)).isEqualTo("devices/dev1/modules/Mod1/messages/devicebound/#");
    }

    @ParameterizedTest
    @CsvSource({
        "devices/dev1/messages/devicebound/a=b&c, a=b&c",
        "devices/dev1/messages/devicebound/?a=b/, ?a=b/",
        "devices/dev1/messages/devicebound/, ''",
        "devices/dev1/messages/devicebound, ''",
    })
    void theBagOfADeliveryIsWhatFollowsTheTopic(String topic, String bag) {
        assertThat(Topics.deviceboundBag(DEVICE, topic)).contains(bag);
    }

    @Test
    void theBagOfADeliveryToAModuleIsFound() {
        assertThat(Topics.deviceboundBag(MODULE, "devices/dev1/modules/Mod1/messages/devicebound/a=b"))
                .contains("a=b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "devices/dev2/messages/devicebound/a=b",
                "devices/DEV1/messages/devicebound/a=b",
                "devices/dev1/messages/deviceBound/a=b",
                "devices/dev1/messages/deviceboundary",
                "devices/dev1/messages/events/a=b",
                "/devices/dev1/messages/devicebound/a=b",
                "devices/dev1/modules/Mod2/messages/devicebound/a=b",
                "devices/dev1/modules/Mod1/inputs/in/a=b",
                "$iothub/twin/res/200/?$rid=1"
            })
    void otherTopicsAreNoDelivery(String topic) {
        assertThat(Topics.deviceboundBag(DEVICE, topic)).isEmpty();
        assertThat(Topics.deviceboundBag(MODULE, topic)).isEmpty();
    }

    @Test
    void aDeviceAndItsModuleDoNotTakeEachOthersDeliveries() {
        assertThat(Topics.deviceboundBag(MODULE, "devices/dev1/messages/devicebound/a=b"))
                .isEmpty();
        assertThat(Topics.deviceboundBag(DEVICE, "devices/dev1/modules/Mod1/messages/devicebound/a=b"))
                .isEmpty();
    }

    @Test
    void theInputsOfAModuleAreAskedForTogether() {
        assertThat(Topics.inputFilter(MODULE)).isEqualTo("devices/dev1/modules/Mod1/inputs/#");
    }

    @ParameterizedTest
    @CsvSource({
        "temp/%24.cdid=dev2&a=b, temp, %24.cdid=dev2&a=b",
        "temp/?a=b/, temp, ?a=b/",
        "temp/, temp, ''",
        "temp, temp, ''",
        "te%20mp%2F1/a=b, te mp/1, a=b",
        "te+mp%zz/a/b, te+mp%zz, a/b",
    })
    void aMessageToAnInputTellsWhichAndItsBag(String rest, String input, String bag) {
        String topic = "devices/dev1/modules/Mod1/inputs/" + rest;

        assertThat(Topics.input(MODULE, topic)).contains(input);
        assertThat(Topics.inputBag(MODULE, topic)).isEqualTo(bag);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "devices/dev1/modules/Mod1/inputs/",
                "devices/dev1/modules/Mod1/inputs//a=b",
                "devices/dev1/modules/Mod1/inputs",
                "devices/dev1/modules/Mod2/inputs/temp/a=b",
                "devices/dev2/modules/Mod1/inputs/temp/a=b",
                "devices/dev1/modules/mod1/inputs/temp/a=b",
                "devices/dev1/modules/null/inputs/temp/a=b",
                "devices/dev1/modules/Mod1/messages/devicebound/a=b",
                "devices/dev1/inputs/temp/a=b",
                "/devices/dev1/modules/Mod1/inputs/temp/a=b"
            })
    void otherTopicsAreNoInput(String topic) {
        assertThat(Topics.input(MODULE, topic)).isEmpty();
        assertThat(Topics.input(DEVICE, topic)).isEmpty();
    }
}
