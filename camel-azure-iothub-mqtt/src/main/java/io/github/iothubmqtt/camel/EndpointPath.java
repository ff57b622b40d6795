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

/**
 * The identity in an endpoint URI: {@code deviceId} or {@code deviceId/moduleId}. Characters of an id that have a meaning in URIs
 * are written percent-encoded there; they are decoded here, once.
 *
 * @param moduleId null when the URI names a device
 */
record EndpointPath(String deviceId, String moduleId) {

    /** @param uri the whole URI, scheme and query included, encoded */
    static EndpointPath of(String uri) {
        String path = uri.substring(uri.indexOf(':') + 1);
        if (path.startsWith("//")) {
            path = path.substring(2);
        }
        int query = path.indexOf('?');
        if (query >= 0) {
            path = path.substring(0, query);
        }
        String[] ids = path.split("/", -1);
        if (ids.length > 2 || ids[0].isEmpty() || ids[ids.length - 1].isEmpty()) {
            throw new IllegalArgumentException(
                    "the path must be a device id, or a device id, a slash and a module id, as in iothub-mqtt:device/module");
        }
        return new EndpointPath(decode(ids[0]), ids.length == 2 ? decode(ids[1]) : null);
    }

    private static String decode(String id) {
        try {
            // A plus sign is one: only forms encode blanks that way.
            return URLDecoder.decode(id.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "the id '" + id + "' has a percent sign that begins no escape: write it as %25", e);
        }
    }
}
