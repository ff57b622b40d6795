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
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;

/**
 * What may be sent as an update of the reported properties (spec 7.2, 7.4). Refuses before the hub does, where the rule is certain; the
 * hub has the last word on arrays, whose rules have changed over the years, and on the size of all reported properties together.
 */
public final class ReportedPatch {

    /** Levels of objects below the top one. */
    static final int MAX_DEPTH = 10;

    static final int MAX_KEY_BYTES = 1024;
    static final int MAX_STRING_BYTES = 4096;
    /** Names and values together, as the hub counts them. */
    static final int MAX_BYTES = 32 * 1024;

    static final long MIN_INTEGER = -4503599627370496L;
    static final long MAX_INTEGER = 4503599627370495L;

    private static final int NUMBER_BYTES = 8;
    private static final int BOOLEAN_BYTES = 4;
    private static final int NAME_SHOWN = 40;
    private static final int PLACE_SHOWN = 100;
    private static final int REASON_SHOWN = 200;

    private final JsonParser parser;
    private long size;

    private ReportedPatch(JsonParser parser) {
        this.parser = parser;
    }

    /**
     * @param json in UTF-8
     * @throws IllegalArgumentException when the hub can never take it; says what to change
     * @throws MessageTooLargeException when it is larger than all reported properties together may be
     */
    public static void requireSendable(byte[] json) {
        String text = Json.utf8(json)
                .orElseThrow(() -> new IllegalArgumentException(
                        "The twin update is no text in UTF-8: give one JSON object, encoded in UTF-8"));
        try (JsonParser parser = Json.parser(text)) {
            new ReportedPatch(parser).check();
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("The twin update is no JSON ("
                    + shown(e.getOriginalMessage(), REASON_SHOWN) + place(e.getLocation())
                    + "): give one JSON object, as text, bytes or a map");
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a text in memory has no such
        }
    }

    private void check() throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new IllegalArgumentException(
                    "The twin update is no JSON object: give one, such as {\"temperature\":21}");
        }
        int depth = 0;
        int arrays = 0;
        for (JsonToken token = parser.nextToken(); depth >= 0; token = parser.nextToken()) {
            if (token == null) {
                throw new IllegalArgumentException("The twin update is no JSON: it ends too early");
            }
            switch (token) {
                case FIELD_NAME -> name(parser.currentName());
                case START_OBJECT -> requireFlat(++depth, arrays);
                case END_OBJECT -> depth--;
                case START_ARRAY -> arrays++;
                case END_ARRAY -> arrays--;
                default -> value(token);
            }
            if (depth < 0) {
                break;
            }
        }
        if (parser.nextToken() != null) {
            throw new IllegalArgumentException("The twin update is more than one JSON value: give one JSON object");
        }
        if (size > MAX_BYTES) {
            throw new MessageTooLargeException(
                    "The twin update", size, MAX_BYTES, "report less; a property that is null is removed");
        }
    }

    private void name(String name) {
        if (name.startsWith("$")) {
            throw new IllegalArgumentException("The twin update has the key '" + shown(name)
                    + "', and keys that begin with $ are the hub's own: leave it out");
        }
        if (name.chars().anyMatch(c -> c == '.' || c == '$' || c == ' ' || Character.isISOControl(c))) {
            throw new IllegalArgumentException("The twin update has the key '" + shown(name)
                    + "', and keys must not hold a dot, a blank, $ or control characters: rename it");
        }
        int bytes = utf8(name);
        if (bytes > MAX_KEY_BYTES) {
            throw new IllegalArgumentException("The twin update has a key of " + bytes + " bytes, which begins '"
                    + shown(name) + "', and " + MAX_KEY_BYTES + " are allowed: shorten it");
        }
        size += counted(name);
    }

    private void requireFlat(int depth, int arrays) {
        if (depth > MAX_DEPTH && arrays == 0) {
            throw new IllegalArgumentException("The twin update is nested more than " + MAX_DEPTH + " levels deep at "
                    + place() + ", which the hub does not allow: make it flatter");
        }
    }

    private void value(JsonToken token) throws IOException {
        switch (token) {
            case VALUE_STRING -> string(parser.getText());
            case VALUE_NUMBER_INT -> integer();
            case VALUE_NUMBER_FLOAT -> size += NUMBER_BYTES;
            case VALUE_TRUE, VALUE_FALSE -> size += BOOLEAN_BYTES;
            default -> removal();
        }
    }

    /** What is removed takes no room. */
    private void removal() throws IOException {
        if (parser.getParsingContext().inObject()) {
            size -= counted(parser.currentName());
        }
    }

    private void string(String text) {
        int bytes = utf8(text);
        if (bytes > MAX_STRING_BYTES) {
            throw new IllegalArgumentException("The twin update has a text of " + bytes + " bytes at " + place()
                    + ", and " + MAX_STRING_BYTES + " are allowed: shorten it, or send it as telemetry");
        }
        size += counted(text);
    }

    private void integer() throws IOException {
        boolean fits = parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER
                && parser.getLongValue() >= MIN_INTEGER
                && parser.getLongValue() <= MAX_INTEGER;
        if (!fits) {
            throw new IllegalArgumentException("The twin update has an integer at "
                    + place() + " outside of " + MIN_INTEGER + " to " + MAX_INTEGER
                    + ", which the hub does not take: send it as text");
        }
        size += NUMBER_BYTES;
    }

    private String place() {
        return shown(parser.getParsingContext().pathAsPointer().toString(), PLACE_SHOWN);
    }

    private static String place(JsonLocation location) {
        return location == null ? "" : ", at line " + location.getLineNr() + ", column " + location.getColumnNr();
    }

    /** The hub does not count control characters. */
    private static int counted(String text) {
        int control = text.chars()
                .filter(Character::isISOControl)
                .map(c -> c < 0x80 ? 1 : 2)
                .sum();
        return utf8(text) - control;
    }

    private static int utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static String shown(String name) {
        return shown(name, NAME_SHOWN);
    }

    private static String shown(String text, int limit) {
        return text.length() <= limit ? text : text.substring(0, limit) + "…";
    }
}
