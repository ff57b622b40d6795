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

import io.github.iothubmqtt.device.Delivery;

/**
 * Settles one devicebound message by the route's word, with {@code ackMode=manual}. May be kept beyond the end of the exchange and
 * called on any thread; what is called second does nothing. When the connection that the message came on is gone, the hub delivers it again,
 * whatever was said.
 */
public final class Acknowledgement {

    private final Delivery delivery;

    Acknowledgement(Delivery delivery) {
        this.delivery = delivery;
    }

    /** The message is done; the hub forgets it as soon as all messages before it are settled, too. */
    public void acknowledge() {
        delivery.acknowledge();
    }

    /**
     * The message has failed: it stays at the hub and comes again, at most {@code maxRedeliveries} times.
     *
     * @param cause for the log, and for the exception handler when the message is given up; not null
     */
    public void fail(Throwable cause) {
        delivery.fail(cause);
    }
}
