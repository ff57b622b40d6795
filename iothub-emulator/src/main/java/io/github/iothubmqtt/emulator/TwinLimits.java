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

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** What the hub allows in a twin: keys, values, depth and size. Pure functions; what they refuse is a {@link HubException}. */
final class TwinLimits {

    static final int MAX_TAGS_SIZE = 8 * 1024;
    static final int MAX_PROPERTIES_SIZE = 32 * 1024;

    private static final int MAX_KEY_BYTES = 1024;
    private static final int MAX_STRING_BYTES = 4 * 1024;
    private static final int MAX_DEPTH = 10;
    private static final BigInteger MIN_INTEGER = BigInteger.valueOf(-4503599627370496L);
    private static final BigInteger MAX_INTEGER = BigInteger.valueOf(4503599627370495L);

    private static final int NUMBER_SIZE = 8;
    private static final int BOOLEAN_SIZE = 4;

    private TwinLimits() {}

    /**
     * Checks all of a patch but the size of what comes of it.
     *
     * @throws HubException with code 400004
     */
    static void check(Map<String, Object> patch, boolean arraysAllowed) {
        checkObject(patch, 0, arraysAllowed);
    }

    private static void checkObject(Map<String, Object> object, int depth, boolean arraysAllowed) {
        object.forEach((key, value) -> {
            checkKey(key);
            checkValue(key, value, depth + 1, arraysAllowed);
        });
    }

    private static void checkKey(String key) {
        if (bytes(key) > MAX_KEY_BYTES) {
            throw invalid("the key '" + key.substring(0, 20) + "…' has more than " + MAX_KEY_BYTES + " bytes");
        }
        if (key.chars().anyMatch(c -> c == '.' || c == '$' || c == ' ' || Character.isISOControl(c))) {
            throw invalid("the key '" + key + "' has a dot, a dollar sign, a blank or a control character");
        }
    }

    /** {@code depth} is how many objects and arrays there are below the section, if the value is one. */
    private static void checkValue(String key, Object value, int depth, boolean arraysAllowed) {
        if (value instanceof String text && bytes(text) > MAX_STRING_BYTES) {
            throw invalid("the value of '" + key + "' has more than " + MAX_STRING_BYTES + " bytes");
        }
        if (Json.isInteger(value)) {
            BigInteger integer = new BigInteger(value.toString());
            if (integer.compareTo(MIN_INTEGER) < 0 || integer.compareTo(MAX_INTEGER) > 0) {
                throw invalid("the value of '" + key + "' is not between " + MIN_INTEGER + " and " + MAX_INTEGER);
            }
        }
        if ((value instanceof Map || value instanceof List) && depth > MAX_DEPTH) {
            throw invalid("the value of '" + key + "' is nested in more than " + MAX_DEPTH + " levels");
        }
        if (value instanceof Map) {
            checkObject(Json.object(value), depth, arraysAllowed);
        } else if (value instanceof List<?> elements) {
            if (!arraysAllowed) {
                throw invalid("the value of '" + key + "' is an array, which this hub does not support");
            }
            elements.forEach(element -> checkValue(key, element, depth + 1, true));
        }
    }

    private static HubException invalid(String what) {
        return new HubException(HubCode.ARGUMENT_INVALID, what);
    }

    /**
     * Checks the size of a whole section.
     *
     * @throws HubException with code 413001
     */
    static void checkSize(String section, Map<String, Object> values, int max) {
        int size = size(values);
        if (size > max) {
            throw new HubException(
                    HubCode.MESSAGE_TOO_LARGE,
                    "the " + section + " would have " + size + " bytes, " + max + " are allowed");
        }
    }

    /** Keys and values as the hub counts them; of an array, for which no rule is known, its elements. */
    static int size(Object value) {
        if (value instanceof Map) {
            return Json.object(value).entrySet().stream()
                    .mapToInt(member -> counted(member.getKey()) + size(member.getValue()))
                    .sum();
        }
        if (value instanceof List<?> elements) {
            return elements.stream().mapToInt(TwinLimits::size).sum();
        }
        if (value instanceof String text) {
            return counted(text);
        }
        return value instanceof Number ? NUMBER_SIZE : value instanceof Boolean ? BOOLEAN_SIZE : 0;
    }

    /** Control characters are not counted. */
    private static int counted(String text) {
        int control = (int) text.chars()
                .filter(Character::isISOControl)
                .map(c -> c < 0x80 ? 1 : 2)
                .sum();
        return bytes(text) - control;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
