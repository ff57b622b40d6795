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

import io.github.iothubmqtt.protocol.MethodTopics.Request;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class MethodTopicsTest {

    @Test
    void theFilterIsTheOneOfAllMethods() {
        assertThat(MethodTopics.FILTER).isEqualTo("$iothub/methods/POST/#");
    }

    @ParameterizedTest
    @CsvSource({
        "reboot/?$rid=1f, reboot, 1f",
        "reboot/$rid=1f, reboot, 1f",
        "reboot/?x=y&$rid=1f&z, reboot, 1f",
        "reboot/?$rid=1f&$rid=20, reboot, 1f",
        "pump*start/?$rid=1, pump*start, 1",
        "re%20boot/?$rid=a%2Fb, re%20boot, a%2Fb",
        "reboot/?$rid=a=b, reboot, a=b",
        "reboot/?$rid=a/b?c, reboot, a/b?c",
        "reboot/?$rid=0E984725-C51C-4BF4-9960-E1C80E27ABA0, reboot, 0E984725-C51C-4BF4-9960-E1C80E27ABA0",
        "überlauf/?$rid=é€😀, überlauf, é€😀",
    })
    void aCallIsReadWithItsNameAndItsRequestIdAsTheyCame(String rest, String name, String requestId) {
        String topic = "$iothub/methods/POST/" + rest;

        assertThat(MethodTopics.isRequest(topic)).isTrue();
        assertThat(MethodTopics.request(topic)).contains(new Request(name, requestId));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$iothub/methods/POST/",
                "$iothub/methods/POST//?$rid=1",
                "$iothub/methods/POST/reboot",
                "$iothub/methods/POST/reboot/",
                "$iothub/methods/POST/reboot/?",
                "$iothub/methods/POST/reboot?$rid=1",
                "$iothub/methods/POST/reboot/?$rid",
                "$iothub/methods/POST/reboot/?$rid=",
                "$iothub/methods/POST/reboot/?rid=1",
                "$iothub/methods/POST/reboot/?$version=1",
                "$iothub/methods/POST/reboot/now/?$rid=1"
            })
    void aCallWithoutNameOrRequestIdIsNone(String topic) {
        assertThat(MethodTopics.request(topic)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "$iothub/methods/post/reboot/?$rid=1",
                "$iothub/methods/res/200/?$rid=1",
                "/$iothub/methods/POST/reboot/?$rid=1",
                "devices/dev1/messages/devicebound/$iothub/methods/POST/reboot/?$rid=1"
            })
    void otherTopicsAreNoCall(String topic) {
        assertThat(MethodTopics.isRequest(topic)).isFalse();
        assertThat(MethodTopics.request(topic)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "200, 1f, $iothub/methods/res/200/?$rid=1f",
        "-7, a%2Fb=c/d, $iothub/methods/res/-7/?$rid=a%2Fb=c/d",
        "2147483647, ÄÖ, $iothub/methods/res/2147483647/?$rid=ÄÖ",
    })
    void theAnswerCarriesTheStatusAndTheRequestIdAsItCame(int status, String requestId, String topic) {
        assertThat(MethodTopics.response(status, requestId)).isEqualTo(topic);
    }
}
