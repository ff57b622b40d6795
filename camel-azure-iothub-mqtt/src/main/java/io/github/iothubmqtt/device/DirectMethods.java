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

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.github.iothubmqtt.protocol.DeviceIdentity;
import io.github.iothubmqtt.protocol.Json;
import io.github.iothubmqtt.protocol.MethodTopics;
import io.github.iothubmqtt.transport.InboundMessage;
import io.github.iothubmqtt.transport.MqttConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets calls of direct methods to their consumers and the answers back to the hub, each call once and in time. A call that no route
 * answers is answered here. Calls of one method wait for each other when there are more than its consumer takes at a time; calls
 * of different methods never do. Confined to the event loop, but for {@link #answered} and {@link #finished}.
 */
final class DirectMethods implements Channel {

    /** Calls that run or wait; a hub allows one device far fewer. */
    static final int MAX_CALLS = 1000;

    private static final Logger LOG = LoggerFactory.getLogger(DirectMethods.class);

    private final DeviceIdentity identity;
    private final EventLoop loop;
    private final LinkOwner owner;
    private final Sender sender;
    private final Subscriptions subscriptions;
    private final Set<MethodConsumer> consumers = new LinkedHashSet<>();
    /** Calls of the present link by their ids: those that are open and the last that were answered, so that none is carried out twice. */
    private final Map<String, MethodCall> known = new LinkedHashMap<>();
    /** Those among them whose answers were not sent yet. */
    private final Set<MethodCall> open = new HashSet<>();

    private Subscription subscription;
    private MqttConnection link;

    DirectMethods(
            ConnectionSettings settings, EventLoop loop, LinkOwner owner, Sender sender, Subscriptions subscriptions) {
        this.identity = settings.identity();
        this.loop = loop;
        this.owner = owner;
        this.sender = sender;
        this.subscriptions = subscriptions;
    }

    // ---- the consumers

    /**
     * Adds a consumer.
     *
     * @param wasUp see {@link Subscriptions#add}
     * @return completes when the hub has granted the subscription; fails with an {@link IotHubException}
     */
    CompletionStage<Void> subscribe(MethodConsumer wanted, boolean wasUp) {
        Optional<String> conflict = conflict(wanted);
        if (conflict.isPresent()) {
            return CompletableFuture.failedFuture(new HubConnectionException(
                    "Another route carries out " + conflict.get() + " of " + identity
                            + " already: leave the method to one of them",
                    null));
        }
        consumers.add(wanted);
        if (subscription == null) {
            subscription = new Subscription(MethodTopics.FILTER, 0, "its direct methods", () -> {});
            subscriptions.add(subscription, wasUp);
        }
        return subscription.granted();
    }

    private Optional<String> conflict(MethodConsumer wanted) {
        for (MethodConsumer present : consumers) {
            if (present.takesAll() && wanted.takesAll()) {
                return Optional.of("all methods");
            }
            Optional<String> shared =
                    wanted.names.stream().filter(present.names::contains).findFirst();
            if (shared.isPresent()) {
                return Optional.of("the method '" + shared.get() + "'");
            }
        }
        return Optional.empty();
    }

    @Override
    public void pause(Object endpoint, boolean paused) {
        for (MethodConsumer consumer : consumers) {
            if (consumer.endpoint == endpoint) {
                consumer.paused = paused;
                if (paused) {
                    consumer.refuseWaiting();
                }
            }
        }
    }

    @Override
    public void unsubscribe(Object endpoint) {
        for (MethodConsumer consumer : List.copyOf(consumers)) {
            if (consumer.endpoint == endpoint) {
                consumers.remove(consumer);
                consumer.refuseWaiting();
            }
        }
        if (consumers.isEmpty() && subscription != null) {
            subscriptions.remove(subscription, true);
            subscription.granted.completeExceptionally(new SendCancelledException(identity));
            subscription = null;
        }
    }

    @Override
    public void close() {
        consumers.clear();
        subscription = null;
    }

    /** The consumer of a method; null when there is none. One that names the method goes before one of all. */
    private MethodConsumer consumerOf(String name) {
        MethodConsumer ofAll = null;
        for (MethodConsumer consumer : consumers) {
            if (consumer.takesAll()) {
                ofAll = consumer;
            } else if (consumer.names.contains(name)) {
                return consumer;
            }
        }
        return ofAll;
    }

    // ---- links

    void linkUp(MqttConnection present) {
        link = present;
    }

    /** The callers have been told by the hub; what was not begun is not begun any more. */
    @Override
    public void linkLost() {
        link = null;
        open.forEach(MethodCall::cancelLimit);
        open.clear();
        known.clear();
        consumers.forEach(MethodConsumer::forgetWaiting);
    }

    // ---- calls

    void arrived(MqttConnection on, InboundMessage packet) {
        if (link != on) {
            return;
        }
        Optional<MethodTopics.Request> request = MethodTopics.request(packet.topic());
        if (request.isEmpty()) {
            LOG.warn("{}: cannot read a method call on {}; it cannot be answered", identity, packet.topic());
            return;
        }
        MethodCall call =
                new MethodCall(this, on, request.get().name(), request.get().requestId(), packet.payload());
        if (known.putIfAbsent(call.requestId(), call) != null) {
            LOG.debug("{}: the call {} came again", identity, call.requestId());
            return;
        }
        open.add(call);
        forgetOldCalls();
        take(call);
    }

    private void take(MethodCall call) {
        MethodConsumer consumer = consumerOf(call.name());
        if (consumer == null) {
            LOG.warn("{}: no route carries out the method '{}'; answered 404", identity, call.name());
            MethodAnswers.NOT_FOUND.to(call);
        } else if (consumer.paused || open.size() > MAX_CALLS) {
            MethodAnswers.UNAVAILABLE.to(call);
        } else if (call.payload().length > 0 && !Json.isValue(call.payload())) {
            LOG.warn(
                    "{}: a call of the method '{}' has a payload that is no JSON; answered 400", identity, call.name());
            MethodAnswers.BAD_REQUEST.to(call);
        } else {
            call.limitedBy(loop.schedule(consumer.timeout, () -> timeUp(call)));
            consumer.offer(call);
        }
    }

    private void timeUp(MethodCall call) {
        if (MethodAnswers.TIMED_OUT.to(call)) {
            LOG.warn(
                    "{}: the method '{}' was not carried out within methodTimeout; answered 504",
                    identity,
                    call.name());
        }
    }

    private void forgetOldCalls() {
        if (known.size() > 2 * MAX_CALLS) {
            known.values().stream()
                    .filter(call -> !open.contains(call))
                    .findFirst()
                    .ifPresent(oldest -> known.remove(oldest.requestId()));
        }
    }

    /** An answer is to be sent; from any thread. */
    void answered(MethodCall call, int status, byte[] json) {
        loop.execute(() -> {
            call.cancelLimit();
            open.remove(call);
            consumers.forEach(consumer -> consumer.withdraw(call));
            if (call.link() != link) {
                LOG.info(
                        "{}: the method '{}' was answered after its connection had gone; the caller has been told by the hub",
                        identity,
                        call.name());
            } else {
                sender.sendNow(MethodTopics.response(status, call.requestId()), json)
                        .whenComplete((done, failure) -> {
                            if (failure != null) {
                                LOG.warn("{}: cannot answer the method '{}'", identity, call.name(), failure);
                            }
                        });
            }
            owner.proceed();
        });
    }

    /** The route is through with a call; from any thread. */
    void finished(MethodCall call) {
        loop.execute(() -> {
            consumers.forEach(consumer -> consumer.finished(call));
            owner.proceed();
        });
    }

    /** Calls are handed out when they come and when the one before them is finished: a caller waits for each. */
    @Override
    public void handOut() {}

    @Override
    public boolean idle() {
        return open.isEmpty();
    }
}
