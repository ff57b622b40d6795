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

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttEndpoint;

/**
 * Sends what is below {@code $iothub/} over one connection, once: none of it is kept for a device that does not get it. Belongs to the
 * hub's event loop.
 */
final class ServicePublisher {

    /** Devicebound messages have the packet ids below. */
    private static final int FIRST_PACKET_ID = 0x8000;

    private static final int LAST_PACKET_ID = 0xffff;

    private final MqttEndpoint endpoint;
    private final int maxQos;
    private final Set<Integer> unacknowledged = new HashSet<>();
    private int nextPacketId = FIRST_PACKET_ID;

    ServicePublisher(MqttEndpoint endpoint, HubSettings settings) {
        this.endpoint = endpoint;
        this.maxQos = settings.responseQos();
    }

    void publish(String topic, String body, int grantedQos) {
        publish(topic, body.getBytes(StandardCharsets.UTF_8), grantedQos);
    }

    void publish(String topic, byte[] body, int grantedQos) {
        MqttQoS qos = MqttQoS.valueOf(Math.min(grantedQos, maxQos));
        int packetId = nextPacketId;
        if (qos == MqttQoS.AT_LEAST_ONCE) {
            unacknowledged.add(packetId);
            nextPacketId = packetId == LAST_PACKET_ID ? FIRST_PACKET_ID : packetId + 1;
        }
        endpoint.publish(topic, Buffer.buffer(body), qos, false, false, packetId);
    }

    /** False for the PUBACK of something else. */
    boolean acknowledge(int packetId) {
        return unacknowledged.remove(packetId);
    }
}
