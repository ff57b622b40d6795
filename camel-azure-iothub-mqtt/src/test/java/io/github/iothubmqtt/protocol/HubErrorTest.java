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

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

class HubErrorTest {

    @Test
    void theErrorOfAHubIsRead() {
        String body = "{\"errorCode\":400006,\"message\":\"cannot decode json format\","
                + "\"trackingId\":\"4A745D4B29A44D82BD5FE49D7F974C72-G2:-TimeStamp:2026-01-31T00:49:39.467Z\","
                + "\"timestampUtc\":\"2026-01-31T00:49:39.467401528Z\",\"info\":null}";

        assertThat(HubError.parse(body.getBytes(UTF_8))).isEqualTo(new HubError(400006, "cannot decode json format"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"trackingId\":\"x\",\"message\":\"no\",\"errorCode\":412001}|412001|no",
                "{\"message\":\"no\"}|0|no",
                "{\"errorCode\":429001}|429001|",
                "{\"errorCode\":\"400004\",\"message\":7}|400004|",
                "{\"errorCode\":null,\"message\":null}|0|",
                "{\"errorCode\":{},\"message\":[]}|0|",
            })
    void whatIsMissingOrOddIsLeftOut(String body, int errorCode, String message) {
        assertThat(HubError.parse(body.getBytes(UTF_8))).isEqualTo(new HubError(errorCode, message));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "\"text\"",
                "7",
                "{",
                "{\"errorCode\":400006} more",
                "<html/>",
                "\u0000",
                "{\"errorCode\":1e9999999999}"
            })
    void aBodyThatIsNoErrorSaysNothing(String body) {
        assertThat(HubError.parse(body.getBytes(UTF_8))).isEqualTo(new HubError(0, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e999999999", "-1e999999999", "1e-999999999", "123456789012345678901234567890", "4.5"})
    void anErrorCodeOfAnySizeDoesNoHarm(String number) {
        assertThat(HubError.parse(("{\"errorCode\":" + number + ",\"message\":\"m\"}").getBytes(UTF_8))
                        .message())
                .isEqualTo("m");
    }

    @Test
    void bytesThatAreNoTextSayNothing() {
        assertThat(HubError.parse(new byte[] {(byte) 0xff, (byte) 0xfe, 0})).isEqualTo(new HubError(0, null));
    }
}
