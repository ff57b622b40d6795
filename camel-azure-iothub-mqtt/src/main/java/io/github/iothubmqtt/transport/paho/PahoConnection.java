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
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

import io.github.iothubmqtt.transport.ConnectOptions;
import io.github.iothubmqtt.transport.InboundMessage;
import io.github.iothubmqtt.transport.MqttConnection;
import io.github.iothubmqtt.transport.MqttTransport;
import io.github.iothubmqtt.transport.TransportException;
import io.github.iothubmqtt.transport.Will;
import org.eclipse.paho.client.mqttv3.IMqttActionListener;
import org.eclipse.paho.client.mqttv3.IMqttDeliveryToken;
import org.eclipse.paho.client.mqttv3.IMqttToken;
import org.eclipse.paho.client.mqttv3.MqttAsyncClient;
import org.eclipse.paho.client.mqttv3.MqttCallback;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.MqttMessage;
import org.eclipse.paho.client.mqttv3.ScheduledExecutorPingSender;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One {@link MqttAsyncClient} for one connection. The state is one atomic reference; whoever moves it to {@link State#ENDED}
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

    /** Never looked up: {@link TlsSocket} knows where to connect to. */
    private static final String NOWHERE = "tcp://127.0.0.1:1";

    /**
     * Paho refuses to publish (32202) while this many are in flight. It takes one off its count before it reports the PUBACK here, so
     * that for a caller who counts our stages, as the device layer does with its window of some thousands, the count is never
     * higher than his own and this limit never met. (It is met early by callers who wait on Paho's tokens: those wake up before
     * the count falls.)
     */
    private static final int IN_FLIGHT_LIMIT = 65_535;

    private static final int REFUSED = 0x80;
    private static final Duration DISCONNECT_LIMIT = Duration.ofSeconds(3);
    private static final Duration RELEASE_LIMIT = Duration.ofSeconds(3);
    private static final Duration HURRY_PERIOD = Duration.ofMillis(2);
    private static final Duration WIND_UP_PERIOD = Duration.ofMillis(50);

    private final ConnectOptions options;
    private final MqttTransport.Listener listener;
    private final ScheduledExecutorService scheduler;
    private final PahoThreads threads;
    private final Consumer<PahoConnection> onEnd;
    private final TlsSocket socket;
    private final KeepAlive keepAlive;
    private final Diagnosis diagnosis;

    private final AtomicReference<State> state = new AtomicReference<>(State.NEW);
    private final AtomicReference<TransportException> end = new AtomicReference<>();
    private final CompletableFuture<Boolean> connected = new CompletableFuture<>();
    private final CompletableFuture<Void> released = new CompletableFuture<>();
    private final Set<CompletableFuture<?>> openStages = ConcurrentHashMap.newKeySet();
    private final AtomicLong unwrittenPublishes = new AtomicLong();
    private final AtomicBoolean disconnectSent = new AtomicBoolean();
    /** Held while the listener is called, so that it is called once at a time. */
    private final ReentrantLock telling = new ReentrantLock();
    /** Messages that overtook CONNACK on their way through Paho; guarded by {@link #telling}. */
    private final List<InboundMessage> early = new ArrayList<>();

    private volatile MqttAsyncClient client;
    private volatile Future<?> connectLimit;

    PahoConnection(
            ConnectOptions options,
            MqttTransport.Listener listener,
            ScheduledExecutorService scheduler,
            PahoThreads threads,
            Consumer<PahoConnection> onEnd) {
        this.options = options;
        this.listener = listener;
        this.scheduler = scheduler;
        this.threads = threads;
        this.onEnd = onEnd;
        this.diagnosis = new Diagnosis(options);
        this.socket = new TlsSocket(options, this::hurryUp, this::packetWritten);
        this.keepAlive =
                new KeepAlive(options.keepAlive(), scheduler, socket, this::ping, () -> lose(diagnosis.silent()));
        threads.onDeath(death -> lose(diagnosis.lost(death)));
        threads.released().whenComplete((done, never) -> released.complete(null));
    }

    @Override
    public CompletionStage<Boolean> connect() {
        if (!state.compareAndSet(State.NEW, State.CONNECTING)) {
            return CompletableFuture.failedFuture(diagnosis.closedHere());
        }
        try {
            connectLimit = scheduler.schedule(
                    this::connectLimitReached, options.connectTimeout().toMillis(), TimeUnit.MILLISECONDS);
            client = new MqttAsyncClient(
                    NOWHERE,
                    options.clientId(),
                    new MemoryPersistence(),
                    new ScheduledExecutorPingSender(threads),
                    threads);
            client.setManualAcks(true);
            // Before connect: a session that was kept may deliver right after CONNACK, and Paho drops what nobody
            // listens to.
            client.setCallback(new Inbound());
            client.connect(pahoOptions(), null, new Connecting());
        } catch (MqttException | RuntimeException e) {
            finish(diagnosis.cannotConnect(e));
        }
        return connected;
    }

    private MqttConnectOptions pahoOptions() {
        MqttConnectOptions paho = new MqttConnectOptions();
        paho.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
        paho.setSocketFactory(new OneSocketFactory(socket));
        paho.setUserName(options.userName());
        if (options.password() != null) {
            paho.setPassword(options.password().toCharArray());
        }
        paho.setCleanSession(options.cleanSession());
        paho.setKeepAliveInterval((int) options.keepAlive().toSeconds());
        paho.setMaxInflight(IN_FLIGHT_LIMIT);
        Will will = options.will();
        if (will != null) {
            paho.setWill(will.topic(), will.payload(), will.qos(), false);
        }
        return paho;
    }

    private void hurryUp() {
        if (socket.startedUp() || released.isDone()) {
            return;
        }
        threads.hurryUp();
        after(HURRY_PERIOD, this::hurryUp);
    }

    private void connectLimitReached() {
        if (state.get() == State.CONNECTING) {
            lose(diagnosis.connectTooLate(socket.phase()));
        }
    }

    private void opened(boolean sessionPresent) {
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
        return send(
                topic,
                completion -> {
                    MqttMessage message = new MqttMessage(payload);
                    message.setQos(qos);
                    unwrittenPublishes.incrementAndGet();
                    try {
                        client.publish(topic, message, null, completion);
                    } catch (MqttException | RuntimeException e) {
                        unwrittenPublishes.decrementAndGet();
                        throw e;
                    }
                },
                token -> null);
    }

    @Override
    public CompletionStage<Integer> subscribe(String filter, int qos) {
        return send(filter, completion -> client.subscribe(filter, qos, null, completion), token -> {
            int[] granted = token.getGrantedQos();
            if (granted.length != 1 || granted[0] == REFUSED) {
                throw diagnosis.subscriptionRefused(filter);
            }
            return granted[0];
        });
    }

    @Override
    public CompletionStage<Void> unsubscribe(String filter) {
        return send(filter, completion -> client.unsubscribe(filter, null, completion), token -> null);
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
            // The connection ended while the stage was on its way into the set.
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
            client.messageArrivedComplete(message.packetId(), message.qos());
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
        after(DISCONNECT_LIMIT, () -> finish(diagnosis.closedHere()));
        disconnectWhenWritten();
        return released.copy();
    }

    /** Paho would send DISCONNECT ahead of publishes that still wait for the socket. */
    private void disconnectWhenWritten() {
        if (unwrittenPublishes.get() > 0 || !disconnectSent.compareAndSet(false, true)) {
            return;
        }
        try {
            // On a thread of its own, because Paho refuses this on the one that calls the listener.
            threads.execute(this::disconnectPaho);
        } catch (RejectedExecutionException e) {
            finish(diagnosis.closedHere());
        }
    }

    private void disconnectPaho() {
        try {
            client.disconnect(0, null, new Disconnecting());
        } catch (MqttException e) {
            finish(diagnosis.closedHere());
        }
    }

    private void packetWritten(int type) {
        if (type == TlsSocket.PUBLISH
                && unwrittenPublishes.decrementAndGet() == 0
                && state.get() == State.DISCONNECTING) {
            disconnectWhenWritten();
        }
    }

    @Override
    public CompletionStage<Void> close() {
        finish(diagnosis.closedHere());
        return released.copy();
    }

    private boolean ping() {
        try {
            return client.checkPing(null, null) != null;
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
        keepAlive.stop();
        Future<?> limit = connectLimit;
        if (limit != null) {
            limit.cancel(false);
        }
        socket.cut();
        failOpenStages(cause);
        if (before == State.CONNECTING) {
            released.whenComplete((done, never) -> connected.completeExceptionally(cause));
        }
        threads.releaseUnused();
        // A thread that is stuck in name resolution cannot be called back; it ends when the resolver does.
        after(RELEASE_LIMIT, () -> released.complete(null));
        windUp();
        return before;
    }

    private void failOpenStages(TransportException cause) {
        openStages.forEach(stage -> stage.completeExceptionally(cause));
        openStages.clear();
    }

    /**
     * Sees to it that Paho's threads end. They do so by themselves when the socket is cut, but for two faults of Paho's: the shut-down is
     * the receiver's job, and that may have died; and the sender misses its call when it is between two looks at its queue.
     */
    private void windUp() {
        if (released.isDone()) {
            return;
        }
        after(WIND_UP_PERIOD, () -> {
            if (released.isDone()) {
                return;
            }
            if (socket.startedUp()) {
                threads.execute(this::shutPahoDown);
            }
            windUp();
        });
    }

    private void shutPahoDown() {
        try {
            client.disconnectForcibly(0, 1, false);
            // Goes nowhere, as the socket is closed, but wakes the sender up.
            client.messageArrivedComplete(1, 1);
        } catch (MqttException e) {
            LOG.debug("Shutting Paho down for {}", options, e);
        }
    }

    private void after(Duration delay, Runnable task) {
        try {
            scheduler.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("The scheduler is shut down; {} ends without time limits", options);
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
            lose(diagnosis.connectFailed(socket.phase(), cause));
        }
    }

    private final class Disconnecting implements IMqttActionListener {

        @Override
        public void onSuccess(IMqttToken token) {
            finish(diagnosis.closedHere());
        }

        @Override
        public void onFailure(IMqttToken token, Throwable cause) {
            finish(diagnosis.closedHere());
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
