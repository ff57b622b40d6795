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
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

import io.github.iothubmqtt.device.Credentials.Credential;
import io.github.iothubmqtt.device.Registration.Assignment;
import io.github.iothubmqtt.protocol.Audience;
import io.github.iothubmqtt.protocol.DeviceIdentity;
import io.github.iothubmqtt.protocol.ProvisioningTopics;
import io.github.iothubmqtt.protocol.WebSocketPath;
import io.github.iothubmqtt.transport.ConnectOptions;
import io.github.iothubmqtt.transport.MqttTransport;
import io.github.iothubmqtt.transport.TransportException;
import io.github.iothubmqtt.transport.TransportException.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out before each attempt to connect what it needs: which hub, from the provisioning service if there is one, and what to
 * present to it. The hub that the service assigned is remembered until one refuses the device. Confined to the event loop.
 */
final class Login {

    private static final Logger LOG = LoggerFactory.getLogger(Login.class);

    /** All that an attempt to connect needs. */
    record Plan(ConnectOptions options, Credential credential) {

        String peer() {
            return options.host() + ":" + options.port();
        }
    }

    private final ConnectionSettings settings;
    private final MqttTransport transport;
    private final EventLoop loop;
    private final Executor blocking;
    private final Map<Provisioning, Assignment> assignments;

    private CompletableFuture<Plan> underWay = CompletableFuture.completedFuture(null);
    private Registration registration;
    /** Which token or certificate is being made, and for whom. */
    private Audience asked;

    private CompletableFuture<Credential> answer = CompletableFuture.completedFuture(null);
    /** Whether the time for the answer was up, so that nobody has used it yet. */
    private boolean late;

    /** Whether the latest plan follows an assignment from before. */
    private boolean remembered;
    /** Whether the assignment is to be asked for again. */
    private boolean doubted;

    private boolean closed;

    Login(
            ConnectionSettings settings,
            MqttTransport transport,
            EventLoop loop,
            Executor blocking,
            Map<Provisioning, Assignment> assignments) {
        this.settings = settings;
        this.transport = transport;
        this.loop = loop;
        this.blocking = blocking;
        this.assignments = assignments;
    }

    /**
     * Who asks while the answer to an earlier question is still being found gets that one.
     *
     * @return completes on the loop; fails with a sentence that says what to change
     */
    CompletionStage<Plan> next() {
        if (underWay.isDone()) {
            try {
                underWay = find().toCompletableFuture();
            } catch (RuntimeException e) {
                underWay = CompletableFuture.failedFuture(e);
            }
        }
        return underWay;
    }

    private CompletionStage<Plan> find() {
        Provisioning service = settings.provisioning();
        if (service == null) {
            return plan(settings.identity(), settings.host(), settings.port());
        }
        // An endpoint of another device may have named the same registration; that is the service's to judge.
        Assignment known = Optional.ofNullable(assignments.get(service))
                .filter(this::isOurs)
                .orElse(null);
        remembered = known != null && !doubted;
        return remembered ? plan(known) : register(service, known);
    }

    /**
     * Told when the hub did not let the device in.
     *
     * @return whether the device may have been moved to another hub, so that to ask for it at once is worth while
     */
    boolean mayHaveMoved(Exception cause) {
        if (settings.provisioning() == null
                || !(cause instanceof TransportException failure)
                || !(failure.connackCode() >= 4 || failure.reason() == Reason.UNKNOWN_HOST)) {
            return false;
        }
        doubted = true;
        return remembered;
    }

    /** Ends what is under way. @return completes when its connection is gone */
    CompletionStage<Void> close() {
        closed = true;
        answer.cancel(true);
        return registration == null ? CompletableFuture.completedStage(null) : registration.cancel();
    }

    // ---- the provisioning service

    private CompletionStage<Plan> register(Provisioning service, Assignment known) {
        return credential(ProvisioningTopics.audience(service.idScope(), service.registrationId()))
                .thenCompose(credential -> register(service, credential))
                .thenApply(this::requireOurs)
                .handle((assignment, failure) -> {
                    registration = null;
                    if (failure == null) {
                        assignments.put(service, assignment);
                        doubted = false;
                        return plan(assignment);
                    }
                    if (known != null && !isRefusal(failure) && !closed) {
                        LOG.info(
                                "{}. Trying the hub that was assigned before, {}",
                                cause(failure).getMessage(),
                                known.hub());
                        return plan(known);
                    }
                    return CompletableFuture.<Plan>failedStage(cause(failure));
                })
                .thenCompose(plan -> plan);
    }

    private CompletionStage<Assignment> register(Provisioning service, Credential credential) {
        ConnectOptions options = new ConnectOptions(
                service.host(),
                service.port(),
                credential.sslContext() == null ? settings.sslContext() : credential.sslContext(),
                service.registrationId(),
                ProvisioningTopics.userName(service.idScope(), service.registrationId(), settings.clientType()),
                credential.password(),
                true,
                settings.keepAlive(),
                settings.connectTimeout(),
                null);
        registration = new Registration(service, overTheNetwork(options), transport, loop, settings.connectTimeout());
        return registration.start();
    }

    private Assignment requireOurs(Assignment assignment) {
        if (!isOurs(assignment)) {
            throw new CompletionException(ProvisioningException.refused("registration '"
                    + settings.provisioning().registrationId() + "' belongs to device '" + assignment.deviceId()
                    + "' of the assigned hub, and the URI names '"
                    + settings.identity().deviceId() + "': write iothub-mqtt:"
                    + assignment.deviceId() + "?registrationId="
                    + settings.provisioning().registrationId()));
        }
        return assignment;
    }

    private boolean isOurs(Assignment assignment) {
        return assignment.deviceId().equals(settings.identity().deviceId());
    }

    private static boolean isRefusal(Throwable failure) {
        return cause(failure) instanceof ProvisioningException known && known.isRefusal();
    }

    // ---- the hub

    private CompletionStage<Plan> plan(Assignment assignment) {
        String host = assignment.hub().host();
        int port = assignment.hub().port();
        return plan(
                settings.identity().at(host),
                host,
                port == 0 ? settings.provisioning().hubPort() : port);
    }

    private CompletionStage<Plan> plan(DeviceIdentity identity, String host, int port) {
        return credential(identity.audience())
                .thenApply(credential -> new Plan(
                        overTheNetwork(new ConnectOptions(
                                host,
                                port,
                                credential.sslContext() == null ? settings.sslContext() : credential.sslContext(),
                                identity.clientId(),
                                identity.userName(settings.clientType()),
                                credential.password(),
                                settings.cleanSession(),
                                settings.keepAlive(),
                                settings.connectTimeout(),
                                settings.will())),
                        credential));
    }

    /** By the transport and the proxy that the settings name. A client without certificate asks not to be asked for one. */
    private ConnectOptions overTheNetwork(ConnectOptions options) {
        return options.by(settings.webSocket() ? WebSocketPath.of(options.password() == null) : null, settings.proxy());
    }

    // ---- tokens and certificates

    /** One that is not made when the time is up serves the next attempt: whoever makes it is not asked twice at a time. */
    private CompletionStage<Credential> credential(Audience audience) {
        if (closed) {
            return CompletableFuture.failedStage(new CancellationException("the connection was closed meanwhile"));
        }
        if (!audience.equals(asked) || (answer.isDone() && !isLateToken())) {
            answer.cancel(true);
            asked = audience;
            answer = settings.credentials()
                    .next(audience, loop.clock().instant(), blocking)
                    .toCompletableFuture();
        }
        late = false;
        if (answer.isDone()) {
            return answer.copy();
        }
        return limited(answer, settings.connectTimeout());
    }

    /** Without it, a token that always takes a little too long would never be used. A certificate is read anew. */
    private boolean isLateToken() {
        if (!late || answer.isCompletedExceptionally()) {
            return false;
        }
        Credential made = answer.join();
        return made.isToken() && made.expiry().isAfter(loop.clock().instant());
    }

    private CompletionStage<Credential> limited(CompletableFuture<Credential> made, Duration limit) {
        CompletableFuture<Credential> result = new CompletableFuture<>();
        Runnable timer = loop.schedule(limit, () -> {
            late = true;
            result.completeExceptionally(new CredentialsException("there was no token or certificate for " + asked
                    + " within " + limit.toMillis() + " ms (connectTimeout): look at what makes it"));
        });
        made.whenComplete((credential, failure) -> loop.execute(() -> {
            timer.run();
            if (failure == null) {
                result.complete(credential);
            } else {
                result.completeExceptionally(failure);
            }
        }));
        return result;
    }

    /** What a stage failed with. */
    static Exception cause(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof Exception known ? known : new IllegalStateException(cause);
    }
}
