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

/** Keys and signatures of spec 2.6, which were computed with three independent programs. */
enum Vectors {
    V1(
            Vectors.K1,
            "contoso.azure-devices.net%2Fdevices%2FMyDevice01",
            1_800_000_000,
            null,
            "/8FluI0vPTWy62CPERK/4zi7ST0eWEY13u6QnngfSho=",
            "SharedAccessSignature sr=contoso.azure-devices.net%2Fdevices%2FMyDevice01&sig=%2F8FluI0vPTWy62CPERK%2F4zi7ST0eWEY13u6QnngfSho%3D&se=1800000000"),
    V2(
            Vectors.K1,
            "contoso.azure-devices.net%2fdevices%2fMyDevice01",
            1_800_000_000,
            null,
            "T5CciqdU17xIDbozGRiHK4E8a60vF/EQhZyV2gq68XE=",
            "SharedAccessSignature sr=contoso.azure-devices.net%2fdevices%2fMyDevice01&sig=T5CciqdU17xIDbozGRiHK4E8a60vF%2FEQhZyV2gq68XE%3D&se=1800000000"),
    V3(
            Vectors.K1,
            "contoso.azure-devices.net/devices/MyDevice01",
            1_800_000_000,
            null,
            "khDcnS1MW48Z6joBiMHhhaMwOoHR4Mo+/mdE9b0faU0=",
            "SharedAccessSignature sr=contoso.azure-devices.net/devices/MyDevice01&sig=khDcnS1MW48Z6joBiMHhhaMwOoHR4Mo%2B%2FmdE9b0faU0%3D&se=1800000000"),
    V4(
            Vectors.K2,
            "contoso.azure-devices.net%2Fdevices%2FMyDevice01%2Fmodules%2FMod1",
            1_900_000_000,
            null,
            "PXe1+mdxnfCBQc8DLFHiz41D6hm5ibRopwxyPkdNFro=",
            "SharedAccessSignature sr=contoso.azure-devices.net%2Fdevices%2FMyDevice01%2Fmodules%2FMod1&sig=PXe1%2BmdxnfCBQc8DLFHiz41D6hm5ibRopwxyPkdNFro%3D&se=1900000000"),
    V5(
            Vectors.K2,
            "contoso.azure-devices.net",
            1_900_000_000,
            "iothubowner",
            "TmAdSNaPmAbozrMHHiRKGzc6K4WkSdY4cdwV2nvFaoU=",
            "SharedAccessSignature sr=contoso.azure-devices.net&sig=TmAdSNaPmAbozrMHHiRKGzc6K4WkSdY4cdwV2nvFaoU%3D&se=1900000000&skn=iothubowner"),
    V6(
            Vectors.K3,
            "0ne00000001%2Fregistrations%2Freg-1",
            1_850_000_000,
            "registration",
            "mUQ5dPk92y/UNUk6cmH9/C6e4tiABS8Qz+2VKK9UbMI=",
            "SharedAccessSignature sr=0ne00000001%2Fregistrations%2Freg-1&sig=mUQ5dPk92y%2FUNUk6cmH9%2FC6e4tiABS8Qz%2B2VKK9UbMI%3D&se=1850000000&skn=registration"),
    V7(
            Vectors.K1,
            "contoso.azure-devices.net%2Fdevices%2Fdev%3A1%40a%3Db",
            1_800_000_000,
            null,
            "BQG7OuPKB/pTOI9m6RgQqb+WS74RzlBA0d298RXiGBQ=",
            "SharedAccessSignature sr=contoso.azure-devices.net%2Fdevices%2Fdev%3A1%40a%3Db&sig=BQG7OuPKB%2FpTOI9m6RgQqb%2BWS74RzlBA0d298RXiGBQ%3D&se=1800000000"),
    V8(
            Vectors.K1,
            "contoso.azure-devices.net%2Fdevices%2Fdev%253A1%2540a%253Db",
            1_800_000_000,
            null,
            "LFUYCLiX8tkRQqtly6KmOzBThZI901ISnAcMCdxD5Iw=",
            "SharedAccessSignature sr=contoso.azure-devices.net%2Fdevices%2Fdev%253A1%2540a%253Db&sig=LFUYCLiX8tkRQqtly6KmOzBThZI901ISnAcMCdxD5Iw%3D&se=1800000000"),
    V9(
            Vectors.K2,
            "contoso.azure-devices.net",
            1_900_000_000,
            "service",
            "TmAdSNaPmAbozrMHHiRKGzc6K4WkSdY4cdwV2nvFaoU=",
            "SharedAccessSignature sr=contoso.azure-devices.net&sig=TmAdSNaPmAbozrMHHiRKGzc6K4WkSdY4cdwV2nvFaoU%3D&se=1900000000&skn=service"),
    V10(
            Vectors.K2,
            "contoso.azure-devices.net%2Fdevices",
            1_900_000_000,
            "device",
            "UEij0vO0eD1dsJHedwwkL6bjTxwzesFG96fzjYEbSmQ=",
            "SharedAccessSignature sr=contoso.azure-devices.net%2Fdevices&sig=UEij0vO0eD1dsJHedwwkL6bjTxwzesFG96fzjYEbSmQ%3D&se=1900000000&skn=device");

    static final String K1 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    static final String K2 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+Pw==";
    static final String K3 = "MDEyMzQ1Njc4OWFiY2RlZg==";

    final String key;
    final String resource;
    final Instant expiry;
    final String policyName;
    final String signature;
    final String token;

    Vectors(String key, String resource, long expiry, String policyName, String signature, String token) {
        this.key = key;
        this.resource = resource;
        this.expiry = Instant.ofEpochSecond(expiry);
        this.policyName = policyName;
        this.signature = signature;
        this.token = token;
    }
}
