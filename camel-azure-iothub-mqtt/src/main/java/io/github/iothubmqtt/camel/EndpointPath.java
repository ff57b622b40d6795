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
package io.github.iothubmqtt.camel;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * The identity in an endpoint URI: {@code deviceId} or {@code deviceId/moduleId}. Characters of an id that have a meaning in URIs
 * are written percent-encoded there. Camel decodes the path once before it comes here, and only then encodes again what it must, so
 * a percent sign arrives safely as {@code %2525} and a question mark as {@code %253F}.
 *
 * @param moduleId null when the URI names a device
 */
record EndpointPath(String deviceId, String moduleId) {

    /** Nobody escapes these; Camel would have decoded them, were they not part of an id with a percent sign. */
    private static final Pattern ESCAPED_LETTER_OR_DIGIT = Pattern.compile("%(3[0-9]|[46][1-9A-Fa-f]|[57][0-9Aa])");

    /** @param uri the whole URI, scheme and query included, encoded */
    static EndpointPath of(String uri) {
        int query = uri.indexOf('?');
        String beforeQuery = query < 0 ? uri : uri.substring(0, query);
        int colon = beforeQuery.indexOf(':');
        String path = colon < 0 ? "" : beforeQuery.substring(colon + 1);
        if (path.startsWith("//")) {
            path = path.substring(2);
        }
        String[] ids = path.split("/", -1);
        if (ids.length > 2 || ids[0].isEmpty() || ids[ids.length - 1].isEmpty()) {
            throw new IllegalArgumentException(
                    "the path must be a device id, or a device id, a slash and a module id, as in iothub-mqtt:device/module");
        }
        return new EndpointPath(decode(ids[0]), ids.length == 2 ? decode(ids[1]) : null);
    }

    private static String decode(String id) {
        if (ESCAPED_LETTER_OR_DIGIT.matcher(id).find()) {
            throw new IllegalArgumentException("the id '" + id + "' can be read in two ways: write each percent sign"
                    + " that belongs to the id as %2525");
        }
        // A plus sign is one: only forms encode blanks that way.
        return URLDecoder.decode(id.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
