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

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * Reads and writes JSON as twins and direct methods need it: UTF-8, one value and nothing behind it, no name twice in an object,
 * numbers with all their digits.
 */
public final class Json {

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .enable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
            .build();

    private Json() {}

    /** Whether bytes are exactly one JSON value in UTF-8. */
    public static boolean isValue(byte[] bytes) {
        return tree(bytes).isPresent();
    }

    /** @return the text that the bytes are in UTF-8; empty when they are none */
    public static Optional<String> utf8(byte[] bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }

    /**
     * Writes maps, lists, texts, numbers, booleans, null and what else Jackson can write.
     *
     * @throws IllegalArgumentException when something in the value cannot be written
     */
    public static byte[] write(Object value) {
        return text(value).getBytes(StandardCharsets.UTF_8);
    }

    /** As {@link #write}. Jackson would escape what is beyond the first plane if it wrote bytes. */
    static String text(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "A " + value.getClass().getName() + " cannot be written as JSON (" + e.getOriginalMessage()
                            + "): turn it into JSON first, for example with marshal().json()",
                    e);
        }
    }

    /** @return empty when the bytes are no JSON value in UTF-8, or more than one */
    static Optional<JsonNode> tree(byte[] bytes) {
        return utf8(bytes).flatMap(Json::tree);
    }

    // Of text, not of bytes: of those, Jackson would guess the encoding, and take UTF-16 and a byte order mark.
    static Optional<JsonNode> tree(String text) {
        try {
            JsonNode tree = MAPPER.readTree(text);
            return tree.isMissingNode() ? Optional.empty() : Optional.of(tree);
        } catch (JsonProcessingException | NumberFormatException e) {
            return Optional.empty(); // the latter for a number whose exponent no number here can have
        }
    }

    static JsonParser parser(String text) throws IOException {
        return MAPPER.createParser(text);
    }
}
