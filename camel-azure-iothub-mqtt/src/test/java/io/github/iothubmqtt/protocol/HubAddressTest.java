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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class HubAddressTest {

    @ParameterizedTest
    @CsvSource({
        "contoso.azure-devices.net, contoso.azure-devices.net, 0",
        "localhost:18883, localhost, 18883",
        "127.0.0.1:1, 127.0.0.1, 1",
        "hub_1:65535, hub_1, 65535",
        "edge-gw, edge-gw, 0"
    })
    void hostAndPortAreRead(String text, String host, int port) {
        assertThat(HubAddress.parse(text)).isEqualTo(new HubAddress(host, port));
    }

    @ParameterizedTest
    @CsvSource({"contoso.azure-devices.net", "localhost:18883"})
    void itsTextIsWhatIsRead(String text) {
        assertThat(HubAddress.parse(text)).hasToString(text);
    }

    @Test
    void spellingsOfOneHostAreOneAddress() {
        assertThat(HubAddress.parse(" Contoso.Azure-Devices.NET "))
                .isEqualTo(HubAddress.parse("contoso.azure-devices.net"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|address of the hub is blank",
                "' '|address of the hub is blank",
                "mqtts://contoso.azure-devices.net|has a scheme",
                "mqtts://me@contoso.azure-devices.net/x|has a scheme",
                "me:word@contoso.azure-devices.net|holds user information",
                "contoso.azure-devices.net/devices|has a path or query",
                "contoso.azure-devices.net?a|has a path or query",
                "contoso.azure-devices.net#a|has a path or query",
                "HostName=contoso.azure-devices.net;DeviceId=d|looks like a connection string",
                "[::1]:8883|looks like an IPv6 address",
                "::1|looks like an IPv6 address",
                "localhost:|port of the hub is not a number from 1 to 65535",
                "localhost:0|port of the hub is not a number from 1 to 65535",
                "localhost:65536|port of the hub is not a number from 1 to 65535",
                "localhost:123456789012|port of the hub is not a number from 1 to 65535",
                "localhost:mqtt|port of the hub is not a number from 1 to 65535",
                "localhost:-1|port of the hub is not a number from 1 to 65535",
                "localhost:+1|port of the hub is not a number from 1 to 65535",
                "localhost:١|port of the hub is not a number from 1 to 65535",
                ":8883|host name of the hub is missing",
                "contoso..net|host name of the hub is not valid",
                ".net|host name of the hub is not valid",
                "contoso.net.|host name of the hub is not valid",
                "con toso|host name of the hub is not valid",
                "cöntoso|host name of the hub is not valid",
            })
    void whatIsNoAddressIsRefused(String text, String sentence) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HubAddress.parse(text))
                .withMessageContaining(sentence);
    }

    @Test
    void aMissingAddressIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HubAddress.parse(null))
                .withMessageContaining("blank");
    }

    @ParameterizedTest
    @CsvSource({"-1", "65536"})
    void aPortOutOfRangeIsRefused(int port) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new HubAddress("localhost", port))
                .withMessageContaining("port");
    }

    @Test
    void aConnectionStringThatWasPastedHereIsNotQuoted() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HubAddress.parse("HostName=h;DeviceId=d;SharedAccessKey=" + Vectors.K1))
                .withMessageNotContainingAny(Vectors.K1, "AAEC");
    }

    @Test
    void aPasswordInFrontOfTheHostIsNotQuoted() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HubAddress.parse("me:hunter2@contoso.azure-devices.net"))
                .withMessageNotContainingAny("hunter2");
    }
}
