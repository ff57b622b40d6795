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
package io.github.iothubmqtt.device;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.iothubmqtt.protocol.DeviceboundMessage;
import io.github.iothubmqtt.protocol.SystemProperty;
import io.github.iothubmqtt.transport.InboundMessage;

/**
 * One delivery of a devicebound message. Settled once, from any thread; further calls do nothing. An acknowledgement reaches
 * the hub only on the connection that the message came on: when that is gone, the hub delivers the message again.
 */
public final class Delivery {

    private final DeviceConnection connection;
    private final DeviceConnection.Link link;
    private final InboundMessage packet;
    private final DeviceboundMessage message;
    private final AtomicBoolean settled = new AtomicBoolean();

    Delivery(
            DeviceConnection connection,
            DeviceConnection.Link link,
            InboundMessage packet,
            DeviceboundMessage message) {
        this.connection = connection;
        this.link = link;
        this.packet = packet;
        this.message = message;
    }

    public DeviceboundMessage message() {
        return message;
    }

    /** The topic as it came, for diagnosis. */
    public String topic() {
        return packet.topic();
    }

    /** 0 or 1. */
    public int qos() {
        return packet.qos();
    }

    /** The DUP flag: the hub has sent this message before. */
    public boolean duplicate() {
        return packet.duplicate();
    }

    /** The route has done it: PUBACK is sent when all messages before it are settled, too. */
    public void completed() {
        if (settled.compareAndSet(false, true)) {
            connection.deliveryCompleted(this);
        }
    }

    /** The route has failed: the message stays at the hub and comes again, up to the limit. */
    public void failed(Throwable cause) {
        if (settled.compareAndSet(false, true)) {
            connection.deliveryFailed(this, cause);
        }
    }

    InboundMessage packet() {
        return packet;
    }

    DeviceConnection.Link link() {
        return link;
    }

    /** Tells deliveries of the same message over several connections: by its id, or else by all that it consists of. */
    String key() {
        String messageId = message.systemProperties().get(SystemProperty.MESSAGE_ID);
        return messageId != null ? "id " + messageId : Arrays.hashCode(packet.payload()) + " " + packet.topic();
    }
}
