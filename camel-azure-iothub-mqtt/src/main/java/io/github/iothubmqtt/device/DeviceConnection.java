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

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;

import io.github.iothubmqtt.device.Credentials.Credential;
import io.github.iothubmqtt.protocol.DeviceIdentity;
import io.github.iothubmqtt.protocol.DeviceboundMessage;
import io.github.iothubmqtt.protocol.Topics;
import io.github.iothubmqtt.transport.ConnectOptions;
import io.github.iothubmqtt.transport.InboundMessage;
import io.github.iothubmqtt.transport.MqttConnection;
import io.github.iothubmqtt.transport.MqttTransport;
import io.github.iothubmqtt.transport.TransportException;
import io.github.iothubmqtt.transport.TransportException.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of one identity's connection: a state machine over a succession of {@link Link}s, each one TCP connection. It keeps
 * what outlives them: the messages that the hub has not acknowledged, the consumer, the failures of messages, the back-off.
 * Everything runs on the event loop, the entry points hop onto it. Made and ended by {@link DeviceConnections}.
 */
final class DeviceConnection {

    /** How long a planned reconnect waits for PUBACKs and for the running exchange. */
    static final Duration HAND_OVER_LIMIT = Duration.ofSeconds(10);

    /** A connection that did not live that long counts as lost quickly. */
    static final Duration QUICK_LOSS = Duration.ofSeconds(5);

    /** The retry after this many quick losses in a row is not at once, and a second client is suspected. */
    static final int QUICK_LOSSES_TOLERATED = 3;

    /** Unacknowledged devicebound messages that are taken from a hub; a real one holds back after far fewer. */
    static final int INBOX_LIMIT = 1000;

    private static final Logger LOG = LoggerFactory.getLogger(DeviceConnection.class);

    private final ConnectionSettings settings;
    private final DeviceIdentity identity;
    private final MqttTransport transport;
    private final EventLoop loop;
    private final RandomGenerator random;
    private final Backoff backoff;
    private final Outbox outbox;
    private final Inbox inbox = new Inbox();
    private final AtomicInteger pending = new AtomicInteger();
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private CompletableFuture<Void> released = CompletableFuture.completedFuture(null);

    private volatile ConnectionState state = ConnectionState.NEW;
    private Link link;
    private Subscription subscription;
    private int quickLosses;
    private Exception lastFailure;
    private Runnable retryTimer = () -> {};
    private Runnable deadlineTimer = () -> {};
    private long deadlineTimerAt = Long.MAX_VALUE;

    DeviceConnection(ConnectionSettings settings, MqttTransport transport, EventLoop loop, RandomGenerator random) {
        this.settings = settings;
        this.identity = settings.identity();
        this.transport = transport;
        this.loop = loop;
        this.random = random;
        this.backoff = new Backoff(settings.reconnectBackoffMin(), settings.reconnectBackoffMax(), random);
        this.outbox = new Outbox(settings.maxInflight());
    }

    ConnectionSettings settings() {
        return settings;
    }

    ConnectionState state() {
        return state;
    }

    // ---- entry points, from any thread

    /** Connects when that was not begun yet. @return completes at the first CONNACK 0, fails when the first attempt fails */
    CompletionStage<Void> start() {
        loop.execute(() -> {
            if (state == ConnectionState.NEW) {
                connect();
            }
        });
        return ready.minimalCompletionStage();
    }

    /** Puts a message into the outbox. @return completes on PUBACK, fails with an {@link IotHubException} */
    CompletionStage<Void> send(Object owner, String topic, byte[] payload, int qos, Duration timeout) {
        if (pending.incrementAndGet() > settings.maxPending()) {
            pending.decrementAndGet();
            return CompletableFuture.failedFuture(new OutboxFullException(identity, settings.maxPending()));
        }
        OutgoingMessage message = new OutgoingMessage(topic, payload, qos, owner, loop.nanoTime() + timeout.toNanos());
        loop.execute(() -> enqueue(message));
        return message.result;
    }

    /**
     * Makes a handler the consumer of devicebound messages.
     *
     * @return completes when the hub has granted the subscription, or at once while the link is down after it was up: the
     *     subscription then is made with the next link; fails when another consumer has it or the hub refuses
     */
    CompletionStage<Void> subscribe(Object owner, int qos, int maxRedeliveries, DeviceboundHandler handler) {
        Subscription wanted = new Subscription(owner, qos, maxRedeliveries, handler);
        loop.execute(() -> subscribe(wanted));
        return wanted.granted;
    }

    void pause(Object owner, boolean paused) {
        loop.execute(() -> {
            if (subscription != null && subscription.owner == owner) {
                subscription.paused = paused;
                proceed();
            }
        });
    }

    /** An endpoint stops: what it still waits for is cancelled, its subscription ends. */
    void release(Object owner) {
        loop.execute(() -> {
            for (OutgoingMessage message : outbox.abandon(candidate -> candidate.owner == owner)) {
                finish(message, new SendCancelledException(identity));
            }
            if (subscription != null && subscription.owner == owner) {
                unsubscribe();
            }
        });
    }

    /** Ends the connection with DISCONNECT. @return completes when its threads and socket are gone */
    CompletionStage<Void> close() {
        loop.execute(() -> close(new SendCancelledException(identity)));
        return closed.minimalCompletionStage();
    }

    void deliveryCompleted(Delivery delivery) {
        loop.execute(() -> {
            inbox.finished();
            settle(delivery);
            proceed();
        });
    }

    void deliveryFailed(Delivery delivery, Throwable cause) {
        loop.execute(() -> {
            inbox.finished();
            failed(delivery, cause);
            proceed();
        });
    }

    // ---- the state machine

    private void transition(ConnectionState next) {
        LOG.debug("{}: {} -> {}", identity, state, next);
        state = next;
    }

    private void connect() {
        transition(ConnectionState.CONNECTING);
        Credential credential;
        try {
            credential = settings.credentials().next(identity, loop.clock().instant());
        } catch (CredentialsException e) {
            connectFailed(e);
            return;
        }
        Link attempt = new Link(credential);
        link = attempt;
        attempt.connection = transport.open(connectOptions(credential), attempt);
        attempt.connection.connect().whenComplete(onLoop((sessionPresent, failure) -> {
            if (link != attempt) {
                attempt.connection.close();
            } else if (failure != null) {
                link = null;
                connectFailed(failure);
            } else {
                connected(attempt, sessionPresent);
            }
        }));
    }

    private ConnectOptions connectOptions(Credential credential) {
        return new ConnectOptions(
                settings.host(),
                settings.port(),
                settings.sslContext(),
                identity.clientId(),
                identity.userName(settings.clientType()),
                credential.password(),
                settings.cleanSession(),
                settings.keepAlive(),
                settings.connectTimeout(),
                settings.will());
    }

    private void connected(Link attempt, boolean sessionPresent) {
        transition(ConnectionState.CONNECTED);
        LOG.info(
                "Connected {} to {}:{} ({}, token until {})",
                identity,
                settings.host(),
                settings.port(),
                sessionPresent ? "session kept" : "new session",
                attempt.credential.expiry());
        attempt.connectedAt = loop.nanoTime();
        lastFailure = null;
        armRenewal(attempt);
        if (subscription != null) {
            subscribeOn(attempt, subscription);
        }
        ready.complete(null);
        proceed();
    }

    private void connectFailed(Exception cause) {
        lastFailure = cause;
        if (!ready.isDone()) {
            // Nobody has used it yet: the endpoint's start fails, and with it this connection.
            ready.completeExceptionally(HubConnectionException.connecting(settings, cause));
            close(HubConnectionException.connecting(settings, cause));
            return;
        }
        retryLater("Cannot connect " + identity, cause);
    }

    /** The present link is of no more use: whatever was open on it is unknown and will be repeated. */
    private void lost(Link lost, TransportException cause) {
        if (link != lost || state == ConnectionState.CLOSED) {
            return;
        }
        release(lost.connection.close());
        countQuickLoss(lost);
        lastFailure = cause;
        dropLink();
        retryLater("Lost the connection of " + identity, cause);
    }

    private void countQuickLoss(Link lost) {
        boolean quick = loop.nanoTime() - lost.connectedAt < QUICK_LOSS.toNanos();
        quickLosses = quick ? quickLosses + 1 : 0;
        if (quickLosses < QUICK_LOSSES_TOLERATED) {
            backoff.reset();
        } else if (quickLosses == QUICK_LOSSES_TOLERATED) {
            LOG.warn(
                    "{} was cut off {} times soon after it had connected: does another client use this device id?",
                    identity,
                    quickLosses);
        }
    }

    private void retryLater(String what, Exception cause) {
        transition(ConnectionState.WAITING);
        Duration delay = backoff.next();
        LOG.info(
                "{}: {}. Trying again {}",
                what,
                HubConnectionException.explain(cause),
                delay.isZero() ? "at once" : "in " + delay.toMillis() + " ms");
        retryTimer = loop.schedule(delay, () -> {
            if (state == ConnectionState.WAITING) {
                connect();
            }
        });
    }

    /** Remembers what is still being closed, so that {@link #close()} can tell when everything is gone. */
    private void release(CompletionStage<Void> end) {
        released = CompletableFuture.allOf(released, end.toCompletableFuture());
    }

    /** Forgets the link, so that nothing that it still says is heard. */
    private void dropLink() {
        link.timers.forEach(Runnable::run);
        link = null;
        outbox.linkLost();
        inbox.linkLost();
    }

    private void close(Exception reason) {
        if (state == ConnectionState.CLOSED) {
            return;
        }
        Link last = link;
        boolean established = state == ConnectionState.CONNECTED || state == ConnectionState.HANDING_OVER;
        transition(ConnectionState.CLOSED);
        retryTimer.run();
        deadlineTimer.run();
        for (OutgoingMessage message : outbox.abandon(any -> true)) {
            finish(message, reason);
        }
        ready.completeExceptionally(reason);
        if (subscription != null) {
            subscription.granted.completeExceptionally(reason);
            subscription = null;
        }
        if (last != null) {
            dropLink();
            release(established ? last.connection.disconnect() : last.connection.close());
        }
        released.whenComplete((done, failure) -> {
            LOG.info("Closed the connection of {}", identity);
            closed.complete(null);
        });
    }

    // ---- planned reconnect

    private void armRenewal(Link renewed) {
        Credential credential = renewed.credential;
        if (!credential.renewable()) {
            return;
        }
        // Between 80 and 85 % of the token's life, so that devices that started together do not renew together.
        double share = 0.80 + 0.05 * random.nextDouble();
        long life = Duration.between(credential.issued(), credential.expiry()).toMillis();
        Instant due = credential.issued().plusMillis((long) (life * share));
        Duration delay = Duration.between(loop.clock().instant(), due);
        renewed.timers.add(loop.schedule(
                delay.isNegative() ? Duration.ZERO : delay,
                () -> handOver(renewed, "its token expires at " + credential.expiry())));
    }

    private void handOver(Link old, String why) {
        if (link != old || state != ConnectionState.CONNECTED) {
            return;
        }
        LOG.info("Connecting {} anew: {}", identity, why);
        transition(ConnectionState.HANDING_OVER);
        old.timers.add(loop.schedule(HAND_OVER_LIMIT, () -> reconnect(old)));
        proceed();
    }

    private void reconnect(Link old) {
        if (link != old || state != ConnectionState.HANDING_OVER) {
            return;
        }
        dropLink();
        transition(ConnectionState.CONNECTING);
        CompletionStage<Void> end = old.connection.disconnect();
        release(end);
        end.whenComplete(onLoop((done, failure) -> {
            if (state == ConnectionState.CONNECTING && link == null) {
                connect();
            }
        }));
    }

    // ---- sending

    private void enqueue(OutgoingMessage message) {
        if (state == ConnectionState.CLOSED) {
            finish(message, new SendCancelledException(identity));
            return;
        }
        outbox.add(message);
        armDeadline(message.deadline);
        proceed();
    }

    /** Does whatever the present state allows: sends, hands a message to the consumer, ends a hand-over. */
    private void proceed() {
        if (state == ConnectionState.CONNECTED) {
            for (OutgoingMessage next = outbox.send(); next != null; next = outbox.send()) {
                publish(link, next);
            }
            deliverNext();
        } else if (state == ConnectionState.HANDING_OVER && outbox.inFlight() == 0 && inbox.idle()) {
            reconnect(link);
        }
    }

    private void publish(Link on, OutgoingMessage message) {
        on.connection.publish(message.topic, message.payload, message.qos).whenComplete(onLoop((done, failure) -> {
            if (link != on) {
                return; // the message is in the queue again, or was given up
            }
            if (failure != null && failure.reason() != Reason.CANNOT_BE_SENT) {
                lost(on, failure);
                return;
            }
            outbox.acknowledged(message);
            finish(message, failure == null ? null : new UnsendableMessageException(failure));
            proceed();
        }));
    }

    private void finish(OutgoingMessage message, Exception failure) {
        if (message.abandoned()) {
            return;
        }
        pending.decrementAndGet();
        if (failure == null) {
            message.result.complete(null);
        } else {
            message.result.completeExceptionally(failure);
        }
    }

    private void armDeadline(long deadline) {
        if (deadlineTimerAt != Long.MAX_VALUE && deadline - deadlineTimerAt >= 0) {
            return;
        }
        deadlineTimer.run();
        deadlineTimerAt = deadline;
        deadlineTimer = loop.schedule(Duration.ofNanos(Math.max(0, deadline - loop.nanoTime())), this::expire);
    }

    private void expire() {
        deadlineTimerAt = Long.MAX_VALUE;
        long now = loop.nanoTime();
        for (OutgoingMessage message : outbox.abandon(candidate -> candidate.deadline - now <= 0)) {
            finish(message, new SendTimeoutException(timeoutSentence(message), lastFailure));
        }
        outbox.earliestDeadline(now).ifPresent(left -> armDeadline(now + left));
    }

    private String timeoutSentence(OutgoingMessage message) {
        String sentence = "the hub did not acknowledge a message of " + identity + " within sendTimeout";
        if (outbox.isInFlight(message)) {
            return sentence + "; it was sent and may have arrived";
        }
        return lastFailure == null
                ? sentence + "; it waited behind others"
                : sentence + "; there is no connection: " + HubConnectionException.explain(lastFailure);
    }

    // ---- receiving

    private void subscribe(Subscription wanted) {
        if (state == ConnectionState.CLOSED) {
            wanted.granted.completeExceptionally(new SendCancelledException(identity));
        } else if (subscription != null) {
            wanted.granted.completeExceptionally(new HubConnectionException(
                    "Another route consumes the devicebound messages of " + identity
                            + " already: let one route consume them and hand them on, with direct or seda",
                    null));
        } else {
            subscription = wanted;
            Runnable limit = loop.schedule(
                    settings.connectTimeout().multipliedBy(2),
                    () -> wanted.granted.completeExceptionally(cannotSubscribe(lastFailure)));
            wanted.granted.whenComplete((done, failure) -> limit.run());
            if (state == ConnectionState.CONNECTED) {
                subscribeOn(link, wanted);
                proceed();
            } else if (ready.isDone()) {
                wanted.granted.complete(null);
            }
        }
    }

    private void subscribeOn(Link on, Subscription wanted) {
        String filter = Topics.deviceboundFilter(identity);
        Runnable limit = loop.schedule(
                settings.connectTimeout(),
                () -> lost(on, new TransportException(Reason.SILENT, "SUBACK for " + filter + " did not come", null)));
        on.timers.add(limit);
        on.connection.subscribe(filter, wanted.qos).whenComplete(onLoop((granted, failure) -> {
            limit.run();
            if (link != on || subscription != wanted) {
                return;
            }
            if (failure == null) {
                LOG.debug("{}: subscribed to {} at QoS {}", identity, filter, granted);
                wanted.granted.complete(null);
            } else if (failure.reason() != Reason.SUBSCRIPTION_REFUSED
                    || !wanted.granted.completeExceptionally(cannotSubscribe(failure))) {
                lost(on, failure);
            }
        }));
    }

    private HubConnectionException cannotSubscribe(Exception cause) {
        return new HubConnectionException(
                "Cannot subscribe " + identity + " to its devicebound messages: "
                        + (cause == null
                                ? "the hub did not answer with SUBACK"
                                : HubConnectionException.explain(cause)),
                cause);
    }

    private void unsubscribe() {
        subscription.granted.completeExceptionally(new SendCancelledException(identity));
        subscription = null;
        // With a kept session the hub goes on collecting for the next consumer; what arrives meanwhile stays
        // unacknowledged.
        if (settings.cleanSession() && state == ConnectionState.CONNECTED) {
            link.connection.unsubscribe(Topics.deviceboundFilter(identity));
        }
    }

    private void arrived(Link on, InboundMessage packet) {
        if (link != on) {
            return;
        }
        Optional<DeviceboundMessage> message = DeviceboundMessage.of(identity, packet.topic(), packet.payload());
        if (message.isEmpty()) {
            LOG.debug("{}: nobody asked for a message on {}", identity, packet.topic());
            acknowledge(inbox.skip(new Delivery(this, on, packet, null)));
            return;
        }
        if (inbox.size() >= INBOX_LIMIT) {
            lost(
                    on,
                    new TransportException(
                            Reason.CLOSED_HERE,
                            "the hub sent more than " + INBOX_LIMIT + " messages without waiting for acknowledgements",
                            null));
            return;
        }
        inbox.add(new Delivery(this, on, packet, message.get()));
        proceed();
    }

    private void deliverNext() {
        if (subscription == null || subscription.paused) {
            return;
        }
        Delivery delivery = inbox.next();
        if (delivery != null) {
            subscription.handler.handle(delivery);
        }
    }

    /** Acknowledges, in order; on another link than the one that a message came on there is nothing to acknowledge. */
    private void settle(Delivery delivery) {
        if (delivery.link() != link) {
            LOG.debug("{}: a message was done after its connection had gone; the hub delivers it again", identity);
            return;
        }
        acknowledge(inbox.done(delivery));
    }

    private void acknowledge(List<Delivery> inOrder) {
        inOrder.forEach(delivery -> link.connection.acknowledge(delivery.packet()));
    }

    private void failed(Delivery delivery, Throwable cause) {
        int failures = inbox.failed(delivery);
        int allowed = subscription == null ? Integer.MAX_VALUE : subscription.maxRedeliveries;
        if (failures > allowed || delivery.qos() == 0) {
            settle(delivery);
            if (subscription != null) {
                subscription.handler.gaveUp(delivery, cause);
            }
            return;
        }
        LOG.warn(
                "{}: a devicebound message failed ({}). It stays at the hub, to be delivered again ({} of {})",
                identity,
                cause.toString(),
                failures,
                allowed);
        Link on = link;
        if (delivery.link() == on) {
            inbox.block();
            on.timers.add(loop.schedule(
                    backoff.delay(failures), () -> handOver(on, "a failed devicebound message is due again")));
        }
    }

    // ---- plumbing

    private <T> BiConsumer<T, Throwable> onLoop(BiConsumer<T, TransportException> continuation) {
        return (value, failure) -> loop.execute(() -> continuation.accept(value, transportException(failure)));
    }

    private static TransportException transportException(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause == null || cause instanceof TransportException) {
            return (TransportException) cause;
        }
        return new TransportException(Reason.CLOSED_HERE, "the MQTT client failed: " + cause, cause);
    }

    /** One TCP connection in this connection's life; what it says counts only while it is the present one. */
    final class Link implements MqttTransport.Listener {

        private final Credential credential;
        private final List<Runnable> timers = new ArrayList<>();
        private MqttConnection connection;
        private long connectedAt;

        private Link(Credential credential) {
            this.credential = credential;
        }

        @Override
        public void received(InboundMessage message) {
            loop.execute(() -> arrived(this, message));
        }

        @Override
        public void lost(TransportException cause) {
            loop.execute(() -> DeviceConnection.this.lost(this, cause));
        }
    }

    /** The one consumer of devicebound messages; it outlives links. */
    private static final class Subscription {

        private final Object owner;
        private final int qos;
        private final int maxRedeliveries;
        private final DeviceboundHandler handler;
        private final CompletableFuture<Void> granted = new CompletableFuture<>();
        private boolean paused;

        private Subscription(Object owner, int qos, int maxRedeliveries, DeviceboundHandler handler) {
            this.owner = owner;
            this.qos = qos;
            this.maxRedeliveries = maxRedeliveries;
            this.handler = handler;
        }
    }
}
