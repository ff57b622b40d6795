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
import java.util.Locale;
import java.util.Map;

import io.vertx.core.MultiMap;

/** Reads a devicebound message from a request: the body is its body, headers are its properties, taken as they are. Pure functions. */
final class DeviceboundRequest {

    private static final String APPLICATION = "x-iothub-app-";

    private DeviceboundRequest() {}

    static DeviceboundMessage read(MultiMap headers, byte[] body) {
        DeviceboundMessage message = DeviceboundMessage.of(body)
                .messageId(value(headers, "x-iothub-messageid"))
                .correlationId(value(headers, "x-iothub-correlationid"))
                .userId(value(headers, "x-iothub-userid"))
                .contentType(value(headers, "x-iothub-contenttype"))
                .contentEncoding(value(headers, "x-iothub-contentencoding"))
                .expiry(expiry(value(headers, "x-iothub-expiry")))
                .ack(ack(value(headers, "x-iothub-ack")));
        for (Map.Entry<String, String> header : headers) {
            if (header.getKey().regionMatches(true, 0, APPLICATION, 0, APPLICATION.length())) {
                message = message.property(header.getKey().substring(APPLICATION.length()), text(header.getValue()));
            }
        }
        return message;
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

    private static Instant expiry(String text) {
        try {
            return text == null ? null : Instant.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "x-iothub-expiry is a moment such as 2026-01-31T10:00:00Z, not '" + text + "'", e);
        }
    }

    private static DeviceboundMessage.Ack ack(String text) {
        if (text == null) {
            return null;
        }
        return Arrays.stream(DeviceboundMessage.Ack.values())
                .filter(ack -> ack.wireName().equals(text.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "x-iothub-ack is none, positive, negative or full, not '" + text + "'"));
    }
}
