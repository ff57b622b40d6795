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

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import io.github.iothubmqtt.secrets.WatchedLog;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.junit.jupiter.params.provider.Arguments.arguments;

class TelemetryPropertiesTest extends TelemetryTestSupport {

    private static final String HOSTILE = " a&b=c%20%zz/+#$?:;\"'\\\tü\u00DF\u20AC\uD83D\uDE00 ";

    @Test
    void namesAndValuesOfAnyCharactersArriveAsTheyWere() {
        assertThat(sentWith(HOSTILE, HOSTILE).properties()).containsExactly(entry(HOSTILE, HOSTILE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"&", "=", "%", "/", "+", "#", "$", "?", " ", "ü", "\uD83D\uDE00"})
    void eachHostileCharacterArrivesAlone(String character) {
        assertThat(sentWith(character, character).properties()).containsExactly(entry(character, character));
    }

    @Test
    void anEmptyValueIsSentAndReadByConsumersAsNone() {
        assertThat(sentWith("empty", "").properties()).containsExactly(entry("empty", null));
    }

    static Stream<Arguments> typedValues() {
        return Stream.of(
                arguments(42, "42"),
                arguments(-7_000_000_000L, "-7000000000"),
                arguments(21.5, "21.5"),
                arguments(1.5f, "1.5"),
                arguments(new BigDecimal("1E+3"), "1000"),
                arguments(new BigDecimal("0.00000001"), "0.00000001"),
                arguments(new BigInteger("9".repeat(30)), "9".repeat(30)),
                arguments(true, "true"),
                arguments('x', "x"),
                arguments(TimeUnit.SECONDS, "SECONDS"),
                arguments(Shouting.LOUD, "LOUD"),
                arguments(new StringBuilder("built"), "built"),
                arguments(
                        UUID.fromString("f2b7bf37-7f0c-4d9c-9f6c-0d7e3a8f5a11"),
                        "f2b7bf37-7f0c-4d9c-9f6c-0d7e3a8f5a11"),
                arguments(new Date(1_769_853_600_000L), "2026-01-31T10:00:00Z"),
                arguments(Instant.parse("2026-01-31T10:00:00.5Z"), "2026-01-31T10:00:00.500Z"),
                arguments(OffsetDateTime.parse("2026-01-31T12:00:00+02:00"), "2026-01-31T10:00:00Z"),
                arguments(ZonedDateTime.parse("2026-01-31T19:00:00+09:00[Asia/Tokyo]"), "2026-01-31T10:00:00Z"),
                arguments(LocalDate.of(2026, 1, 31), "2026-01-31"));
    }

    @ParameterizedTest
    @MethodSource("typedValues")
    void aTypedValueHasItsTextForm(Object value, String text) {
        assertThat(sentWith("value", value).properties()).containsExactly(entry("value", text));
    }

    @Test
    void aHeaderOfAnotherTypeIsNotSentAndWarnedOfOnce() {
        Map<String, Object> headers = Map.of("unsendable", List.of("1"), "plain", "1");
        String log = errorOutput(() -> {
            assertThat(sent("one", headers).properties()).containsExactly(entry("plain", "1"));
            assertThat(sent("two", headers).properties()).containsExactly(entry("plain", "1"));
        });

        assertThat(log).containsOnlyOnce("The header 'unsendable' is a ");
    }

    @Test
    void aValueOfAnotherTypeInTheMapFailsItsExchangeWithASentence() {
        assertThat(refusedWith(IotHubMqttConstants.PROPERTIES, Map.of("list", List.of("1"))))
                .hasMessageContaining("The property 'list' of the map header")
                .hasMessageContaining("no text form");
    }

    @Test
    void aKeyThatIsNoTextInTheMapFailsItsExchangeWithASentence() {
        assertThat(refusedWith(IotHubMqttConstants.PROPERTIES, Map.of(1, "1")))
                .hasMessageContaining(IotHubMqttConstants.PROPERTIES)
                .hasMessageContaining("key");
    }

    @Test
    void anEmptyNameInTheMapFailsItsExchangeWithASentence() {
        assertThat(refusedWith(IotHubMqttConstants.PROPERTIES, Map.of("", "1"))).hasMessageContaining("empty name");
    }

    @Test
    void aMapHeaderThatIsNoMapFailsItsExchangeWithASentence() {
        assertThat(refusedWith(IotHubMqttConstants.PROPERTIES, "a=1"))
                .hasMessageContaining(IotHubMqttConstants.PROPERTIES)
                .hasMessageContaining("Map");
    }

    @Test
    void theMapIsSentAndWinsOverHeadersOfTheSameName() {
        Map<String, Object> map = Map.of("room", "kitchen", "level", 3);

        assertThat(sent("body", Map.of("room", "cellar", "other", "x", IotHubMqttConstants.PROPERTIES, map))
                        .properties())
                .containsOnly(entry("room", "kitchen"), entry("level", "3"), entry("other", "x"));
    }

    @Test
    void aNullInTheMapIsSentAsANameWithoutValue() {
        Map<String, Object> map = new HashMap<>();
        map.put("bare", null);

        assertThat(sentWith(IotHubMqttConstants.PROPERTIES, map).properties()).containsExactly(entry("bare", null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"$.mid", "$.whatever", "iothub-ack"})
    void aNameOfTheHubsOwnIsRefusedInTheMapAndNotSentAsAHeader(String name) {
        assertThat(refusedWith(IotHubMqttConstants.PROPERTIES, Map.of(name, "x")))
                .hasMessageContaining("'" + name + "'")
                .hasMessageContaining("reserved");

        assertThat(sentWith(name, "x")).satisfies(message -> {
            assertThat(message.properties()).isEmpty();
            assertThat(message.systemProperties()).isEmpty();
        });
    }

    @Test
    void halfACharacterFailsItsExchangeWithASentence() {
        assertThat(refusedWith("cut", "\uD83D")).hasMessageContaining("surrogate");
        HUB.emulator().clearTelemetry();
        assertThat(refusedWith("\uDE00", "cut")).hasMessageContaining("surrogate");
    }

    @Test
    void propertiesCountTowardsTheSizeOfAMessage() {
        Map<String, Object> headers = new HashMap<>();
        for (int i = 1000; i < 1400; i++) {
            headers.put("p" + i, "v".repeat(95));
        }
        int properties = 400 * 100;

        assertThat(sent(new byte[262_144 - properties], headers).properties()).hasSize(400);
        HUB.emulator().clearTelemetry();
        assertThat(refused(new byte[262_144 - properties + 1], headers))
                .hasMessageContaining("262145 bytes")
                .hasMessageContaining("1 more than the 262144");
    }

    @Test
    void propertiesThatMakeTheTopicTooLongFailTheirExchangeWithASentence() {
        int fixed = "devices/dev1/messages/events/p=".length();

        assertThat(sentWith("p", "v".repeat(65_535 - fixed)).properties().get("p"))
                .hasSize(65_535 - fixed);
        HUB.emulator().clearTelemetry();
        assertThat(refusedWith("p", "v".repeat(65_536 - fixed)))
                .hasMessageContaining("topic")
                .hasMessageContaining("65536 bytes")
                .hasMessageContaining("1 more than the 65535");
    }

    private static String errorOutput(Runnable action) {
        PrintStream before = System.err;
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        System.setErr(WatchedLog.before(new PrintStream(output, true, StandardCharsets.UTF_8)));
        try {
            action.run();
        } finally {
            System.setErr(before);
        }
        return output.toString(StandardCharsets.UTF_8);
    }

    private enum Shouting {
        LOUD {
            @Override
            public String toString() {
                return "not this";
            }
        }
    }
}
