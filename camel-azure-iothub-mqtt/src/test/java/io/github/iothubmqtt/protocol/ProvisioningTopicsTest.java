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

import io.github.iothubmqtt.protocol.ProvisioningTopics.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class ProvisioningTopicsTest {

    @Test
    void theUserNameHasNoQuestionMark() {
        assertThat(ProvisioningTopics.userName("0ne0001", "reg-1", null))
                .isEqualTo("0ne0001/registrations/reg-1/api-version=2019-03-31");
        assertThat(ProvisioningTopics.userName("0ne0001", "reg-1", "a client/1.0"))
                .isEqualTo("0ne0001/registrations/reg-1/api-version=2019-03-31&ClientVersion=a%20client%2F1.0");
    }

    @Test
    void aTokenIsForTheRegistration() {
        Audience audience = ProvisioningTopics.audience("0ne0001", "reg:1");

        assertThat(audience.encodedResource()).isEqualTo("0ne0001%2Fregistrations%2Freg%3A1");
        assertThat(audience.keyName()).isEqualTo("registration");
    }

    @ParameterizedTest
    @CsvSource({
        "$dps/registrations/res/202/?$rid=1&retry-after=3, 202, 1, 3",
        "$dps/registrations/res/202/?retry-after=3&$rid=1, 202, 1, 3",
        "$dps/registrations/res/200/?$rid=17, 200, 17, ",
        "$dps/registrations/res/429/?$rid=a&retry-after=soon, 429, a, ",
        "$dps/registrations/res/200/$rid=1, 200, 1, "
    })
    void aResponseHasStatusAndRequestIdAndPerhapsATime(String topic, int status, String requestId, Long retryAfter) {
        assertThat(ProvisioningTopics.response(topic)).contains(new Response(status, requestId, retryAfter));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$dps/registrations/res/",
                "$dps/registrations/res/200",
                "$dps/registrations/res/200/",
                "$dps/registrations/res/200/?rid=1",
                "$dps/registrations/res/2000/?$rid=1",
                "$dps/registrations/res/ok/?$rid=1",
                "$iothub/twin/res/200/?$rid=1"
            })
    void anythingElseIsNone(String topic) {
        assertThat(ProvisioningTopics.response(topic)).isEmpty();
    }
}
