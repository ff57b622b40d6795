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
import java.util.TreeSet;

/** Checks the JSON that tests put into enrollments. Pure functions; what is wrong is an IllegalArgumentException. */
final class EnrollmentJson {

    private static final String TAGS = "tags";
    private static final String PROPERTIES = "properties";
    private static final String DESIRED = "desired";
    private static final String EXPECTED =
            "An initial twin looks like {\"tags\":{…},\"properties\":{\"desired\":{…}}}, both parts may be absent: ";

    /**
     * A twin as it starts.
     *
     * @param tags null for none
     * @param desired null for none
     */
    record InitialTwin(Map<String, Object> tags, Map<String, Object> desired) {}

    private EnrollmentJson() {}

    /** Any JSON, without blanks; null for null. */
    static String payload(String json) {
        if (json == null) {
            return null;
        }
        try {
            return Json.write(Json.parse(json));
        } catch (HubException e) {
            throw new IllegalArgumentException("The payload is no JSON: " + e.hubMessage(), e);
        }
    }

    /** The JSON of an initial twin, without blanks; null for null. */
    static String initialTwin(String json) {
        if (json == null) {
            return null;
        }
        try {
            Map<String, Object> twin = Json.parseObject(json);
            checkMembers(twin, Set.of(TAGS, PROPERTIES));
            checkMembers(member(twin, PROPERTIES), Set.of(DESIRED));
            InitialTwin parts = parsed(json);
            TwinLimits.check(parts.tags() == null ? Map.of() : parts.tags(), true);
            TwinLimits.check(parts.desired() == null ? Map.of() : parts.desired(), true);
            return Json.write(twin);
        } catch (HubException e) {
            throw new IllegalArgumentException(EXPECTED + e.hubMessage(), e);
        }
    }

    /** {@code json} is null, or was checked. */
    static InitialTwin parsed(String json) {
        if (json == null) {
            return new InitialTwin(null, null);
        }
        Map<String, Object> twin = Json.parseObject(json);
        Map<String, Object> properties = member(twin, PROPERTIES);
        return new InitialTwin(memberOrNull(twin, TAGS), memberOrNull(properties, DESIRED));
    }

    private static void checkMembers(Map<String, Object> object, Set<String> allowed) {
        Set<String> unknown = new TreeSet<>(object.keySet());
        unknown.removeAll(allowed);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(EXPECTED + "it has " + unknown);
        }
    }

    private static Map<String, Object> member(Map<String, Object> object, String name) {
        Map<String, Object> member = memberOrNull(object, name);
        return member == null ? Map.of() : member;
    }

    private static Map<String, Object> memberOrNull(Map<String, Object> object, String name) {
        return new JsonMembers(object).objectOrNull(name);
    }
}
