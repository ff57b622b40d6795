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

import java.util.Optional;

import io.github.iothubmqtt.protocol.TwinTopics.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class TwinTopicsTest {

    @Test
    void requestsAndFiltersAreThoseOfTheSpecification() {
        assertThat(TwinTopics.RESPONSE_FILTER).isEqualTo("$iothub/twin/res/#");
        assertThat(TwinTopics.DESIRED_FILTER).isEqualTo("$iothub/twin/PATCH/properties/desired/#");
        assertThat(TwinTopics.get("4e1a-1")).isEqualTo("$iothub/twin/GET/?$rid=4e1a-1");
        assertThat(TwinTopics.reported("4e1a-2", null))
                .isEqualTo("$iothub/twin/PATCH/properties/reported/?$rid=4e1a-2");
        assertThat(TwinTopics.reported("4e1a-3", 0L))
                .isEqualTo("$iothub/twin/PATCH/properties/reported/?$rid=4e1a-3&$version=0");
    }

    @ParameterizedTest
    @CsvSource({
        "200/?$rid=hey, 200, hey,",
        "204/?$rid=ho&$version=88, 204, ho, 88",
        "204/?$version=88&$rid=ho, 204, ho, 88",
        "204/?x=y&$version=88&&$rid=ho&bare, 204, ho, 88",
        "204/$rid=ho, 204, ho,",
        "204/?$rid=ho&$version=, 204, ho,",
        "204/?$rid=ho&$version=eight, 204, ho,",
        "204/?$rid=ho&$version=8.5, 204, ho,",
        "204/?$rid=ho&$version=99999999999999999999, 204, ho,",
        "204/?$rid=ho&$rid=hu&$version=1&$version=2, 204, ho, 1",
        "400/?$rid=, 400, '',",
        "429/?$rid=a%20b, 429, a%20b,",
        "429/?$rid=a=b, 429, a=b,",
        "504/?$rid=a/b, 504, a/b,",
    })
    void theParametersOfAnAnswerStandInAnyOrderAndAreReadAsTheyAre(
            String rest, int status, String requestId, Long version) {
        String topic = "$iothub/twin/res/" + rest;

        assertThat(TwinTopics.isResponse(topic)).isTrue();
        assertThat(TwinTopics.response(topic)).contains(new Response(status, requestId, version));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$iothub/twin/res/",
                "$iothub/twin/res/200",
                "$iothub/twin/res/200/",
                "$iothub/twin/res/200/?",
                "$iothub/twin/res/200/?$version=1",
                "$iothub/twin/res/200/?%24rid=1",
                "$iothub/twin/res/200/?=1",
                "$iothub/twin/res/200/more/?$rid=1",
                "$iothub/twin/res/200?$rid=1",
                "$iothub/twin/res//?$rid=1",
                "$iothub/twin/res/ok/?$rid=1",
                "$iothub/twin/res/2xx/?$rid=1",
                "$iothub/twin/res/-200/?$rid=1",
                "$iothub/twin/res/20/?$rid=1",
                "$iothub/twin/res/2000/?$rid=1",
                "$iothub/twin/res/4294967496/?$rid=1",
                "$iothub/twin/res/99999999999999999999/?$rid=1"
            })
    void anAnswerWithoutStatusOrRequestIdIsNone(String topic) {
        assertThat(TwinTopics.response(topic)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "$iothub/twin/GET/?$rid=1",
                "$iothub/twin/RES/200/?$rid=1",
                "/$iothub/twin/res/200/?$rid=1",
                "$iothub/methods/res/200/?$rid=1",
                "devices/dev1/messages/devicebound/$iothub/twin/res/200/?$rid=1"
            })
    void otherTopicsAreNoAnswer(String topic) {
        assertThat(TwinTopics.isResponse(topic)).isFalse();
        assertThat(TwinTopics.response(topic)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "?$version=15, 15",
        "?other=1&$version=15, 15",
        "$version=15, 15",
        "?$version=9223372036854775807, 9223372036854775807",
        "?$version=-1, -1"
    })
    void aNotificationTellsTheVersionOfTheDesiredProperties(String rest, long version) {
        String topic = "$iothub/twin/PATCH/properties/desired/" + rest;

        assertThat(TwinTopics.isDesired(topic)).isTrue();
        assertThat(TwinTopics.desiredVersion(topic)).contains(version);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$iothub/twin/PATCH/properties/desired/",
                "$iothub/twin/PATCH/properties/desired/?$version=",
                "$iothub/twin/PATCH/properties/desired/?$version=new",
                "$iothub/twin/PATCH/properties/desired/?version=1",
                "$iothub/twin/PATCH/properties/desired/?$version=9223372036854775808",
                "$iothub/twin/PATCH/properties/desired",
                "$iothub/twin/PATCH/properties/reported/?$version=1"
            })
    void aNotificationWithoutAVersionTellsNone(String topic) {
        assertThat(TwinTopics.desiredVersion(topic)).isEqualTo(Optional.empty());
    }
}
