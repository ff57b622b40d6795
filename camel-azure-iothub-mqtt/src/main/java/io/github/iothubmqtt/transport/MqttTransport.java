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

/** Makes connections with one MQTT client library. Thread-safe; one instance serves any number of identities. */
public interface MqttTransport extends AutoCloseable {

    /**
     * Prepares a connection; nothing is sent and no thread is started before {@link MqttConnection#connect()}.
     *
     * @param options where and as whom to connect
     * @param listener told of what arrives and of the end of the connection; complete before the first packet is sent, so
     *     that a message that follows CONNACK at once finds it
     */
    MqttConnection open(ConnectOptions options, Listener listener);

    /** Frees what the connections shared. Connections that are still open are closed. */
    @Override
    void close();

    /**
     * What a connection reports. Called on threads of the transport, one call at a time per connection, in the order in which
     * packets arrived; implementations return at once and never block.
     */
    interface Listener {

        /** A PUBLISH arrived. At QoS 1 it is acknowledged by {@link MqttConnection#acknowledge} and in no other way. */
        void received(InboundMessage message);

        /**
         * The established connection ended without {@link MqttConnection#disconnect} or {@link MqttConnection#close} having
         * been called. Called once at the most; nothing is received afterwards.
         *
         * @param cause what is known of the reason
         */
        void lost(TransportException cause);
    }
}
