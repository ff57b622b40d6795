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

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class RegistrationAnswerTest {

    @Test
    void theAnswerOfTheSpecificationIsUnderstood() {
        assertThat(
                        answer(
                                "{\"operationId\":\"5.71cf\",\"status\":\"assigned\",\"registrationState\":{\"x509\":{},"
                                        + "\"registrationId\":\"reg-1\",\"assignedHub\":\"contoso.azure-devices.net\",\"deviceId\":\"reg-1\","
                                        + "\"status\":\"assigned\",\"substatus\":\"initialAssignment\",\"payload\":{\"hubRegion\":\"westeurope\"}}}"))
                .isEqualTo(new RegistrationAnswer(
                        "5.71cf", "assigned", "initialAssignment", "contoso.azure-devices.net", "reg-1", 0, null));
    }

    @Test
    void anErrorIsReadFromEitherForm() {
        RegistrationAnswer envelope =
                answer("{\"errorCode\":401000,\"trackingId\":\"x\",\"message\":\"Unauthorized\"}");
        RegistrationAnswer failed = answer(
                "{\"status\":\"failed\",\"registrationState\":{\"errorCode\":400207,\"errorMessage\":\"no hub\"}}");

        assertThat(envelope.errorCode()).isEqualTo(401000);
        assertThat(envelope.errorMessage()).isEqualTo("Unauthorized");
        assertThat(failed.errorCode()).isEqualTo(400207);
        assertThat(failed.errorMessage()).isEqualTo("no hub");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "\"assigned\"", "{\"status\":", "null", "{} {}"})
    void whatIsNoObjectIsNoAnswer(String body) {
        assertThat(RegistrationAnswer.parse(body.getBytes(StandardCharsets.UTF_8)))
                .isEmpty();
    }

    @Test
    void whatHasTheWrongTypeIsMissing() {
        assertThat(answer("{\"operationId\":1,\"status\":true,\"registrationState\":[]}"))
                .isEqualTo(new RegistrationAnswer(null, null, null, null, null, 0, null));
    }

    @Test
    void theRequestHasThePayloadAsItIs() {
        assertThat(new String(RegistrationAnswer.request("reg-1", null), StandardCharsets.UTF_8))
                .isEqualTo("{\"registrationId\":\"reg-1\"}");
        assertThat(new String(
                        RegistrationAnswer.request("reg-1", "{\"n\": 1.50, \"k\u00f6ln\": [true]}"),
                        StandardCharsets.UTF_8))
                .isEqualTo("{\"registrationId\":\"reg-1\",\"payload\":{\"n\":1.50,\"k\u00f6ln\":[true]}}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"red", "{", "{} {}", ""})
    void aPayloadThatIsNoJsonIsRefused(String payload) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RegistrationAnswer.request("reg-1", payload))
                .withMessageContaining("provisioningPayload is no JSON value");
    }

    private static RegistrationAnswer answer(String json) {
        return RegistrationAnswer.parse(json.getBytes(StandardCharsets.UTF_8)).orElseThrow();
    }
}
