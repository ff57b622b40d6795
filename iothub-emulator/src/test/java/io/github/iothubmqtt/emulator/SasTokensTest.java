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

import java.time.Instant;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The expected tokens were computed with two other programs. */
class SasTokensTest {

    private static final String K1 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private static final String K2 =
            "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+Pw==";

    @Test
    void aDevicesTokenIsAsOthersMakeIt() {
        assertThat(SasTokens.forConnectionString(
                        "HostName=contoso.azure-devices.net;DeviceId=MyDevice01;SharedAccessKey=" + K1,
                        Instant.ofEpochSecond(1800000000)))
                .isEqualTo("SharedAccessSignature sr=contoso.azure-devices.net%2Fdevices%2FMyDevice01"
                        + "&sig=%2F8FluI0vPTWy62CPERK%2F4zi7ST0eWEY13u6QnngfSho%3D&se=1800000000");
    }

    @Test
    void aModulesTokenIsAsOthersMakeIt() {
        assertThat(SasTokens.forConnectionString(
                        "HostName=contoso.azure-devices.net;DeviceId=MyDevice01;ModuleId=Mod1;SharedAccessKey=" + K2,
                        Instant.ofEpochSecond(1900000000)))
                .isEqualTo("SharedAccessSignature sr=contoso.azure-devices.net%2Fdevices%2FMyDevice01%2Fmodules%2FMod1"
                        + "&sig=PXe1%2BmdxnfCBQc8DLFHiz41D6hm5ibRopwxyPkdNFro%3D&se=1900000000");
    }

    @Test
    void aPolicysTokenIsAsOthersMakeIt() {
        assertThat(SasTokens.forConnectionString(
                        "HostName=contoso.azure-devices.net;SharedAccessKeyName=iothubowner;SharedAccessKey=" + K2,
                        Instant.ofEpochSecond(1900000000)))
                .isEqualTo("SharedAccessSignature sr=contoso.azure-devices.net"
                        + "&sig=TmAdSNaPmAbozrMHHiRKGzc6K4WkSdY4cdwV2nvFaoU%3D&se=1900000000&skn=iothubowner");
    }

    @Test
    void anIdWithSpecialCharactersIsEncodedOnce() {
        assertThat(SasTokens.forConnectionString(
                        "HostName=contoso.azure-devices.net;DeviceId=dev:1@a=b;SharedAccessKey=" + K1,
                        Instant.ofEpochSecond(1800000000)))
                .isEqualTo("SharedAccessSignature sr=contoso.azure-devices.net%2Fdevices%2Fdev%3A1%40a%3Db"
                        + "&sig=BQG7OuPKB%2FpTOI9m6RgQqb%2BWS74RzlBA0d298RXiGBQ%3D&se=1800000000");
    }

    @ParameterizedTest
    @CsvSource({
        "HostName=h;DeviceId=d,no SharedAccessKey",
        "DeviceId=d;SharedAccessKey=AAAA,no HostName",
        "HostName=h;SharedAccessKey=AAAA,no DeviceId",
        "HostName=h;DeviceId=d;SharedAccessKey=!secret!,not base64",
        "nonsense,part without a name"
    })
    void whatIsMissingIsSaidWithoutTheKey(String connectionString, String reason) {
        assertThatThrownBy(() -> SasTokens.forConnectionString(connectionString, Instant.EPOCH))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason)
                .hasMessageNotContaining("secret");
    }
}
