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

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class MqttUserNameTest {

    @ParameterizedTest
    @CsvSource({
        "contoso.azure-devices.net/d1/?api-version=2021-04-12, d1, , 2021-04-12",
        "contoso.azure-devices.net/d1/api-version=2016-11-14&DeviceClientType=iothubclient%2F1.1.12, d1, , 2016-11-14",
        "contoso.azure-devices.net/d1/m1/?api-version=2021-04-12, d1, m1, 2021-04-12",
        "contoso.azure-devices.net/d1/m1/api-version=2018-06-30, d1, m1, 2018-06-30",
        "contoso.azure-devices.net/d1/?DeviceClientType=x&api-version=2020-09-30, d1, , 2020-09-30",
        "contoso.azure-devices.net/d1/?api-version=2021-04-12&api-version=1999, d1, , 2021-04-12",
        "contoso.azure-devices.net/d1/?DeviceClientType=x, d1, , ",
        "contoso.azure-devices.net/d1/, d1, , ",
        "contoso.azure-devices.net/d1, d1, , ",
        "contoso.azure-devices.net/d1/m1, d1, m1, ",
        "contoso.azure-devices.net/dev:1@a=b/?api-version=2021-04-12, dev:1@a=b, , 2021-04-12"
    })
    void formsThatClientsWrite(String text, String deviceId, String moduleId, String apiVersion) {
        MqttUserName userName = MqttUserName.parse(text);

        assertThat(userName.host()).isEqualTo("contoso.azure-devices.net");
        assertThat(userName.identity()).isEqualTo(new Identity(deviceId, moduleId));
        assertThat(userName.apiVersion()).isEqualTo(apiVersion);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "h/d/?api-version=2020-09-30&model-id=dtmi%3Acom%3Aexample%3AThermostat%3B1",
                "h/d/?model-id=dtmi:com:example:Thermostat;1&api-version=2020-09-30"
            })
    void theModelIdMayBeEncodedOrRaw(String text) {
        assertThat(MqttUserName.parse(text).modelId()).isEqualTo("dtmi:com:example:Thermostat;1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "contoso",
                "h//?api-version=2021-04-12",
                "/d/?api-version=2021-04-12",
                "h/d/m/x/?api-version=1"
            })
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> MqttUserName.parse(text))
                .isInstanceOf(ConnectRefused.class)
                .hasMessageContaining("not of the form");
    }

    @Test
    void aTokenInPlaceOfTheUserNameIsNotPrinted() {
        assertThatThrownBy(() -> MqttUserName.parse("SharedAccessSignature sr=h&sig=secret&se=1"))
                .isInstanceOf(ConnectRefused.class)
                .hasMessageNotContaining("secret");
    }

    @Test
    void aHostMayCarryAPort() {
        HostNames names = HostNames.of("Hub.example", "127.0.0.2", List.of("other.example"));

        assertThat(names.matches("hub.EXAMPLE")).isTrue();
        assertThat(names.matches("hub.example:18883")).isTrue();
        assertThat(names.matches("other.example")).isTrue();
        assertThat(names.matches("127.0.0.2")).isTrue();
        assertThat(names.matches("hub.example:x")).isFalse();
        assertThat(names.matches("hub")).isFalse();
    }
}
