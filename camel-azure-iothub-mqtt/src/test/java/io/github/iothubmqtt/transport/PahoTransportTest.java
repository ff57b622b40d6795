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
package io.github.iothubmqtt.transport;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

import io.github.iothubmqtt.transport.TransportException.Reason;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** By the straight way. */
class PahoTransportTest extends PahoTransportContract {

    @Test
    void aPacketThatPahoCannotDecodeEndsTheConnectionInsteadOfDeafeningIt() throws Exception {
        RawServer server = rawTls(socket -> {
            RawServer.acceptSession(socket);
            RawServer.readPacket(socket);
            // PUBLISH, QoS 0, to a topic of one control character.
            socket.getOutputStream().write(new byte[] {0x30, 3, 0, 1, 1});
            RawServer.readToTheEnd(socket);
        });
        MqttConnection connection = open(server.port(), Duration.ofSeconds(30));
        get(connection.connect());

        CompletionStage<Void> publish = connection.publish("t", new byte[0], 1);

        assertThat(failure(publish).reason()).isEqualTo(Reason.CLOSED);
        await().until(() -> !recorder.losses.isEmpty());
        assertThat(recorder.losses).extracting(TransportException::reason).containsExactly(Reason.CLOSED);
        get(connection.close());
    }

    @Test
    void charactersThatPahoRefusesFailTheirPacketAndNotTheConnection() throws Exception {
        RawServer server = rawTls(socket -> {
            RawServer.acceptSession(socket);
            RawServer.readPacket(socket);
            socket.getOutputStream().write(new byte[] {0x40, 2, 0, 1});
            RawServer.readToTheEnd(socket);
        });
        MqttConnection connection = open(server.port(), Duration.ofSeconds(30));
        get(connection.connect());

        assertThat(failure(connection.publish("smile/\uD83D\uDE00", new byte[0], 1))
                        .reason())
                .isEqualTo(Reason.CANNOT_BE_SENT);

        get(connection.publish("good", new byte[0], 1));
    }
}
