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

/** The topics of telemetry, devicebound messages and module inputs (spec 4.1, 5.1, 5.2, 6). Ids stand in them as they are, unencoded. */
public final class Topics {

    private Topics() {}

    /**
     * @param bag as {@link PropertyBag#write} makes it; may be empty
     */
    public static String telemetry(DeviceIdentity identity, String bag) {
        return messages(identity) + "events/" + bag;
    }

    /** What to subscribe to for devicebound messages; the hub knows no narrower filter. */
    public static String deviceboundFilter(DeviceIdentity identity) {
        return devicebound(identity) + "/#";
    }

    /**
     * The property bag of a devicebound delivery, not yet decoded and perhaps empty.
     *
     * @return empty when the topic is another, or belongs to another identity
     */
    public static Optional<String> deviceboundBag(DeviceIdentity identity, String topic) {
        String devicebound = devicebound(identity);
        if (topic.equals(devicebound)) {
            return Optional.of("");
        }
        return topic.startsWith(devicebound + "/")
                ? Optional.of(topic.substring(devicebound.length() + 1))
                : Optional.empty();
    }

    /** What to subscribe to for the messages to all inputs of a module. */
    public static String inputFilter(DeviceIdentity identity) {
        return inputs(identity) + "#";
    }

    /**
     * The name of the input that a message to a module is for.
     *
     * @return empty when the topic is another, or belongs to another identity
     */
    public static Optional<String> input(DeviceIdentity identity, String topic) {
        if (!identity.isModule() || !topic.startsWith(inputs(identity))) {
            return Optional.empty();
        }
        String rest = topic.substring(inputs(identity).length());
        int slash = rest.indexOf('/');
        String name = slash < 0 ? rest : rest.substring(0, slash);
        return name.isEmpty() ? Optional.empty() : Optional.of(PercentEncoding.decode(name));
    }

    /** The property bag of a message to an input, not yet decoded and perhaps empty; the topic must be that of an {@link #input}. */
    static String inputBag(DeviceIdentity identity, String topic) {
        int slash = topic.indexOf('/', inputs(identity).length());
        return slash < 0 ? "" : topic.substring(slash + 1);
    }

    private static String inputs(DeviceIdentity identity) {
        return "devices/" + identity.deviceId() + "/modules/" + identity.moduleId() + "/inputs/";
    }

    private static String devicebound(DeviceIdentity identity) {
        return messages(identity) + "devicebound";
    }

    private static String messages(DeviceIdentity identity) {
        return identity.isModule()
                ? "devices/" + identity.deviceId() + "/modules/" + identity.moduleId() + "/messages/"
                : "devices/" + identity.deviceId() + "/messages/";
    }
}
