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

import io.github.iothubmqtt.emulator.DeviceboundMessage;
import io.github.iothubmqtt.emulator.TelemetryMessage;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class HeaderFilterTest extends HubTestSupport {

    @RegisterExtension
    static final IotHubExtension HUB = IotHubExtension.create().withDevice("dev1");

    @Override
    IotHubExtension hub() {
        return HUB;
    }

    @Override
    protected RoutesBuilder createRouteBuilder() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from(device("dev1")).to("mock:in").to(device("dev1"));
                from("direct:send").to(device("dev1"));
            }
        };
    }

    private Message received(DeviceboundMessage message) throws InterruptedException {
        MockEndpoint in = getMockEndpoint("mock:in");
        in.expectedMessageCount(1);
        HUB.sendDevicebound("dev1", message);
        assertSatisfied(in);
        HUB.awaitTelemetry(1, SOON);
        return in.getExchanges().get(0).getMessage();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CamelFileName",
                "CAMELHTTPURI",
                "camelXyz",
                "cAmElBeanMethodName",
                "Camel",
                "org.apache.camel.x",
                "ORG.apache.Camel.X"
            })
    void camelsOwnNamesInABagDoNotSteerTheRouteButAreInTheMap(String name) throws Exception {
        Message message =
                received(DeviceboundMessage.of("on").property(name, "evil").property("room", "kitchen"));

        assertThat(message.getHeader(name)).isNull();
        assertThat(message.getHeader("room")).isEqualTo("kitchen");
        assertThat(message.getHeader(IotHubMqttConstants.PROPERTIES, Map.class))
                .containsOnly(Map.entry(name, "evil"), Map.entry("room", "kitchen"));
    }

    @Test
    void aBagCannotSetTheComponentsOwnHeaders() throws Exception {
        Message message = received(DeviceboundMessage.of("on")
                .messageId("m-1")
                .property(IotHubMqttConstants.MESSAGE_ID, "evil")
                .property(IotHubMqttConstants.DEVICE_ID, "evil")
                .property(IotHubMqttConstants.MODULE_ID, "evil")
                .property(IotHubMqttConstants.DUPLICATE, "true")
                .property("camelIotHubMqttAck", "full")
                .property(IotHubMqttConstants.PROPERTIES, "evil"));

        assertThat(message.getHeader(IotHubMqttConstants.MESSAGE_ID)).isEqualTo("m-1");
        assertThat(message.getHeader(IotHubMqttConstants.DEVICE_ID)).isEqualTo("dev1");
        assertThat(message.getHeader(IotHubMqttConstants.MODULE_ID)).isNull();
        assertThat(message.getHeader(IotHubMqttConstants.DUPLICATE)).isEqualTo(false);
        assertThat(message.getHeader(IotHubMqttConstants.ACK)).isNull();
        assertThat(message.getHeader(IotHubMqttConstants.PROPERTIES)).isInstanceOf(Map.class);
    }

    @Test
    void telemetryOfAConsumedExchangeHoldsTheSendersPropertiesAndNoneOfCamelsHeaders() throws Exception {
        received(DeviceboundMessage.of("on").property("room", "kitchen"));

        assertThat(HUB.emulator().telemetry())
                .singleElement()
                .extracting(TelemetryMessage::properties)
                .isEqualTo(Map.of("room", "kitchen"));
    }

    @Test
    void camelsOwnHeadersOfAnySpellingAreNotSent() {
        Map<String, Object> headers = new HashMap<>();
        headers.put(Exchange.FILE_NAME, "secret.txt");
        headers.put("CAMELHTTPURI", "http://inside");
        headers.put("camelXyz", "1");
        headers.put("org.apache.camel.x", "1");
        headers.put("room", "kitchen");
        template.sendBodyAndHeaders("direct:send", "body", headers);

        assertThat(HUB.emulator().telemetry())
                .singleElement()
                .extracting(TelemetryMessage::properties)
                .isEqualTo(Map.of("room", "kitchen"));
    }
}
