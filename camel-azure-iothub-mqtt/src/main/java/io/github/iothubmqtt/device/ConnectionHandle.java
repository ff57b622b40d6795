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
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.iothubmqtt.protocol.DeviceIdentity;
import io.github.iothubmqtt.protocol.HubError;
import io.github.iothubmqtt.protocol.TwinDocument;

/**
 * One endpoint's share in the connection of an identity. Thread-safe. No method blocks; stages complete on the event loop, so
 * whoever continues with work of any length goes to another thread first.
 */
public final class ConnectionHandle {

    private final DeviceConnections owner;
    private final DeviceConnection connection;
    private final AtomicBoolean released = new AtomicBoolean();

    ConnectionHandle(DeviceConnections owner, DeviceConnection connection) {
        this.owner = owner;
        this.connection = connection;
    }

    public DeviceIdentity identity() {
        return connection.settings().identity();
    }

    /** What the shared connection is doing at this moment. */
    public ConnectionStatus status() {
        return connection.status();
    }

    /**
     * Connects when no other handle has.
     *
     * @return completes once the connection has been up; fails with a {@link HubConnectionException} when the very first
     *     attempt failed, after which the handle is of no more use. Later losses do not show here, they are repaired
     */
    public CompletionStage<Void> start() {
        return connection.start();
    }

    /**
     * Puts a message into the outbox of the connection. It is sent in order and, over any number of reconnects, until the hub
     * has acknowledged it.
     *
     * @param qos 0 or 1
     * @param timeout from now to the acknowledgement
     * @return completes on PUBACK (at QoS 0 when the packet was written); fails with an {@link IotHubException}
     */
    public CompletionStage<Void> send(String topic, byte[] payload, int qos, Duration timeout) {
        if (released.get()) {
            return CompletableFuture.failedFuture(new SendCancelledException(identity()));
        }
        return connection.send(this, topic, payload, qos, timeout);
    }

    /**
     * Reads the twin, again and again while the hub is busy or away.
     *
     * @param timeout from now to the answer
     * @return fails with an {@link IotHubException}
     */
    public CompletionStage<TwinDocument> readTwin(Duration timeout) {
        return ask(null, null, timeout).thenCompose(answer -> TwinDocument.parse(answer.body())
                .map(CompletableFuture::completedFuture)
                .orElseGet(() -> CompletableFuture.failedFuture(new TwinRequestException(
                        "The hub's answer to the request for the twin of " + identity() + " is no twin",
                        answer.status(),
                        HubError.parse(answer.body())))));
    }

    /**
     * Updates the reported properties of the twin. Updates of one identity are carried out in the order of the calls; what the hub has not
     * answered when the connection is lost is sent again.
     *
     * @param patch a JSON object in UTF-8: members are merged, and null removes one
     * @param expectedVersion the version that the reported properties must have, or null for any; if they have another, the stage fails
     *     with {@link TwinVersionMismatchException}
     * @param timeout from now to the answer
     * @return their new version, or empty when the hub does not name it; fails with an {@link IotHubException}
     */
    public CompletionStage<Optional<Long>> updateTwin(byte[] patch, Long expectedVersion, Duration timeout) {
        return ask(patch, expectedVersion, timeout).thenApply(answer -> Optional.ofNullable(answer.version()));
    }

    private CompletionStage<TwinAnswer> ask(byte[] patch, Long expectedVersion, Duration timeout) {
        if (released.get()) {
            return CompletableFuture.failedFuture(new SendCancelledException(identity()));
        }
        return connection.ask(this, patch, expectedVersion, timeout);
    }

    /**
     * Makes a handler the consumer of devicebound messages, until this handle is released.
     *
     * @param qos 0 or 1; at 0 the hub forgets a message when it has sent it
     * @param concurrency how many messages the handler has at a time, at most; acknowledgements are sent in order all the same
     * @param maxRedeliveries how often a message that failed is delivered again
     * @return completes when the hub has granted it; fails with an {@link IotHubException}
     */
    public CompletionStage<Void> subscribeDevicebound(
            int qos, int concurrency, int maxRedeliveries, DeviceboundHandler handler) {
        return connection.subscribe(new Receiver.Consumer(this, null, qos, concurrency, maxRedeliveries, handler));
    }

    /**
     * Makes a handler the consumer of the messages to an input of a module; otherwise as
     * {@link #subscribeDevicebound(int, int, int, DeviceboundHandler)}.
     *
     * @param input null for all inputs that have no consumer of their own
     */
    public CompletionStage<Void> subscribeInput(
            String input, int qos, int concurrency, int maxRedeliveries, DeviceboundHandler handler) {
        return connection.subscribe(new Receiver.Consumer(this, input, qos, concurrency, maxRedeliveries, handler));
    }

    /**
     * Makes a handler the consumer of the desired properties, until this handle is released. It gets all of them at first, then each change,
     * and all of them again when changes may have been missed.
     *
     * @param maxRedeliveries how often a change that failed is followed by all desired properties again
     * @return completes when the hub has granted it; fails with an {@link IotHubException}
     */
    public CompletionStage<Void> subscribeDesired(int maxRedeliveries, DesiredHandler handler) {
        return connection.subscribe(new DesiredProperties.Consumer(this, maxRedeliveries, handler));
    }

    /**
     * Makes a handler the consumer of direct methods, until this handle is released.
     *
     * @param names empty for all that have no consumer of their own
     * @param concurrency how many calls of one method the handler has at a time, at most
     * @param timeout from the arrival of a call to its answer; then the caller is told that it took too long
     * @return completes when the hub has granted it; fails with an {@link IotHubException}
     */
    public CompletionStage<Void> subscribeMethods(
            Set<String> names, int concurrency, Duration timeout, MethodHandler handler) {
        return connection.subscribe(new MethodConsumer(this, names, concurrency, timeout, handler));
    }

    /**
     * Hands nothing further to this handle's handler: messages stay at the hub, desired properties are read later, calls of methods are
     * refused. What is running goes on.
     *
     * @return completes when it is in force
     */
    public CompletionStage<Void> pause() {
        return connection.pause(this, true);
    }

    /** Ends {@link #pause()}. */
    public void resume() {
        connection.pause(this, false);
    }

    /**
     * Gives the share back: sends and requests of this handle that are still open fail with {@link SendCancelledException}, its subscription
     * ends, and with the last handle so does the connection. May be called repeatedly.
     *
     * @return completes when that is done
     */
    public CompletionStage<Void> release() {
        if (!released.compareAndSet(false, true)) {
            return CompletableFuture.completedStage(null);
        }
        connection.release(this);
        return owner.release(connection);
    }
}
