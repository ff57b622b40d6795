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

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.core.buffer.Buffer;
import io.vertx.mqtt.MqttEndpoint;

/**
 * Sends one device's queue over one connection and settles what the device acknowledges: in order, for the hub demands PUBACKs in the
 * order of delivery. Belongs to the hub's event loop; lives as long as the connection.
 */
final class DeviceboundDelivery {

    private record InFlight(int packetId, DeviceboundQueue.Entry entry) {}

    private final DeviceboundQueue queue;
    private final MqttEndpoint endpoint;
    private final String topic;
    private final String deviceId;
    private final int window;
    private final Deque<InFlight> inFlight = new ArrayDeque<>();
    /** Acknowledged too late: the queue's again, but not for this connection. */
    private final List<DeviceboundQueue.Entry> late = new ArrayList<>();

    DeviceboundDelivery(DeviceboundQueue queue, MqttEndpoint endpoint, String deviceId, int window) {
        this.queue = queue;
        this.endpoint = endpoint;
        this.deviceId = deviceId;
        this.topic = "devices/" + deviceId + "/messages/devicebound/";
        this.window = window;
    }

    /** Sends what waits, at the QoS granted, as far as the window allows. */
    void pump(int grantedQos) {
        MqttQoS qos = MqttQoS.valueOf(grantedQos);
        while (inFlight.size() < window) {
            DeviceboundQueue.Entry entry = queue.take();
            if (entry == null) {
                return;
            }
            send(entry, qos);
        }
    }

    private void send(DeviceboundQueue.Entry entry, MqttQoS qos) {
        DeviceboundMessage message = entry.message();
        // The protocol gateway derives packet ids like this; ours are as unique, for the window is far smaller.
        int packetId = (int) (entry.sequence() & 0x3FFF) + 1;
        endpoint.publish(
                topic + message.propertyBag(deviceId),
                Buffer.buffer(message.body()),
                qos,
                entry.isRedelivery() && qos != MqttQoS.AT_MOST_ONCE,
                false,
                packetId);
        if (qos == MqttQoS.AT_MOST_ONCE) {
            queue.complete(entry);
        } else {
            inFlight.addLast(new InFlight(packetId, entry));
        }
    }

    /**
     * Completes the oldest message in flight.
     *
     * @return false when its lock was lost before, so that the message stays in the queue
     * @throws ProtocolViolation when the PUBACK is for another one, or for none
     */
    boolean acknowledge(int packetId) {
        InFlight oldest = inFlight.peekFirst();
        if (oldest == null || oldest.packetId() != packetId) {
            throw new ProtocolViolation(
                    HubCode.BAD_REQUEST,
                    "it sent PUBACK " + packetId + " where "
                            + (oldest == null ? "nothing is unacknowledged" : oldest.packetId() + " was due"));
        }
        inFlight.removeFirst();
        boolean completed = queue.complete(oldest.entry());
        if (!completed) {
            late.add(oldest.entry());
        }
        return completed;
    }

    /** The connection ended. */
    void close() {
        inFlight.forEach(each -> queue.giveBack(each.entry()));
        inFlight.clear();
        late.forEach(queue::giveBack);
        late.clear();
    }
}
