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

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.github.iothubmqtt.protocol.SystemProperty;
import io.github.iothubmqtt.protocol.TelemetryMessage;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.apache.camel.support.ExchangeHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes telemetry of an exchange: body, system properties of the {@code CamelIotHubMqtt…} headers and options, application
 * properties of the other headers that pass the filter. Thread-safe.
 */
final class TelemetryMapping {

    private static final Logger LOG = LoggerFactory.getLogger(TelemetryMapping.class);
    private static final int NAMES_WARNED_OF = 100;

    private final IotHubMqttConfiguration options;
    private final HeaderFilterStrategy filter;
    private final Set<String> warnedOf = ConcurrentHashMap.newKeySet();

    TelemetryMapping(IotHubMqttConfiguration options) {
        this.options = options;
        this.filter = options.getHeaderFilterStrategy();
    }

    TelemetryMessage message(Exchange exchange) {
        Message message = exchange.getMessage();
        return new TelemetryMessage(body(exchange), systemProperties(message), properties(exchange));
    }

    int qos(Exchange exchange) {
        Object header = exchange.getMessage().getHeader(IotHubMqttConstants.QOS);
        if (header == null) {
            return options.getQos();
        }
        Integer qos = exchange.getContext().getTypeConverter().tryConvertTo(Integer.class, exchange, header);
        if (qos == null) {
            throw new IllegalArgumentException("The header " + IotHubMqttConstants.QOS + " is " + header
                    + ", but the hub knows only 0 and 1: use one of these");
        }
        ConnectionSettingsReader.requireQos("The header " + IotHubMqttConstants.QOS, qos);
        return qos;
    }

    private static byte[] body(Exchange exchange) {
        Object body = exchange.getMessage().getBody();
        if (body == null) {
            return new byte[0];
        }
        if (body instanceof CharSequence text) {
            return text.toString().getBytes(charset(exchange));
        }
        return BodyBytes.of(
                exchange,
                "cannot be sent as bytes: turn it into bytes or text first, for example with marshal().json()");
    }

    // Camel's default can be changed for a whole JVM; what goes to the hub must not depend on that.
    private static Charset charset(Exchange exchange) {
        String name = ExchangeHelper.getCharsetName(exchange, false);
        try {
            return name == null ? StandardCharsets.UTF_8 : Charset.forName(name);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "There is no charset '" + name + "', which " + Exchange.CHARSET_NAME
                            + " asks for: use one such as UTF-8",
                    e);
        }
    }

    private Map<SystemProperty, String> systemProperties(Message message) {
        Map<SystemProperty, String> properties = new EnumMap<>(SystemProperty.class);
        putOption(properties, SystemProperty.CONTENT_TYPE, options.getContentType());
        putOption(properties, SystemProperty.CONTENT_ENCODING, options.getContentEncoding());
        putOption(properties, SystemProperty.OUTPUT_NAME, options.getOutputName());
        SystemPropertyHeaders.NAMES.forEach((property, header) -> {
            Object value = message.getHeader(header);
            if (value != null) {
                properties.put(property, text(property, header, value));
            }
        });
        return properties;
    }

    private static void putOption(Map<SystemProperty, String> properties, SystemProperty property, String value) {
        if (value != null) {
            properties.put(property, value);
        }
    }

    private static String text(SystemProperty property, String header, Object value) {
        return SystemPropertyHeaders.isTime(property)
                ? PropertyText.instantText(header, value)
                : requireText("The header " + header, value);
    }

    private Map<String, String> properties(Exchange exchange) {
        Map<String, String> properties = new LinkedHashMap<>();
        exchange.getMessage().getHeaders().forEach((name, value) -> {
            if (value != null && !filter.applyFilterToCamelHeaders(name, value, exchange)) {
                PropertyText.of(value).ifPresentOrElse(text -> properties.put(name, text), () -> warnOf(name, value));
            }
        });
        explicitProperties(exchange.getMessage())
                .forEach((name, value) -> properties.put(
                        requireName(name),
                        value == null ? null : requireText("The property '" + name + "' of the map header", value)));
        return properties;
    }

    private static Map<?, ?> explicitProperties(Message message) {
        Object header = message.getHeader(IotHubMqttConstants.PROPERTIES);
        if (header == null) {
            return Map.of();
        }
        if (header instanceof Map<?, ?> properties) {
            return properties;
        }
        throw new IllegalArgumentException("The header " + IotHubMqttConstants.PROPERTIES + " is a "
                + header.getClass().getName() + ": give a java.util.Map from name to value");
    }

    private static String requireName(Object name) {
        if (name instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("The map in the header " + IotHubMqttConstants.PROPERTIES
                + " has a key that is no text: use text only");
    }

    private static String requireText(String what, Object value) {
        return PropertyText.of(value)
                .orElseThrow(() -> new IllegalArgumentException(what + " is a "
                        + value.getClass().getName()
                        + ", which has no text form at the hub: convert it to text, a number, a boolean or a date"));
    }

    private void warnOf(String name, Object value) {
        if (warnedOf.size() < NAMES_WARNED_OF && warnedOf.add(name)) {
            LOG.warn(
                    "The header '{}' is a {} and is not sent as a property: convert it to text, a number, a boolean or a"
                            + " date, or remove it. This is said once per name",
                    name,
                    value.getClass().getName());
        }
    }
}
