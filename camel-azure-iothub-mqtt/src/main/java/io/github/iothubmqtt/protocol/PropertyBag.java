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

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The properties of a message in the form in which they stand at the end of an MQTT topic (spec 4.2, 5.3). Written strictly, since the
 * hub closes the connection of a device that errs, and read leniently, since a devicebound message that cannot be read would block
 * all those behind it.
 */
public final class PropertyBag {

    private PropertyBag() {}

    /**
     * Writes the properties in the map's order. A null value becomes a bare name, an empty one {@code name=}.
     *
     * @throws IllegalArgumentException when a name is null or empty, or a text is no Unicode
     */
    public static String write(Map<String, String> properties) {
        return properties.entrySet().stream()
                .map(property -> pair(property.getKey(), property.getValue()))
                .collect(Collectors.joining("&"));
    }

    /**
     * Reads any text. Ignores one {@code ?} in front, one {@code /} at the end, and pairs without a name; of equal names the last
     * wins; what is no escape or no UTF-8 is read as well as it can be.
     *
     * @return a map of its own for each call, in the order of the bag; a bare name has the value null
     */
    public static Map<String, String> read(String bag) {
        int start = bag.startsWith("?") ? 1 : 0;
        int end = bag.endsWith("/") ? bag.length() - 1 : bag.length();
        Map<String, String> properties = new LinkedHashMap<>();
        for (String pair : bag.substring(start, end).split("&")) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            if (!name.isEmpty()) {
                String value = equals < 0 ? null : PercentEncoding.decode(pair.substring(equals + 1));
                properties.put(PercentEncoding.decode(name), value);
            }
        }
        return properties;
    }

    private static String pair(String name, String value) {
        if (name == null || name.isEmpty()) {
            throw new IllegalArgumentException("A property of the message has an empty name: give it one");
        }
        String encodedName = PercentEncoding.encode(name);
        return value == null ? encodedName : encodedName + "=" + PercentEncoding.encode(value);
    }
}
