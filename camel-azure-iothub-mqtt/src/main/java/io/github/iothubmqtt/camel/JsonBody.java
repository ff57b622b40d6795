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

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;

import com.fasterxml.jackson.core.TreeNode;
import io.github.iothubmqtt.protocol.Json;
import org.apache.camel.Exchange;

/**
 * The body of an exchange as JSON in UTF-8. Maps, lists, Jackson's trees, numbers and booleans are written as JSON; text and bytes must
 * be JSON already; what else Camel can turn into bytes must be so, too.
 */
final class JsonBody {

    private JsonBody() {}

    /** @return null when the body is null or empty; not checked when it was text or bytes */
    static byte[] of(Exchange exchange) {
        Object body = exchange.getMessage().getBody();
        byte[] json = body == null ? new byte[0] : bytes(exchange, body);
        return json.length == 0 ? null : json;
    }

    private static byte[] bytes(Exchange exchange, Object body) {
        if (body instanceof Map
                || body instanceof Collection
                || body instanceof TreeNode
                || body instanceof Number
                || body instanceof Boolean) {
            return Json.write(body);
        }
        if (body instanceof CharSequence text) {
            return text.toString().getBytes(StandardCharsets.UTF_8);
        }
        return BodyBytes.of(exchange, "is no JSON: turn it into JSON first, for example with marshal().json()");
    }
}
