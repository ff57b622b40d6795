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

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;

/**
 * JSON text, and the values that stand for it: unmodifiable maps in the order of the text (of equal keys the last wins), unmodifiable
 * lists, strings, booleans, null, and numbers that lose nothing: integers of whatever size, doubles, a BigDecimal where no
 * double has the value. Pure functions.
 */
final class Json {

    private static final char BYTE_ORDER_MARK = '\uFEFF';
    private static final JsonFactory FACTORY = new JsonFactory();

    private Json() {}

    /**
     * Reads UTF-8, whether or not it starts with a byte order mark.
     *
     * @throws HubException with code 400006
     */
    static Object parse(byte[] utf8) {
        return parse(text(utf8));
    }

    /** What the bytes say, without byte order mark; nothing in it is replaced. Throws a HubException with code 400006 for other bytes. */
    static String text(byte[] utf8) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString();
            return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw malformed("it is no UTF-8");
        }
    }

    /** @throws HubException with code 400006 */
    static Object parse(String text) {
        try (JsonParser parser = FACTORY.createParser(text)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw malformed("it is empty");
            }
            Object value = read(parser, first);
            if (parser.nextToken() != null) {
                throw malformed("something follows its end");
            }
            return value;
        } catch (JsonProcessingException e) {
            throw malformed(e.getOriginalMessage());
        } catch (IOException | NumberFormatException e) {
            throw malformed(e.getMessage());
        }
    }

    /**
     * Reads what must be an object.
     *
     * @throws HubException with code 400006
     */
    static Map<String, Object> parseObject(String text) {
        Object value = parse(text);
        if (!(value instanceof Map)) {
            throw malformed("it is no object");
        }
        return object(value);
    }

    /** What is known to be an object. */
    @SuppressWarnings("unchecked")
    static Map<String, Object> object(Object value) {
        return (Map<String, Object>) value;
    }

    private static HubException malformed(String why) {
        return new HubException(HubCode.FORMAT_ERROR, "cannot decode json format: " + why);
    }

    private static Object read(JsonParser parser, JsonToken token) throws IOException {
        return switch (token) {
            case START_OBJECT -> readObject(parser);
            case START_ARRAY -> readArray(parser);
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT -> parser.getNumberValue();
            case VALUE_NUMBER_FLOAT -> readFraction(parser);
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw new IllegalStateException("Not the start of a value: " + token);
        };
    }

    private static Map<String, Object> readObject(JsonParser parser) throws IOException {
        Map<String, Object> members = new LinkedHashMap<>();
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            members.put(name, read(parser, parser.nextToken()));
        }
        return Collections.unmodifiableMap(members);
    }

    private static List<Object> readArray(JsonParser parser) throws IOException {
        List<Object> elements = new ArrayList<>();
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            elements.add(read(parser, token));
        }
        return Collections.unmodifiableList(elements);
    }

    private static Number readFraction(JsonParser parser) throws IOException {
        BigDecimal exact = parser.getDecimalValue();
        double nearest = exact.doubleValue();
        boolean same = Double.isFinite(nearest) && new BigDecimal(Double.toString(nearest)).compareTo(exact) == 0;
        return same ? (Number) nearest : exact;
    }

    /** Writes what {@link #parse} gives, without blanks. */
    static String write(Object value) {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = FACTORY.createGenerator(text)) {
            write(generator, value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void write(JsonGenerator to, Object value) throws IOException {
        if (value instanceof Map) {
            to.writeStartObject();
            for (Map.Entry<String, Object> member : object(value).entrySet()) {
                to.writeFieldName(member.getKey());
                write(to, member.getValue());
            }
            to.writeEndObject();
        } else if (value instanceof List<?> elements) {
            to.writeStartArray();
            for (Object element : elements) {
                write(to, element);
            }
            to.writeEndArray();
        } else if (value instanceof Number number) {
            writeNumber(to, number);
        } else if (value instanceof Boolean truth) {
            to.writeBoolean(truth);
        } else if (value == null) {
            to.writeNull();
        } else {
            to.writeString(value.toString());
        }
    }

    private static void writeNumber(JsonGenerator to, Number number) throws IOException {
        if (number instanceof Double fraction) {
            to.writeNumber(fraction);
        } else if (number instanceof BigDecimal exact) {
            to.writeNumber(exact);
        } else if (number instanceof BigInteger large) {
            to.writeNumber(large);
        } else {
            to.writeNumber(number.longValue());
        }
    }

    /** Whether it is a number without fraction, whatever its size. */
    static boolean isInteger(Object value) {
        return value instanceof Integer || value instanceof Long || value instanceof BigInteger;
    }
}
