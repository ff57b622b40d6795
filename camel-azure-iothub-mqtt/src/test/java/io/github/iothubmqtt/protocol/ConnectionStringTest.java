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

import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ConnectionStringTest {

    private static final String DEVICE = "HostName=contoso.azure-devices.net;DeviceId=MyDevice01";
    private static final String KEY = ";SharedAccessKey=" + Vectors.K2;
    private static final String SIGNATURE = ";SharedAccessSignature=" + Vectors.V1.token;

    @Test
    void aDeviceWithItsKeyIsRead() {
        ConnectionString read = ConnectionString.parse(DEVICE + KEY);

        assertThat(read)
                .isEqualTo(new ConnectionString(
                        new HubAddress("contoso.azure-devices.net", 0),
                        "MyDevice01",
                        null,
                        SharedAccessKey.parse(Vectors.K2),
                        null,
                        null,
                        null,
                        false));
        assertThat(read.identity()).isEqualTo(new DeviceIdentity("contoso.azure-devices.net", "MyDevice01", null));
    }

    @Test
    void aModuleBehindAGatewayIsRead() {
        ConnectionString read =
                ConnectionString.parse(DEVICE + ";ModuleId=Mod1" + KEY + ";GatewayHostName=edge-gw.local:8883");

        assertThat(read.gatewayHostName()).isEqualTo(new HubAddress("edge-gw.local", 8883));
        assertThat(read.identity()).isEqualTo(new DeviceIdentity("contoso.azure-devices.net", "MyDevice01", "Mod1"));
    }

    @Test
    void aDeviceWithACertificateIsRead() {
        assertThat(ConnectionString.parse(DEVICE + ";x509=true").x509()).isTrue();
        assertThat(ConnectionString.parse(DEVICE + ";X509=TRUE").x509()).isTrue();
        assertThat(ConnectionString.parse(DEVICE + ";x509=false" + KEY).x509()).isFalse();
    }

    @Test
    void aReadyMadeTokenIsReadWhole() {
        assertThat(ConnectionString.parse(DEVICE + SIGNATURE)
                        .sharedAccessSignature()
                        .text())
                .isEqualTo(Vectors.V1.token);
    }

    @Test
    void aPolicyKeyIsReadWithItsName() {
        assertThat(ConnectionString.parse(DEVICE + ";SharedAccessKeyName=device" + KEY)
                        .sharedAccessKeyName())
                .isEqualTo("device");
    }

    @Test
    void thePortOfALocalHubIsRead() {
        assertThat(ConnectionString.parse("HostName=localhost:18883;DeviceId=d;x509=true")
                        .hostName())
                .isEqualTo(new HubAddress("localhost", 18_883));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SharedAccessKey=" + Vectors.K1 + ";DeviceId=d;HostName=h",
                "hostname=h;DEVICEID=d;sharedaccesskey=" + Vectors.K1,
                "HostName=h;DeviceId=d;SharedAccessKey=" + Vectors.K1 + ";",
                "\n HostName = h ; DeviceId = d ;\tSharedAccessKey=" + Vectors.K1 + " ; \n",
            })
    void orderCaseWhitespaceAndATrailingSeparatorDoNotMatter(String text) {
        assertThat(ConnectionString.parse(text))
                .isEqualTo(ConnectionString.parse("HostName=h;DeviceId=d;SharedAccessKey=" + Vectors.K1));
    }

    @Test
    void nothingIsUrlDecoded() {
        assertThat(ConnectionString.parse("HostName=h;DeviceId=a%20b=c;x509=true")
                        .deviceId())
                .isEqualTo("a%20b=c");
    }

    static Stream<Arguments> malformed() {
        return Stream.of(
                Arguments.of(DEVICE + KEY + ";;x509=false", "Part 4 of the connection string has no '='"),
                Arguments.of(DEVICE + ";" + Vectors.K2.replace("=", ""), "Part 3 of the connection string has no '='"),
                Arguments.of("HostName=h;DeviceId=a;b" + KEY, "Part 3 of the connection string has no '='"),
                Arguments.of(DEVICE + KEY + ";RepositoryId=1", "Part 4 of the connection string has an unknown key"),
                Arguments.of(DEVICE + ";=1" + KEY, "use only HostName, DeviceId, ModuleId, SharedAccessKey,"),
                Arguments.of(DEVICE + ";" + Vectors.K2, "Part 3 of the connection string has an unknown key"),
                Arguments.of(DEVICE + KEY + ";deviceid=b", "has DeviceId twice"),
                Arguments.of(DEVICE + KEY + KEY, "has SharedAccessKey twice"),
                Arguments.of("HostName=;DeviceId=d" + KEY, "no value for HostName"),
                Arguments.of(DEVICE + ";SharedAccessKey=", "no value for SharedAccessKey"),
                Arguments.of(DEVICE + ";ModuleId= ;x509=true", "no value for ModuleId"),
                Arguments.of("DeviceId=d" + KEY, "has no HostName"),
                Arguments.of("HostName=h" + KEY, "has no DeviceId: add DeviceId="),
                Arguments.of("HostName=h;SharedAccessKeyName=service" + KEY, "seems to be one for back-end services"),
                Arguments.of(DEVICE + KEY + SIGNATURE, "has both SharedAccessKey and SharedAccessSignature"),
                Arguments.of(DEVICE + KEY + ";x509=true", "has both SharedAccessKey and x509=true"),
                Arguments.of(DEVICE + SIGNATURE + ";x509=true", "has both SharedAccessSignature and x509=true"),
                Arguments.of(
                        DEVICE + SIGNATURE + ";SharedAccessKeyName=p", "SharedAccessKeyName without SharedAccessKey"),
                Arguments.of(DEVICE, "has no credential"),
                Arguments.of(DEVICE + ";x509=false", "has no credential"),
                Arguments.of(DEVICE + ";x509=yes", "neither true nor false"),
                Arguments.of("HostName=mqtts://h;DeviceId=d" + KEY, "has a scheme"),
                Arguments.of("HostName=h;DeviceId=a/b" + KEY, "device id contains '/'"),
                Arguments.of("HostName=h;DeviceId=a+b" + KEY, "cannot be used over MQTT"),
                Arguments.of("HostName=h;DeviceId=a;ModuleId=b#" + KEY, "cannot be used over MQTT"),
                Arguments.of(DEVICE + KEY + ";GatewayHostName=g:x", "port of the hub"),
                Arguments.of(DEVICE + KEY.replace('+', ' '), "wrap the value in RAW(...)"),
                Arguments.of(DEVICE + ";SharedAccessKey= " + Vectors.K2.substring(1), "wrap the value in RAW(...)"),
                Arguments.of(DEVICE + ";SharedAccessKey=" + Vectors.K2.replace("=", ""), "at its end are missing"),
                Arguments.of(
                        DEVICE + ";SharedAccessSignature=" + Vectors.V1.token.replace("&se=", "&s="), "no field 'se'"));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void eachKindOfMistakeHasItsSentenceAndNoneQuotesACredential(String text, String sentence) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ConnectionString.parse(text))
                .withMessageContaining(sentence)
                .withMessageNotContainingAny("AAEC", "AECA", "BgcI", "8FluI0");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", " \n"})
    void aBlankOneIsRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ConnectionString.parse(text))
                .withMessageContaining("connection string is blank");
    }

    @Test
    void itsTextHoldsNoCredential() {
        assertThat(ConnectionString.parse(DEVICE + KEY).toString())
                .contains("contoso.azure-devices.net", "MyDevice01")
                .doesNotContain("AAEC");
        assertThat(ConnectionString.parse(DEVICE + SIGNATURE).toString())
                .contains("contoso.azure-devices.net", "MyDevice01")
                .doesNotContain("8FluI0");
    }
}
