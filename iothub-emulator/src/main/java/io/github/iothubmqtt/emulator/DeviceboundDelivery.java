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
 * Sends one device's or module's queue over one connection and settles what it acknowledges: in order, for the hub demands PUBACKs in the
 * order of delivery. Belongs to the hub's event loop; lives as long as the connection.
 */
final class DeviceboundDelivery {

    /**
     * @param copy sent a second time by a fault; its PUBACK settles nothing, and need not come
     */
    private record InFlight(int packetId, DeviceboundQueue.Entry entry, boolean copy) {}

    private final DeviceboundQueue queue;
    private final MqttEndpoint endpoint;
    private final int window;
    private final Interference interference;
    private final Deque<InFlight> inFlight = new ArrayDeque<>();
    /** Acknowledged too late: the queue's again, but not for this connection. */
    private final List<DeviceboundQueue.Entry> late = new ArrayList<>();

    private boolean closed;

    DeviceboundDelivery(DeviceboundQueue queue, MqttEndpoint endpoint, int window, Interference interference) {
        this.queue = queue;
        this.endpoint = endpoint;
        this.window = window;
        this.interference = interference;
    }

    /** Sends what waits, at the QoS granted, as far as the window allows. */
    void pump(int grantedQos) {
        MqttQoS qos = MqttQoS.valueOf(grantedQos);
        while (!closed && !interference.isDelayed() && inFlight.size() < window) {
            DeviceboundQueue.Entry entry = queue.take();
            if (entry == null) {
                return;
            }
            send(entry, qos);
        }
    }

    private void send(DeviceboundQueue.Entry entry, MqttQoS qos) {
        // The protocol gateway derives packet ids like this; ours are as unique, for the window is far smaller.
        int packetId = (int) (entry.sequence() & 0x3FFF) + 1;
        boolean acknowledged = qos != MqttQoS.AT_MOST_ONCE;
        InFlight sent = new InFlight(packetId, entry, false);
        // Before it is written, so that a connection which ends meanwhile gives the message back.
        if (acknowledged) {
            inFlight.addLast(sent);
        } else {
            queue.complete(entry);
        }
        interference.answer(
                FaultPoint.DEVICEBOUND,
                new Interference.Answer() {
                    @Override
                    public void write() {
                        endpoint.publish(
                                entry.topic(),
                                Buffer.buffer(entry.message().body()),
                                qos,
                                entry.isRedelivery() && acknowledged,
                                false,
                                packetId);
                    }

                    @Override
                    public void writeCopy() {
                        write();
                        if (acknowledged) {
                            inFlight.addLast(new InFlight(packetId, entry, true));
                        }
                    }
                },
                FaultPoint.DEVICEBOUND_SENT);
    }

    /**
     * Completes the oldest message in flight.
     *
     * @return false when its lock was lost before, so that the message stays in the queue
     * @throws ProtocolViolation when the PUBACK is for another one, or for none
     */
    boolean acknowledge(int packetId) {
        skipCopiesBefore(packetId);
        InFlight oldest = inFlight.peekFirst();
        if (oldest == null || oldest.packetId() != packetId) {
            throw new ProtocolViolation(
                    HubCode.BAD_REQUEST,
                    "it sent PUBACK " + packetId + " where "
                            + (oldest == null ? "nothing is unacknowledged" : oldest.packetId() + " was due"));
        }
        inFlight.removeFirst();
        if (oldest.copy()) {
            return true;
        }
        boolean completed = queue.complete(oldest.entry());
        if (!completed) {
            late.add(oldest.entry());
        }
        return completed;
    }

    private void skipCopiesBefore(int packetId) {
        while (!inFlight.isEmpty()
                && inFlight.peekFirst().copy()
                && inFlight.peekFirst().packetId() != packetId) {
            inFlight.removeFirst();
        }
    }

    /** The connection ended. */
    void close() {
        closed = true;
        inFlight.forEach(each -> queue.giveBack(each.entry()));
        inFlight.clear();
        late.forEach(queue::giveBack);
        late.clear();
    }
}
