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
package io.github.iothubmqtt.camel;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

import io.github.iothubmqtt.emulator.DeviceboundMessage;
import io.github.iothubmqtt.emulator.DeviceboundMessage.Ack;
import org.apache.camel.Message;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class DeviceboundHeadersTest extends DeviceboundTestSupport {

    @Override
    protected RoutesBuilder createRouteBuilder() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from(device("dev1")).to("mock:in");
            }
        };
    }

    private Message received(DeviceboundMessage message) throws InterruptedException {
        MockEndpoint in = getMockEndpoint("mock:in");
        in.expectedMessageCount(1);
        hub.sendDevicebound("dev1", message);
        assertSatisfied(in);
        awaitAllAcknowledged();
        return in.getExchanges().get(0).getMessage();
    }

    private Message receivedBag(String bag) throws InterruptedException {
        return received(DeviceboundMessage.of("on").rawPropertyBag(bag));
    }

    @Test
    void theBodyIsTheBytesThatWereSent() throws Exception {
        byte[] bytes = {0, -1, 13, 10, 127, -128};

        assertThat(received(DeviceboundMessage.of(bytes)).getBody()).isEqualTo(bytes);
    }

    @Test
    void anEmptyBodyIsEmptyAndNotNull() throws Exception {
        assertThat(received(DeviceboundMessage.of("")).getBody()).isEqualTo(new byte[0]);
    }

    @Test
    void systemPropertiesArriveAsHeaders() throws Exception {
        Instant expiry = Instant.parse("2999-01-31T10:00:00.250Z");
        Message message = received(DeviceboundMessage.of("on")
                .messageId("m-1")
                .correlationId("c 1&2")
                .userId("u-1")
                .to("/devices/dev1/messages/deviceBound")
                .expiry(expiry)
                .contentType("application/json")
                .contentEncoding("utf-8")
                .ack(Ack.FULL));

        assertThat(message.getHeaders())
                .containsEntry("CamelIotHubMqttMessageId", "m-1")
                .containsEntry("CamelIotHubMqttCorrelationId", "c 1&2")
                .containsEntry("CamelIotHubMqttUserId", "u-1")
                .containsEntry("CamelIotHubMqttTo", "/devices/dev1/messages/deviceBound")
                .containsEntry("CamelIotHubMqttExpiryTime", expiry)
                .containsEntry("CamelIotHubMqttContentType", "application/json")
                .containsEntry("CamelIotHubMqttContentEncoding", "utf-8")
                .containsEntry("CamelIotHubMqttAck", "full");
        assertThat(message.getHeader(IotHubMqttConstants.PROPERTIES, Map.class)).isEmpty();
    }

    @Test
    void systemPropertiesThatHubsSendRarelyArriveAsHeaders() throws Exception {
        Message message = receivedBag(
                "%24.ctime=2026-01-31T10%3A00%3A00.0000000Z&%24.sub=thermostat&%24.ifid=urn%3Ax&$.on=out&iothub-ack=Full");

        assertThat(message.getHeaders())
                .containsEntry("CamelIotHubMqttCreationTime", Instant.parse("2026-01-31T10:00:00Z"))
                .containsEntry("CamelIotHubMqttComponentName", "thermostat")
                .containsEntry("CamelIotHubMqttInterfaceId", "urn:x")
                .containsEntry("CamelIotHubMqttOutputName", "out")
                .containsEntry("CamelIotHubMqttAck", "Full");
    }

    @Test
    void anExpiryThatIsNoTimeIsLeftOut() throws Exception {
        Message message = receivedBag("%24.mid=m-1&%24.exp=0&%24.ctime=yesterday");

        assertThat(message.getHeaders())
                .doesNotContainKeys("CamelIotHubMqttExpiryTime", "CamelIotHubMqttCreationTime")
                .containsEntry("CamelIotHubMqttMessageId", "m-1");
    }

    @Test
    void propertiesArriveAsHeadersAndTogetherInTheMap() throws Exception {
        Map<String, Object> properties = new HashMap<>();
        properties.put("room", "kitchen");
        properties.put("a&b=c%/+#$ ü\uD83D\uDE00", "a&b=c%/+#$ ü\uD83D\uDE00");
        properties.put("empty", "");
        properties.put("bare", null);
        DeviceboundMessage sent = DeviceboundMessage.of("on");
        for (Map.Entry<String, Object> property : properties.entrySet()) {
            sent = sent.property(property.getKey(), (String) property.getValue());
        }
        Message message = received(sent);

        assertThat(message.getHeader(IotHubMqttConstants.PROPERTIES)).isEqualTo(properties);
        properties.remove("bare");
        assertThat(message.getHeaders()).containsAllEntriesOf(properties).doesNotContainKey("bare");
    }

    @Test
    void aMessageSaysHowItCame() throws Exception {
        Message message = receivedBag("room=living%20room");

        assertThat(message.getHeaders())
                .containsEntry("CamelIotHubMqttDeviceId", "dev1")
                .doesNotContainKey("CamelIotHubMqttModuleId")
                .containsEntry("CamelIotHubMqttTopic", "devices/dev1/messages/devicebound/room=living%20room")
                .containsEntry("CamelIotHubMqttQoS", 1)
                .containsEntry("CamelIotHubMqttDuplicate", false);
    }
}
