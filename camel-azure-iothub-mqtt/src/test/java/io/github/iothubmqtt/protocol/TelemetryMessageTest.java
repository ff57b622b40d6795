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

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class TelemetryMessageTest {

    private static final DeviceIdentity DEVICE = new DeviceIdentity("contoso.azure-devices.net", "MyDevice01", null);
    private static final DeviceIdentity MODULE = new DeviceIdentity("contoso.azure-devices.net", "MyDevice01", "Mod1");
    private static final int LIMIT = 262_144;

    @Test
    void systemPropertiesStandInFrontOfTheApplicationsOwn() {
        TelemetryMessage message = new TelemetryMessage(
                new byte[0],
                Map.of(
                        SystemProperty.CONTENT_ENCODING, "utf-8",
                        SystemProperty.MESSAGE_ID, "m-1",
                        SystemProperty.CONTENT_TYPE, "application/json"),
                Map.of("alert", "true"));

        assertThat(message.topic(DEVICE))
                .isEqualTo("devices/MyDevice01/messages/events/"
                        + "%24.mid=m-1&%24.ct=application%2Fjson&%24.ce=utf-8&alert=true");
    }

    @Test
    void aModuleNamesItsOutputInTheBag() {
        TelemetryMessage message =
                new TelemetryMessage(new byte[0], Map.of(SystemProperty.OUTPUT_NAME, "alert"), Map.of("level", "2"));

        assertThat(message.topic(MODULE))
                .isEqualTo("devices/MyDevice01/modules/Mod1/messages/events/%24.on=alert&level=2");
    }

    @Test
    void theTopicWithoutPropertiesEndsInASlash() {
        assertThat(body(0).topic(DEVICE)).isEqualTo("devices/MyDevice01/messages/events/");
    }

    @Test
    void aSystemPropertyWithoutValueIsLeftOut() {
        TelemetryMessage message = new TelemetryMessage(
                new byte[0],
                Collections.singletonMap(SystemProperty.MESSAGE_ID, null),
                Collections.singletonMap("a", null));

        assertThat(message.topic(DEVICE)).isEqualTo("devices/MyDevice01/messages/events/a");
    }

    @Test
    void itStaysAsItWasWhenWhatItWasMadeOfChanges() {
        byte[] body = "abc".getBytes(UTF_8);
        Map<SystemProperty, String> systemProperties = new HashMap<>(Map.of(SystemProperty.MESSAGE_ID, "m"));
        Map<String, String> properties = new LinkedHashMap<>(Map.of("a", "b"));
        TelemetryMessage message = new TelemetryMessage(body, systemProperties, properties);

        body[0] = 'x';
        systemProperties.clear();
        properties.clear();
        message.body()[1] = 'x';

        assertThat(message)
                .isEqualTo(new TelemetryMessage(
                        "abc".getBytes(UTF_8), Map.of(SystemProperty.MESSAGE_ID, "m"), Map.of("a", "b")));
    }

    @Test
    void messagesAreEqualWhenAllTheirPartsAre() {
        TelemetryMessage message = new TelemetryMessage(new byte[] {1}, Map.of(), Map.of("a", "b"));

        assertThat(message)
                .isEqualTo(new TelemetryMessage(new byte[] {1}, Map.of(), Map.of("a", "b")))
                .hasSameHashCodeAs(new TelemetryMessage(new byte[] {1}, Map.of(), Map.of("a", "b")))
                .isNotEqualTo(new TelemetryMessage(new byte[] {2}, Map.of(), Map.of("a", "b")))
                .isNotEqualTo(new TelemetryMessage(new byte[] {1}, Map.of(), Map.of("a", "c")))
                .isNotEqualTo(
                        new TelemetryMessage(new byte[] {1}, Map.of(SystemProperty.MESSAGE_ID, "m"), Map.of("a", "b")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"$.mid", "$.anything", "iothub-ack"})
    void namesThatAreReservedForTheHubAreRefused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TelemetryMessage(new byte[0], Map.of(), Map.of(name, "v")))
                .withMessageContaining("'" + name + "' is reserved for the hub");
    }

    @Test
    void theCreationTimeMayAlsoBeAnApplicationProperty() {
        Map<String, String> properties = Map.of("iothub-creation-time-utc", "2026-01-31T10:00:00Z");

        assertThat(new TelemetryMessage(new byte[0], Map.of(), properties).topic(DEVICE))
                .endsWith("/iothub-creation-time-utc=2026-01-31T10%3A00%3A00Z");
    }

    @Test
    void anEmptyNameIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TelemetryMessage(new byte[0], Map.of(), Map.of("", "v")))
                .withMessageContaining("empty name");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"''|message id is empty", "a/b|message id contains '/'", "a b|message id contains U+0020"})
    void aMessageIdThatBreaksTheHubsRulesIsRefused(String id, String sentence) {
        assertThatIllegalArgumentException().isThrownBy(() -> withMessageId(id)).withMessageContaining(sentence);
    }

    @Test
    void aMessageIdHasAtMost128Characters() {
        assertThatCode(() -> withMessageId("-:.+%_#*?!(),=@;$'".repeat(7) + "ab"))
                .doesNotThrowAnyException();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> withMessageId("m".repeat(129)))
                .withMessageContaining("message id has 129 characters");
    }

    @Test
    void theLargestMessageCanBeSent() {
        assertThatCode(() -> body(LIMIT).requireSendable(DEVICE)).doesNotThrowAnyException();
    }

    @Test
    void oneByteMoreCannotBeSent() {
        assertThatExceptionOfType(MessageTooLargeException.class)
                .isThrownBy(() -> body(LIMIT + 1).requireSendable(DEVICE))
                .withMessageContaining(
                        "The message (body and properties) has 262145 bytes, which is 1 more than the 262144")
                .satisfies(e -> {
                    assertThat(e.size()).isEqualTo(LIMIT + 1);
                    assertThat(e.limit()).isEqualTo(LIMIT);
                });
    }

    @Test
    void valuesOfSystemPropertiesAndNamesAndValuesOfOthersCountUnencodedInUtf8() {
        Map<SystemProperty, String> systemProperties = Map.of(SystemProperty.CONTENT_TYPE, "a/b");
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("né", "€");
        properties.put("bare", null);
        int counted = "a/b".length() + 3 + 3 + "bare".length();

        assertThatCode(() -> new TelemetryMessage(new byte[LIMIT - counted], systemProperties, properties)
                        .requireSendable(DEVICE))
                .doesNotThrowAnyException();
        assertThatExceptionOfType(MessageTooLargeException.class)
                .isThrownBy(() -> new TelemetryMessage(new byte[LIMIT - counted + 1], systemProperties, properties)
                        .requireSendable(DEVICE))
                .satisfies(e -> assertThat(e.size()).isEqualTo(LIMIT + 1));
    }

    @Test
    void aTopicIsAtMostAsLongAsMqttAllows() {
        int used = body(0).topic(DEVICE).length() + "a=".length();
        String longest = "v".repeat(65_535 - used);

        assertThatCode(() -> new TelemetryMessage(new byte[0], Map.of(), Map.of("a", longest)).requireSendable(DEVICE))
                .doesNotThrowAnyException();
        assertThatExceptionOfType(MessageTooLargeException.class)
                .isThrownBy(() ->
                        new TelemetryMessage(new byte[0], Map.of(), Map.of("a", longest + "v")).requireSendable(DEVICE))
                .withMessageContaining("The MQTT topic with the encoded properties has 65536 bytes, which is 1 more")
                .satisfies(e -> assertThat(e.limit()).isEqualTo(65_535));
    }

    @Test
    void itsTextTellsSizesAndNamesButNoValues() {
        TelemetryMessage message = new TelemetryMessage(
                "topsecret".getBytes(UTF_8), Map.of(SystemProperty.USER_ID, "topsecret"), Map.of("name", "topsecret"));

        assertThat(message.toString()).contains("9 bytes", "USER_ID", "name").doesNotContain("topsecret");
    }

    private static TelemetryMessage body(int size) {
        return new TelemetryMessage(new byte[size], Map.of(), Map.of());
    }

    private static TelemetryMessage withMessageId(String id) {
        return new TelemetryMessage(new byte[0], Map.of(SystemProperty.MESSAGE_ID, id), Map.of());
    }
}
