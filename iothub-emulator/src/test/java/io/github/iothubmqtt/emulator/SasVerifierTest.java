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

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The token vectors of the protocol sheet, computed by three independent programs, and what can be wrong with a token. */
class SasVerifierTest {

    private static final String K1 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private static final String K2 =
            "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+Pw==";
    private static final String OTHER = "MDEyMzQ1Njc4OWFiY2RlZg==";

    private static final String V1 = "SharedAccessSignature sr=contoso.azure-devices.net%2Fdevices%2FMyDevice01"
            + "&sig=%2F8FluI0vPTWy62CPERK%2F4zi7ST0eWEY13u6QnngfSho%3D&se=1800000000";
    private static final String V4 =
            "SharedAccessSignature sr=contoso.azure-devices.net%2Fdevices%2FMyDevice01%2Fmodules%2FMod1"
                    + "&sig=PXe1%2BmdxnfCBQc8DLFHiz41D6hm5ibRopwxyPkdNFro%3D&se=1900000000";
    private static final String V5 = "SharedAccessSignature sr=contoso.azure-devices.net"
            + "&sig=TmAdSNaPmAbozrMHHiRKGzc6K4WkSdY4cdwV2nvFaoU%3D&se=1900000000&skn=iothubowner";
    private static final String V10 = "SharedAccessSignature sr=contoso.azure-devices.net%2Fdevices"
            + "&sig=UEij0vO0eD1dsJHedwwkL6bjTxwzesFG96fzjYEbSmQ%3D&se=1900000000&skn=device";

    private static final Identity MY_DEVICE = Identity.device("MyDevice01");
    private static final Identity MY_MODULE = new Identity("MyDevice01", "Mod1");
    private static final SharedAccessKeys WITH_K1 = new SharedAccessKeys(K1, OTHER);

    private final AccessPolicies policies = new AccessPolicies(Map.of(
            "iothubowner", new SharedAccessKeys(K2, OTHER),
            "device", new SharedAccessKeys(K2, OTHER),
            "service", new SharedAccessKeys(K2, OTHER)));
    private final SasVerifier verifier = verifierAt(Instant.ofEpochSecond(1_799_999_000));

    @ParameterizedTest
    @ValueSource(
            strings = {
                V1,
                "SharedAccessSignature sr=contoso.azure-devices.net%2fdevices%2fMyDevice01"
                        + "&sig=T5CciqdU17xIDbozGRiHK4E8a60vF%2FEQhZyV2gq68XE%3D&se=1800000000",
                "SharedAccessSignature sr=contoso.azure-devices.net/devices/MyDevice01"
                        + "&sig=khDcnS1MW48Z6joBiMHhhaMwOoHR4Mo%2B%2FmdE9b0faU0%3D&se=1800000000"
            })
    void vectors1To3OpenTheDevice(String token) {
        assertThat(verifier.verify(token, MY_DEVICE, WITH_K1))
                .isEqualTo(new SasVerifier.Grant(Instant.ofEpochSecond(1_800_000_000), "device"));
    }

    @Test
    void vector4OpensTheModuleAndNotTheDevice() {
        SharedAccessKeys keys = new SharedAccessKeys(K2, OTHER);

        assertThat(verifier.verify(V4, MY_MODULE, keys).scope()).isEqualTo("module");
        assertRefused(V4, MY_DEVICE, keys, "not for MyDevice01");
    }

    @Test
    void vectors5And10OpenEveryDevice() {
        for (String token : List.of(V5, V10)) {
            assertThat(verifier.verify(token, MY_DEVICE, WITH_K1).scope()).isEqualTo("hub");
            assertThat(verifier.verify(token, MY_MODULE, WITH_K1).scope()).isEqualTo("hub");
        }
    }

    @Test
    void vector6IsForTheProvisioningServiceAndRefused() {
        String token = "SharedAccessSignature sr=0ne00000001%2Fregistrations%2Freg-1"
                + "&sig=mUQ5dPk92y%2FUNUk6cmH9%2FC6e4tiABS8Qz%2B2VKK9UbMI%3D&se=1850000000&skn=registration";

        assertRefused(token, Identity.device("reg-1"), new SharedAccessKeys(OTHER, K1), "no shared access policy");
    }

    @ParameterizedTest
    @CsvSource({
        "dev%3A1%40a%3Db, BQG7OuPKB%2FpTOI9m6RgQqb%2BWS74RzlBA0d298RXiGBQ%3D",
        "dev%253A1%2540a%253Db, LFUYCLiX8tkRQqtly6KmOzBThZI901ISnAcMCdxD5Iw%3D"
    })
    void vectors7And8OpenADeviceWhoseIdIsEncodedOnceOrTwice(String encodedId, String signature) {
        String token = "SharedAccessSignature sr=contoso.azure-devices.net%2Fdevices%2F" + encodedId + "&sig="
                + signature + "&se=1800000000";

        assertThat(verifier.verify(token, Identity.device("dev:1@a=b"), WITH_K1).scope())
                .isEqualTo("device");
    }

    @Test
    void vector9IsOfAPolicyThatMayNotConnectDevices() {
        assertRefused(V5.replace("skn=iothubowner", "skn=service"), MY_DEVICE, WITH_K1, "DeviceConnect");
    }

    @Test
    void theSecondaryKeyOpensToo() {
        assertThat(verifier.verify(V1, MY_DEVICE, new SharedAccessKeys(OTHER, K1))
                        .scope())
                .isEqualTo("device");
    }

    @Test
    void aSignatureOfAnotherKeyIsRefused() {
        assertRefused(V1, MY_DEVICE, new SharedAccessKeys(K2, OTHER), "neither key");
        assertRefused(V1.replace("%2F8Flu", "%2F8Fly"), MY_DEVICE, WITH_K1, "neither key");
    }

    @Test
    void theResourceIsVerifiedAsItWasSent() {
        assertRefused(V1.replace("net%2F", "net%2f"), MY_DEVICE, WITH_K1, "neither key");
    }

    @Test
    void aRawPlusInTheSignatureIsABlank() {
        assertRefused(V4.replace("%2B", "+"), MY_MODULE, new SharedAccessKeys(K2, OTHER), "neither key");
    }

    @Test
    void rawPaddingOfTheSignatureIsLost() {
        assertRefused(V1.replace("Sho%3D", "Sho="), MY_DEVICE, WITH_K1, "neither key");
    }

    @Test
    void aTokenIsGoodForFiveMinutesAfterItsExpiry() {
        Instant expiry = Instant.ofEpochSecond(1_800_000_000);

        assertThat(verifierAt(expiry.plusSeconds(300)).verify(V1, MY_DEVICE, WITH_K1))
                .isNotNull();
        assertThatThrownBy(() -> verifierAt(expiry.plusSeconds(301)).verify(V1, MY_DEVICE, WITH_K1))
                .isInstanceOf(ConnectRefused.class)
                .hasMessageContaining("expired");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SharedAccessSignature  | sharedaccesssignature  | SharedAccessSignature",
                "SharedAccessSignature  | SharedAccessSignature x| SharedAccessSignature",
                "&se=1800000000         | ''                     | no field 'se'",
                "&se=1800000000         | &se=1800000000000      | seconds since 1970",
                "&se=1800000000         | &se=1800000000.5       | seconds since 1970",
                "&se=1800000000         | &se                    | without '='",
                "&se=1800000000         | &se=1800000000&SE=1    | field twice",
                "sr=contoso             | xr=contoso             | no field 'sr'"
            })
    void aTokenOfAnotherFormIsRefused(String good, String bad, String why) {
        assertRefused(V1.replace(good.trim(), bad.trim()), MY_DEVICE, WITH_K1, why);
    }

    @Test
    void fieldsMayComeInAnyOrderAndCaseAndTheEmptyPolicyIsNone() {
        String token =
                "SharedAccessSignature SIG=%2F8FluI0vPTWy62CPERK%2F4zi7ST0eWEY13u6QnngfSho%3D&&Se=1800000000&skn="
                        + "&sr=contoso.azure-devices.net%2Fdevices%2FMyDevice01";

        assertThat(verifier.verify(token, MY_DEVICE, WITH_K1).scope()).isEqualTo("device");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "contoso.azure-devices.net%2Fdevices%2FMyDevice01%2Fapi-version%3D2016-11-14",
                "contoso.azure-devices.net%2Fdevices%2FMyDevice01%2F",
                "CONTOSO.azure-devices.net/devices/MyDevice01",
                "contoso.azure-devices.net%3A18883%2Fdevices%2FMyDevice01",
                "localhost%2Fdevices%2FMyDevice01"
            })
    void whatTheHubOverlooksInTheAudience(String resource) {
        assertThat(verifier.verify(tokenOf(resource, K1, null), MY_DEVICE, WITH_K1)
                        .scope())
                .isEqualTo("device");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "contoso.azure-devices.net%2Fdevices%2FMyDevice01%2Fapi-version%3D2016-11-14",
                "contoso.azure-devices.net%2Fdevices%2FMyDevice01%2F",
                "contoso.azure-devices.net%2Fdevices%2FMyDevice%25301"
            })
    void aStrictHubOverlooksNothingInTheAudience(String resource) {
        String token = tokenOf(resource, K1, null);

        assertThat(verifier.verify(token, MY_DEVICE, WITH_K1)).isNotNull();
        assertThatThrownBy(() -> strict().verify(token, MY_DEVICE, WITH_K1))
                .isInstanceOf(ConnectRefused.class)
                .hasMessageContaining("not for MyDevice01");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "contoso.azure-devices.net%2Fdevices%2FMyDevice01",
                "contoso.azure-devices.net/devices/MyDevice%301",
                "CONTOSO.azure-devices.net/devices/MyDevice01",
                "contoso.azure-devices.net%3A18883%2Fdevices%2FMyDevice01"
            })
    void aStrictHubTakesWhatIsDocumented(String resource) {
        assertThat(strict().verify(tokenOf(resource, K1, null), MY_DEVICE, WITH_K1)
                        .scope())
                .isEqualTo("device");
        assertThat(strict().verify(tokenOf("localhost/devices", K2, "device"), MY_DEVICE, WITH_K1)
                        .scope())
                .isEqualTo("hub");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "contoso.azure-devices.net%2Fdevices%2Fmydevice01",
                "contoso.azure-devices.net%2Fdevices%2FMyDevice012",
                "contoso.azure-devices.net%2Fdevices",
                "contoso.azure-devices.net",
                "fabrikam.azure-devices.net%2Fdevices%2FMyDevice01",
                "contoso.azure-devices.net%2Fdevices%2FMyDevice01%2Fmodules%2FMod1"
            })
    void aDeviceKeyOpensItsOwnAudienceOnly(String resource) {
        assertRefused(tokenOf(resource, K1, null), MY_DEVICE, WITH_K1, "not for MyDevice01");
    }

    @Test
    void aPolicysScopeIsAPrefixOfWholeSegments() {
        assertThat(verifier.verify(tokenOf("localhost/devices/MyDevice01", K2, "device"), MY_DEVICE, WITH_K1)
                        .scope())
                .isEqualTo("hub");
        assertRefused(tokenOf("localhost/dev", K2, "device"), MY_DEVICE, WITH_K1, "does not cover");
        assertRefused(tokenOf("localhost/devices/My", K2, "device"), MY_DEVICE, WITH_K1, "does not cover");
    }

    @Test
    void aDeviceKeyIsNoPolicyKey() {
        assertRefused(tokenOf("localhost", K1, "device"), MY_DEVICE, WITH_K1, "neither key of policy");
    }

    @Test
    void neitherTokensNorKeysArePrinted() {
        assertThat(SasToken.parse(V1).toString()).doesNotContain("8Flu");
        assertThat(WITH_K1.toString()).doesNotContain(K1);
    }

    private static String tokenOf(String resource, String key, String policy) {
        return Tokens.signed(resource, key, Instant.ofEpochSecond(1_800_000_000), policy);
    }

    private void assertRefused(String token, Identity identity, SharedAccessKeys keys, String why) {
        assertThatThrownBy(() -> verifier.verify(token, identity, keys))
                .isInstanceOf(ConnectRefused.class)
                .hasMessageContaining(why);
    }

    private SasVerifier verifierAt(Instant now) {
        return verifier(now, HubSettings.defaults());
    }

    private SasVerifier strict() {
        return verifier(
                Instant.ofEpochSecond(1_799_999_000),
                HubSettings.defaults().audienceCheck(HubSettings.AudienceCheck.STRICT));
    }

    private SasVerifier verifier(Instant now, HubSettings settings) {
        HostNames names = HostNames.of("contoso.azure-devices.net", "127.0.0.1", List.of());
        return new SasVerifier(names, policies, Clock.fixed(now, ZoneOffset.UTC), settings);
    }
}
