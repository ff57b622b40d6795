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

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.mqtt.MqttConnectMessage;
import io.netty.handler.codec.mqtt.MqttConnectPayload;
import io.netty.handler.codec.mqtt.MqttConnectVariableHeader;

/**
 * Gives a CONNECT that has a user name and no password an empty one: Vert.x hides the user name otherwise, and clients with a certificate
 * send no more than that. Sits right below Vert.x's own handler and goes after the first packet. Belongs to the connection's event loop.
 */
final class PasswordlessConnect extends ChannelInboundHandlerAdapter {

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object packet) {
        ctx.pipeline().remove(this);
        ctx.fireChannelRead(
                packet instanceof MqttConnectMessage connect && isWithoutPassword(connect)
                        ? withEmptyPassword(connect)
                        : packet);
    }

    private static boolean isWithoutPassword(MqttConnectMessage connect) {
        return connect.decoderResult().isSuccess()
                && connect.variableHeader().hasUserName()
                && !connect.variableHeader().hasPassword();
    }

    private static MqttConnectMessage withEmptyPassword(MqttConnectMessage connect) {
        MqttConnectVariableHeader header = connect.variableHeader();
        MqttConnectPayload payload = connect.payload();
        return new MqttConnectMessage(
                connect.fixedHeader(),
                new MqttConnectVariableHeader(
                        header.name(),
                        header.version(),
                        true,
                        true,
                        header.isWillRetain(),
                        header.willQos(),
                        header.isWillFlag(),
                        header.isCleanSession(),
                        header.keepAliveTimeSeconds(),
                        header.properties()),
                new MqttConnectPayload(
                        payload.clientIdentifier(),
                        payload.willProperties(),
                        payload.willTopic(),
                        payload.willMessageInBytes(),
                        payload.userName(),
                        new byte[0]));
    }
}
