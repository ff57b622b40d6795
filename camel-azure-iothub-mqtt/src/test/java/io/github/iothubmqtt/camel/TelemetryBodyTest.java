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

import java.io.ByteArrayInputStream;
import java.io.Serializable;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TelemetryBodyTest extends TelemetryTestSupport {

    private static final String TEXT = "\u00FC\u20AC\uD83D\uDE00";
    private static final byte[] UTF_8 = TEXT.getBytes(StandardCharsets.UTF_8);

    @Test
    void noBodyIsSentAsAnEmptyOne() {
        assertThat(sent(null, Map.of()).body()).isEmpty();
    }

    @Test
    void bytesArriveAsTheyWere() {
        byte[] bytes = {0, -1, 13, 10, 127, -128};

        assertThat(sent(bytes, Map.of()).body()).isEqualTo(bytes);
    }

    @Test
    void textOfWhateverClassGoesOutAsUtf8() {
        assertThat(sent(TEXT, Map.of()).body()).isEqualTo(UTF_8);
        assertThat(sent(new StringBuilder(TEXT), Map.of()).body()).isEqualTo(UTF_8);
        assertThat(sent(new StringReader(TEXT), Map.of()).body()).isEqualTo(UTF_8);
    }

    @Test
    void theCharsetOfTheExchangeWins() {
        template.send("direct:send", exchange -> {
            exchange.setProperty(Exchange.CHARSET_NAME, "ISO-8859-1");
            exchange.getMessage().setBody("\u00FC");
        });
        assertThat(lastTelemetry().body()).isEqualTo(new byte[] {(byte) 0xFC});

        assertThat(sent("\u00FC", Map.of(Exchange.CHARSET_NAME, "ISO-8859-1")).body())
                .isEqualTo(new byte[] {(byte) 0xFC});
    }

    @Test
    void aCharsetThatDoesNotExistFailsItsExchangeWithASentence() {
        assertThat(refused("text", Map.of(Exchange.CHARSET_NAME, "KOI-99")))
                .hasMessageContaining("There is no charset 'KOI-99'");
    }

    @Test
    void streamsAndBuffersAreReadToTheirEnd() {
        assertThat(sent(new ByteArrayInputStream(UTF_8), Map.of()).body()).isEqualTo(UTF_8);
        assertThat(sent(ByteBuffer.wrap(UTF_8), Map.of()).body()).isEqualTo(UTF_8);
    }

    @Test
    void aBufferIsSentFromItsPositionOn() {
        ByteBuffer buffer = ByteBuffer.wrap(new byte[] {1, 2, 3, 4}).position(1).limit(3);

        assertThat(sent(buffer, Map.of()).body()).isEqualTo(new byte[] {2, 3});
    }

    @Test
    void anObjectFailsItsExchangeWithASentenceThatNamesMarshal() {
        assertThat(refused(Map.of("temperature", 21), Map.of()))
                .hasMessageContaining("cannot be sent as bytes")
                .hasMessageContaining("marshal()");
        HUB.emulator().clearTelemetry();
        assertThat(refused(new Reading(21), Map.of()))
                .hasMessageContaining(Reading.class.getName())
                .hasMessageContaining("marshal()");
    }

    @Test
    void theLargestBodyPassesAndOneByteMoreFailsItsExchangeWithBothSizes() {
        assertThat(sent(new byte[262_144], Map.of()).body()).hasSize(262_144);
        HUB.emulator().clearTelemetry();
        assertThat(refused(new byte[262_145], Map.of()))
                .hasMessageContaining("262145 bytes")
                .hasMessageContaining("1 more than the 262144");
    }

    /** Serializable on purpose: what Java makes of it is not what a hub should get. */
    private record Reading(int celsius) implements Serializable {}
}
