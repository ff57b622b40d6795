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

import java.util.HashMap;
import java.util.Map;

/**
 * A topic below {@code $iothub/} to which devices publish, taken apart. A value.
 *
 * @param status of a method's response: the text between the slashes; null otherwise
 * @param rid the request id byte by byte as it came; null when there is none, or an empty one
 * @param version the text of {@code $version}, null when there is none
 */
record ServiceTopic(Kind kind, String status, String rid, String version) {

    /** What the device wants. */
    enum Kind {
        GET_TWIN,
        PATCH_REPORTED,
        METHOD_RESPONSE
    }

    private static final String PREFIX = "$iothub/";
    private static final String GET_TWIN = "$iothub/twin/GET";
    private static final String PATCH_REPORTED = "$iothub/twin/PATCH/properties/reported";
    private static final String METHOD_RESPONSE = "$iothub/methods/res/";

    /** Null for a topic to which nobody may publish. */
    static ServiceTopic parse(String topic) {
        if (!topic.startsWith(PREFIX)) {
            return null;
        }
        int mark = topic.lastIndexOf("/?");
        String path = mark >= 0 ? topic.substring(0, mark) : withoutLastSlash(topic);
        if (path == null) {
            return null;
        }
        Map<String, String> query = mark >= 0 ? query(topic.substring(mark + 2)) : Map.of();
        String rid = query.get("$rid");
        String version = query.get("$version");
        return switch (path) {
            case GET_TWIN -> new ServiceTopic(Kind.GET_TWIN, null, rid, version);
            case PATCH_REPORTED -> new ServiceTopic(Kind.PATCH_REPORTED, null, rid, version);
            default ->
                path.startsWith(METHOD_RESPONSE)
                        ? new ServiceTopic(Kind.METHOD_RESPONSE, path.substring(METHOD_RESPONSE.length()), rid, version)
                        : null;
        };
    }

    private static String withoutLastSlash(String topic) {
        return topic.endsWith("/") ? topic.substring(0, topic.length() - 1) : null;
    }

    /** Names and values as they are, without decoding: the hub does not look into a request id. */
    private static Map<String, String> query(String text) {
        Map<String, String> parameters = new HashMap<>();
        for (String parameter : text.split("&")) {
            int equals = parameter.indexOf('=');
            if (equals > 0 && equals + 1 < parameter.length()) {
                parameters.putIfAbsent(parameter.substring(0, equals), parameter.substring(equals + 1));
            }
        }
        return parameters;
    }
}
