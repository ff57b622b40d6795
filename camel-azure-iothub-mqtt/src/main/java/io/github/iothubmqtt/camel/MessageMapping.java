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

import java.util.LinkedHashMap;

import io.github.iothubmqtt.device.Delivery;
import io.github.iothubmqtt.protocol.DeviceboundMessage;
import io.github.iothubmqtt.protocol.SystemProperty;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.spi.HeaderFilterStrategy;

/**
 * Fills an exchange with a devicebound message, or with one to an input of a module. Application properties become headers as far as the filter lets them; the component's
 * own headers are set after that, so nothing from outside can stand in for them.
 */
final class MessageMapping {

    private final HeaderFilterStrategy filter;

    MessageMapping(HeaderFilterStrategy filter) {
        this.filter = filter;
    }

    void fill(Exchange exchange, IotHubMqttEndpoint endpoint, Delivery delivery) {
        DeviceboundMessage received = delivery.message();
        Message message = exchange.getMessage();
        message.setBody(received.body());
        received.properties().forEach((name, value) -> {
            if (value != null && !filter.applyFilterToExternalHeaders(name, value, exchange)) {
                message.setHeader(name, value);
            }
        });
        SystemPropertyHeaders.NAMES.forEach((property, header) -> {
            String text = received.systemProperties().get(property);
            if (text != null) {
                setSystemProperty(message, property, header, text);
            }
        });
        SystemPropertyHeaders.SENDER.forEach((property, header) -> {
            String text = received.systemProperties().get(property);
            if (text != null) {
                message.setHeader(header, text);
            }
        });
        message.setHeader(IotHubMqttConstants.PROPERTIES, new LinkedHashMap<>(received.properties()));
        endpoint.identify(message);
        if (delivery.input() != null) {
            message.setHeader(IotHubMqttConstants.INPUT_NAME, delivery.input());
        }
        message.setHeader(IotHubMqttConstants.TOPIC, delivery.topic());
        message.setHeader(IotHubMqttConstants.QOS, delivery.qos());
        message.setHeader(IotHubMqttConstants.DUPLICATE, delivery.duplicate());
    }

    private static void setSystemProperty(Message message, SystemProperty property, String header, String text) {
        if (SystemPropertyHeaders.isTime(property)) {
            // A hub has been seen to send 0 for "never"; what is no time stands in the topic header as it came.
            PropertyText.parse(text).ifPresent(time -> message.setHeader(header, time));
        } else {
            message.setHeader(header, text);
        }
    }
}
