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

import java.util.List;
import java.util.Map;

/** The way to a value in a twin, such as {@code properties.reported.battery}. A value. */
record QueryPath(List<String> names) {

    static QueryPath of(String text) {
        return new QueryPath(List.of(text.split("\\.")));
    }

    boolean isIn(Map<String, Object> twin) {
        Map<String, Object> parent = parentIn(twin);
        return parent != null && parent.containsKey(lastName());
    }

    /** Null for null, and for what is not there. */
    Object valueIn(Map<String, Object> twin) {
        Map<String, Object> parent = parentIn(twin);
        return parent == null ? null : parent.get(lastName());
    }

    private Map<String, Object> parentIn(Map<String, Object> twin) {
        Object at = twin;
        for (String name : names.subList(0, names.size() - 1)) {
            at = at instanceof Map ? Json.object(at).get(name) : null;
        }
        return at instanceof Map ? Json.object(at) : null;
    }

    /** Under which a result has the value unless the query says otherwise. */
    String lastName() {
        return names.get(names.size() - 1);
    }
}
