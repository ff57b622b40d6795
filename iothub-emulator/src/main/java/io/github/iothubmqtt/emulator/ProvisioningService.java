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
package io.github.iothubmqtt.emulator;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.Consumer;

import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.vertx.core.Future;
import io.vertx.mqtt.MqttEndpoint;

/**
 * The Device Provisioning Service beside the hub, on the same ports: takes the connections whose user names are meant for it, and carries
 * out what they ask for. Belongs to the hub's event loop; methods that any thread may call say so.
 */
final class ProvisioningService {

    /** As often does Azure call a function that allocates and is not available. */
    private static final int MAX_ALLOCATIONS = 10;

    private static final int MAX_BODY = 96 * 1024;

    /** How often a device has done what. */
    private static final class Counts {
        private long connects;
        private long registers;
        private long polls;
    }

    /** A registration that is under way, or has ended and can be asked for. */
    private static final class Operation {
        private final String id;
        private final Enrollment enrollment;
        private final RegistrationState started;

        private int polls;
        private int allocations;
        /** Fails when the allocation is to be tried again. */
        private Future<RegistrationState> outcome;

        Operation(String id, Enrollment enrollment, RegistrationState started) {
            this.id = id;
            this.enrollment = enrollment;
            this.started = started;
        }
    }

    private final Hub hub;
    private final ProvisioningGate gate;
    private final Enrollments enrollments;
    private final ProvisioningAssigner assigner;
    private final Map<String, ProvisioningConnection> connections = new LinkedHashMap<>();
    private final Map<String, Operation> operations = new HashMap<>();
    private final Map<String, Counts> counts = new HashMap<>();
    private final Journal<Registration> ended = Journal.ofEntries(10_000);
    private final SplittableRandom random = new SplittableRandom();

    ProvisioningService(Hub hub, ProvisioningGate gate, Enrollments enrollments) {
        this.hub = hub;
        this.gate = gate;
        this.enrollments = enrollments;
        this.assigner = new ProvisioningAssigner(enrollments, hub.clock());
    }

    /** Every registration that came to an end. Any thread. */
    Journal<Registration> ended() {
        return ended;
    }

    // connections

    /** Whether this CONNECT is for the provisioning service and not for the hub. */
    boolean isMeant(MqttEndpoint endpoint) {
        return gate.isMeant(endpoint.auth());
    }

    /** Answers a CONNECT that is meant for the service. */
    void connect(MqttEndpoint endpoint, Wire wire) {
        try {
            ProvisioningGate.Guest guest = gate.admit(endpoint, wire.clientProof());
            new ProvisioningConnection(hub, this, endpoint, guest, wire).answerConnect();
        } catch (ConnectRefused refused) {
            hub.log().refused(endpoint.clientIdentifier(), refused.logCode(), "provisioning: " + refused.getMessage());
            endpoint.reject(refused.returnCode(hub.settings()));
        } catch (RuntimeException e) {
            hub.log().fault(endpoint.clientIdentifier(), e);
            endpoint.reject(MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE);
        }
    }

    /** A connection is about to be let in; an older one of the same client id has to go, as MQTT says. */
    void begun(ProvisioningConnection connection) {
        ProvisioningConnection older = connections.put(connection.registrationId(), connection);
        if (older != null) {
            older.close(CloseCause.NEW_CONNECTION);
        }
        countsOf(connection.registrationId()).connects++;
    }

    void ended(ProvisioningConnection connection) {
        connections.remove(connection.registrationId(), connection);
    }

    void closeConnections(CloseCause cause) {
        List.copyOf(connections.values()).forEach(connection -> connection.close(cause));
    }

    // requests

    /** A request has come, whatever becomes of it. */
    void count(ProvisioningGate.Guest guest, ProvisioningTopic request) {
        Counts ofGuest = countsOf(guest.registrationId());
        if (request.kind() == ProvisioningTopic.Kind.REGISTER) {
            ofGuest.registers++;
        } else {
            ofGuest.polls++;
        }
    }

    /** Registers a device. The answer is given on the hub's event loop, now or later. */
    void register(ProvisioningGate.Guest guest, byte[] body, Consumer<ProvisioningAnswer> answer) {
        answerOrRefuse(answer, () -> {
            String payload = payload(guest, body);
            Enrollment enrollment = gate.enrollmentOf(guest);
            Operation operation = start(guest, enrollment, payload);
            operations.put(RegistrationId.key(guest.registrationId()), operation);
            answerProgress(operation, answer);
        });
    }

    /** Says how far a registration is. */
    void poll(ProvisioningGate.Guest guest, String operationId, Consumer<ProvisioningAnswer> answer) {
        answerOrRefuse(answer, () -> {
            gate.enrollmentOf(guest);
            Operation operation = operations.get(RegistrationId.key(guest.registrationId()));
            if (operation == null || !operation.id.equals(operationId)) {
                throw new HubException(HubCode.REGISTRATION_NOT_FOUND, "Registration not found");
            }
            operation.polls++;
            answerProgress(operation, answer);
        });
    }

    private void answerOrRefuse(Consumer<ProvisioningAnswer> answer, Runnable work) {
        try {
            work.run();
        } catch (HubException refusal) {
            answer.accept(refusal(refusal.code(), refusal.hubMessage()));
        }
    }

    ProvisioningAnswer refusal(int code, String message) {
        String body = ProvisioningJson.error(
                code, message, UUID.randomUUID().toString(), hub.clock().instant());
        return ProvisioningAnswer.of(code / 1000, body);
    }

    /** What the device sent along, null for nothing. */
    private static String payload(ProvisioningGate.Guest guest, byte[] body) {
        if (body.length > MAX_BODY) {
            throw new HubException(HubCode.MESSAGE_TOO_LARGE, "The request is larger than 96 KB");
        }
        JsonMembers request = JsonMembers.parse(Json.text(body));
        String id = request.text("registrationId");
        if (!guest.registrationId().equalsIgnoreCase(id)) {
            throw new HubException(
                    HubCode.ARGUMENT_INVALID, "The registrationId of the request is not that of the connection");
        }
        Object payload = request.value("payload");
        return payload == null ? null : Json.write(payload);
    }

    private Operation start(ProvisioningGate.Guest guest, Enrollment enrollment, String payload) {
        RegistrationState started = RegistrationState.starting(
                guest.registrationId(),
                enrollment,
                RegistrationState.Attestation.of(guest, enrollment),
                payload,
                enrollments.registration(guest.registrationId()),
                hub.clock().instant());
        enrollments.register(started);
        Operation operation = new Operation(newOperationId(), enrollment, started);
        operation.outcome = enrollment.isEnabled()
                ? assigned(operation)
                : Future.succeededFuture(ended(started.disabled(hub.clock().instant())));
        return operation;
    }

    private String newOperationId() {
        return "5." + String.format("%016x", random.nextLong()) + "." + UUID.randomUUID();
    }

    private Future<RegistrationState> assigned(Operation operation) {
        operation.allocations++;
        return hub.loop()
                .vertx()
                .executeBlocking(() -> assigner.assign(operation.enrollment, operation.started))
                .map(this::ended)
                .recover(e -> notAssigned(operation, e));
    }

    private Future<RegistrationState> notAssigned(Operation operation, Throwable why) {
        boolean notNow = why instanceof ProvisioningAssigner.NotNow;
        if (notNow && operation.allocations < MAX_ALLOCATIONS) {
            return Future.failedFuture(why);
        }
        RegistrationState failed = operation.started.failed(
                notNow ? HubCode.CUSTOM_ALLOCATION_FAILED : HubCode.PROVISIONING_SERVER_ERROR,
                notNow ? "The allocation function failed " + MAX_ALLOCATIONS + " times" : "The emulator failed: " + why,
                hub.clock().instant());
        return Future.succeededFuture(ended(failed));
    }

    private RegistrationState ended(RegistrationState state) {
        enrollments.register(state);
        hub.log().provisioning(state);
        ended.append(state.view());
        return state;
    }

    private void answerProgress(Operation operation, Consumer<ProvisioningAnswer> answer) {
        if (operation.polls < hub.settings().provisioningPolls()) {
            answer.accept(assigning(operation));
            return;
        }
        operation.outcome.onComplete(result -> {
            if (result.succeeded()) {
                boolean withPort = hub.settings().portInAssignedHub();
                answer.accept(
                        ProvisioningAnswer.of(200, ProvisioningJson.ended(operation.id, result.result(), withPort)));
            } else {
                operation.outcome = assigned(operation);
                answer.accept(assigning(operation));
            }
        });
    }

    private ProvisioningAnswer assigning(Operation operation) {
        return new ProvisioningAnswer(
                202, hub.settings().provisioningRetryAfter(), ProvisioningJson.assigning(operation.id));
    }

    // records

    private Counts countsOf(String registrationId) {
        return counts.computeIfAbsent(RegistrationId.key(registrationId), id -> new Counts());
    }

    long connects(String registrationId) {
        return countsOf(registrationId).connects;
    }

    long registers(String registrationId) {
        return countsOf(registrationId).registers;
    }

    long polls(String registrationId) {
        return countsOf(registrationId).polls;
    }

    void clearRecords() {
        counts.clear();
        ended.clear();
    }

    void close() {
        ended.close();
    }
}
