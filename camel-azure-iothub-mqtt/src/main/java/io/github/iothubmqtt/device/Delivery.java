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
import io.github.iothubmqtt.transport.MqttConnection;

/**
 * One delivery of a devicebound message, or of a message to an input of a module. Whoever got it says once when the route is through
 * with it ({@link #finished}), which lets the next message come, and once what has become of it ({@link #acknowledge} or {@link #fail}),
 * in any order and from any thread; what is said again does nothing. An acknowledgement reaches the hub only on the connection that the
 * message came on: when that is gone, the hub delivers the message again.
 */
public final class Delivery {

    private final Receiver receiver;
    private final MqttConnection link;
    private final InboundMessage packet;
    private final DeviceboundMessage message;
    private final String input;
    private final long arrivedAt;
    private final AtomicBoolean finished = new AtomicBoolean();
    private final AtomicBoolean settled = new AtomicBoolean();

    /** To whom it was handed; confined to the event loop. */
    private Receiver.Consumer consumer;

    /** @param input null when it is devicebound */
    Delivery(
            Receiver receiver,
            MqttConnection link,
            InboundMessage packet,
            DeviceboundMessage message,
            String input,
            long arrivedAt) {
        this.receiver = receiver;
        this.link = link;
        this.packet = packet;
        this.message = message;
        this.input = input;
        this.arrivedAt = arrivedAt;
    }

    public DeviceboundMessage message() {
        return message;
    }

    /** The input of the module that it is for; null when it is devicebound. */
    public String input() {
        return input;
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

    /** The route is through with it. @return false when that was said already */
    public boolean finished() {
        boolean first = finished.compareAndSet(false, true);
        if (first) {
            receiver.finished(this);
        }
        return first;
    }

    /** It is done: PUBACK is sent when all messages before it are settled, too. */
    public void acknowledge() {
        if (settled.compareAndSet(false, true)) {
            receiver.settled(this, null);
        }
    }

    /** It has failed: the message stays at the hub and comes again, up to the limit. @return false when it was settled already */
    public boolean fail(Throwable cause) {
        boolean first = settled.compareAndSet(false, true);
        if (first) {
            receiver.settled(this, cause);
        }
        return first;
    }

    void handTo(Receiver.Consumer taker) {
        consumer = taker;
    }

    Receiver.Consumer consumer() {
        return consumer;
    }

    /** In the event loop's nanoseconds. */
    long arrivedAt() {
        return arrivedAt;
    }

    InboundMessage packet() {
        return packet;
    }

    MqttConnection link() {
        return link;
    }

    /** Tells deliveries of the same message over several connections: by its id, or else by all that it consists of. */
    String key() {
        String messageId = message.systemProperties().get(SystemProperty.MESSAGE_ID);
        return messageId != null ? "id " + messageId : Arrays.hashCode(packet.payload()) + " " + packet.topic();
    }
}
