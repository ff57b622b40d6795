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
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

import io.github.iothubmqtt.protocol.DeviceIdentity;
import io.github.iothubmqtt.protocol.HubError;
import io.github.iothubmqtt.protocol.TwinTopics;
import io.github.iothubmqtt.transport.InboundMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the hub about the twin: sends requests, finds the answers' requests by their ids, asks again after a lost connection, when an
 * answer is missing or when the hub is busy, and keeps the deadlines. Updates go one after another, so that none can overtake another, not even when one has to be
 * repeated; reads do not wait for each other. Confined to the event loop, but for {@link #offer}.
 */
final class TwinRequests {

    private static final Logger LOG = LoggerFactory.getLogger(TwinRequests.class);

    private final ConnectionSettings settings;
    private final DeviceIdentity identity;
    private final EventLoop loop;
    private final LinkOwner owner;
    private final Sender sender;
    private final Subscriptions subscriptions;
    private final Backoff backoff;
    private final RandomGenerator random;
    /** Keeps late answers to an earlier process of this device from being taken for this one's. */
    private String idPrefix;

    private final AtomicInteger open = new AtomicInteger();
    private final Set<TwinRequest> reads = new LinkedHashSet<>();
    private final Set<TwinRequest> updates = new LinkedHashSet<>();
    private Subscription answers;
    private long lastId;
    private boolean closed;

    /** @param backoff for the delay before the hub is asked again */
    TwinRequests(
            ConnectionSettings settings,
            EventLoop loop,
            LinkOwner owner,
            Sender sender,
            Subscriptions subscriptions,
            Backoff backoff,
            RandomGenerator random) {
        this.settings = settings;
        this.identity = settings.identity();
        this.loop = loop;
        this.owner = owner;
        this.sender = sender;
        this.subscriptions = subscriptions;
        this.backoff = backoff;
        this.random = random;
    }

    /**
     * Takes a request, from any thread.
     *
     * @param patch null to read the twin
     * @param expectedVersion null for any
     * @return completes with the hub's answer; fails with an {@link IotHubException}
     */
    CompletionStage<TwinAnswer> offer(Object endpoint, byte[] patch, Long expectedVersion, Duration timeout) {
        if (open.incrementAndGet() > settings.maxPending()) {
            open.decrementAndGet();
            return CompletableFuture.failedFuture(new OutboxFullException(identity, settings.maxPending()));
        }
        TwinRequest request = new TwinRequest(endpoint, patch, expectedVersion, loop.nanoTime() + timeout.toNanos());
        request.result.whenComplete((answer, failure) -> open.decrementAndGet());
        if (!loop.execute(() -> enqueue(request))) {
            request.result.completeExceptionally(new SendCancelledException(identity));
        }
        return request.result;
    }

    private void enqueue(TwinRequest request) {
        if (closed) {
            request.result.completeExceptionally(new SendCancelledException(identity));
            return;
        }
        (request.isUpdate() ? updates : reads).add(request);
        request.limit =
                loop.schedule(Duration.ofNanos(Math.max(0, request.deadline - loop.nanoTime())), () -> expire(request));
        subscribe();
        owner.proceed();
    }

    /** The hub drops answers that nobody has subscribed to, so that comes first. */
    private void subscribe() {
        if (answers != null) {
            return;
        }
        Subscription wanted =
                new Subscription(TwinTopics.RESPONSE_FILTER, 0, "the answers to its twin requests", owner::proceed);
        answers = wanted;
        wanted.granted().whenComplete((done, failure) -> {
            if (failure instanceof Exception refusal && answers == wanted) {
                answers = null;
                subscriptions.remove(wanted, false);
                all().toList().forEach(request -> end(request, null, refusal));
            }
        });
        subscriptions.add(wanted);
    }

    /** Sends what may be sent now. */
    void send() {
        if (answers == null || !answers.active()) {
            return;
        }
        reads.stream().filter(TwinRequests::isDue).toList().forEach(this::send);
        updates.stream().limit(1).filter(TwinRequests::isDue).toList().forEach(this::send);
    }

    private static boolean isDue(TwinRequest request) {
        return !request.isUnderWay() && !request.backingOff;
    }

    private void send(TwinRequest request) {
        request.begin(nextId(), loop.schedule(settings.pubackTimeout(), () -> {
            LOG.debug("{}: {} was not answered in time. Asking again", identity, request.what());
            request.answerIsLate();
            owner.proceed();
        }));
        sender.sendNow(request.topic(), request.payload()).whenComplete((done, failure) -> {
            if (failure instanceof Exception unsendable) {
                end(request, null, unsendable);
            }
        });
    }

    private String nextId() {
        if (idPrefix == null) {
            idPrefix = Integer.toHexString(random.nextInt()) + "-";
        }
        return idPrefix + Long.toHexString(++lastId);
    }

    /** Whether no answer is awaited. */
    boolean idle() {
        return all().noneMatch(TwinRequest::isUnderWay);
    }

    void arrived(InboundMessage packet) {
        TwinTopics.Response response = TwinTopics.response(packet.topic()).orElse(null);
        TwinRequest request = response == null
                ? null
                : all().filter(candidate -> candidate.isAnsweredBy(response.requestId()))
                        .findFirst()
                        .orElse(null);
        if (request == null) {
            LOG.debug("{}: nobody waits for the answer {}", identity, packet.topic());
            return;
        }
        request.endAttempts();
        if (response.status() / 100 == 2) {
            end(request, new TwinAnswer(response.status(), response.version(), packet.payload()), null);
        } else {
            refused(request, response.status(), HubError.parse(packet.payload()));
        }
        owner.proceed();
    }

    private void refused(TwinRequest request, int status, HubError error) {
        TwinRequestException refusal = exception(request, status, error);
        if (status != 429 && status / 100 != 5) {
            end(request, null, refusal);
            return;
        }
        request.lastAnswer = refusal;
        Duration delay = backoff.delay(++request.answeredAttempts);
        LOG.debug("{}: {}. Asking again in {} ms", identity, refusal.getMessage(), delay.toMillis());
        request.backingOff = true;
        request.retry = loop.schedule(delay, () -> {
            request.backingOff = false;
            owner.proceed();
        });
    }

    private TwinRequestException exception(TwinRequest request, int status, HubError error) {
        String sentence = "The hub has refused " + request.what() + " of " + identity;
        boolean perhapsDone = request.isUpdate() && request.outcomeUnknown;
        String doubt = "may have been carried out before, when its answer was lost";
        if (status == 412 && request.expectedVersion != null) {
            return new TwinVersionMismatchException(
                    sentence + ", which expected version " + request.expectedVersion
                            + (perhapsDone ? " and " + doubt : ""),
                    request.expectedVersion,
                    error);
        }
        return new TwinRequestException(sentence + (perhapsDone ? ", which " + doubt : ""), status, error);
    }

    private void expire(TwinRequest request) {
        end(request, null, request.lastAnswer != null && !request.isUnderWay() ? request.lastAnswer : timeout(request));
        owner.proceed(); // the next update has waited for this one
    }

    private TwinTimeoutException timeout(TwinRequest request) {
        boolean sent = request.isUnderWay() || request.outcomeUnknown;
        String sentence = "The hub did not answer " + request.what() + " of " + identity + " within requestTimeout"
                + (sent && request.isUpdate() ? "; it was sent and may have been carried out" : "")
                + (request.lastAnswer == null
                        ? ""
                        : "; an earlier attempt had ended with status " + request.lastAnswer.status());
        Exception down = owner.lastFailure();
        return new TwinTimeoutException(
                down == null
                        ? sentence
                        : sentence + "; there is no connection: " + HubConnectionException.explain(down),
                down);
    }

    private void end(TwinRequest request, TwinAnswer answer, Exception failure) {
        reads.remove(request);
        updates.remove(request);
        request.endAttempts();
        request.limit.run();
        request.retry.run();
        if (failure == null) {
            request.result.complete(answer);
        } else {
            request.result.completeExceptionally(failure);
        }
    }

    /** What was not answered is asked again on the next link, in the old order. */
    void linkLost() {
        all().forEach(TwinRequest::linkLost);
    }

    /** Gives up the requests of an endpoint that stops. */
    void cancel(Object endpoint) {
        List<TwinRequest> its =
                all().filter(request -> request.endpoint == endpoint).toList();
        its.forEach(request -> end(request, null, new SendCancelledException(identity)));
    }

    /** Gives up everything, for good. */
    void close(Exception reason) {
        closed = true;
        all().toList().forEach(request -> end(request, null, reason));
    }

    private Stream<TwinRequest> all() {
        return Stream.concat(reads.stream(), updates.stream());
    }
}
