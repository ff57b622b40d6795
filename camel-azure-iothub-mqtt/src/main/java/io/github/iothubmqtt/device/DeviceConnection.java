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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.random.RandomGenerator;

import io.github.iothubmqtt.device.Credentials.Credential;
import io.github.iothubmqtt.device.Login.Plan;
import io.github.iothubmqtt.protocol.DeviceIdentity;
import io.github.iothubmqtt.protocol.MethodTopics;
import io.github.iothubmqtt.protocol.TwinTopics;
import io.github.iothubmqtt.transport.InboundMessage;
import io.github.iothubmqtt.transport.MqttConnection;
import io.github.iothubmqtt.transport.MqttTransport;
import io.github.iothubmqtt.transport.TransportException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of one identity's connection: a state machine over a succession of links, each one TCP connection. What outlives them, the
 * messages, the requests and the consumers, is kept by {@link Sender}, {@link TwinRequests} and the {@link Channel}s. Everything runs
 * on the event loop, the entry points hop onto it. Made and ended by {@link DeviceConnections}.
 */
final class DeviceConnection implements LinkOwner {

    /** A connection that did not live that long counts as lost quickly. */
    static final Duration QUICK_LOSS = Duration.ofSeconds(5);

    /** The retry after this many quick losses in a row is not at once, and a second client is suspected. */
    static final int QUICK_LOSSES_TOLERATED = 3;

    /** How long a hand-over whose time is up still waits for PUBACKs, so that it repeats nothing. */
    static final Duration DRAIN_LIMIT = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(DeviceConnection.class);

    private final ConnectionSettings settings;
    private final DeviceIdentity identity;
    private final MqttTransport transport;
    private final EventLoop loop;
    private final ConnectLimiter limiter;
    /** The hub evicts the older of two connections, so the one before this must be gone. */
    private final CompletionStage<Void> predecessorClosed;

    private final Login login;
    private final CredentialWatch credentialWatch;
    private final Backoff backoff;
    private final Backoff renewalBackoff;
    private final Sender sender;
    private final Subscriptions subscriptions;
    private final TwinRequests twin;
    private final Receiver receiver;
    private final DesiredProperties desired;
    private final DirectMethods methods;
    private final List<Channel> channels;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    private volatile ConnectionState state = ConnectionState.NEW;
    private volatile Instant since;
    private volatile Exception lastFailure;
    private volatile int failedAttempts;
    private volatile Link link;
    private int quickLosses;
    private boolean draining;
    /** What a planned reconnect is to present; null when it has to be asked for. */
    private Plan prepared;

    private Runnable retryTimer = () -> {};
    private CompletableFuture<Void> released = CompletableFuture.completedFuture(null);

    DeviceConnection(
            ConnectionSettings settings,
            MqttTransport transport,
            EventLoop loop,
            RandomGenerator random,
            ConnectLimiter limiter,
            Login login,
            CompletionStage<Void> predecessorClosed) {
        this.settings = settings;
        this.identity = settings.identity();
        this.transport = transport;
        this.loop = loop;
        this.login = login;
        this.credentialWatch = new CredentialWatch(identity, settings.sasRenewAt(), loop, random);
        this.limiter = limiter;
        this.predecessorClosed = predecessorClosed;
        this.since = loop.clock().instant();
        this.backoff = new Backoff(settings.reconnectBackoffMin(), settings.reconnectBackoffMax(), random);
        this.renewalBackoff = new Backoff(settings.reconnectBackoffMin(), settings.reconnectBackoffMax(), random);
        this.sender = new Sender(settings, loop, this);
        this.subscriptions = new Subscriptions(settings, loop, this);
        this.twin = new TwinRequests(settings, loop, this, sender, subscriptions, backoff, random);
        this.receiver = new Receiver(settings, loop, this, backoff, subscriptions);
        this.desired = new DesiredProperties(settings, loop, this, twin, subscriptions, backoff);
        this.methods = new DirectMethods(settings, loop, this, sender, subscriptions);
        this.channels = List.of(receiver, desired, methods);
    }

    ConnectionSettings settings() {
        return settings;
    }

    // ---- entry points, from any thread

    ConnectionStatus status() {
        Exception cause = lastFailure;
        Link present = link;
        Plan plan = present == null ? null : present.plan;
        Credential presented = plan == null ? null : plan.credential();
        return new ConnectionStatus(
                state,
                since,
                plan == null ? null : plan.peer(),
                cause == null ? null : HubConnectionException.explain(cause),
                failedAttempts,
                presented == null || !presented.isToken() ? null : presented.expiry(),
                presented == null || presented.isToken() ? null : presented.expiry(),
                subscriptions.complete() && isUp(),
                sender.inFlight(),
                sender.pending());
    }

    /** Connects when that was not begun yet. @return completes at the first CONNACK 0, fails when the first attempt fails */
    CompletionStage<Void> start() {
        predecessorClosed.whenComplete((done, failure) -> {
            if (!loop.execute(this::connectOnce)) {
                ready.completeExceptionally(new SendCancelledException(identity));
            }
        });
        return ready.minimalCompletionStage();
    }

    private void connectOnce() {
        if (state == ConnectionState.NEW) {
            connectWhenAllowed();
        }
    }

    /** Puts a message into the outbox. @return completes on PUBACK, fails with an {@link IotHubException} */
    CompletionStage<Void> send(Object endpoint, String topic, byte[] payload, int qos, Duration timeout) {
        return sender.offer(endpoint, topic, payload, qos, timeout);
    }

    /**
     * Asks the hub about the twin.
     *
     * @param patch null to read it
     * @return completes with the answer, fails with an {@link IotHubException}
     */
    CompletionStage<TwinAnswer> ask(Object endpoint, byte[] patch, Long expectedVersion, Duration timeout) {
        return twin.offer(endpoint, patch, expectedVersion, timeout);
    }

    /** Adds a consumer of messages. @return completes when it is one, fails with an {@link IotHubException} */
    CompletionStage<Void> subscribe(Receiver.Consumer wanted) {
        return subscribe(wasUp -> receiver.subscribe(wanted, wasUp));
    }

    /** Adds the consumer of the desired properties. @return completes when it is one, fails with an {@link IotHubException} */
    CompletionStage<Void> subscribe(DesiredProperties.Consumer wanted) {
        return subscribe(wasUp -> desired.subscribe(wanted, wasUp));
    }

    /** Adds a consumer of direct methods. @return completes when it is one, fails with an {@link IotHubException} */
    CompletionStage<Void> subscribe(MethodConsumer wanted) {
        return subscribe(wasUp -> methods.subscribe(wanted, wasUp));
    }

    private CompletionStage<Void> subscribe(Function<Boolean, CompletionStage<Void>> consumer) {
        CompletableFuture<Void> ready = new CompletableFuture<>();
        boolean running = loop.execute(() -> {
            if (state == ConnectionState.CLOSED) {
                ready.completeExceptionally(new SendCancelledException(identity));
                return;
            }
            consumer.apply(this.ready.isDone()).whenComplete((done, failure) -> {
                if (failure == null) {
                    ready.complete(null);
                } else {
                    ready.completeExceptionally(failure);
                }
            });
        });
        if (!running) {
            ready.completeExceptionally(new SendCancelledException(identity));
        }
        return ready;
    }

    /** @return completes when it is in force */
    CompletionStage<Void> pause(Object endpoint, boolean paused) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        boolean running = loop.execute(() -> {
            channels.forEach(channel -> channel.pause(endpoint, paused));
            done.complete(null);
        });
        if (!running) {
            done.complete(null);
        }
        return done;
    }

    /** An endpoint stops: what it still waits for is cancelled, its subscription ends. */
    void release(Object endpoint) {
        loop.execute(() -> {
            sender.cancel(endpoint);
            twin.cancel(endpoint);
            channels.forEach(channel -> channel.unsubscribe(endpoint));
            proceed(); // others may have waited for what was cancelled
        });
    }

    /** Ends the connection with DISCONNECT. @return completes when its threads and socket are gone */
    CompletionStage<Void> close() {
        if (!loop.execute(() -> close(new SendCancelledException(identity)))) {
            closed.complete(null);
        }
        return closed.minimalCompletionStage();
    }

    // ---- the state machine

    private void transition(ConnectionState next) {
        LOG.debug("{}: {} -> {}", identity, state, next);
        since = loop.clock().instant();
        state = next;
    }

    private void connectWhenAllowed() {
        Duration delay = limiter.reserve(loop.nanoTime());
        if (delay.isZero()) {
            connect();
        } else {
            if (state != ConnectionState.RENEWING) {
                transition(ConnectionState.WAITING);
            }
            retryTimer = loop.schedule(delay, this::connect);
        }
    }

    private void connect() {
        if (state != ConnectionState.RENEWING) {
            transition(ConnectionState.CONNECTING);
        }
        Link attempt = new Link();
        link = attempt;
        if (prepared == null) {
            login.next().whenComplete((plan, failure) -> planned(attempt, plan, failure));
        } else {
            Plan plan = prepared;
            prepared = null;
            planned(attempt, plan, null);
        }
    }

    private void planned(Link attempt, Plan plan, Throwable failure) {
        if (link != attempt) {
            return; // closed in the meantime
        }
        if (failure != null) {
            attemptFailed(Login.cause(failure), null);
            return;
        }
        attempt.plan = plan;
        try {
            attempt.connection = transport.open(plan.options(), attempt);
        } catch (RuntimeException e) {
            attemptFailed(e, plan);
            return;
        }
        attempt.connection
                .connect()
                .whenComplete((sessionPresent, cause) ->
                        loop.execute(() -> connectEnded(attempt, sessionPresent, Failures.of(cause))));
    }

    private void connectEnded(Link attempt, Boolean sessionPresent, TransportException failure) {
        if (link != attempt) {
            attempt.connection.close();
        } else if (failure != null) {
            attemptFailed(failure, attempt.plan);
        } else {
            connected(attempt, sessionPresent);
        }
    }

    private void connected(Link attempt, boolean sessionPresent) {
        if (state != ConnectionState.RENEWING) {
            subscriptions.grantLost();
        }
        transition(ConnectionState.CONNECTED);
        LOG.info(
                "Connected {} to {} ({}, {})",
                identity,
                attempt.plan.peer(),
                sessionPresent ? "session kept" : "new session",
                attempt.plan.credential().validity());
        attempt.connectedAt = loop.nanoTime();
        lastFailure = null;
        failedAttempts = 0;
        renewalBackoff.reset();
        credentialWatch.watch(attempt.plan.credential(), attempt.timers, () -> renew(attempt));
        sender.linkUp(attempt.connection);
        receiver.linkUp(attempt.connection);
        methods.linkUp(attempt.connection);
        subscriptions.linkUp(attempt.connection);
        attempt.up();
        ready.complete(null);
        proceed();
    }

    /** @param plan null when it did not come to one */
    private void attemptFailed(Exception cause, Plan plan) {
        link = null;
        if (login.mayHaveMoved(cause)) {
            LOG.info(
                    "{} does not let {} in ({}). Asking the provisioning service which hub it belongs to now",
                    plan.peer(),
                    identity,
                    cause.getMessage());
            connectWhenAllowed();
            return;
        }
        lastFailure = cause;
        failedAttempts++;
        if (ready.isDone()) {
            retryLater("Cannot connect " + identity, cause);
        } else {
            // Nobody has used it yet: the endpoint's start fails, and with it this connection.
            String peer = plan == null ? settings.host() + ":" + settings.port() : plan.peer();
            close(HubConnectionException.connecting(identity, peer, cause));
        }
    }

    @Override
    public void lost(MqttConnection dead, TransportException cause) {
        Link present = link;
        if (present == null || present.connection != dead) {
            return;
        }
        release(dead.close());
        prepared = null; // it may be old when the connection is made again
        countQuickLoss(present);
        lastFailure = cause;
        dropLink();
        retryLater("Lost the connection of " + identity, cause);
    }

    private void countQuickLoss(Link lost) {
        quickLosses = isQuick(lost) ? quickLosses + 1 : 0;
        if (quickLosses < QUICK_LOSSES_TOLERATED) {
            backoff.reset();
        } else if (quickLosses == QUICK_LOSSES_TOLERATED) {
            LOG.warn(
                    "{} was cut off {} times soon after it had connected: another client uses this device id,"
                            + " or the hub does not accept what it sends",
                    identity,
                    quickLosses);
        }
    }

    private boolean isQuick(Link ended) {
        return loop.nanoTime() - ended.connectedAt < QUICK_LOSS.toNanos();
    }

    private void retryLater(String what, Exception cause) {
        transition(ConnectionState.WAITING);
        Duration delay = backoff.next();
        LOG.info(
                "{}: {}. Trying again {}",
                what,
                HubConnectionException.explain(cause),
                delay.isZero() ? "at once" : "in " + delay.toMillis() + " ms");
        retryTimer = loop.schedule(delay, this::connectWhenAllowed);
    }

    /** Remembers what is still being closed, so that {@link #close()} can tell when everything is gone. */
    private void release(CompletionStage<Void> end) {
        released = CompletableFuture.allOf(released, end.toCompletableFuture());
    }

    /** Forgets the link, so that nothing that it still says is heard. */
    private void dropLink() {
        link.timers.cancel();
        link = null;
        subscriptions.linkLost();
        sender.linkLost();
        twin.linkLost();
        channels.forEach(Channel::linkLost);
    }

    private void close(Exception reason) {
        if (state == ConnectionState.CLOSED) {
            return;
        }
        Link last = link;
        boolean established = state == ConnectionState.CONNECTED || state == ConnectionState.HANDING_OVER;
        transition(ConnectionState.CLOSED);
        retryTimer.run();
        channels.forEach(Channel::close);
        sender.close(reason);
        twin.close(reason);
        subscriptions.close(reason);
        ready.completeExceptionally(reason);
        if (last != null) {
            dropLink();
            release(last.end(established));
        }
        release(login.close());
        released.whenComplete((done, failure) -> {
            LOG.info("Closed the connection of {}", identity);
            closed.complete(null);
        });
    }

    @Override
    public void proceed() {
        if (state == ConnectionState.CONNECTED) {
            sender.send();
            twin.send();
            channels.forEach(Channel::handOut);
        } else if (state == ConnectionState.HANDING_OVER) {
            // Nothing is held for as long as an exchange of a consumer takes, but for the drain only.
            if (!draining && !channels.stream().allMatch(Channel::idle)) {
                sender.send();
                twin.send();
            } else if (sender.idle() && twin.idle()) {
                reconnect(link);
            }
        }
    }

    private void dispatch(MqttConnection on, InboundMessage packet) {
        if (TwinTopics.isResponse(packet.topic())) {
            twin.arrived(packet);
        } else if (TwinTopics.isDesired(packet.topic())) {
            desired.arrived(packet);
        } else if (MethodTopics.isRequest(packet.topic())) {
            methods.arrived(on, packet);
        } else {
            receiver.arrived(on, packet);
            return;
        }
        receiver.skip(on, packet); // the hub sends these at QoS 0; if not, it wants PUBACK all the same
    }

    private boolean isUp() {
        return state == ConnectionState.CONNECTED
                || state == ConnectionState.HANDING_OVER
                || state == ConnectionState.RENEWING;
    }

    @Override
    public Exception lastFailure() {
        return lastFailure;
    }

    // ---- planned reconnect

    /** The new token is asked for while the old one still serves: who makes it may be slow, or have none for a while. */
    private void renew(Link present) {
        if (isInUse(present)) {
            login.next().whenComplete((plan, failure) -> renewed(present, plan, failure));
        }
    }

    private void renewed(Link present, Plan plan, Throwable failure) {
        if (!isInUse(present)) {
            return;
        }
        Instant expiry = present.plan.credential().expiry();
        if (failure != null) {
            renewLater(present, HubConnectionException.explain(Login.cause(failure)));
        } else if (plan.credential().expiry() != null
                && !plan.credential().expiry().isAfter(expiry)) {
            renewLater(present, "the token that was made expires no later");
        } else {
            prepared = plan;
            handOver(present.connection, "its token expires at " + expiry);
        }
    }

    private void renewLater(Link present, String why) {
        Duration delay = renewalBackoff.next();
        LOG.warn(
                "No new token for {}: {}. The connection goes on with the one that expires at {}. Asking again in {} ms",
                identity,
                why,
                present.plan.credential().expiry(),
                delay.toMillis());
        present.timers.schedule(delay, () -> renew(present));
    }

    private boolean isInUse(Link asked) {
        return link == asked && state == ConnectionState.CONNECTED;
    }

    @Override
    public void handOver(MqttConnection old, String why) {
        Link present = link;
        if (state != ConnectionState.CONNECTED || present.connection != old) {
            return;
        }
        LOG.info("Connecting {} anew: {}", identity, why);
        transition(ConnectionState.HANDING_OVER);
        draining = false;
        present.timers.schedule(settings.handOverTimeout(), () -> drain(present));
        proceed();
    }

    private void drain(Link old) {
        draining = true;
        old.timers.schedule(DRAIN_LIMIT, () -> reconnect(old));
        proceed();
    }

    private void reconnect(Link old) {
        if (!isQuick(old)) {
            quickLosses = 0;
            backoff.reset();
        }
        dropLink();
        transition(ConnectionState.RENEWING);
        CompletionStage<Void> end = old.connection.disconnect();
        release(end);
        end.whenComplete((done, failure) -> loop.execute(() -> {
            if (state == ConnectionState.RENEWING && link == null) {
                connectWhenAllowed();
            }
        }));
    }

    /** One TCP connection in this connection's life; what it says counts only while it is the present one. */
    private final class Link implements MqttTransport.Listener {

        private final Timers timers = new Timers(loop);
        /** Null while it is being found out where to connect to, and what to present. */
        private volatile Plan plan;
        /** Null until there is a plan. */
        private MqttConnection connection;

        private long connectedAt;
        private boolean up;
        /** What arrived before this loop had heard of CONNACK. */
        private final List<InboundMessage> early = new ArrayList<>();

        private CompletionStage<Void> end(boolean established) {
            if (connection == null) {
                return CompletableFuture.completedStage(null);
            }
            return established ? connection.disconnect() : connection.close();
        }

        private void up() {
            up = true;
            early.forEach(message -> dispatch(connection, message));
            early.clear();
        }

        @Override
        public void received(InboundMessage message) {
            loop.execute(() -> {
                if (link != this) {
                    return; // it says no more
                }
                if (up) {
                    dispatch(connection, message);
                } else {
                    early.add(message);
                }
            });
        }

        @Override
        public void lost(TransportException cause) {
            loop.execute(() -> DeviceConnection.this.lost(connection, cause));
        }
    }
}
