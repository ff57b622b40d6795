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

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A query of the part of Azure's language that the emulator knows: which twins to find, and what to show of them. A value.
 *
 * @param columns what to show under which name; empty for the whole twin
 */
record TwinQuery(Map<String, QueryPath> columns, QueryCondition condition) {

    boolean finds(Map<String, Object> twin) {
        return condition.of(twin) == QueryCondition.Truth.TRUE;
    }

    boolean showsWholeTwins() {
        return columns.isEmpty();
    }

    /** What a twin does not have is left out. */
    Map<String, Object> shown(Map<String, Object> twin) {
        if (showsWholeTwins()) {
            return twin;
        }
        Map<String, Object> result = new LinkedHashMap<>();
        columns.forEach((name, path) -> {
            if (path.isIn(twin)) {
                result.put(name, path.valueIn(twin));
            }
        });
        return result;
    }
}
