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

import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What the hub says about a request that it did not carry out (spec 7.2).
 *
 * @param errorCode its own number, such as 400004, more exact than the status; 0 when it gives none
 * @param message null when it says nothing
 */
public record HubError(int errorCode, String message) {

    /** Reads any body; what cannot be read says nothing. */
    public static HubError parse(byte[] body) {
        Optional<JsonNode> error = Json.tree(body).filter(JsonNode::isObject);
        return new HubError(
                error.map(node -> node.path("errorCode").asInt()).orElse(0),
                error.map(node -> node.path("message").textValue()).orElse(null));
    }
}
