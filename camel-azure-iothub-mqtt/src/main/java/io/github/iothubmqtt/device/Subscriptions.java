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

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import io.github.iothubmqtt.protocol.DeviceIdentity;
import io.github.iothubmqtt.transport.MqttConnection;
import io.github.iothubmqtt.transport.TransportException;
import io.github.iothubmqtt.transport.TransportException.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The filters that a connection is subscribed to: asks for them on each link, since a session may be gone without notice, and calls a
 * link dead on which SUBACK does not come. Confined to the event loop, but for {@link #complete}.
 */
final class Subscriptions {

    private static final Logger LOG = LoggerFactory.getLogger(Subscriptions.class);

    private final ConnectionSettings settings;
    private final DeviceIdentity identity;
    private final EventLoop loop;
    private final LinkOwner owner;
    private final Set<Subscription> wanted = new LinkedHashSet<>();
    private final Timers linkTimers;

    private MqttConnection link;
    private volatile boolean complete;

    Subscriptions(ConnectionSettings settings, EventLoop loop, LinkOwner owner) {
        this.settings = settings;
        this.identity = settings.identity();
        this.loop = loop;
        this.owner = owner;
        this.linkTimers = new Timers(loop);
    }

    /** Whether the hub has granted all that there are, and there is one; from any thread. */
    boolean complete() {
        return complete;
    }

    /** Subscribes now and on each link to come, however long it takes until the hub grants it. */
    void add(Subscription subscription) {
        wanted.add(subscription);
        if (link != null) {
            ask(subscription);
        }
        count();
    }

    /**
     * Subscribes for a consumer that starts, which takes a limited time.
     *
     * @param wasUp whether the connection has been up: then a link that is down does not keep the subscriber from being ready
     */
    void add(Subscription subscription, boolean wasUp) {
        Runnable limit = loop.schedule(
                settings.connectTimeout().multipliedBy(2),
                () -> subscription.granted.completeExceptionally(cannotSubscribe(subscription, owner.lastFailure())));
        subscription.granted.whenComplete((done, failure) -> limit.run());
        if (link == null && wasUp) {
            subscription.granted.complete(null);
        }
        add(subscription);
    }

    /** @param tellHub false to let the hub go on collecting messages in the session */
    void remove(Subscription subscription, boolean tellHub) {
        if (wanted.remove(subscription)) {
            subscription.lost();
            if (tellHub && link != null) {
                link.unsubscribe(subscription.filter);
            }
            count();
        }
    }

    void linkUp(MqttConnection present) {
        link = present;
        List.copyOf(wanted).forEach(this::ask);
    }

    void linkLost() {
        link = null;
        linkTimers.cancel();
        wanted.forEach(Subscription::linkLost);
    }

    /** What the hub had granted, it has to grant again. */
    void grantLost() {
        wanted.forEach(Subscription::lost);
        count();
    }

    void close(Exception reason) {
        List.copyOf(wanted).forEach(subscription -> {
            wanted.remove(subscription);
            subscription.lost();
            subscription.granted.completeExceptionally(reason);
        });
        count();
    }

    private void ask(Subscription subscription) {
        MqttConnection on = link;
        Runnable limit = linkTimers.schedule(
                settings.connectTimeout(),
                () -> owner.lost(
                        on,
                        new TransportException(
                                Reason.SILENT, "SUBACK for " + subscription.filter + " did not come", null)));
        on.subscribe(subscription.filter, subscription.qos)
                .whenComplete((granted, cause) -> loop.execute(() -> {
                    limit.run();
                    if (link == on && wanted.contains(subscription)) {
                        answered(on, subscription, Failures.of(cause));
                    }
                }));
    }

    private void answered(MqttConnection on, Subscription subscription, TransportException failure) {
        if (failure == null) {
            LOG.debug("{}: subscribed to {}", identity, subscription.what);
            subscription.grant();
            count();
            return;
        }
        subscription.lost();
        count();
        if (failure.reason() != Reason.SUBSCRIPTION_REFUSED
                || !subscription.granted.completeExceptionally(cannotSubscribe(subscription, failure))) {
            owner.lost(on, failure);
        }
    }

    private void count() {
        complete = !wanted.isEmpty() && wanted.stream().allMatch(Subscription::held);
    }

    private HubConnectionException cannotSubscribe(Subscription subscription, Exception cause) {
        return new HubConnectionException(
                "Cannot subscribe " + identity + " to " + subscription.what + ": "
                        + (cause == null
                                ? "the hub did not answer with SUBACK"
                                : HubConnectionException.explain(cause)),
                cause);
    }
}
