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

import java.time.Instant;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class SasTokenTest {

    private static final String HUB = "contoso.azure-devices.net";
    private static final DeviceIdentity DEVICE = new DeviceIdentity(HUB, "MyDevice01", null);
    private static final DeviceIdentity MODULE = new DeviceIdentity(HUB, "MyDevice01", "Mod1");
    private static final SharedAccessKey KEY = SharedAccessKey.parse(Vectors.K1);
    private static final String SIG = "sig=%2F8FluI0vPTWy62CPERK%2F4zi7ST0eWEY13u6QnngfSho%3D";
    private static final String SECRET_OF_SIG = "8FluI0vPTWy62CPERK";

    @ParameterizedTest
    @EnumSource
    void aResourceIsSignedAsInTheVector(Vectors vector) {
        SasToken token =
                SasToken.sign(vector.resource, SharedAccessKey.parse(vector.key), vector.expiry, vector.policyName);

        assertThat(token.text()).isEqualTo(vector.token);
    }

    @Test
    void anIdentityIsSignedAsInTheVector() {
        assertThat(SasToken.sign(DEVICE, KEY, Vectors.V1.expiry).text()).isEqualTo(Vectors.V1.token);
        assertThat(SasToken.sign(MODULE, SharedAccessKey.parse(Vectors.K2), Vectors.V4.expiry)
                        .text())
                .isEqualTo(Vectors.V4.token);
        assertThat(SasToken.sign(new DeviceIdentity(HUB, "dev:1@a=b", null), KEY, Vectors.V7.expiry)
                        .text())
                .isEqualTo(Vectors.V7.token);
    }

    @ParameterizedTest
    @EnumSource
    void aTokenThatWasParsedIsTheOneThatWasSigned(Vectors vector) {
        SasToken token = SasToken.parse(vector.token);

        assertThat(token)
                .isEqualTo(SasToken.sign(
                        vector.resource, SharedAccessKey.parse(vector.key), vector.expiry, vector.policyName))
                .isNotEqualTo(SasToken.parse(vector.token + "0"));
        assertThat(token.text()).isEqualTo(vector.token);
        assertThat(token.resource()).isEqualTo(vector.resource);
        assertThat(token.expiry()).isEqualTo(vector.expiry);
    }

    @Test
    void fractionsOfASecondAreDroppedFromTheExpiry() {
        SasToken token = SasToken.sign(DEVICE, KEY, Vectors.V1.expiry.plusMillis(999));

        assertThat(token.expiry()).isEqualTo(Vectors.V1.expiry);
        assertThat(token.text()).isEqualTo(Vectors.V1.token);
    }

    @Test
    void thePolicyNameIsPercentEncoded() {
        assertThat(SasToken.sign(HUB, KEY, Vectors.V1.expiry, "a b&c").text()).endsWith("&skn=a%20b%26c");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a&b", "a=b", "ä", "a\nb"})
    void aResourceThatWasNotEncodedIsNotSigned(String resource) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SasToken.sign(resource, KEY, Vectors.V1.expiry, null))
                .withMessageContaining("percent-encoded");
    }

    @Test
    void anExpiryBefore1970IsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SasToken.sign(DEVICE, KEY, Instant.EPOCH.minusSeconds(1)))
                .withMessageContaining("1970");
    }

    @Test
    void aBlankPolicyNameIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SasToken.sign(HUB, KEY, Vectors.V1.expiry, " "))
                .withMessageContaining("policy");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SharedAccessSignature " + SIG + "&se=1800000000&sr=h",
                "SharedAccessSignature se=1800000000&sr=h&skn=&" + SIG,
                "SharedAccessSignature SR=h&Sig=%2f8FluI0vPTWy62CPERK%2f4zi7ST0eWEY13u6QnngfSho%3d&SE=1800000000",
                "SharedAccessSignature sr=h&sig=/8FluI0vPTWy62CPERK/4zi7ST0eWEY13u6QnngfSho%3D&se=1800000000&new=1",
            })
    void fieldsMayComeInAnyOrderAndCase(String text) {
        SasToken token = SasToken.parse(text);

        assertThat(token.text()).isEqualTo(text);
        assertThat(token.resource()).isEqualTo("h");
        assertThat(token.expiry()).isEqualTo(Instant.ofEpochSecond(1_800_000_000));
    }

    @Test
    void whitespaceAroundAndBehindTheKeywordIsMended() {
        assertThat(SasToken.parse("\n" + Vectors.V1.token.replace(" ", " \t ") + " \n")
                        .text())
                .isEqualTo(Vectors.V1.token);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|is blank",
                "' '|is blank",
                "SharedAccessSignature|not exactly one blank",
                "sharedaccesssignature sr=h&" + SIG + "&se=1800000000|does not start with the word",
                "sr=h&" + SIG + "&se=1800000000|does not start with the word",
                "SharedAccessSignature sr=h&" + SIG + "|no field 'se'",
                "SharedAccessSignature sr=h&se=1800000000|no field 'sig'",
                "SharedAccessSignature " + SIG + "&se=1800000000|no field 'sr'",
                "SharedAccessSignature sr=&" + SIG + "&se=1800000000|no field 'sr'",
                "SharedAccessSignature sr=h&" + SIG + "&se=1800000000&SE=1|has a field twice",
                "SharedAccessSignature sr=h&" + SIG + "&se|not of the form name=value",
                "SharedAccessSignature sr=h&=x&" + SIG + "&se=1|not of the form name=value",
                "SharedAccessSignature sr=h&" + SIG + "&se=soon|not a whole number",
                "SharedAccessSignature sr=h&" + SIG + "&se=1800000000.5|not a whole number",
                "SharedAccessSignature sr=h&" + SIG + "&se=-1|not a whole number",
                "SharedAccessSignature sr=h&" + SIG + "&se=99999999999999999999|not a whole number",
                "SharedAccessSignature sr=h&" + SIG + "&se=1800000000000|in milliseconds",
                "SharedAccessSignature sr=h&sig=/8FluI0vPTWy62CPERK/4zi7ST0eWEY13u6QnngfSho=&se=1|not percent-encoded",
                "SharedAccessSignature sr=h&sig=PXe1+8FluI0vPTWy62CPERKmdxnfCBQc8DLFHiz41D6%3D&se=1|not percent-encoded",
                "SharedAccessSignature sr=h&sig=PXe1 8FluI0vPTWy62CPERKmdxnfCBQc8DLFHiz41D6%3D&se=1|not exactly one blank",
                "SharedAccessSignature sr=h&sig=%2F8FluI0vPTWy62CPERK%2F4zi7ST0e&se=1800000000|not the base64 of 32 bytes",
                "SharedAccessSignature sr=h&sig=%2F8FluI0vPTWy62CPERK%2F4zi7ST0eWEY13u6QnngfShoA&se=1|not the base64 of 32 bytes",
                "HostName=h;DeviceId=d;SharedAccessSignature=SharedAccessSignature sr=h&" + SIG
                        + "&se=1|use the option connectionString",
                "SharedAccessSignature=SharedAccessSignature sr=h&" + SIG + "&se=1|use the option connectionString",
                "hostname = h;SharedAccessKey=8FluI0vPTWy62CPERK=|use the option connectionString",
            })
    void whatTheHubCouldNotAcceptIsRefusedWithoutQuotingIt(String text, String sentence) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SasToken.parse(text))
                .withMessageContaining(sentence)
                .withMessageNotContainingAny(SECRET_OF_SIG);
    }

    @Test
    void aMissingTokenIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SasToken.parse(null))
                .withMessageContaining("is blank");
    }

    @ParameterizedTest
    @CsvSource({
        "contoso.azure-devices.net%2Fdevices%2FMyDevice01",
        "contoso.azure-devices.net%2fdevices%2fMyDevice01",
        "contoso.azure-devices.net/devices/MyDevice01",
        "Contoso.Azure-Devices.net%2Fdevices%2FMyDevice01",
        "contoso.azure-devices.net%3A8883%2Fdevices%2FMyDevice01",
        "contoso.azure-devices.net%2Fdevices%2FMyDevice01%2F",
        "contoso.azure-devices.net%2Fdevices%2FMyDevice01%2Fapi-version%3D2016-11-14",
        "contoso.azure-devices.net%252Fdevices%252FMyDevice01",
        "contoso.azure-devices.net%2Fdevices",
        "contoso.azure-devices.net",
    })
    void aTokenForTheDeviceOrWhatContainsItCoversDeviceAndModule(String resource) {
        SasToken token = SasToken.sign(resource.replace("=", "%3D"), KEY, Vectors.V1.expiry, null);

        assertThat(token.covers(DEVICE)).isTrue();
        assertThat(token.covers(MODULE)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "contoso.azure-devices.net%2Fdevices%2FMyDevice02",
        "contoso.azure-devices.net%2Fdevices%2FMyDevice",
        "contoso.azure-devices.net%2Fdevices%2FMyDevice011",
        "contoso.azure-devices.net%2Fdevices%2Fmydevice01",
        "contoso.azure-devices.net%2Fdevice%2FMyDevice01",
        "contoso.azure-devices.net%2Fdevices%2Fapi-version%3D1",
        "contoso.azure-devices.net%2Fregistrations",
        "fabrikam.azure-devices.net%2Fdevices%2FMyDevice01",
        "contoso.azure-devices.net.example.com",
        "contoso",
        "%2F",
    })
    void aTokenForAnotherResourceCoversNeither(String resource) {
        SasToken token = SasToken.sign(resource, KEY, Vectors.V1.expiry, null);

        assertThat(token.covers(DEVICE)).isFalse();
        assertThat(token.covers(MODULE)).isFalse();
    }

    @Test
    void aTokenForAModuleCoversOnlyThatModule() {
        SasToken token = SasToken.parse(Vectors.V4.token);

        assertThat(token.covers(MODULE)).isTrue();
        assertThat(token.covers(DEVICE)).isFalse();
        assertThat(token.covers(new DeviceIdentity(HUB, "MyDevice01", "Mod2"))).isFalse();
    }

    @Test
    void anIdThatWasEncodedOnceOrTwiceIsCovered() {
        DeviceIdentity identity = new DeviceIdentity(HUB, "dev:1@a=b", null);

        assertThat(SasToken.parse(Vectors.V7.token).covers(identity)).isTrue();
        assertThat(SasToken.parse(Vectors.V8.token).covers(identity)).isTrue();
    }

    @Test
    void itsTextShowsResourceAndExpiryButNotTheSignature() {
        assertThat(SasToken.parse(Vectors.V1.token).toString())
                .contains(Vectors.V1.resource, "2027-01-15T08:00:00Z")
                .doesNotContain(SECRET_OF_SIG);
    }
}
