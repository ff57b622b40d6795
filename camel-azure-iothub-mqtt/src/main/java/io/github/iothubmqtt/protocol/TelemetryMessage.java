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
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A message from the device to the hub. It copies what it is made of, so it stays the same however long it waits to be sent.
 *
 * @param body empty rather than null; copied on the way in and out
 * @param systemProperties those with a null value are left out
 * @param properties the application's own, in the order in which they are sent; values may be null
 */
public record TelemetryMessage(
        byte[] body, Map<SystemProperty, String> systemProperties, Map<String, String> properties) {

    /** 256 KB: body, values of system properties, names and values of application properties (spec 4.5). */
    private static final int MAX_SIZE = 262_144;

    private static final int MAX_TOPIC_SIZE = 65_535;

    /**
     * @throws IllegalArgumentException when a property name is empty or reserved for the hub, or the message id breaks the hub's rules
     */
    public TelemetryMessage {
        body = body == null ? new byte[0] : body.clone();
        Map<SystemProperty, String> given = new EnumMap<>(SystemProperty.class);
        given.putAll(systemProperties);
        given.values().removeIf(Objects::isNull);
        systemProperties = Collections.unmodifiableMap(given);
        properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
        properties.keySet().forEach(TelemetryMessage::requireUsableName);
        if (systemProperties.containsKey(SystemProperty.MESSAGE_ID)) {
            IdGrammar.require("message id", systemProperties.get(SystemProperty.MESSAGE_ID));
        }
    }

    @Override
    public byte[] body() {
        return body.clone();
    }

    /**
     * The topic to publish to, with all properties in it; system properties come first.
     *
     * @throws IllegalArgumentException when a property is no Unicode text
     */
    public String topic(DeviceIdentity identity) {
        Map<String, String> all = new LinkedHashMap<>();
        systemProperties.forEach((property, value) -> all.put(property.wireName(), value));
        all.putAll(properties);
        return Topics.telemetry(identity, PropertyBag.write(all));
    }

    /**
     * Returns when the hub can take this message from this identity.
     *
     * @throws MessageTooLargeException when the message or its topic is too large
     * @throws IllegalArgumentException when a property is no Unicode text
     */
    public void requireSendable(DeviceIdentity identity) {
        long topicSize = sizeOf(topic(identity));
        if (topicSize > MAX_TOPIC_SIZE) {
            throw new MessageTooLargeException(
                    "The MQTT topic with the encoded properties",
                    topicSize,
                    MAX_TOPIC_SIZE,
                    "send fewer or shorter properties, or put them into the body");
        }
        long size = size();
        if (size > MAX_SIZE) {
            throw new MessageTooLargeException(
                    "The message (body and properties)",
                    size,
                    MAX_SIZE,
                    "send a smaller body, or split it into several messages");
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TelemetryMessage that
                && Arrays.equals(body, that.body)
                && systemProperties.equals(that.systemProperties)
                && properties.equals(that.properties);
    }

    @Override
    public int hashCode() {
        return Objects.hash(Arrays.hashCode(body), systemProperties, properties);
    }

    /** Sizes and names, not what the message says. */
    @Override
    public String toString() {
        return "TelemetryMessage[" + body.length + " bytes, " + systemProperties.keySet() + ", " + properties.keySet()
                + "]";
    }

    private static void requireUsableName(String name) {
        if (name == null || name.isEmpty()) {
            throw new IllegalArgumentException("A property of the message has an empty name: give it one");
        }
        if (SystemProperty.isReserved(name)) {
            throw new IllegalArgumentException("The property name '" + name
                    + "' is reserved for the hub: choose another name, or set the system property");
        }
    }

    private long size() {
        long size = body.length;
        for (String value : systemProperties.values()) {
            size += sizeOf(value);
        }
        for (Map.Entry<String, String> property : properties.entrySet()) {
            size += sizeOf(property.getKey()) + sizeOf(property.getValue());
        }
        return size;
    }

    private static long sizeOf(String text) {
        return text == null ? 0 : text.getBytes(StandardCharsets.UTF_8).length;
    }
}
