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
package io.github.iothubmqtt.transport.paho;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import io.github.iothubmqtt.transport.ConnectOptions;
import io.github.iothubmqtt.transport.InboundMessage;
import io.github.iothubmqtt.transport.MqttConnection;
import io.github.iothubmqtt.transport.MqttTransport;
import io.github.iothubmqtt.transport.TransportException;
import org.eclipse.paho.client.mqttv3.IMqttActionListener;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection through one {@link PahoClient}. The state is one atomic reference; whoever moves it to {@link State#ENDED}
 * first decides the cause that everything else is told. Paho's callbacks count only as long as the state allows: it is known to report
 * one thing twice.
 */
final class PahoConnection implements MqttConnection {

    private enum State {
        NEW,
        CONNECTING,
        OPEN,
        DISCONNECTING,
        ENDED
    }

    private static final Logger LOG = LoggerFactory.getLogger(PahoConnection.class);

    private static final int REFUSED = 0x80;
    private static final Duration DISCONNECT_LIMIT = Duration.ofSeconds(3);
    private static final Duration RELEASE_LIMIT = Duration.ofSeconds(3);

    private final ConnectOptions options;
    private final MqttTransport.Listener listener;
    private final Delays delays;
    private final PahoThreads threads;
    private final Consumer<PahoConnection> onEnd;
    private final Diagnosis diagnosis;

    private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
    private final AtomicReference<TransportException> end = new AtomicReference<>();
    private final CompletableFuture<Boolean> connected = new CompletableFuture<>();
    private final CompletableFuture<Void> released = new CompletableFuture<>();
    private final Set<CompletableFuture<?>> openStages = ConcurrentHashMap.newKeySet();
    /** Held while the listener is called, so that it is called once at a time. */
    private final ReentrantLock telling = new ReentrantLock();
    /** Messages that overtook CONNACK on their way through Paho; guarded by {@link #telling}. */
    private final List<InboundMessage> early = new ArrayList<>();

    /** Null until {@link #connect()}, and for ever when that could not make one. */
    private volatile PahoClient client;

    private volatile Future<?> connectLimit;
    private volatile KeepAlive keepAlive;

    PahoConnection(
            ConnectOptions options,
            MqttTransport.Listener listener,
            Delays delays,
            PahoThreads threads,
            Consumer<PahoConnection> onEnd) {
        this.options = options;
        this.listener = listener;
        this.delays = delays;
        this.threads = threads;
        this.onEnd = onEnd;
        this.diagnosis = new Diagnosis(options);
        threads.onDeath(death -> lose(diagnosis.lost(death)));
        threads.released().whenComplete((done, never) -> released.complete(null));
    }

    @Override
    public CompletionStage<Boolean> connect() {
        if (!state.compareAndSet(State.NEW, State.CONNECTING)) {
            return CompletableFuture.failedFuture(diagnosis.closedHere());
        }
        try {
            client = new PahoClient(options, new Inbound(), threads, delays);
            connectLimit = delays.after(options.connectTimeout(), this::connectLimitReached);
            client.connect(new Connecting());
        } catch (MqttException | RuntimeException e) {
            finish(diagnosis.cannotConnect(e));
        }
        return connected;
    }

    private void connectLimitReached() {
        if (state.get() == State.CONNECTING) {
            lose(diagnosis.connectTooLate(client.socket().phase()));
        }
    }

    private void opened(boolean sessionPresent) {
        keepAlive =
                new KeepAlive(options.keepAlive(), delays, client.socket(), this::ping, () -> lose(diagnosis.silent()));
        if (!state.compareAndSet(State.CONNECTING, State.OPEN)) {
            return;
        }
        LOG.debug("Connected {}", options);
        connectLimit.cancel(false);
        keepAlive.start();
        connected.complete(sessionPresent);
        telling.lock();
        try {
            early.forEach(this::tell);
            early.clear();
        } finally {
            telling.unlock();
        }
    }

    @Override
    public CompletionStage<Void> publish(String topic, byte[] payload, int qos) {
        Objects.requireNonNull(payload, "payload");
        return send(topic, completion -> client.publish(topic, payload, qos, completion), token -> null);
    }

    @Override
    public CompletionStage<Integer> subscribe(String filter, int qos) {
        return send(filter, completion -> client.subscribe(filter, qos, completion), token -> {
            int[] granted = token.getGrantedQos();
            if (granted.length != 1 || granted[0] == REFUSED) {
                throw diagnosis.subscriptionRefused(filter);
            }
            return granted[0];
        });
    }

    @Override
    public CompletionStage<Void> unsubscribe(String filter) {
        return send(filter, completion -> client.unsubscribe(filter, completion), token -> null);
    }

    private <T> CompletionStage<T> send(String topic, Sending sending, Answer<T> answer) {
        if (state.get() != State.OPEN) {
            return CompletableFuture.failedFuture(endOr(diagnosis.notOpen()));
        }
        if (!Characters.canBeSent(topic)) {
            return CompletableFuture.failedFuture(
                    diagnosis.cannotSend("the topic holds a character that Paho cannot send", null));
        }
        CompletableFuture<T> stage = new CompletableFuture<>();
        openStages.add(stage);
        try {
            sending.send(new Completion<>(stage, answer));
        } catch (MqttException | IllegalArgumentException e) {
            // When Paho is no longer connected its report of that is on the way, and it fails the stage with the true
            // cause.
            if (client.isConnected()) {
                openStages.remove(stage);
                stage.completeExceptionally(diagnosis.cannotSend(e.getMessage(), e));
            }
        }
        if (end.get() != null) {
            // The connection ended while the stage was being added.
            failOpenStages(end.get());
        }
        return stage;
    }

    @Override
    public void acknowledge(InboundMessage message) {
        if (message.qos() == 0 || state.get() != State.OPEN) {
            return;
        }
        try {
            client.acknowledge(message);
        } catch (MqttException e) {
            LOG.debug("PUBACK {} not sent: {} is at its end", message.packetId(), options, e);
        }
    }

    @Override
    public CompletionStage<Void> disconnect() {
        if (state.get() == State.DISCONNECTING) {
            return released.copy();
        }
        if (!state.compareAndSet(State.OPEN, State.DISCONNECTING)) {
            return close();
        }
        keepAlive.stop();
        delays.after(DISCONNECT_LIMIT, () -> finish(diagnosis.closedHere()));
        client.disconnect(() -> finish(diagnosis.closedHere()));
        return released.copy();
    }

    @Override
    public CompletionStage<Void> close() {
        finish(diagnosis.closedHere());
        return released.copy();
    }

    private boolean ping() {
        try {
            return client.ping();
        } catch (MqttException e) {
            lose(diagnosis.lost(e));
            return true;
        }
    }

    /** Ends the connection for a reason that is not ours, unless we are at it already; the listener hears of it if it was open. */
    private void lose(TransportException cause) {
        if (finish(state.get() == State.DISCONNECTING ? diagnosis.closedHere() : cause) != State.OPEN) {
            return;
        }
        telling.lock();
        try {
            listener.lost(cause);
        } catch (RuntimeException e) {
            LOG.error("The listener of {} failed when told of the lost connection", options, e);
        } finally {
            telling.unlock();
        }
    }

    /** The one way out of every state. Returns the state before; {@link State#ENDED} when there was nothing left to do. */
    private State finish(TransportException cause) {
        if (!end.compareAndSet(null, cause)) {
            return State.ENDED;
        }
        State before = state.getAndSet(State.ENDED);
        LOG.debug("Connection {} ended in state {}: {}", options, before, cause.getMessage());
        onEnd.accept(this);
        if (connectLimit != null) {
            connectLimit.cancel(false);
        }
        if (keepAlive != null) {
            keepAlive.stop();
        }
        if (client != null) {
            client.cut();
        }
        failOpenStages(cause);
        if (before == State.CONNECTING) {
            released.whenComplete((done, never) -> connected.completeExceptionally(cause));
        }
        threads.releaseUnused();
        // A thread that is stuck in name resolution cannot be called back; it ends when the resolver does.
        delays.after(RELEASE_LIMIT, () -> released.complete(null));
        return before;
    }

    private void failOpenStages(TransportException cause) {
        for (CompletableFuture<?> stage : openStages) {
            stage.completeExceptionally(cause);
            // One by one: a stage that is added meanwhile must stay, for the one who adds it to find.
            openStages.remove(stage);
        }
    }

    private TransportException endOr(TransportException otherwise) {
        TransportException cause = end.get();
        return cause == null ? otherwise : cause;
    }

    private void tell(InboundMessage message) {
        if (state.get() != State.OPEN) {
            return;
        }
        try {
            listener.received(message);
        } catch (RuntimeException e) {
            // Paho would cut the connection for it.
            LOG.error(
                    "The listener of {} failed on a message on {}; it stays unacknowledged",
                    options,
                    message.topic(),
                    e);
        }
    }

    /** Hands one packet to Paho. */
    private interface Sending {
        void send(IMqttActionListener completion) throws MqttException;
    }

    /** What the acknowledgement of a packet means to its stage. */
    private interface Answer<T> {
        T of(IMqttToken token) throws TransportException;
    }

    private final class Completion<T> implements IMqttActionListener {

        private final CompletableFuture<T> stage;
        private final Answer<T> answer;

        Completion(CompletableFuture<T> stage, Answer<T> answer) {
            this.stage = stage;
            this.answer = answer;
        }

        @Override
        public void onSuccess(IMqttToken token) {
            try {
                stage.complete(answer.of(token));
            } catch (TransportException e) {
                stage.completeExceptionally(e);
            }
            openStages.remove(stage);
        }

        @Override
        public void onFailure(IMqttToken token, Throwable cause) {
            // MQTT 3.1.1 has no failure of a single packet that Paho would report here: the connection is at its end.
            lose(diagnosis.lost(cause));
        }
    }

    private final class Connecting implements IMqttActionListener {

        @Override
        public void onSuccess(IMqttToken token) {
            opened(token.getSessionPresent());
        }

        @Override
        public void onFailure(IMqttToken token, Throwable cause) {
            lose(diagnosis.connectFailed(client.socket().phase(), cause));
        }
    }

    private final class Inbound implements MqttCallback {

        @Override
        public void messageArrived(String topic, MqttMessage message) {
            // Paho makes one payload array for each packet and forgets it: it needs no copy.
            InboundMessage inbound = new InboundMessage(
                    topic,
                    message.getPayload(),
                    message.getQos(),
                    message.isDuplicate(),
                    message.getQos() == 0 ? 0 : message.getId());
            telling.lock();
            try {
                if (state.get() == State.CONNECTING) {
                    early.add(inbound);
                } else {
                    tell(inbound);
                }
            } finally {
                telling.unlock();
            }
        }

        @Override
        public void connectionLost(Throwable cause) {
            lose(diagnosis.lost(cause));
        }

        @Override
        public void deliveryComplete(IMqttDeliveryToken token) {
            // The action listeners tell.
        }
    }
}
