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

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the topic of a telemetry PUBLISH says: the properties, sorted into the system's and the application's. A value.
 *
 * @param properties a property that was sent without value is null
 * @param systemProperties under the names that consumers see
 */
record TelemetryTopic(Map<String, String> properties, Map<String, String> systemProperties) {

    private static final Logger LOG = LoggerFactory.getLogger(TelemetryTopic.class);

    /** Whether the topic is the telemetry topic of this identity; another device's is not. */
    static boolean isOwn(Identity identity, String topic) {
        String own = topicOf(identity);
        return topic.startsWith(own) && (topic.length() == own.length() || topic.charAt(own.length()) == '/');
    }

    private static String topicOf(Identity identity) {
        return identity.resourcePath() + "/messages/events";
    }

    /**
     * Reads a topic that {@link #isOwn is this identity's own}.
     *
     * @param violations what the hub cannot read of the bag; unless this throws, it is left out
     */
    static TelemetryTopic parse(Identity identity, String topic, Consumer<ProtocolViolation> violations) {
        int start = topicOf(identity).length() + 1;
        Map<String, String> bag =
                start >= topic.length() ? Map.of() : PropertyBag.parse(topic.substring(start), violations);
        Map<String, String> properties = new LinkedHashMap<>();
        Map<String, String> system = new LinkedHashMap<>();
        bag.forEach((name, value) -> {
            if (!name.startsWith(SystemProperties.PREFIX)) {
                properties.put(name, value);
            } else if (SystemProperties.consumerName(name) != null) {
                system.put(SystemProperties.consumerName(name), value);
            } else if (!SystemProperties.isOverruled(name)) {
                LOG.debug("{} sent the unknown system property {}: ignored", identity, name);
            }
        });
        return new TelemetryTopic(properties, Collections.unmodifiableMap(system));
    }

    /** What the hub counts against its message limit, but for the body. */
    int size() {
        return SystemProperties.bytes(properties, true) + SystemProperties.bytes(systemProperties, false);
    }
}
