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
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.iothubmqtt.protocol.DeviceIdentity;
import io.github.iothubmqtt.transport.MqttConnection;
import io.github.iothubmqtt.transport.TransportException;
import io.github.iothubmqtt.transport.TransportException.Reason;

/**
 * Gets messages to the hub: bounds how many there are, sends as many as the window allows, keeps their deadlines, and calls a link
 * dead on which PUBACK does not come. Requests and answers go past the queue, on the present link only. Confined to the event loop,
 * but for {@link #offer} and the counters.
 */
final class Sender {

    private final ConnectionSettings settings;
    private final DeviceIdentity identity;
    private final EventLoop loop;
    private final LinkOwner owner;
    private final Outbox outbox;
    /** What was sent past the queue and is not acknowledged, in the order of sending. */
    private final Set<OutgoingMessage> direct = new LinkedHashSet<>();

    private final AtomicInteger pending = new AtomicInteger();
    private volatile int inFlight;

    private MqttConnection link;
    private boolean closed;
    private Runnable pubackTimer = () -> {};
    private boolean pubackTimerArmed;
    private Runnable deadlineTimer = () -> {};
    private long deadlineTimerAt;
    private boolean deadlineTimerArmed;

    Sender(ConnectionSettings settings, EventLoop loop, LinkOwner owner) {
        this.settings = settings;
        this.identity = settings.identity();
        this.loop = loop;
        this.owner = owner;
        this.outbox = new Outbox(settings.maxInflight());
    }

    /** Takes a message, from any thread. @return completes on PUBACK, fails with an {@link IotHubException} */
    CompletionStage<Void> offer(Object endpoint, String topic, byte[] payload, int qos, Duration timeout) {
        OutgoingMessage message =
                new OutgoingMessage(topic, payload, qos, endpoint, loop.nanoTime() + timeout.toNanos());
        if (pending.incrementAndGet() > settings.maxPending()) {
            pending.decrementAndGet();
            return CompletableFuture.failedFuture(new OutboxFullException(identity, settings.maxPending()));
        }
        if (!loop.execute(() -> enqueue(message))) {
            finish(message, new SendCancelledException(identity));
        }
        return message.result;
    }

    /** Messages that were accepted and are not acknowledged; from any thread. */
    int pending() {
        return pending.get();
    }

    /** Messages that were sent and are not acknowledged; from any thread. */
    int inFlight() {
        return inFlight;
    }

    private void enqueue(OutgoingMessage message) {
        if (closed) {
            finish(message, new SendCancelledException(identity));
            return;
        }
        outbox.add(message);
        armDeadline(message.deadline);
        owner.proceed();
    }

    void linkUp(MqttConnection present) {
        link = present;
    }

    /** What was in flight will be sent again on the next link. */
    void linkLost() {
        link = null;
        outbox.linkLost();
        direct.clear();
        inFlight = 0;
        pubackTimer.run();
        pubackTimerArmed = false;
    }

    /** Sends what the window allows. */
    void send() {
        for (OutgoingMessage next = outbox.send(); next != null; next = outbox.send()) {
            publish(next);
        }
        inFlight = outbox.inFlight();
    }

    /**
     * Sends at once, past all that waits, on the present link, which must be there. It is not sent again when the link is lost; whoever
     * wants that hears of the loss by himself.
     *
     * @return fails when the packet can never be sent; completes on PUBACK; remains open when the link is lost before
     */
    CompletionStage<Void> sendNow(String topic, byte[] payload) {
        MqttConnection on = link;
        OutgoingMessage message = new OutgoingMessage(topic, payload, 1, this, Long.MAX_VALUE);
        message.sentAt = loop.nanoTime();
        direct.add(message);
        armPubackTimer(message);
        on.publish(topic, payload, 1)
                .whenComplete((done, failure) -> loop.execute(() -> sentNow(on, message, Failures.of(failure))));
        return message.result;
    }

    private void sentNow(MqttConnection on, OutgoingMessage message, TransportException failure) {
        if (link != on) {
            return;
        }
        direct.remove(message);
        if (failure == null) {
            message.result.complete(null);
        } else if (failure.reason() == Reason.CANNOT_BE_SENT) {
            message.result.completeExceptionally(new UnsendableMessageException(failure));
        } else {
            owner.lost(on, failure);
            return;
        }
        owner.proceed();
    }

    /** Whether the hub has acknowledged all that was sent. */
    boolean idle() {
        return outbox.inFlight() == 0 && direct.isEmpty();
    }

    private void publish(OutgoingMessage message) {
        MqttConnection on = link;
        message.sentAt = loop.nanoTime();
        armPubackTimer(message);
        on.publish(message.topic, message.payload, message.qos)
                .whenComplete((done, failure) -> loop.execute(() -> published(on, message, failure)));
    }

    private void published(MqttConnection on, OutgoingMessage message, Throwable cause) {
        if (link != on) {
            return; // the message is in the queue again, or was given up
        }
        TransportException failure = Failures.of(cause);
        if (failure != null && failure.reason() != Reason.CANNOT_BE_SENT) {
            owner.lost(on, failure);
            return;
        }
        outbox.acknowledged(message);
        inFlight = outbox.inFlight();
        finish(message, failure == null ? null : new UnsendableMessageException(failure));
        owner.proceed();
    }

    // One timer for the whole window: it looks at the oldest message, and is armed anew for what then is the oldest.
    private void armPubackTimer(OutgoingMessage oldest) {
        if (pubackTimerArmed) {
            return;
        }
        pubackTimerArmed = true;
        long left = oldest.sentAt + settings.pubackTimeout().toNanos() - loop.nanoTime();
        pubackTimer = loop.schedule(Duration.ofNanos(Math.max(0, left)), this::checkPuback);
    }

    private void checkPuback() {
        pubackTimerArmed = false;
        OutgoingMessage oldest = oldestUnacknowledged();
        if (oldest == null) {
            return;
        }
        if (loop.nanoTime() - oldest.sentAt >= settings.pubackTimeout().toNanos()) {
            owner.lost(
                    link,
                    new TransportException(
                            Reason.SILENT,
                            "the hub has not acknowledged a message within "
                                    + settings.pubackTimeout().toMillis() + " ms (pubackTimeout)",
                            null));
        } else {
            armPubackTimer(oldest);
        }
    }

    private OutgoingMessage oldestUnacknowledged() {
        OutgoingMessage queued = outbox.oldestInFlight();
        if (direct.isEmpty()) {
            return queued;
        }
        OutgoingMessage sentDirectly = direct.iterator().next();
        return queued == null || sentDirectly.sentAt - queued.sentAt < 0 ? sentDirectly : queued;
    }

    /** Gives up the messages of an endpoint that stops. */
    void cancel(Object endpoint) {
        for (OutgoingMessage message : outbox.abandon(candidate -> candidate.owner == endpoint)) {
            finish(message, new SendCancelledException(identity));
        }
    }

    /** Gives up everything, for good. */
    void close(Exception reason) {
        closed = true;
        deadlineTimer.run();
        for (OutgoingMessage message : outbox.abandon(any -> true)) {
            finish(message, reason);
        }
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
        if (deadlineTimerArmed && deadline - deadlineTimerAt >= 0) {
            return;
        }
        deadlineTimer.run();
        deadlineTimerArmed = true;
        deadlineTimerAt = deadline;
        deadlineTimer = loop.schedule(Duration.ofNanos(Math.max(0, deadline - loop.nanoTime())), this::expire);
    }

    private void expire() {
        deadlineTimerArmed = false;
        long now = loop.nanoTime();
        for (OutgoingMessage message : outbox.abandon(candidate -> candidate.deadline - now <= 0)) {
            finish(message, new SendTimeoutException(timeoutSentence(message), owner.lastFailure()));
        }
        outbox.earliestDeadline(now).ifPresent(left -> armDeadline(now + left));
    }

    private String timeoutSentence(OutgoingMessage message) {
        String sentence = "the hub did not acknowledge a message of " + identity + " within sendTimeout";
        if (outbox.isInFlight(message)) {
            return sentence + "; it was sent and may have arrived";
        }
        String waited = message.wasSent() ? "; it was sent before the connection was lost and may have arrived" : "";
        return owner.lastFailure() == null
                ? sentence + (waited.isEmpty() ? "; it waited behind others" : waited)
                : sentence + waited + "; there is no connection: "
                        + HubConnectionException.explain(owner.lastFailure());
    }
}
