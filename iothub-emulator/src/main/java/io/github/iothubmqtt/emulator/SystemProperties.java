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
import java.util.Map;
import java.util.Set;

/** The system properties of telemetry: their names in topics, and the names under which consumers see them. Pure functions. */
final class SystemProperties {

    static final String PREFIX = "$.";

    static final String OUTPUT_NAME = "output-name";
    static final String SUBJECT = "dt-subject";
    static final String INTERFACE_ID = "iothub-interface-id";

    private static final Map<String, String> CONSUMER_NAMES = Map.ofEntries(
            Map.entry("$.mid", "message-id"),
            Map.entry("$.cid", "correlation-id"),
            Map.entry("$.uid", "user-id"),
            Map.entry("$.to", "to"),
            Map.entry("$.ct", "content-type"),
            Map.entry("$.ce", "content-encoding"),
            Map.entry("$.ctime", "iothub-creation-time-utc"),
            Map.entry("$.exp", "absolute-expiry-time"),
            Map.entry("$.sub", SUBJECT),
            Map.entry("$.ifid", INTERFACE_ID),
            Map.entry("$.on", OUTPUT_NAME),
            Map.entry("$.schema", "iothub-message-schema"),
            Map.entry("$.diagid", "diagnostic-id"),
            Map.entry("$.diagctx", "diagnostic-context"));

    /** Java's client names itself here; the hub stamps its own knowledge instead. */
    private static final Set<String> OVERRULED = Set.of("$.cdid", "$.cmid");

    private SystemProperties() {}

    /** Null for a name that means nothing to the hub. */
    static String consumerName(String wireName) {
        return CONSUMER_NAMES.get(wireName);
    }

    static boolean isOverruled(String wireName) {
        return OVERRULED.contains(wireName);
    }

    /** What the properties count towards the size of a message, in bytes of UTF-8. */
    static int bytes(Map<String, String> properties, boolean withNames) {
        int bytes = 0;
        for (Map.Entry<String, String> property : properties.entrySet()) {
            bytes += withNames ? utf8Length(property.getKey()) : 0;
            bytes += property.getValue() == null ? 0 : utf8Length(property.getValue());
        }
        return bytes;
    }

    private static int utf8Length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
