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

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.Map;

import io.github.iothubmqtt.emulator.TelemetryMessage;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class TelemetrySystemPropertiesTest extends TelemetryTestSupport {

    @Override
    protected RoutesBuilder createRouteBuilder() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:send").to(device("dev1"));
                from("direct:options")
                        .to(device(
                                "dev1",
                                "contentType=application/json;charset%3Dutf-8",
                                "contentEncoding=utf-8",
                                "outputName=alerts"));
            }
        };
    }

    @ParameterizedTest
    @CsvSource({
        "CamelIotHubMqttMessageId, message-id",
        "CamelIotHubMqttCorrelationId, correlation-id",
        "CamelIotHubMqttUserId, user-id",
        "CamelIotHubMqttTo, to",
        "CamelIotHubMqttContentType, content-type",
        "CamelIotHubMqttContentEncoding, content-encoding",
        "CamelIotHubMqttInterfaceId, iothub-interface-id",
        "CamelIotHubMqttComponentName, dt-subject",
        "CamelIotHubMqttOutputName, output-name"
    })
    void aHeaderBecomesTheSystemPropertyThatConsumersSee(String header, String property) {
        TelemetryMessage message = sentWith(header, "v-1");

        assertThat(message.systemProperties()).containsExactly(Map.entry(property, "v-1"));
        assertThat(message.properties()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "CamelIotHubMqttExpiryTime, absolute-expiry-time",
        "CamelIotHubMqttCreationTime, iothub-creation-time-utc"
    })
    void aTimeGoesOutInUtcWhateverItsType(String header, String property) {
        Instant time = Instant.parse("2026-01-31T10:00:00.250Z");
        Object[] values = {
            time,
            Date.from(time),
            OffsetDateTime.parse("2026-01-31T12:00:00.250+02:00"),
            ZonedDateTime.ofInstant(time, ZoneId.of("Asia/Tokyo")),
            "2026-01-31T11:00:00.250+01:00",
            "2026-01-31T10:00:00.250Z"
        };
        for (Object value : values) {
            assertThat(sentWith(header, value).systemProperties())
                    .as("%s", value.getClass())
                    .containsExactly(Map.entry(property, "2026-01-31T10:00:00.250Z"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"CamelIotHubMqttExpiryTime", "CamelIotHubMqttCreationTime"})
    void aTimeThatIsNoneFailsItsExchangeWithASentence(String header) {
        for (Object value : new Object[] {"yesterday", "2026-01-31T10:00:00", 1769853600000L}) {
            HUB.emulator().clearTelemetry();
            assertThat(refusedWith(header, value))
                    .hasMessageContaining("The header " + header + " holds no point in time")
                    .hasMessageContaining("2026-01-31T10:00:00Z");
        }
    }

    @Test
    void theFeedbackThatASenderAsksForGoesOutUnderItsOwnName() {
        assertThat(sentWith(IotHubMqttConstants.ACK, "full").properties())
                .containsExactly(Map.entry("iothub-ack", "full"));
    }

    @Test
    void aSystemPropertyOfAnyCharactersArrivesAsItWas() {
        String hostile = "a&b=c%20/+#$?ü \uD83D\uDE00";

        assertThat(sentWith(IotHubMqttConstants.CORRELATION_ID, hostile).systemProperties())
                .containsExactly(Map.entry("correlation-id", hostile));
    }

    @Test
    void anIdThatIsANumberGoesOutAsText() {
        assertThat(sentWith(IotHubMqttConstants.MESSAGE_ID, 4711L).systemProperties())
                .containsExactly(Map.entry("message-id", "4711"));
    }

    @Test
    void aSystemPropertyWithoutTextFormFailsItsExchangeWithASentence() {
        assertThat(refusedWith(IotHubMqttConstants.CORRELATION_ID, new int[0]))
                .hasMessageContaining("The header CamelIotHubMqttCorrelationId")
                .hasMessageContaining("no text form");
    }

    @Test
    void optionsGiveWhatNoHeaderSays() {
        template.sendBody("direct:options", "body");

        assertThat(lastTelemetry().systemProperties())
                .containsOnly(
                        Map.entry("content-type", "application/json;charset=utf-8"),
                        Map.entry("content-encoding", "utf-8"),
                        Map.entry("output-name", "alerts"));
    }

    @Test
    void headersWinOverOptions() {
        template.sendBodyAndHeaders(
                "direct:options",
                "body",
                Map.of(
                        IotHubMqttConstants.CONTENT_TYPE, "text/plain",
                        IotHubMqttConstants.CONTENT_ENCODING, "utf-16",
                        IotHubMqttConstants.OUTPUT_NAME, "other"));

        assertThat(lastTelemetry().systemProperties())
                .containsOnly(
                        Map.entry("content-type", "text/plain"),
                        Map.entry("content-encoding", "utf-16"),
                        Map.entry("output-name", "other"));
    }

    @Test
    void aMessageIdOf128CharactersIsTaken() {
        String longest = "-:.+%_#*?!(),=@;$'" + "a".repeat(110);

        assertThat(sentWith(IotHubMqttConstants.MESSAGE_ID, longest).systemProperties())
                .containsExactly(Map.entry("message-id", longest));
    }

    @Test
    void aMessageIdOf129CharactersFailsItsExchangeWithASentence() {
        assertThat(refusedWith(IotHubMqttConstants.MESSAGE_ID, "a".repeat(129)))
                .hasMessageContaining("message id")
                .hasMessageContaining("128");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "ü", "a/b", "a&b"})
    void aMessageIdWithCharactersThatIdsCannotHaveFailsItsExchangeWithASentence(String id) {
        assertThat(refusedWith(IotHubMqttConstants.MESSAGE_ID, id)).hasMessageContaining("message id");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2", "-1", "high"})
    void anotherQosThan0And1FailsItsExchangeWithASentence(String qos) {
        assertThat(refusedWith(IotHubMqttConstants.QOS, qos))
                .hasMessageContaining("CamelIotHubMqttQoS")
                .hasMessageContaining(qos)
                .hasMessageContaining("only 0 and 1");
    }

    @Test
    void aDevicesOwnIdsAndTopicInTheHeadersGoNowhere() {
        TelemetryMessage message = sent(
                "body",
                Map.of(
                        IotHubMqttConstants.DEVICE_ID, "other",
                        IotHubMqttConstants.MODULE_ID, "other",
                        IotHubMqttConstants.TOPIC, "devices/other/messages/events/",
                        IotHubMqttConstants.DUPLICATE, true));

        assertThat(message.deviceId()).isEqualTo("dev1");
        assertThat(message.properties()).isEmpty();
        assertThat(message.systemProperties()).isEmpty();
    }
}
