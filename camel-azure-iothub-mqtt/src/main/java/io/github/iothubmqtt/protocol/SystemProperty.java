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
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The properties of a message that mean something to the hub itself, with their names in a property bag (spec 4.3). */
public enum SystemProperty {
    /** At most 128 characters of the set that ids have. */
    MESSAGE_ID("$.mid"),
    CORRELATION_ID("$.cid"),
    USER_ID("$.uid"),
    TO("$.to"),
    /** Such as {@code application/json}; the hub can route by the body only when this and the encoding are given. */
    CONTENT_TYPE("$.ct"),
    /** {@code utf-8}, {@code utf-16} or {@code utf-32}. */
    CONTENT_ENCODING("$.ce"),
    /** ISO 8601 in UTC, ending in {@code Z}. */
    CREATION_TIME("$.ctime"),
    /** ISO 8601 in UTC; older hubs deliver {@code 0} for none. */
    EXPIRY_TIME("$.exp"),
    /** The Plug and Play component that sends. */
    COMPONENT_NAME("$.sub"),
    INTERFACE_ID("$.ifid"),
    /** The output of an Edge module. */
    OUTPUT_NAME("$.on"),
    /** Set by the hub: the device that sent to a module's input. */
    CONNECTION_DEVICE_ID("$.cdid"),
    /** Set by the hub: the module that sent to a module's input. */
    CONNECTION_MODULE_ID("$.cmid"),
    MESSAGE_SCHEMA("$.schema"),
    /** Which feedback the sender of a devicebound message wants; keeps the sender's case. */
    ACK("iothub-ack");

    private static final Map<String, SystemProperty> BY_WIRE_NAME = Arrays.stream(values())
            .collect(Collectors.toUnmodifiableMap(SystemProperty::wireName, Function.identity()));

    private final String wireName;

    SystemProperty(String wireName) {
        this.wireName = wireName;
    }

    /** The name in a property bag, before it is percent-encoded. */
    public String wireName() {
        return wireName;
    }

    /** The property with exactly this name. */
    public static Optional<SystemProperty> ofWireName(String name) {
        return name == null ? Optional.empty() : Optional.ofNullable(BY_WIRE_NAME.get(name));
    }

    /** Whether the hub keeps names of this form for itself, so that no application property may have it. */
    public static boolean isReserved(String name) {
        return name.startsWith("$.") || BY_WIRE_NAME.containsKey(name);
    }
}
