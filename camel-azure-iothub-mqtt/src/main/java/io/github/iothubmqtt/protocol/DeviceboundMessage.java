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

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A message from the hub to the device, or to an input of a module. Whatever the hub puts into the topic can be read; nothing in it is
 * trusted.
 *
 * @param body empty rather than null; copied on the way in and out
 * @param systemProperties those with a null value are left out
 * @param properties the sender's own, in the order in which they came; values may be null
 */
public record DeviceboundMessage(
        byte[] body, Map<SystemProperty, String> systemProperties, Map<String, String> properties) {

    public DeviceboundMessage {
        body = body == null ? new byte[0] : body.clone();
        Map<SystemProperty, String> given = new EnumMap<>(SystemProperty.class);
        given.putAll(systemProperties);
        given.values().removeIf(Objects::isNull);
        systemProperties = Collections.unmodifiableMap(given);
        properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
    }

    /**
     * Reads a PUBLISH packet. System properties that are unknown here are left out.
     *
     * @return empty when the topic is not that of a devicebound message for this identity
     */
    public static Optional<DeviceboundMessage> of(DeviceIdentity identity, String topic, byte[] payload) {
        return Topics.deviceboundBag(identity, topic).map(bag -> read(PropertyBag.read(bag), payload));
    }

    /**
     * Reads a PUBLISH packet to an input of a module. System properties that are unknown here are left out.
     *
     * @return empty when the topic is not that of an input of this identity
     */
    public static Optional<DeviceboundMessage> ofInput(DeviceIdentity identity, String topic, byte[] payload) {
        return Topics.input(identity, topic)
                .map(input -> read(PropertyBag.read(Topics.inputBag(identity, topic)), payload));
    }

    @Override
    public byte[] body() {
        return body.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DeviceboundMessage that
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
        return "DeviceboundMessage[" + body.length + " bytes, " + systemProperties.keySet() + ", " + properties.keySet()
                + "]";
    }

    private static DeviceboundMessage read(Map<String, String> bag, byte[] payload) {
        Map<SystemProperty, String> systemProperties = new EnumMap<>(SystemProperty.class);
        Map<String, String> properties = new LinkedHashMap<>();
        bag.forEach((name, value) -> {
            Optional<SystemProperty> known = SystemProperty.ofWireName(name);
            if (known.isPresent()) {
                systemProperties.put(known.get(), value);
            } else if (!SystemProperty.isReserved(name)) {
                properties.put(name, value);
            }
        });
        return new DeviceboundMessage(payload, systemProperties, properties);
    }
}
