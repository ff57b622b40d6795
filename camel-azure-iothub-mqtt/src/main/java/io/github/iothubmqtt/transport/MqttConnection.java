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

import java.util.concurrent.CompletionStage;

/**
 * One MQTT connection over one TCP connection, used once: {@code connect}, then anything else, then {@code disconnect} or
 * {@code close}. No method blocks. The stages complete on threads of the transport, each exactly once, exceptionally always
 * with a {@link TransportException}; when the connection ends, every stage that is still open fails. A failed stage means that
 * the fate of its packet is unknown and that this connection is of no more use, but for two reasons:
 * {@link TransportException.Reason#SUBSCRIPTION_REFUSED} and {@link TransportException.Reason#CANNOT_BE_SENT}.
 *
 * <p>Methods are called by one thread at a time (the device layer's), callbacks of this connection included. PUBLISH packets are
 * written in the order of the calls, and so are PUBACK packets, and SUBSCRIBE and UNSUBSCRIBE; of two kinds, one may overtake
 * the other, as client libraries queue them apart. Who needs a SUBSCRIBE before a PUBLISH awaits its SUBACK.
 */
public interface MqttConnection {

    /**
     * Resolves the name, opens TCP and TLS, sends CONNECT and awaits CONNACK, all within
     * {@link ConnectOptions#connectTimeout()}. When it fails, every thread and socket is released already, without
     * {@link #close()}; a thread that is stuck in name resolution is waited for only a few seconds more.
     *
     * @return the session-present flag of CONNACK
     */
    CompletionStage<Boolean> connect();

    /**
     * Sends PUBLISH with RETAIN 0.
     *
     * @param payload may be changed by the caller afterwards
     * @param qos 0 or 1
     * @return completes on PUBACK at QoS 1, and when the packet was handed to the socket at QoS 0
     */
    CompletionStage<Void> publish(String topic, byte[] payload, int qos);

    /**
     * Sends SUBSCRIBE for one filter.
     *
     * @param qos 0 or 1
     * @return the QoS that SUBACK granted; fails with {@link TransportException.Reason#SUBSCRIPTION_REFUSED} at return code
     *     0x80, in which one case the connection goes on
     */
    CompletionStage<Integer> subscribe(String filter, int qos);

    /** Sends UNSUBSCRIBE for one filter and completes on UNSUBACK. */
    CompletionStage<Void> unsubscribe(String filter);

    /**
     * Sends PUBACK for a message that came on <em>this</em> connection. Does nothing at QoS 0 or when the connection has
     * ended. The caller keeps the order (MQTT-4.6.0-2) and calls once per message.
     */
    void acknowledge(InboundMessage message);

    /**
     * Sends DISCONNECT after everything that was handed over before and closes, so that the hub does not publish the will.
     *
     * @return completes, never exceptionally, when the connection is closed and its threads are released; a peer that does
     *     not take the packet delays that by a few seconds at most
     */
    CompletionStage<Void> disconnect();

    /**
     * Cuts the connection without DISCONNECT; the hub then publishes the will. May be called in any state and repeatedly.
     *
     * @return completes, never exceptionally, when the connection is closed and its threads are released; from then on the
     *     listener hears nothing
     */
    CompletionStage<Void> close();
}
