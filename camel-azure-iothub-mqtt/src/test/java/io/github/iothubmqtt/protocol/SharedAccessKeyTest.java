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
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class SharedAccessKeyTest {

    @ParameterizedTest
    @EnumSource
    void theSignatureIsThatOfTheVector(Vectors vector) {
        assertThat(SharedAccessKey.parse(vector.key).sign(vector.resource + "\n" + vector.expiry.getEpochSecond()))
                .isEqualTo(vector.signature);
    }

    @ParameterizedTest
    @CsvSource({
        "8isrFI1sGsIlvvFSSFRiMfCNzv21fjbE/+ah/lSh3lF8e2YG1Te7w1KpZhJFFXJrqYKi9yegxkqIChbqOS9Egw==, sn-007-888-abc-mac-a1-b2-c3-d4-e5-f6, Jsm0lyGpjaVYVP2g3FnmnmG9dI/9qU24wNoykUmermc=",
        "oiK77Oy7rBw8YB6IS6ukRChAw+Yq6GC61RMrPLSTiOOtdI+XDu0LmLuNm11p+qv2I+adqGUdZHm46zXAQdZoOA==, breakroom499-contoso-tstrsd-007, JC8F96eayuQwwz+PkE7IzjH2lIAjCUnAa61tDigBnSs=",
        "oiK77Oy7rBw8YB6IS6ukRChAw+Yq6GC61RMrPLSTiOOtdI+XDu0LmLuNm11p+qv2I+adqGUdZHm46zXAQdZoOA==, mainbuilding167-contoso-hpsd-088, 6uejA9PfkQgmYylj8Zerp3kcbeVrGZ172YLa7VSnJzg=",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+Pw==, reg-1, 735y2Yh3/bNAuLtGvIiqbCli8cQzyh4h2XKTIdIpuEA=",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+Pw==, sensor-0001, i0zgJJQIisMn48jO9KzXjzmFC/Zmqh1rCMPQc2ibKwY="
    })
    void theKeyOfADeviceIsDerivedFromThatOfItsGroup(String groupKey, String registrationId, String deviceKey) {
        assertThat(SharedAccessKey.parse(groupKey).derive(registrationId)).isEqualTo(SharedAccessKey.parse(deviceKey));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|is empty",
                "'  '|is empty",
                "AAECAwQF BgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=|wrap the value in RAW(...)",
                "' AECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8='|wrap the value in RAW(...)",
                "AAECAwQF-gcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=|URL-safe alphabet",
                "AAECAwQF_gcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=|URL-safe alphabet",
                "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8|'=' at its end are missing",
                "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8==|'=' at its end are missing",
                "AAECA===|'=' at its end are missing",
                "====|'=' at its end are missing",
                "AAECAwQF%2BcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=|characters that are not base64",
                "AAEC=AwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8|characters that are not base64",
                "\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\"|characters that are not base64",
            })
    void whatIsNotStandardBase64IsRefusedWithoutQuotingIt(String text, String sentence) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SharedAccessKey.parse(text))
                .withMessageContaining(sentence)
                .withMessageNotContainingAny("AAEC", "AECA", "BgcI");
    }

    @Test
    void aLineBreakIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SharedAccessKey.parse("AAEC\nAwQF"))
                .withMessageContaining("characters that are not base64");
    }

    @Test
    void aMissingKeyIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SharedAccessKey.parse(null))
                .withMessageContaining("is empty");
    }

    @Test
    void keysWithEqualBytesAreEqual() {
        SharedAccessKey key = SharedAccessKey.parse(Vectors.K1);

        assertThat(key)
                .isEqualTo(SharedAccessKey.parse(Vectors.K1))
                .hasSameHashCodeAs(SharedAccessKey.parse(Vectors.K1));
        assertThat(key).isNotEqualTo(SharedAccessKey.parse(Vectors.K2)).isNotEqualTo(Vectors.K1);
    }

    @Test
    void itsTextIsMasked() {
        assertThat(SharedAccessKey.parse(Vectors.K1)).hasToString("SharedAccessKey[***]");
    }
}
