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

import java.util.HashMap;
import java.util.Map;

/**
 * The parameters at the end of a topic below {@code $iothub/}, such as {@code ?$rid=1&$version=4}. They stand there as they are,
 * unencoded, in any order; of equal names the first counts.
 */
final class TopicQuery {

    static final String REQUEST_ID = "$rid";
    static final String VERSION = "$version";

    private TopicQuery() {}

    /** @param text what follows the last slash of the topic */
    static Map<String, String> read(String text) {
        Map<String, String> parameters = new HashMap<>();
        for (String pair : (text.startsWith("?") ? text.substring(1) : text).split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                parameters.putIfAbsent(pair.substring(0, equals), pair.substring(equals + 1));
            }
        }
        return parameters;
    }

    /** @return null when there is no whole number */
    static Long wholeNumber(String text) {
        if (text == null) {
            return null;
        }
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
