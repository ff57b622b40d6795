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
package io.github.iothubmqtt.emulator;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;

/**
 * A message from the service side to a device, or from another module to an input. Immutable: each setter returns a new object.
 *
 * <pre>{@code hub.sendDevicebound("dev1", DeviceboundMessage.of("on").ack(Ack.FULL).property("room", "kitchen"))}</pre>
 */
public final class DeviceboundMessage implements Cloneable {

    /** When the sender wants feedback: after PUBACK, after the message was lost, both, or neither. */
    public enum Ack {
        NONE("none"),
        POSITIVE("positive"),
        NEGATIVE("negative"),
        FULL("full");

        private final String wireName;

        Ack(String wireName) {
            this.wireName = wireName;
        }

        String wireName() {
            return wireName;
        }

        boolean wants(Feedback.StatusCode status) {
            return this == FULL || (status == Feedback.StatusCode.SUCCESS ? this == POSITIVE : this == NEGATIVE);
        }
    }

    private final byte[] body;
    private String messageId;
    private String correlationId;
    private String userId;
    private String to;
    private Instant expiry;
    private String contentType;
    private String contentEncoding;
    private Ack ack;
    private Map<String, String> properties = Map.of();
    private String rawPropertyBag;

    private DeviceboundMessage(byte[] body) {
        this.body = body;
    }

    /** The text goes out as UTF-8. */
    public static DeviceboundMessage of(String body) {
        return new DeviceboundMessage(body.getBytes(StandardCharsets.UTF_8));
    }

    public static DeviceboundMessage of(byte[] body) {
        return new DeviceboundMessage(body.clone());
    }

    /** A message without an id gets one from the hub. */
    public DeviceboundMessage messageId(String value) {
        return with(m -> m.messageId = value);
    }

    public DeviceboundMessage correlationId(String value) {
        return with(m -> m.correlationId = value);
    }

    public DeviceboundMessage userId(String value) {
        return with(m -> m.userId = value);
    }

    /** Default {@code /devices/{id}/messages/devicebound}, as Node's and Java's service clients write it; none for an input. */
    public DeviceboundMessage to(String value) {
        return with(m -> m.to = value);
    }

    /** When the message is given up; the device sees it, too. Without it the hub's time to live applies, unseen. */
    public DeviceboundMessage expiry(Instant value) {
        return with(m -> m.expiry = value);
    }

    public DeviceboundMessage contentType(String value) {
        return with(m -> m.contentType = value);
    }

    public DeviceboundMessage contentEncoding(String value) {
        return with(m -> m.contentEncoding = value);
    }

    /** The device sees it as {@code iothub-ack}; without it there is no feedback and no such property. Inputs know neither. */
    public DeviceboundMessage ack(Ack value) {
        return with(m -> m.ack = value);
    }

    /** An application property. A null value goes out as a bare name, an empty one as {@code name=}. */
    public DeviceboundMessage property(String name, String value) {
        Objects.requireNonNull(name, "name");
        return with(m -> {
            m.properties = new LinkedHashMap<>(properties);
            m.properties.put(name, value);
        });
    }

    /**
     * Puts this text, as it is, after {@code …/messages/devicebound/} or {@code …/inputs/{name}/} in place of all properties: for tests against hubs that do
     * what no hub should, such as {@code %zz}, {@code =v} or a leading {@code ?}.
     */
    public DeviceboundMessage rawPropertyBag(String value) {
        return with(m -> m.rawPropertyBag = value);
    }

    String messageId() {
        return messageId;
    }

    Instant expiry() {
        return expiry;
    }

    Ack ack() {
        return ack == null ? Ack.NONE : ack;
    }

    byte[] body() {
        return body;
    }

    /** The bag as devices get it. */
    String propertyBag(String deviceId, HubSettings.C2dTopicOrder order) {
        Map<String, String> system = deviceboundProperties(deviceId);
        if (ack != null) {
            system.put("iothub-ack", ack.wireName());
        }
        return propertyBag(system, order);
    }

    /** The bag as modules get it. Names the sender's device; a test may name the module with the property {@code $.cmid}. */
    String inputPropertyBag(String deviceId, HubSettings.C2dTopicOrder order) {
        return propertyBag(inputProperties(deviceId), order);
    }

    private String propertyBag(Map<String, String> system, HubSettings.C2dTopicOrder order) {
        if (rawPropertyBag != null) {
            return rawPropertyBag;
        }
        Map<String, String> all = new LinkedHashMap<>(system);
        all.putAll(properties);
        return switch (order) {
            case SYSTEM_FIRST -> PropertyBag.write(all);
            case SHUFFLED -> PropertyBag.write(shuffled(all));
            case BARE_KEYS -> PropertyBag.write(withBareKeys(all));
            case QUESTION_MARK -> "?" + PropertyBag.write(all);
        };
    }

    private Map<String, String> shuffled(Map<String, String> all) {
        List<String> names = new ArrayList<>(all.keySet());
        Collections.shuffle(names, new Random(Objects.hashCode(messageId)));
        Map<String, String> shuffled = new LinkedHashMap<>();
        names.forEach(name -> shuffled.put(name, all.get(name)));
        return shuffled;
    }

    private static Map<String, String> withBareKeys(Map<String, String> all) {
        // Those that were seen so.
        all.putIfAbsent("$.cid", null);
        all.putIfAbsent("$.uid", null);
        return all;
    }

    private Map<String, String> deviceboundProperties(String deviceId) {
        return systemProperties("/devices/" + deviceId + "/messages/devicebound");
    }

    private Map<String, String> inputProperties(String deviceId) {
        Map<String, String> system = systemProperties(null);
        system.put("$.cdid", deviceId);
        return system;
    }

    private Map<String, String> systemProperties(String defaultTo) {
        Map<String, String> system = new LinkedHashMap<>();
        system.put("$.mid", messageId);
        system.put("$.cid", correlationId);
        system.put("$.uid", userId);
        system.put("$.to", to == null ? defaultTo : to);
        system.put("$.ct", contentType);
        system.put("$.ce", contentEncoding);
        system.put("$.exp", expiry == null ? null : expiry.toString());
        system.values().removeIf(Objects::isNull);
        return system;
    }

    /** Body, values of system properties, names and values of application properties, in bytes of UTF-8. */
    int size(String deviceId) {
        return size(deviceboundProperties(deviceId));
    }

    /** The same of what a module gets. */
    int inputSize(String deviceId) {
        return size(inputProperties(deviceId));
    }

    private int size(Map<String, String> system) {
        return body.length + SystemProperties.bytes(properties, true) + SystemProperties.bytes(system, false);
    }

    private DeviceboundMessage with(Consumer<DeviceboundMessage> change) {
        DeviceboundMessage copy = clone();
        change.accept(copy);
        return copy;
    }

    @Override
    protected DeviceboundMessage clone() {
        try {
            return (DeviceboundMessage) super.clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public String toString() {
        return "DeviceboundMessage[" + messageId + ", " + body.length + " bytes, properties=" + properties + "]";
    }
}
