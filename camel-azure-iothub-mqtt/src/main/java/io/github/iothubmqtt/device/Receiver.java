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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
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
 * Gets messages to their consumers and the verdicts back to the hub: devicebound messages of a device, messages to the inputs of a
 * module. Knows the consumers, which outlive links, and the messages of the present link. Confined to the event loop, but for
 * {@link #settled} and {@link #finished}.
 */
final class Receiver implements Channel {

    /** Unacknowledged messages that are taken from a hub; a real one holds back after far fewer. */
    static final int INBOX_LIMIT = 1000;

    /** How long the hub waits for the acknowledgement of a message before it counts as not delivered (spec 5.5). */
    static final Duration HUB_LOCK = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(Receiver.class);

    private final DeviceIdentity identity;
    private final boolean cleanSession;
    private final EventLoop loop;
    private final LinkOwner owner;
    private final Backoff backoff;
    private final Subscriptions subscriptions;
    private final Inbox inbox = new Inbox();
    private final Set<Consumer> consumers = new LinkedHashSet<>();
    private final Timers linkTimers;

    private Subscription subscription;
    private MqttConnection link;

    /** @param backoff for the delay before a failed message is delivered again */
    Receiver(
            ConnectionSettings settings,
            EventLoop loop,
            LinkOwner owner,
            Backoff backoff,
            Subscriptions subscriptions) {
        this.identity = settings.identity();
        this.cleanSession = settings.cleanSession();
        this.loop = loop;
        this.owner = owner;
        this.backoff = backoff;
        this.subscriptions = subscriptions;
        this.linkTimers = new Timers(loop);
    }

    // ---- the consumers

    /**
     * Adds a consumer.
     *
     * @param wasUp see {@link Subscriptions#add}
     * @return completes when the hub has granted the subscription; fails with an {@link IotHubException}
     */
    CompletionStage<Void> subscribe(Consumer wanted, boolean wasUp) {
        Optional<String> conflict = conflict(wanted);
        if (conflict.isPresent()) {
            return CompletableFuture.failedFuture(new HubConnectionException(conflict.get(), null));
        }
        consumers.add(wanted);
        if (subscription == null) {
            subscription = identity.isModule()
                    ? new Subscription(
                            Topics.inputFilter(identity), wanted.qos, "the inputs of the module", owner::proceed)
                    : new Subscription(
                            Topics.deviceboundFilter(identity), wanted.qos, "its devicebound messages", owner::proceed);
            subscriptions.add(subscription, wasUp);
        }
        inbox.waiting().forEach(this::watchUnclaimed);
        owner.proceed();
        return subscription.granted();
    }

    private Optional<String> conflict(Consumer wanted) {
        for (Consumer present : consumers) {
            if (!identity.isModule()) {
                return Optional.of("Another route consumes the devicebound messages of " + identity
                        + " already: let one route consume them and hand them on, with direct or seda");
            }
            if (Objects.equals(present.input, wanted.input)) {
                return Optional.of("Another route consumes "
                        + (wanted.input == null ? "all inputs" : "the input '" + wanted.input + "'") + " of " + identity
                        + " already: let one route consume it and hand its messages on, with direct or seda");
            }
            if (present.qos != wanted.qos) {
                return Optional.of(
                        "The inputs of " + identity + " share one subscription and must agree on its options,"
                                + " but qos is " + present.qos + " there and " + wanted.qos + " here");
            }
        }
        return Optional.empty();
    }

    @Override
    public void pause(Object endpoint, boolean paused) {
        for (Consumer consumer : consumers) {
            if (consumer.endpoint == endpoint) {
                consumer.paused = paused;
                owner.proceed();
            }
        }
    }

    @Override
    public void unsubscribe(Object endpoint) {
        boolean removed = consumers.removeIf(consumer -> consumer.endpoint == endpoint);
        if (removed && consumers.isEmpty()) {
            // With a kept session the hub goes on collecting for the next consumer; what arrives meanwhile stays
            // unacknowledged.
            subscriptions.remove(subscription, cleanSession);
            subscription.granted.completeExceptionally(new SendCancelledException(identity));
            subscription = null;
        } else if (removed) {
            inbox.waiting().forEach(this::watchUnclaimed);
        }
    }

    @Override
    public void close() {
        consumers.clear();
        subscription = null;
    }

    /** The consumer that a message is for; null when there is none. One of a single input goes before one of all. */
    private Consumer consumerOf(Delivery delivery) {
        Consumer ofAll = null;
        for (Consumer consumer : consumers) {
            if (consumer.input == null) {
                ofAll = consumer;
            } else if (consumer.input.equals(delivery.input())) {
                return consumer;
            }
        }
        return ofAll;
    }

    // ---- links

    void linkUp(MqttConnection present) {
        link = present;
    }

    @Override
    public void linkLost() {
        link = null;
        linkTimers.cancel();
        inbox.linkLost();
    }

    // ---- messages

    void arrived(MqttConnection on, InboundMessage packet) {
        if (link != on) {
            return;
        }
        Optional<String> input = Topics.input(identity, packet.topic());
        Optional<DeviceboundMessage> message = identity.isModule()
                ? DeviceboundMessage.ofInput(identity, packet.topic(), packet.payload())
                : DeviceboundMessage.of(identity, packet.topic(), packet.payload());
        if (message.isEmpty()) {
            LOG.debug("{}: nobody asked for a message on {}", identity, packet.topic());
            skip(on, packet);
            return;
        }
        if (overflows(on)) {
            return;
        }
        Delivery delivery = new Delivery(this, on, packet, message.get(), input.orElse(null), loop.nanoTime());
        inbox.add(delivery);
        watchUnclaimed(delivery);
        owner.proceed();
    }

    /** Acknowledges, in order with the others, what is no message for a route. */
    void skip(MqttConnection on, InboundMessage packet) {
        if (link == on && !overflows(on)) {
            acknowledge(inbox.skip(new Delivery(this, on, packet, null, null, loop.nanoTime())));
        }
    }

    private boolean overflows(MqttConnection on) {
        boolean full = inbox.size() >= INBOX_LIMIT;
        if (full) {
            owner.lost(
                    on,
                    new TransportException(
                            Reason.CLOSED_HERE,
                            "the hub sent more than " + INBOX_LIMIT + " messages without waiting for acknowledgements",
                            null));
        }
        return full;
    }

    /** When there are consumers, but of other inputs, a message would hold up theirs; otherwise it waits for its consumer. */
    private boolean isUnclaimed(Delivery delivery) {
        return !consumers.isEmpty() && consumerOf(delivery) == null;
    }

    private void watchUnclaimed(Delivery delivery) {
        if (isUnclaimed(delivery)) {
            linkTimers.schedule(HUB_LOCK, () -> dropUnclaimed(delivery));
        }
    }

    private void dropUnclaimed(Delivery delivery) {
        if (isUnclaimed(delivery) && inbox.withdraw(delivery)) {
            LOG.warn(
                    "{}: no route consumes the input '{}': a message to it was dropped after {} s. Add a route, or change"
                            + " the routes of the Edge hub",
                    identity,
                    delivery.input(),
                    HUB_LOCK.toSeconds());
            acknowledge(inbox.done(delivery));
        }
    }

    @Override
    public void handOut() {
        for (Consumer consumer : List.copyOf(consumers)) {
            while (!consumer.paused && consumer.running.size() < consumer.concurrency) {
                Delivery next = inbox.next(delivery -> consumerOf(delivery) == consumer);
                if (next == null) {
                    break;
                }
                next.handTo(consumer);
                consumer.running.add(next);
                consumer.handler.handle(next);
            }
        }
    }

    @Override
    public boolean idle() {
        return consumers.stream().allMatch(consumer -> consumer.running.isEmpty());
    }

    /** The route is through with a message, whether it is settled or not; from any thread. */
    void finished(Delivery delivery) {
        loop.execute(() -> {
            delivery.consumer().running.remove(delivery);
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
                    "{}: a message was done more than {} s after it had arrived; the hub's lock on it has ended,"
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
        Consumer consumer = delivery.consumer();
        int allowed = consumers.contains(consumer) ? consumer.maxRedeliveries : Integer.MAX_VALUE;
        if (failures > allowed || delivery.qos() == 0) {
            done(delivery);
            if (consumers.contains(consumer)) {
                consumer.handler.gaveUp(delivery, cause);
            }
            return;
        }
        LOG.warn(
                "{}: a message failed ({}). It stays at the hub, to be delivered again ({} of {})",
                identity,
                cause.toString(),
                failures,
                allowed);
        MqttConnection on = link;
        inbox.block();
        linkTimers.schedule(backoff.delay(failures), () -> owner.handOver(on, "a failed message is due again"));
    }

    /** A consumer of devicebound messages, or of the messages to one input of a module or to all of them. */
    static final class Consumer {

        private final Object endpoint;
        private final String input;
        private final int qos;
        private final int concurrency;
        private final int maxRedeliveries;
        private final DeviceboundHandler handler;
        private final Set<Delivery> running = new LinkedHashSet<>();
        private boolean paused;

        /** @param input null for all inputs of a module, and for a device */
        Consumer(
                Object endpoint,
                String input,
                int qos,
                int concurrency,
                int maxRedeliveries,
                DeviceboundHandler handler) {
            this.endpoint = endpoint;
            this.input = input;
            this.qos = qos;
            this.concurrency = concurrency;
            this.maxRedeliveries = maxRedeliveries;
            this.handler = handler;
        }
    }
}
