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

import java.util.Map;
import java.util.Set;

/** The members of a JSON object that a caller wrote, each of the kind that it must have; null is as good as absent. A value. */
record JsonMembers(Map<String, Object> members) {

    /** @throws HubException with code 400006 for what is no JSON object */
    static JsonMembers parse(String text) {
        return new JsonMembers(Json.parseObject(text));
    }

    /** What stands in an array. */
    static JsonMembers of(Object element) {
        if (!(element instanceof Map)) {
            throw invalid("Each element of the array must be an object");
        }
        return new JsonMembers(Json.object(element));
    }

    Set<String> names() {
        return members.keySet();
    }

    boolean has(String name) {
        return members.containsKey(name);
    }

    Object value(String name) {
        return members.get(name);
    }

    /** Null when there is none. */
    String text(String name) {
        Object value = members.get(name);
        if (value == null || value instanceof String) {
            return (String) value;
        }
        throw invalid("'" + name + "' must be a string");
    }

    boolean truth(String name, boolean otherwise) {
        Object value = members.get(name);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof Boolean truth) {
            return truth;
        }
        throw invalid("'" + name + "' must be true or false");
    }

    int integer(String name, int otherwise) {
        Object value = members.get(name);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof Integer integer) {
            return integer;
        }
        throw invalid("'" + name + "' must be a whole number");
    }

    /** Without members when there is none. */
    JsonMembers object(String name) {
        Map<String, Object> object = objectOrNull(name);
        return new JsonMembers(object == null ? Map.of() : object);
    }

    /** Null when there is none. */
    Map<String, Object> objectOrNull(String name) {
        Object value = members.get(name);
        if (value == null || value instanceof Map) {
            return Json.object(value);
        }
        throw invalid("'" + name + "' must be an object");
    }

    static HubException invalid(String sentence) {
        return new HubException(HubCode.ARGUMENT_INVALID, sentence);
    }
}
