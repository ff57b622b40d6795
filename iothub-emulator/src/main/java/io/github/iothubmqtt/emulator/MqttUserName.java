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

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The user name of a CONNECT, read by the rules of IoT Edge's hub: segments split at every slash, the last one a query whose
 * leading {@code ?} is optional, unknown parameters ignored, the first of equal ones wins. A user name of two segments
 * ({@code host/device}, as the documents of 2016 had it) has no query.
 *
 * @param apiVersion null when the user name has none
 * @param modelId the IoT Plug and Play model, null when the user name has none
 */
record MqttUserName(String host, Identity identity, String apiVersion, String modelId) {

    private static final String API_VERSION = "api-version";

    static MqttUserName parse(String text) {
        List<String> segments = Arrays.asList(text.split("/", -1));
        int last = segments.size() - 1;
        Map<String, String> query = Map.of();
        List<String> names = segments;
        if (last >= 2 && isQuery(segments.get(last))) {
            query = parseQuery(segments.get(last));
            names = segments.subList(0, last);
        }
        if (names.size() < 2 || names.size() > 3 || names.contains("")) {
            // User name and password mixed up: a common mistake, and no reason to print the token.
            String shown = text.contains("SharedAccess") ? "a token" : "'" + text + "'";
            throw ConnectRefused.notAuthorized(
                    "the user name is " + shown + ", which is not of the form host/device[/module]/?api-version=…");
        }
        Identity identity = new Identity(names.get(1), names.size() == 3 ? names.get(2) : null);
        return new MqttUserName(names.get(0), identity, query.get(API_VERSION), query.get("model-id"));
    }

    private static boolean isQuery(String segment) {
        return segment.isEmpty() || segment.startsWith("?") || segment.contains(API_VERSION + "=");
    }

    private static Map<String, String> parseQuery(String segment) {
        String query = segment.startsWith("?") ? segment.substring(1) : segment;
        Map<String, String> parameters = new HashMap<>();
        for (String parameter : query.split("&")) {
            int equals = parameter.indexOf('=');
            if (equals > 0) {
                // Node writes model-id unencoded; decoding leaves its raw ':' and ';' alone.
                parameters.putIfAbsent(
                        parameter.substring(0, equals), PercentDecoder.decode(parameter.substring(equals + 1)));
            }
        }
        return parameters;
    }
}
