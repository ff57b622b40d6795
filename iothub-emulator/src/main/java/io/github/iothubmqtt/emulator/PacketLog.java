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

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.mqtt.MqttConnAckVariableHeader;
import io.netty.handler.codec.mqtt.MqttFixedHeader;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.codec.mqtt.MqttMessageIdVariableHeader;
import io.netty.handler.codec.mqtt.MqttPublishVariableHeader;

/**
 * The last MQTT packets that went in and out, so that a failing test can show them. Belongs to the hub's event loop. It is written for
 * each packet, so it keeps headers as they are and makes text of them only when it is asked.
 */
final class PacketLog {

    private static final int KEPT = 64;

    private record Packet(
            long millis, String clientId, boolean fromClient, MqttFixedHeader fixedHeader, Object variableHeader) {

        @Override
        public String toString() {
            StringBuilder text = new StringBuilder(Instant.ofEpochMilli(millis).toString())
                    .append(' ')
                    .append(clientId)
                    .append(fromClient ? " sent " : " was sent ")
                    .append(fixedHeader.messageType());
            if (variableHeader instanceof MqttPublishVariableHeader publish) {
                text.append(fixedHeader.isDup() ? " DUP" : "")
                        .append(" QoS ")
                        .append(fixedHeader.qosLevel().value());
                if (fixedHeader.qosLevel().value() > 0) {
                    text.append(" #").append(publish.packetId());
                }
                text.append(" to '").append(publish.topicName()).append('\'');
            } else if (variableHeader instanceof MqttMessageIdVariableHeader id) {
                text.append(" #").append(id.messageId());
            } else if (variableHeader instanceof MqttConnAckVariableHeader connack) {
                text.append(' ').append(connack.connectReturnCode().byteValue());
            }
            // Only those that came have their length by now.
            return fromClient ? text + ", " + fixedHeader.remainingLength() + " bytes" : text.toString();
        }
    }

    private final Clock clock;
    private final Packet[] ring = new Packet[KEPT];
    private long count;

    PacketLog(Clock clock) {
        this.clock = clock;
    }

    /** Sees the packets of one connection; belongs between Vert.x and the codec. */
    ChannelHandler tap(String clientId) {
        return new Tap(clientId);
    }

    /** Oldest first. What a fault has lost on its way out is among them: the hub believes that it was sent. */
    List<String> last() {
        List<String> lines = new ArrayList<>();
        for (long i = Math.max(0, count - KEPT); i < count; i++) {
            lines.add(ring[(int) (i % KEPT)].toString());
        }
        return lines;
    }

    void clear() {
        count = 0;
    }

    private void add(String clientId, boolean fromClient, MqttMessage message) {
        if (message.fixedHeader() != null) {
            ring[(int) (count++ % KEPT)] =
                    new Packet(clock.millis(), clientId, fromClient, message.fixedHeader(), message.variableHeader());
        }
    }

    private final class Tap extends ChannelDuplexHandler {

        private final String clientId;

        Tap(String clientId) {
            this.clientId = clientId;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof MqttMessage packet) {
                add(clientId, true, packet);
            }
            ctx.fireChannelRead(message);
        }

        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            if (message instanceof MqttMessage packet) {
                add(clientId, false, packet);
            }
            ctx.write(message, promise);
        }
    }
}
