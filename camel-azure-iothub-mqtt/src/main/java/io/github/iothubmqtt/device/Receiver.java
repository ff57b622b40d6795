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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.github.iothubmqtt.protocol.DeviceIdentity;
import io.github.iothubmqtt.protocol.DeviceboundMessage;
import io.github.iothubmqtt.protocol.Topics;
import io.github.iothubmqtt.transport.InboundMessage;
import io.github.iothubmqtt.transport.MqttConnection;
import io.github.iothubmqtt.transport.TransportException;
import io.github.iothubmqtt.transport.TransportException.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets devicebound messages to their consumer and its verdict back to the hub. Knows the one consumer, which outlives links, and the
 * messages of the present link. Confined to the event loop, but for {@link #settled} and {@link #finished}.
 */
final class Receiver {

    /** Unacknowledged devicebound messages that are taken from a hub; a real one holds back after far fewer. */
    static final int INBOX_LIMIT = 1000;

    /** How long the hub waits for the acknowledgement of a message before it counts as not delivered (spec 5.5). */
    static final Duration HUB_LOCK = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(Receiver.class);

    private final ConnectionSettings settings;
    private final DeviceIdentity identity;
    private final EventLoop loop;
    private final LinkOwner owner;
    private final Backoff backoff;
    private final Inbox inbox = new Inbox();
    private final List<Runnable> linkTimers = new ArrayList<>();

    private MqttConnection link;
    private Subscription subscription;
    private volatile boolean subscribed;

    /** @param backoff for the delay before a failed message is delivered again */
    Receiver(ConnectionSettings settings, EventLoop loop, LinkOwner owner, Backoff backoff) {
        this.settings = settings;
        this.identity = settings.identity();
        this.loop = loop;
        this.owner = owner;
        this.backoff = backoff;
    }

    /** Whether the hub has granted the subscription on the present link; from any thread. */
    boolean subscribed() {
        return subscribed;
    }

    // ---- the consumer

    /**
     * Makes a handler the consumer.
     *
     * @param wasUp whether the connection has been up: then a link that is down does not keep the consumer from being ready
     */
    void subscribe(Subscription wanted, boolean wasUp) {
        if (subscription != null) {
            wanted.granted.completeExceptionally(new HubConnectionException(
                    "Another route consumes the devicebound messages of " + identity
                            + " already: let one route consume them and hand them on, with direct or seda",
                    null));
            return;
        }
        subscription = wanted;
        Runnable limit = loop.schedule(
                settings.connectTimeout().multipliedBy(2),
                () -> wanted.granted.completeExceptionally(cannotSubscribe(owner.lastFailure())));
        wanted.granted.whenComplete((done, failure) -> limit.run());
        if (link != null) {
            askHub();
            owner.proceed();
        } else if (wasUp) {
            wanted.granted.complete(null);
        }
    }

    void pause(Object endpoint, boolean paused) {
        if (isConsumer(endpoint)) {
            subscription.paused = paused;
            owner.proceed();
        }
    }

    void unsubscribe(Object endpoint) {
        if (!isConsumer(endpoint)) {
            return;
        }
        close(new SendCancelledException(identity));
        // With a kept session the hub goes on collecting for the next consumer; what arrives meanwhile stays
        // unacknowledged.
        if (settings.cleanSession() && link != null) {
            link.unsubscribe(Topics.deviceboundFilter(identity));
        }
    }

    void close(Exception reason) {
        if (subscription != null) {
            subscription.granted.completeExceptionally(reason);
            subscription = null;
            subscribed = false;
            // An exchange that never ends must not keep the next consumer waiting.
            inbox.forgetRunning();
        }
    }

    private boolean isConsumer(Object endpoint) {
        return subscription != null && subscription.endpoint == endpoint;
    }

    // ---- links

    void linkUp(MqttConnection present) {
        link = present;
        if (subscription != null) {
            askHub();
        }
    }

    void linkLost() {
        link = null;
        linkTimers.forEach(Runnable::run);
        linkTimers.clear();
        inbox.linkLost();
    }

    /** What the hub had granted, it has to grant again. */
    void grantLost() {
        subscribed = false;
    }

    private void askHub() {
        MqttConnection on = link;
        Subscription wanted = subscription;
        String filter = Topics.deviceboundFilter(identity);
        Runnable limit = loop.schedule(
                settings.connectTimeout(),
                () -> owner.lost(
                        on, new TransportException(Reason.SILENT, "SUBACK for " + filter + " did not come", null)));
        linkTimers.add(limit);
        on.subscribe(filter, wanted.qos)
                .whenComplete((granted, cause) -> loop.execute(() -> {
                    limit.run();
                    if (link == on && subscription == wanted) {
                        answered(on, wanted, Failures.of(cause));
                    }
                }));
    }

    private void answered(MqttConnection on, Subscription wanted, TransportException failure) {
        if (failure == null) {
            LOG.debug("{}: subscribed to its devicebound messages", identity);
            subscribed = true;
            wanted.granted.complete(null);
            return;
        }
        subscribed = false;
        if (failure.reason() != Reason.SUBSCRIPTION_REFUSED
                || !wanted.granted.completeExceptionally(cannotSubscribe(failure))) {
            owner.lost(on, failure);
        }
    }

    private HubConnectionException cannotSubscribe(Exception cause) {
        return new HubConnectionException(
                "Cannot subscribe " + identity + " to its devicebound messages: "
                        + (cause == null
                                ? "the hub did not answer with SUBACK"
                                : HubConnectionException.explain(cause)),
                cause);
    }

    // ---- messages

    void arrived(MqttConnection on, InboundMessage packet) {
        if (link != on) {
            return;
        }
        Optional<DeviceboundMessage> message = DeviceboundMessage.of(identity, packet.topic(), packet.payload());
        if (message.isEmpty()) {
            LOG.debug("{}: nobody asked for a message on {}", identity, packet.topic());
            acknowledge(inbox.skip(new Delivery(this, on, packet, null, loop.nanoTime())));
            return;
        }
        if (inbox.size() >= INBOX_LIMIT) {
            owner.lost(
                    on,
                    new TransportException(
                            Reason.CLOSED_HERE,
                            "the hub sent more than " + INBOX_LIMIT + " messages without waiting for acknowledgements",
                            null));
            return;
        }
        inbox.add(new Delivery(this, on, packet, message.get(), loop.nanoTime()));
        owner.proceed();
    }

    /** Hands over what the consumer may have now. */
    void handOut() {
        while (subscription != null && !subscription.paused) {
            Delivery next = inbox.next(subscription.concurrency);
            if (next == null) {
                return;
            }
            subscription.handler.handle(next);
        }
    }

    /** Whether no exchange is running. */
    boolean idle() {
        return inbox.idle();
    }

    /** The route is through with a message, whether it is settled or not; from any thread. */
    void finished(Delivery delivery) {
        loop.execute(() -> {
            inbox.finished(delivery);
            owner.proceed();
        });
    }

    /** The verdict on a message; from any thread. @param cause null when it is done */
    void settled(Delivery delivery, Throwable cause) {
        loop.execute(() -> {
            if (cause == null) {
                done(delivery);
            } else {
                failed(delivery, cause);
            }
            owner.proceed();
        });
    }

    /** Acknowledges, in order; on another link than the one that a message came on there is nothing to acknowledge. */
    private void done(Delivery delivery) {
        if (delivery.link() != link) {
            LOG.debug("{}: a message was done after its connection had gone; the hub delivers it again", identity);
            return;
        }
        acknowledge(inbox.done(delivery));
        if (loop.nanoTime() - delivery.arrivedAt() > HUB_LOCK.toNanos()) {
            LOG.warn(
                    "{}: a devicebound message was done more than {} s after it had arrived; the hub's lock on it has ended,"
                            + " so it may come again",
                    identity,
                    HUB_LOCK.toSeconds());
        }
    }

    private void acknowledge(List<Delivery> inOrder) {
        inOrder.forEach(delivery -> link.acknowledge(delivery.packet()));
    }

    private void failed(Delivery delivery, Throwable cause) {
        if (delivery.link() != link && delivery.qos() > 0) {
            LOG.debug("{}: a message failed after its connection had gone; the hub delivers it again", identity);
            return;
        }
        int failures = inbox.failed(delivery);
        int allowed = subscription == null ? Integer.MAX_VALUE : subscription.maxRedeliveries;
        if (failures > allowed || delivery.qos() == 0) {
            done(delivery);
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
        MqttConnection on = link;
        inbox.block();
        linkTimers.add(loop.schedule(
                backoff.delay(failures), () -> owner.handOver(on, "a failed devicebound message is due again")));
    }

    /** The one consumer of devicebound messages. */
    static final class Subscription {

        private final Object endpoint;
        private final int qos;
        private final int concurrency;
        private final int maxRedeliveries;
        private final DeviceboundHandler handler;
        private final CompletableFuture<Void> granted = new CompletableFuture<>();
        private boolean paused;

        Subscription(Object endpoint, int qos, int concurrency, int maxRedeliveries, DeviceboundHandler handler) {
            this.endpoint = endpoint;
            this.qos = qos;
            this.concurrency = concurrency;
            this.maxRedeliveries = maxRedeliveries;
            this.handler = handler;
        }

        /** Completes when the hub has granted it; fails with an {@link IotHubException}. */
        CompletionStage<Void> granted() {
            return granted;
        }

        void refuse(Exception reason) {
            granted.completeExceptionally(reason);
        }
    }
}
