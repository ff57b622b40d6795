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

import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

import io.github.iothubmqtt.emulator.DeviceboundMessage;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.apache.camel.Message;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/** Property bags that no hub should send: the message comes to the route with what can be read, and is acknowledged. */
class HostileHubTest extends HubTestSupport {

    @RegisterExtension
    final IotHubExtension hub = IotHubExtension.create().withDevice("dev1");

    @Override
    IotHubExtension hub() {
        return hub;
    }

    @Override
    protected RoutesBuilder createRouteBuilder() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from(device("dev1")).to("mock:in");
                from("direct:telemetry").to(device("dev1"));
            }
        };
    }

    private Message received(String bag) throws InterruptedException {
        MockEndpoint in = getMockEndpoint("mock:in");
        in.expectedBodiesReceived("hostile", "next");
        hub.sendDevicebound("dev1", DeviceboundMessage.of("hostile").rawPropertyBag(bag));
        hub.sendDevicebound("dev1", DeviceboundMessage.of("next"));

        assertSatisfied(in);
        await().atMost(SOON).untilAsserted(() -> assertThat(hub.emulator().deviceboundQueue("dev1"))
                .isEmpty());
        template.sendBody("direct:telemetry", "still connected");
        assertThat(hub.emulator().acceptedConnects("dev1")).isEqualTo(1);
        return in.getExchanges().get(0).getMessage();
    }

    static Stream<Arguments> bags() {
        return Stream.of(
                arguments("", map()),
                arguments("/", map()),
                arguments("?", map()),
                arguments("&", map()),
                arguments("=", map()),
                arguments("=v", map()),
                arguments("=v&a=1", map("a", "1")),
                arguments("a&&b", map("a", null, "b", null)),
                arguments("&a=1&", map("a", "1")),
                arguments("bare", map("bare", null)),
                arguments("empty=", map("empty", "")),
                arguments("a=1&a=2", map("a", "2")),
                arguments("a=1&a", map("a", null)),
                arguments("a=b=c", map("a", "b=c")),
                arguments("?a=1", map("a", "1")),
                arguments("a=1/", map("a", "1")),
                arguments("?a=1/", map("a", "1")),
                arguments("a=1/2/3", map("a", "1/2/3")),
                arguments("a=%zz&b=1", map("a", "%zz", "b", "1")),
                arguments("a=%", map("a", "%")),
                arguments("a=%4", map("a", "%4")),
                arguments("%41=%41", map("A", "A")),
                arguments("a=%ff%fe", map("a", "\uFFFD\uFFFD")),
                arguments("a=%C3&b=1", map("a", "\uFFFD", "b", "1")),
                arguments("a=%00", map("a", "\0")),
                arguments("a=1+2", map("a", "1+2")),
                arguments("a=#", map("a", "#")),
                arguments("a=ü\u20AC", map("a", "ü\u20AC")),
                arguments("%24.unknown=1&a=1", map("a", "1")),
                arguments("%24.cid&%24.uid&iothub-ack&a=1", map("a", "1")));
    }

    @ParameterizedTest
    @MethodSource("bags")
    void aBagIsReadAsFarAsItCanBe(String bag, Map<String, String> properties) throws Exception {
        assertThat(received(bag).getHeader(IotHubMqttConstants.PROPERTIES)).isEqualTo(properties);
    }

    @Test
    void aBagOf60KilobytesIsRead() throws Exception {
        String pair = "name%20=" + "v".repeat(92);
        String bag = String.join(
                "&",
                Stream.iterate(0, i -> i + 1)
                        .limit(600)
                        .map(i -> "n" + i + pair)
                        .toList());
        Message message = received(bag);

        assertThat(bag).hasSizeGreaterThan(60_000);
        assertThat(message.getHeader(IotHubMqttConstants.PROPERTIES, Map.class)).hasSize(600);
        assertThat(message.getHeader("n599name ")).isEqualTo("v".repeat(92));
    }

    @Test
    void theLongestTopicThatMqttHasIsRead() throws Exception {
        int fixed = "devices/dev1/messages/devicebound/a=".length();

        assertThat(received("a=" + "v".repeat(65_535 - fixed)).getHeader("a", String.class))
                .hasSize(65_535 - fixed);
    }

    @Test
    void systemPropertiesOfNoUseDoNotBecomeHeaders() throws Exception {
        Message message = received("%24.mid&%24.exp=soon&%24.ctime=&%24.cid=");

        assertThat(message.getHeaders())
                .doesNotContainKeys(
                        "CamelIotHubMqttMessageId", "CamelIotHubMqttExpiryTime", "CamelIotHubMqttCreationTime")
                .containsEntry("CamelIotHubMqttCorrelationId", "");
    }

    @Test
    void aMessageIdThatNoHubMayGiveIsDeliveredAsItIs() throws Exception {
        String id = "a b/".repeat(100);

        assertThat(received("%24.mid=" + id.replace(" ", "%20").replace("/", "%2F"))
                        .getHeader(IotHubMqttConstants.MESSAGE_ID))
                .isEqualTo(id);
    }

    private static Map<String, String> map(String... namesAndValues) {
        Map<String, String> map = new HashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return map;
    }
}
