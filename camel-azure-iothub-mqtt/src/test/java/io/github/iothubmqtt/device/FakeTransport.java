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

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.github.iothubmqtt.transport.ConnectOptions;
import io.github.iothubmqtt.transport.InboundMessage;
import io.github.iothubmqtt.transport.MqttConnection;
import io.github.iothubmqtt.transport.MqttTransport;
import io.github.iothubmqtt.transport.TransportException;
import io.github.iothubmqtt.transport.TransportException.Reason;

/** A transport whose other end is the test: it sees what is asked of each link and answers as the test says. */
final class FakeTransport implements MqttTransport {

    final List<FakeLink> links = new ArrayList<>();

    @Override
    public MqttConnection open(ConnectOptions options, Listener listener) {
        FakeLink link = new FakeLink(options, listener);
        links.add(link);
        return link;
    }

    @Override
    public void close() {}

    FakeLink last() {
        return links.get(links.size() - 1);
    }

    static TransportException lossOf(Reason reason) {
        return new TransportException(reason, "the test says " + reason, null);
    }

    /** One TCP connection, seen from the hub. */
    static final class FakeLink implements MqttConnection {

        final ConnectOptions options;
        final CompletableFuture<Boolean> connack = new CompletableFuture<>();
        final List<Sent> sent = new ArrayList<>();
        final List<String> filters = new ArrayList<>();
        final List<CompletableFuture<Integer>> subacks = new ArrayList<>();
        final List<String> unsubscribed = new ArrayList<>();
        final List<Integer> acknowledged = new ArrayList<>();
        final CompletableFuture<Void> disconnected = new CompletableFuture<>();
        boolean disconnectSent;
        boolean cut;
        private final MqttTransport.Listener listener;

        private FakeLink(ConnectOptions options, MqttTransport.Listener listener) {
            this.options = options;
            this.listener = listener;
        }

        @Override
        public CompletionStage<Boolean> connect() {
            return connack;
        }

        @Override
        public CompletionStage<Void> publish(String topic, byte[] payload, int qos) {
            Sent message = new Sent(topic, new String(payload, StandardCharsets.UTF_8), qos, new CompletableFuture<>());
            sent.add(message);
            return message.puback;
        }

        @Override
        public CompletionStage<Integer> subscribe(String filter, int qos) {
            filters.add(filter);
            CompletableFuture<Integer> suback = new CompletableFuture<>();
            subacks.add(suback);
            return suback;
        }

        @Override
        public CompletionStage<Void> unsubscribe(String filter) {
            unsubscribed.add(filter);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public void acknowledge(InboundMessage message) {
            acknowledged.add(message.packetId());
        }

        @Override
        public CompletionStage<Void> disconnect() {
            disconnectSent = true;
            return disconnected;
        }

        @Override
        public CompletionStage<Void> close() {
            cut = true;
            return CompletableFuture.completedStage(null);
        }

        void deliver(String topic, String body, int qos, int packetId) {
            deliver(topic, body.getBytes(StandardCharsets.UTF_8), qos, packetId);
        }

        void deliver(String topic, byte[] body, int qos, int packetId) {
            listener.received(new InboundMessage(topic, body, qos, false, packetId));
        }

        void lose() {
            lose(Reason.CLOSED);
        }

        void lose(Reason reason) {
            TransportException cause = lossOf(reason);
            sent.forEach(message -> message.puback.completeExceptionally(cause));
            listener.lost(cause);
        }

        List<String> bodies() {
            return sent.stream().map(Sent::body).toList();
        }
    }

    record Sent(String topic, String body, int qos, CompletableFuture<Void> puback) {}
}
