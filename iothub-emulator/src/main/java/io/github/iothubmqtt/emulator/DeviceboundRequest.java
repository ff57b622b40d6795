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
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import io.vertx.core.MultiMap;

/**
 * Reads a devicebound message from a request: either the body is its body and headers are its properties, taken as they are, or JSON says
 * all. Pure functions.
 */
final class DeviceboundRequest {

    private static final String BODY = "body";
    private static final String BODY_TEXT = "bodyText";
    private static final String INPUT_NAME = "inputName";
    private static final String EXPIRY = "expiry";
    private static final String ACK = "ack";
    private static final Set<String> MEMBERS = Set.of(
            BODY,
            BODY_TEXT,
            INPUT_NAME,
            EXPIRY,
            ACK,
            "messageId",
            "correlationId",
            "userId",
            "contentType",
            "contentEncoding",
            "properties");

    private static final String APPLICATION = "x-iothub-app-";

    private DeviceboundRequest() {}

    static DeviceboundMessage read(MultiMap headers, byte[] body) {
        DeviceboundMessage message = DeviceboundMessage.of(body)
                .messageId(value(headers, "x-iothub-messageid"))
                .correlationId(value(headers, "x-iothub-correlationid"))
                .userId(value(headers, "x-iothub-userid"))
                .contentType(value(headers, "x-iothub-contenttype"))
                .contentEncoding(value(headers, "x-iothub-contentencoding"))
                .expiry(expiry("x-iothub-expiry", value(headers, "x-iothub-expiry")))
                .ack(ack("x-iothub-ack", value(headers, "x-iothub-ack")));
        for (Map.Entry<String, String> header : headers) {
            if (header.getKey().regionMatches(true, 0, APPLICATION, 0, APPLICATION.length())) {
                message = message.property(header.getKey().substring(APPLICATION.length()), text(header.getValue()));
            }
        }
        return message;
    }

    /** The members are those of telemetry in JSON, as far as messages to devices have them. */
    static DeviceboundMessage read(JsonMembers request) {
        Set<String> unknown = new TreeSet<>(request.names());
        unknown.removeAll(MEMBERS);
        if (!unknown.isEmpty()) {
            throw JsonMembers.invalid("Unknown: " + unknown + ", there are " + new TreeSet<>(MEMBERS));
        }
        DeviceboundMessage message = DeviceboundMessage.of(body(request))
                .messageId(request.text("messageId"))
                .correlationId(request.text("correlationId"))
                .userId(request.text("userId"))
                .contentType(request.text("contentType"))
                .contentEncoding(request.text("contentEncoding"))
                .expiry(expiry("'expiry'", request.text(EXPIRY)))
                .ack(ack("'ack'", request.text(ACK)));
        JsonMembers properties = request.object("properties");
        for (String name : properties.names()) {
            message = message.property(name, properties.text(name));
        }
        return message;
    }

    private static byte[] body(JsonMembers request) {
        String base64 = request.text(BODY);
        String text = request.text(BODY_TEXT);
        if (base64 != null && text != null) {
            throw JsonMembers.invalid("A message has 'body', in base64, or 'bodyText', not both");
        }
        if (base64 == null) {
            return text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
        }
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw JsonMembers.invalid("'body' must be base64: " + e.getMessage());
        }
    }

    /** The input of the module that the message is for. */
    static String inputName(JsonMembers request) {
        String name = request.text(INPUT_NAME);
        if (name == null) {
            throw JsonMembers.invalid("'inputName' is missing: a module gets messages at its inputs");
        }
        return name;
    }

    private static String value(MultiMap headers, String name) {
        String value = headers.get(name);
        return value == null ? null : text(value);
    }

    /** HTTP hands out bytes as characters of ISO 8859-1; clients mean UTF-8, mostly. */
    private static String text(String header) {
        byte[] bytes = header.getBytes(StandardCharsets.ISO_8859_1);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            return header;
        }
    }

    private static Instant expiry(String name, String text) {
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    name + " is a moment such as 2026-01-31T10:00:00Z, not '" + text + "'", e);
        }
    }

    private static DeviceboundMessage.Ack ack(String name, String text) {
        if (text == null) {
            return null;
        }
        return Arrays.stream(DeviceboundMessage.Ack.values())
                .filter(ack -> ack.wireName().equals(text.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        name + " is none, positive, negative or full, not '" + text + "'"));
    }
}
