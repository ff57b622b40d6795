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

import java.nio.charset.StandardCharsets;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The twin as its device sees it: the desired properties, which the back end sets, and the reported ones, which the device sets, each
 * with a version of its own (spec 7.2).
 *
 * @param json the whole document as the hub sent it
 * @param desired the desired properties, without {@code $version}
 */
public record TwinDocument(String json, String desired, long desiredVersion, long reportedVersion) {

    private static final String VERSION = "$version";

    /** @return empty when the bytes are no such document */
    public static Optional<TwinDocument> parse(byte[] body) {
        Optional<JsonNode> tree = Json.tree(body);
        Optional<Long> desired = tree.flatMap(twin -> version(twin.path("desired")));
        Optional<Long> reported = tree.flatMap(twin -> version(twin.path("reported")));
        return desired.isEmpty() || reported.isEmpty()
                ? Optional.empty()
                : Optional.of(new TwinDocument(
                        new String(body, StandardCharsets.UTF_8),
                        withoutVersion(tree.get().get("desired")),
                        desired.get(),
                        reported.get()));
    }

    /**
     * Reads the body of a notification about changed desired properties.
     *
     * @return the changed properties without {@code $version}, those with null being removed ones; empty when it is no JSON object
     */
    public static Optional<String> desiredPatch(byte[] body) {
        return Json.tree(body).filter(JsonNode::isObject).map(TwinDocument::withoutVersion);
    }

    private static Optional<Long> version(JsonNode section) {
        JsonNode version = section.path(VERSION);
        return version.isIntegralNumber() && version.canConvertToLong() && version.longValue() >= 0
                ? Optional.of(version.longValue())
                : Optional.empty();
    }

    private static String withoutVersion(JsonNode section) {
        ObjectNode properties = section.deepCopy();
        properties.remove(VERSION);
        return Json.text(properties);
    }
}
