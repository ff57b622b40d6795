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

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import io.github.iothubmqtt.protocol.HubAddress;
import io.github.iothubmqtt.protocol.ProvisioningTopics;
import io.github.iothubmqtt.protocol.ProvisioningTopics.Response;
import io.github.iothubmqtt.protocol.RegistrationAnswer;
import io.github.iothubmqtt.transport.ConnectOptions;
import io.github.iothubmqtt.transport.InboundMessage;
import io.github.iothubmqtt.transport.MqttConnection;
import io.github.iothubmqtt.transport.MqttTransport;
import io.github.iothubmqtt.transport.TransportException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One registration with the provisioning service (spec 9): connect, subscribe, register, and ask again until it says which hub. What
 * is temporary, such as 429, is waited for; all else fails, and whoever asked tries again. Confined to the event loop.
 */
final class Registration implements MqttTransport.Listener {

    /** As the service's own clients wait when it names no time. */
    private static final Duration POLL_DELAY = Duration.ofSeconds(2);

    /** Also when it says that there is nothing to wait for, so that no tight loop comes of it. */
    private static final Duration SHORTEST_DELAY = Duration.ofMillis(100);

    private static final Logger LOG = LoggerFactory.getLogger(Registration.class);
    private static final byte[] NO_BODY = new byte[0];

    /**
     * What came out of it.
     *
     * @param hub its port is 0 when the service names none
     */
    record Assignment(HubAddress hub, String deviceId) {}

    private final Provisioning service;
    private final Duration answerTimeout;
    private final EventLoop loop;
    private final Timers timers;
    private final CompletableFuture<Assignment> result = new CompletableFuture<>();
    private final MqttConnection connection;

    /** Whether it has come to an end, good or bad, so that nothing that is still heard matters. */
    private boolean over;

    private int requests;
    private String awaited;
    private Runnable answerTimer = () -> {};
    /** Null until the service has given one. */
    private String operationId;
    /** What was heard last, for the sentence when the time is up. */
    private String lastHeard = "it has not answered yet";

    Registration(
            Provisioning service,
            ConnectOptions options,
            MqttTransport transport,
            EventLoop loop,
            Duration answerTimeout) {
        this.service = service;
        this.answerTimeout = answerTimeout;
        this.loop = loop;
        this.timers = new Timers(loop);
        this.connection = transport.open(options, this);
    }

    /** @return completes on the loop, when the connection is gone, too; fails with {@link ProvisioningException} */
    CompletionStage<Assignment> start() {
        timers.schedule(
                service.timeout(),
                () -> fail(ProvisioningException.unanswered(
                        "the provisioning service did not assign a hub within "
                                + service.timeout().toSeconds() + " s (provisioningTimeout): " + lastHeard,
                        null)));
        connection.connect().whenComplete((session, failure) -> loop.execute(() -> connected(Failures.of(failure))));
        return result;
    }

    /** Gives it up. @return completes when the connection is gone */
    CompletionStage<Void> cancel() {
        fail(ProvisioningException.unanswered("the registration was given up", null));
        return connection.close();
    }

    private void connected(TransportException failure) {
        if (over) {
            return;
        }
        if (failure != null) {
            failBecauseOf(failure);
            return;
        }
        connection
                .subscribe(ProvisioningTopics.RESPONSE_FILTER, 1)
                .whenComplete((granted, refusal) -> loop.execute(() -> subscribed(Failures.of(refusal))));
    }

    private void subscribed(TransportException failure) {
        if (over) {
            return;
        }
        if (failure != null) {
            failBecauseOf(failure);
            return;
        }
        request();
    }

    private void request() {
        if (over) {
            return;
        }
        awaited = Integer.toString(++requests);
        answerTimer = timers.schedule(
                answerTimeout,
                () -> fail(ProvisioningException.unanswered(
                        "the provisioning service " + peer() + " did not answer within " + answerTimeout.toMillis()
                                + " ms",
                        null)));
        boolean first = operationId == null;
        String topic = first ? ProvisioningTopics.register(awaited) : ProvisioningTopics.poll(awaited, operationId);
        byte[] body = first ? RegistrationAnswer.request(service.registrationId(), service.payload()) : NO_BODY;
        connection.publish(topic, body, 1).whenComplete((done, failure) -> {
            if (failure != null) {
                loop.execute(() -> failBecauseOf(Failures.of(failure)));
            }
        });
    }

    @Override
    public void received(InboundMessage message) {
        loop.execute(() -> {
            connection.acknowledge(message);
            ProvisioningTopics.response(message.topic())
                    .filter(response -> response.requestId().equals(awaited) && !over)
                    .ifPresent(response -> answered(response, message.payload()));
        });
    }

    @Override
    public void lost(TransportException cause) {
        loop.execute(() -> failBecauseOf(cause));
    }

    private void answered(Response response, byte[] body) {
        awaited = null;
        answerTimer.run();
        LOG.debug(
                "Provisioning {}: {} {}",
                service.registrationId(),
                response,
                LOG.isTraceEnabled() ? new String(body, StandardCharsets.UTF_8) : "");
        Optional<RegistrationAnswer> answer = RegistrationAnswer.parse(body);
        int status = response.status();
        if (status == 429 || status >= 500) {
            lastHeard = "it answered " + status + " last";
            requestLater(response);
        } else if (status >= 300) {
            fail(ProvisioningException.refused(refusal(status, answer)));
        } else if (answer.isEmpty() || answer.get().status() == null) {
            fail(nonsense("its answer " + status + " has no status"));
        } else {
            judge(response, answer.get());
        }
    }

    private void judge(Response response, RegistrationAnswer answer) {
        switch (answer.status()) {
            case "assigned" -> assigned(answer);
            case "assigning", "unassigned" -> {
                if (answer.operationId() == null && operationId == null) {
                    fail(nonsense("it is assigning, but names no operation"));
                    return;
                }
                operationId = answer.operationId() == null ? operationId : answer.operationId();
                lastHeard = "its last word was '" + answer.status() + "'";
                requestLater(response);
            }
            case "failed" ->
                fail(ProvisioningException.refused("the provisioning service could not assign registration '"
                        + service.registrationId() + "'" + detail(answer)
                        + ": look at the allocation policy of its enrolment"));
            case "disabled" ->
                fail(ProvisioningException.refused("the enrolment of registration '" + service.registrationId()
                        + "' is disabled at the provisioning service: enable it"));
            default -> fail(nonsense("its status '" + answer.status() + "' is unknown"));
        }
    }

    private void assigned(RegistrationAnswer answer) {
        if (answer.assignedHub() == null || answer.deviceId() == null) {
            fail(nonsense("it says 'assigned', but names no hub or no device"));
            return;
        }
        HubAddress hub;
        try {
            hub = HubAddress.parse(answer.assignedHub());
        } catch (IllegalArgumentException e) {
            fail(nonsense("the hub that it names cannot be used: " + e.getMessage()));
            return;
        }
        LOG.info(
                "Provisioned {}: device {} of hub {} ({})",
                service.registrationId(),
                answer.deviceId(),
                hub,
                answer.substatus() == null ? "no substatus" : answer.substatus());
        over = true;
        timers.cancel();
        Assignment assignment = new Assignment(hub, answer.deviceId());
        connection.disconnect().whenComplete((done, failure) -> loop.execute(() -> result.complete(assignment)));
    }

    private void requestLater(Response response) {
        Duration delay = response.retryAfter() == null || response.retryAfter() < 0
                ? POLL_DELAY
                : Duration.ofSeconds(
                        Math.min(response.retryAfter(), service.timeout().toSeconds()));
        timers.schedule(delay.compareTo(SHORTEST_DELAY) < 0 ? SHORTEST_DELAY : delay, this::request);
    }

    private String refusal(int status, Optional<RegistrationAnswer> answer) {
        String sentence = "the provisioning service refused registration '" + service.registrationId()
                + "' of id scope " + service.idScope() + ": " + status
                + answer.map(Registration::detail).orElse("");
        return sentence
                + switch (status) {
                    case 401, 403 ->
                        ". Check that the key or certificate is that of the enrolment (the key of a group needs"
                                + " deriveDeviceKey=true), and this machine's clock";
                    case 404 -> ". Check idScope and registrationId, and that there is an enrolment for it";
                    default -> ". Look at the enrolment, and at provisioningPayload if there is one";
                };
    }

    private static String detail(RegistrationAnswer answer) {
        if (answer.errorCode() == 0 && answer.errorMessage() == null) {
            return "";
        }
        String code = answer.errorCode() == 0 ? "" : Integer.toString(answer.errorCode());
        String message = answer.errorMessage() == null ? "" : answer.errorMessage();
        return " (" + code + (code.isEmpty() || message.isEmpty() ? "" : ", ") + message + ")";
    }

    private ProvisioningException nonsense(String what) {
        return ProvisioningException.unanswered(
                "the answer of the provisioning service " + peer() + " makes no sense: " + what, null);
    }

    private void failBecauseOf(TransportException failure) {
        String hint = failure.connackCode() == 0
                ? ""
                : ". Check idScope, registrationId, the key or certificate of the enrolment, and this machine's clock";
        fail(ProvisioningException.unanswered(
                "no registration at the provisioning service " + peer() + ": " + failure.getMessage() + hint, failure));
    }

    private void fail(ProvisioningException failure) {
        if (over) {
            return;
        }
        over = true;
        timers.cancel();
        connection.close().whenComplete((done, cause) -> loop.execute(() -> result.completeExceptionally(failure)));
    }

    private String peer() {
        return service.host() + ":" + service.port();
    }
}
