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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The hub's half of the property bag: reads the bags of devices as strictly as the hub's own tokenizer and writes bags that
 * every device client can read. Pure functions.
 */
final class PropertyBag {

    private PropertyBag() {}

    /**
     * Reads the text after {@code …/messages/events/}. {@code =} ends a name, {@code &} a pair, {@code /} the whole bag; a bare
     * name and {@code name=} both give null; the last of equal names wins.
     *
     * @throws ProtocolViolation for a pair that starts with {@code =} or {@code &}, a second {@code =}, a trailing {@code &}
     */
    static Map<String, String> parse(String text) {
        return parse(text, violation -> {
            throw violation;
        });
    }

    /** The same, but that violations are told, and the pairs that have them left out. */
    static Map<String, String> parse(String text, Consumer<ProtocolViolation> violations) {
        int slash = text.indexOf('/');
        String bag = slash < 0 ? text : text.substring(0, slash);
        Map<String, String> properties = new LinkedHashMap<>();
        int start = 0;
        while (start < bag.length()) {
            int ampersand = bag.indexOf('&', start);
            int end = ampersand < 0 ? bag.length() : ampersand;
            addPair(properties, bag, start, end, violations);
            start = end + 1;
            if (start == bag.length()) {
                violations.accept(bad(bag, "ends with '&'"));
            }
        }
        return properties;
    }

    private static void addPair(
            Map<String, String> properties, String bag, int start, int end, Consumer<ProtocolViolation> violations) {
        if (end == start) {
            violations.accept(bad(bag, "has a pair that starts with '&'"));
            return;
        }
        int equals = bag.indexOf('=', start);
        if (equals < 0 || equals >= end) {
            properties.put(PercentDecoder.decode(bag.substring(start, end)), null);
            return;
        }
        if (equals == start) {
            violations.accept(bad(bag, "has a pair that starts with '='"));
            return;
        }
        if (bag.substring(equals + 1, end).indexOf('=') >= 0) {
            violations.accept(bad(bag, "has a second '=' in one pair"));
            return;
        }
        String value = equals + 1 == end ? null : PercentDecoder.decode(bag.substring(equals + 1, end));
        properties.put(PercentDecoder.decode(bag.substring(start, equals)), value);
    }

    private static ProtocolViolation bad(String bag, String what) {
        return new ProtocolViolation(HubCode.FORMAT_ERROR, "the property bag '" + bag + "' " + what);
    }

    /** Writes pairs in the order of the map; a null value becomes a bare name. */
    static String write(Map<String, String> properties) {
        StringBuilder bag = new StringBuilder();
        properties.forEach((name, value) -> {
            if (!bag.isEmpty()) {
                bag.append('&');
            }
            encode(bag, name);
            if (value != null) {
                encode(bag.append('='), value);
            }
        });
        return bag.toString();
    }

    private static void encode(StringBuilder to, String text) {
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (octet & 0xff);
            if (isUnreserved(c)) {
                to.append(c);
            } else {
                to.append('%').append(hex(c >> 4)).append(hex(c & 0xf));
            }
        }
    }

    private static boolean isUnreserved(char c) {
        return (c >= 'A' && c <= 'Z')
                || (c >= 'a' && c <= 'z')
                || (c >= '0' && c <= '9')
                || c == '-'
                || c == '_'
                || c == '.'
                || c == '~';
    }

    private static char hex(int digit) {
        return Character.toUpperCase(Character.forDigit(digit, 16));
    }
}
