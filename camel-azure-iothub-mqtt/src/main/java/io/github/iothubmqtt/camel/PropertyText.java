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

import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.TemporalAccessor;
import java.util.Calendar;
import java.util.Date;
import java.util.Optional;
import java.util.UUID;

/**
 * The text form of header values in a property bag. Text, numbers, booleans, enums, UUIDs and dates have one; points in time are written
 * in ISO 8601 in UTC. Everything else has none: what an arbitrary object prints about itself does not belong at the hub.
 */
final class PropertyText {

    private PropertyText() {}

    /** @return empty when values of this type are not sent */
    static Optional<String> of(Object value) {
        if (value instanceof CharSequence
                || value instanceof Boolean
                || value instanceof Character
                || value instanceof UUID) {
            return Optional.of(value.toString());
        }
        if (value instanceof BigDecimal decimal) {
            return Optional.of(decimal.toPlainString());
        }
        if (value instanceof Number) {
            return Optional.of(value.toString());
        }
        if (value instanceof Enum<?> constant) {
            return Optional.of(constant.name());
        }
        Optional<Instant> instant = instant(value);
        if (instant.isPresent()) {
            return instant.map(DateTimeFormatter.ISO_INSTANT::format);
        }
        return value instanceof TemporalAccessor ? Optional.of(value.toString()) : Optional.empty();
    }

    /** A point in time as the hub wants it in its own properties: ISO 8601 in UTC. Text must hold one. */
    static String instantText(String header, Object value) {
        return instant(value)
                .or(() -> value instanceof CharSequence text ? parse(text.toString()) : Optional.empty())
                .map(DateTimeFormatter.ISO_INSTANT::format)
                .orElseThrow(() -> new IllegalArgumentException("The header " + header
                        + " holds no point in time: give a java.time.Instant, a java.util.Date, or text such as"
                        + " 2026-01-31T10:00:00Z"));
    }

    /** Reads a point in time that the hub sent; empty for anything else. */
    static Optional<Instant> parse(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static Optional<Instant> instant(Object value) {
        if (value instanceof Instant instant) {
            return Optional.of(instant);
        }
        if (value instanceof Date date) {
            return Optional.of(Instant.ofEpochMilli(date.getTime()));
        }
        if (value instanceof Calendar calendar) {
            return Optional.of(calendar.toInstant());
        }
        if (value instanceof OffsetDateTime time) {
            return Optional.of(time.toInstant());
        }
        if (value instanceof ZonedDateTime time) {
            return Optional.of(time.toInstant());
        }
        return Optional.empty();
    }
}
