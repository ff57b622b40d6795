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

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** The hub's records as JSON. Pure functions; what is null is written as null, so that each object has the same fields always. */
final class HubJson {

    private HubJson() {}

    static <T> JsonArray array(Collection<T> values, Function<T, JsonObject> json) {
        JsonArray array = new JsonArray();
        values.forEach(value -> array.add(json.apply(value)));
        return array;
    }

    static JsonObject of(TelemetryMessage message) {
        return new JsonObject()
                .put("sequence", message.sequence())
                .put("deviceId", message.deviceId())
                .put("moduleId", message.moduleId())
                .put("enqueuedTime", text(message.enqueuedTime()))
                .put("body", Base64.getEncoder().encodeToString(message.body()))
                .put("bodyText", utf8(message.body()))
                .put("properties", object(message.properties()))
                .put("systemProperties", object(new TreeMap<>(message.systemProperties())))
                .put("annotations", object(new TreeMap<>(message.annotations())));
    }

    static JsonObject of(QueuedMessage message) {
        return new JsonObject()
                .put("messageId", message.messageId())
                .put("state", message.state().name())
                .put("deliveryCount", message.deliveryCount())
                .put("expiry", text(message.expiry()));
    }

    static JsonObject of(Feedback feedback) {
        return new JsonObject()
                .put("originalMessageId", feedback.originalMessageId())
                .put("deviceId", feedback.deviceId())
                .put("deviceGenerationId", feedback.deviceGenerationId())
                .put("statusCode", feedback.statusCode().wireName())
                .put("description", feedback.description())
                .put("enqueuedTimeUtc", text(feedback.enqueuedTimeUtc()));
    }

    static JsonObject of(ConnectionInfo connection) {
        return new JsonObject()
                .put("deviceId", connection.deviceId())
                .put("moduleId", connection.moduleId())
                .put("connectedAt", text(connection.connectedAt()))
                .put("cleanSession", connection.cleanSession())
                .put("keepAliveSeconds", connection.keepAliveSeconds())
                .put("tokenExpiry", text(connection.tokenExpiry()))
                .put("modelId", connection.modelId())
                .put(
                        "subscriptions",
                        new JsonArray(
                                connection.subscriptions().stream().sorted().toList()));
    }

    static JsonObject of(HubEvent event) {
        return new JsonObject()
                .put("time", text(event.time()))
                .put("kind", event.kind().name())
                .put("deviceId", event.deviceId())
                .put("moduleId", event.moduleId())
                .put("logCode", event.logCode())
                .put("description", event.description());
    }

    static JsonObject of(HttpProblem problem) {
        return new JsonObject().put("errorCode", problem.code()).put("message", problem.getMessage());
    }

    private static JsonObject object(Map<String, String> map) {
        JsonObject object = new JsonObject();
        map.forEach(object::put);
        return object;
    }

    private static String text(Instant instant) {
        return instant == null ? null : instant.toString();
    }

    /** Null for what is no UTF-8. */
    private static String utf8(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
