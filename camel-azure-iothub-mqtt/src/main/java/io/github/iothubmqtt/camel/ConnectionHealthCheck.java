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
package io.github.iothubmqtt.camel;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.iothubmqtt.device.ConnectionHandle;
import io.github.iothubmqtt.device.ConnectionState;
import io.github.iothubmqtt.device.ConnectionStatus;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * Tells whether a producer or consumer can do its work: its connection is up and, for a consumer, the hub has granted the subscription.
 * When not, the message says why. Details hold nothing secret.
 */
final class ConnectionHealthCheck extends AbstractHealthCheck {

    private static final AtomicInteger PRODUCERS = new AtomicInteger();

    private final ConnectionHandle handle;
    private final boolean needsSubscription;

    private ConnectionHealthCheck(String id, ConnectionHandle handle, boolean needsSubscription) {
        super("camel", id);
        this.handle = handle;
        this.needsSubscription = needsSubscription;
    }

    static ConnectionHealthCheck ofConsumer(String routeId, ConnectionHandle handle) {
        return new ConnectionHealthCheck("consumer:iothub-mqtt-" + routeId, handle, true);
    }

    /** Camel tells checks apart by their ids, and a device may have any number of producers; hence the number. */
    static ConnectionHealthCheck ofProducer(ConnectionHandle handle) {
        return new ConnectionHealthCheck(
                "producer:iothub-mqtt-" + handle.identity().clientId() + "-" + PRODUCERS.incrementAndGet(),
                handle,
                false);
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        ConnectionStatus status = handle.status();
        boolean ok = status.isUp() && (status.subscribed() || !needsSubscription);
        if (ok) {
            builder.up();
        } else {
            builder.down().message(problem(status));
        }
        builder.detail("identity", handle.identity().toString());
        builder.detail("state", status.state().name());
        builder.detail("since", status.since().toString());
        builder.detail("failedAttempts", status.failedAttempts());
        builder.detail("inFlight", status.inFlight());
        builder.detail("pending", status.pending());
        if (status.peer() != null) {
            builder.detail("peer", status.peer());
        }
        if (status.cause() != null) {
            builder.detail("cause", status.cause());
        }
        if (status.tokenExpiry() != null) {
            builder.detail("tokenExpiry", status.tokenExpiry().toString());
        }
        if (status.certificateExpiry() != null) {
            builder.detail("certificateExpiry", status.certificateExpiry().toString());
        }
    }

    private String problem(ConnectionStatus status) {
        if (status.isUp()) {
            return handle.identity() + " is connected, but the hub has not granted the subscription yet";
        }
        if (status.state() == ConnectionState.CLOSED) {
            return "The connection of " + handle.identity() + " is closed";
        }
        return handle.identity() + " is not connected" + (status.cause() == null ? "" : ": " + status.cause());
    }
}
