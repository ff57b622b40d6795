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

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.github.iothubmqtt.protocol.DeviceIdentity;
import io.github.iothubmqtt.protocol.TwinDocument;
import io.github.iothubmqtt.protocol.TwinTopics;
import io.github.iothubmqtt.transport.InboundMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the desired properties of the twin for one consumer, so that it misses no change for good. The hub tells of changes only while
 * the device is connected and subscribed, so on each link, and whenever a version was left out, the twin is read and its desired
 * properties handed over if they have another version than the last that was seen. Confined to the event loop, but for {@link #ended}.
 */
final class DesiredProperties implements Channel {

    /** Changes that are kept for a consumer that is slower than they come; when there are more, the twin is read instead. */
    static final int MAX_WAITING = 100;

    /** Reads that may fail to close a gap between versions; then the hub is taken at its word. */
    private static final int MAX_READS_FOR_A_GAP = 2;

    private static final long NONE = -1;

    private static final Logger LOG = LoggerFactory.getLogger(DesiredProperties.class);

    private enum Knowledge {
        /** What the hub has is not known: the twin must be read before anything is handed over. */
        STALE,
        /** The twin is being read; what the hub tells meanwhile is kept aside. */
        READING,
        /** Each notification carries on where the one before it ended. */
        FOLLOWING
    }

    private final ConnectionSettings settings;
    private final DeviceIdentity identity;
    private final EventLoop loop;
    private final LinkOwner owner;
    private final TwinRequests twin;
    private final Subscriptions subscriptions;
    private final Backoff backoff;
    private final Deque<DesiredChange> waiting = new ArrayDeque<>();
    /** What the hub tells while the twin is read. */
    private final Deque<DesiredChange> meanwhile = new ArrayDeque<>();

    private Consumer consumer;
    private Subscription subscription;
    private Knowledge knowledge = Knowledge.STALE;
    private DesiredChange running;
    /** The last version that the consumer has dealt with. */
    private long seen = NONE;

    private int failures;
    private int failedReads;
    private int readsForAGap;
    private boolean backingOff;
    private Runnable backOffTimer = () -> {};

    /** @param backoff for the delay before a failed read or change is repeated */
    DesiredProperties(
            ConnectionSettings settings,
            EventLoop loop,
            LinkOwner owner,
            TwinRequests twin,
            Subscriptions subscriptions,
            Backoff backoff) {
        this.settings = settings;
        this.identity = settings.identity();
        this.loop = loop;
        this.owner = owner;
        this.twin = twin;
        this.subscriptions = subscriptions;
        this.backoff = backoff;
    }

    // ---- the consumer

    /**
     * Makes a handler the consumer.
     *
     * @param wasUp see {@link Subscriptions#add}
     * @return completes when the hub has granted the subscription; fails with an {@link IotHubException}
     */
    CompletionStage<Void> subscribe(Consumer wanted, boolean wasUp) {
        if (consumer != null) {
            return CompletableFuture.failedFuture(new HubConnectionException(
                    "Another route consumes the desired properties of " + identity
                            + " already: let one route consume them and hand them on, with direct or seda",
                    null));
        }
        consumer = wanted;
        seen = NONE;
        subscription = new Subscription(TwinTopics.DESIRED_FILTER, 0, "its desired properties", owner::proceed);
        subscriptions.add(subscription, wasUp);
        return subscription.granted();
    }

    @Override
    public void pause(Object endpoint, boolean paused) {
        if (isConsumer(endpoint)) {
            consumer.paused = paused;
            owner.proceed();
        }
    }

    @Override
    public void unsubscribe(Object endpoint) {
        if (isConsumer(endpoint)) {
            subscriptions.remove(subscription, true);
            subscription.granted.completeExceptionally(new SendCancelledException(identity));
            close();
        }
    }

    @Override
    public void close() {
        consumer = null;
        subscription = null;
        running = null;
        failures = 0;
        failedReads = 0;
        readsForAGap = 0;
        backOffTimer.run();
        backingOff = false;
        forget();
    }

    private boolean isConsumer(Object endpoint) {
        return consumer != null && consumer.endpoint == endpoint;
    }

    // ---- links

    @Override
    public void linkLost() {
        forget();
    }

    private void forget() {
        knowledge = Knowledge.STALE;
        twin.cancel(this);
        waiting.clear();
        meanwhile.clear();
    }

    // ---- what the hub tells

    void arrived(InboundMessage packet) {
        Optional<Long> version = TwinTopics.desiredVersion(packet.topic());
        Optional<String> patch = TwinDocument.desiredPatch(packet.payload());
        if (knowledge == Knowledge.STALE || consumer == null) {
            return; // the twin will be read, or nobody cares
        }
        if (version.isEmpty() || patch.isEmpty()) {
            LOG.warn("{}: cannot read a notification of changed desired properties; reading the twin", identity);
            knowledge = Knowledge.STALE;
            twin.cancel(this);
        } else if (knowledge == Knowledge.READING) {
            keep(new DesiredChange(this, version.get(), patch.get(), false));
        } else {
            follow(new DesiredChange(this, version.get(), patch.get(), false));
        }
        owner.proceed();
    }

    private void follow(DesiredChange change) {
        if (change.version() <= newest()) {
            LOG.debug("{}: version {} of the desired properties came again", identity, change.version());
        } else if (change.version() == newest() + 1 || readsForAGap >= MAX_READS_FOR_A_GAP) {
            readsForAGap = 0;
            add(change);
        } else {
            LOG.debug(
                    "{}: version {} of the desired properties follows {}; reading the twin",
                    identity,
                    change.version(),
                    newest());
            readsForAGap++;
            knowledge = Knowledge.STALE;
            keep(change);
        }
    }

    /** Keeps a change until the twin is read. Of too many the oldest goes; the gap that it leaves is closed by a read. */
    private void keep(DesiredChange change) {
        if (meanwhile.size() >= MAX_WAITING) {
            meanwhile.remove();
        }
        meanwhile.add(change);
    }

    private void add(DesiredChange change) {
        if (waiting.size() < MAX_WAITING) {
            waiting.add(change);
        } else {
            // One look at the twin tells as much as all of them.
            waiting.clear();
            knowledge = Knowledge.STALE;
        }
    }

    /** The newest version that was handed over or waits to be. */
    private long newest() {
        if (!waiting.isEmpty()) {
            return waiting.getLast().version();
        }
        return running == null ? seen : running.version();
    }

    private void read() {
        knowledge = Knowledge.READING;
        waiting.clear();
        twin.offer(this, null, null, settings.connectTimeout()).whenComplete((answer, failure) -> {
            if (knowledge != Knowledge.READING) {
                return;
            }
            Optional<TwinDocument> document = answer == null ? Optional.empty() : TwinDocument.parse(answer.body());
            if (document.isPresent()) {
                failedReads = 0;
                learn(document.get());
            } else {
                knowledge = Knowledge.STALE;
                meanwhile.clear();
                LOG.info(
                        "{}: cannot read the desired properties: {}. Trying again",
                        identity,
                        failure == null ? "the hub's answer is no twin" : failure.getMessage());
                pauseFor(++failedReads);
            }
            owner.proceed();
        });
    }

    private void learn(TwinDocument document) {
        knowledge = Knowledge.FOLLOWING;
        if (document.desiredVersion() != newest()) {
            add(new DesiredChange(this, document.desiredVersion(), document.desired(), true));
        }
        List<DesiredChange> kept = List.copyOf(meanwhile);
        meanwhile.clear();
        for (DesiredChange change : kept) {
            if (knowledge == Knowledge.FOLLOWING) {
                follow(change);
            } else {
                keep(change);
            }
        }
        if (knowledge == Knowledge.FOLLOWING) {
            readsForAGap = 0;
        }
    }

    private void pauseFor(int failuresInARow) {
        backingOff = true;
        backOffTimer = loop.schedule(backoff.delay(failuresInARow), () -> {
            backingOff = false;
            owner.proceed();
        });
    }

    // ---- what the consumer gets

    @Override
    public void handOut() {
        if (consumer == null || consumer.paused || running != null || backingOff) {
            return;
        }
        if (knowledge == Knowledge.STALE && subscription.active()) {
            read();
        }
        running = waiting.poll();
        if (running != null) {
            consumer.handler.handle(running);
        }
    }

    @Override
    public boolean idle() {
        return running == null;
    }

    /** The verdict on a change; from any thread. @param cause null when it is done */
    void ended(DesiredChange change, Throwable cause) {
        loop.execute(() -> {
            if (running == change) {
                running = null;
                if (cause == null) {
                    seen = change.version();
                    failures = 0;
                } else {
                    failed(change, cause);
                }
                owner.proceed();
            }
        });
    }

    private void failed(DesiredChange change, Throwable cause) {
        failures++;
        if (failures > consumer.maxRedeliveries) {
            seen = change.version();
            failures = 0;
            consumer.handler.gaveUp(change, cause);
            return;
        }
        LOG.warn(
                "{}: version {} of the desired properties failed ({}). They will be read again ({} of {})",
                identity,
                change.version(),
                cause.toString(),
                failures,
                consumer.maxRedeliveries);
        forget();
        pauseFor(failures);
    }

    /** The one consumer of the desired properties. */
    static final class Consumer {

        private final Object endpoint;
        private final int maxRedeliveries;
        private final DesiredHandler handler;
        private boolean paused;

        Consumer(Object endpoint, int maxRedeliveries, DesiredHandler handler) {
            this.endpoint = endpoint;
            this.maxRedeliveries = maxRedeliveries;
            this.handler = handler;
        }
    }
}
