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
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class DeviceIdentityTest {

    private static final String HUB = "contoso.azure-devices.net";
    private static final DeviceIdentity DEVICE = new DeviceIdentity(HUB, "MyDevice01", null);
    private static final DeviceIdentity MODULE = new DeviceIdentity(HUB, "MyDevice01", "Mod1");

    @Test
    void theClientIdOfADeviceIsItsId() {
        assertThat(DEVICE.clientId()).isEqualTo("MyDevice01");
    }

    @Test
    void theClientIdOfAModuleNamesDeviceAndModule() {
        assertThat(MODULE.clientId()).isEqualTo("MyDevice01/Mod1");
    }

    @Test
    void onlyAnIdentityWithAModuleIdIsAModule() {
        assertThat(DEVICE.isModule()).isFalse();
        assertThat(MODULE.isModule()).isTrue();
    }

    @Test
    void theUserNameEndsInTheApiVersion() {
        assertThat(DEVICE.userName(null)).isEqualTo("contoso.azure-devices.net/MyDevice01/?api-version=2021-04-12");
        assertThat(MODULE.userName(null))
                .isEqualTo("contoso.azure-devices.net/MyDevice01/Mod1/?api-version=2021-04-12");
    }

    @Test
    void theClientTypeIsPercentEncodedInTheUserName() {
        assertThat(DEVICE.userName("camel/4.14 (17; Linux+x)"))
                .isEqualTo("contoso.azure-devices.net/MyDevice01/?api-version=2021-04-12"
                        + "&DeviceClientType=camel%2F4.14%20%2817%3B%20Linux%2Bx%29");
    }

    @Test
    void aBlankClientTypeIsLeftOutOfTheUserName() {
        assertThat(DEVICE.userName(" ")).isEqualTo(DEVICE.userName(null));
    }

    @Test
    void idsAreNotEncodedInClientIdAndUserName() {
        DeviceIdentity identity = new DeviceIdentity(HUB, "a%2Fb:c", "m@n");

        assertThat(identity.clientId()).isEqualTo("a%2Fb:c/m@n");
        assertThat(identity.userName(null)).isEqualTo(HUB + "/a%2Fb:c/m@n/?api-version=2021-04-12");
    }

    @Test
    void theResourceIsEncodedOnce() {
        assertThat(DEVICE.resource()).isEqualTo(Vectors.V1.resource);
        assertThat(MODULE.resource()).isEqualTo(Vectors.V4.resource);
        assertThat(new DeviceIdentity(HUB, "dev:1@a=b", null).resource()).isEqualTo(Vectors.V7.resource);
    }

    @Test
    void itsTextNamesHubDeviceAndModule() {
        assertThat(DEVICE).hasToString("contoso.azure-devices.net/MyDevice01");
        assertThat(MODULE).hasToString("contoso.azure-devices.net/MyDevice01/Mod1");
    }

    @Test
    void hubsAreComparedWithoutCaseAndIdsWithCase() {
        assertThat(new DeviceIdentity("Contoso.Azure-Devices.net", "MyDevice01", null))
                .isEqualTo(DEVICE);
        assertThat(new DeviceIdentity(HUB, "mydevice01", null)).isNotEqualTo(DEVICE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a", "Z", "0", "-", ".", "%", "_", "*", "?", "!", "(", ")", ",", ":", "=", "@", "$", "'", ";"})
    void eachCharacterOfTheGrammarIsAccepted(String id) {
        assertThat(new DeviceIdentity(HUB, id, id).clientId()).isEqualTo(id + "/" + id);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a/b|contains '/', which IoT Hub does not allow",
                "a b|contains U+0020, which IoT Hub does not allow",
                "a&b|contains '&', which IoT Hub does not allow",
                "a\"b|contains '\"', which IoT Hub does not allow",
                "ä|contains U+00E4, which IoT Hub does not allow",
                "x😀|contains U+1F600, which IoT Hub does not allow",
                "a#b|cannot be used over MQTT",
                "a+b|cannot be used over MQTT",
                "``|is empty",
            })
    void otherIdsAreRefused(String id, String sentence) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DeviceIdentity(HUB, id, null))
                .withMessageStartingWith("The device id ")
                .withMessageContaining(sentence);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DeviceIdentity(HUB, "d", id))
                .withMessageStartingWith("The module id ")
                .withMessageContaining(sentence);
    }

    @Test
    void anIdHasAtMost128Characters() {
        assertThat(new DeviceIdentity(HUB, "d".repeat(128), null).deviceId()).hasSize(128);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DeviceIdentity(HUB, "d".repeat(129), null))
                .withMessageContaining("has 129 characters");
    }

    @Test
    void aDeviceIdIsNeeded() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DeviceIdentity(HUB, null, "m"))
                .withMessageContaining("device id is empty");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "contoso.azure-devices.net:8883", "a/b"})
    void aHubThatIsNoHostNameIsRefused(String hub) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DeviceIdentity(hub, "d", null))
                .withMessageContaining("host name of the hub");
    }
}
