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

import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.messages.MqttPublishMessage;
import io.vertx.mqtt.messages.MqttSubscribeMessage;

/**
 * One connection of a device to the provisioning service, from its CONNECT on: takes its packets and answers them. Belongs to the hub's
 * event loop. It is new, open, then over; what comes after that is ignored. There are no sessions, wills and retained messages.
 */
final class ProvisioningConnection implements Interference.Owner {

    private enum State {
        NEW,
        OPEN,
        OVER
    }

    private final Hub hub;
    private final ProvisioningService service;
    private final MqttEndpoint endpoint;
    private final ProvisioningGate.Guest guest;
    /** As the hub's log and faults know the device. */
    private final Identity identity;

    private final Interference interference;
    private final ServicePublisher publisher;
    private final KeepAlive keepAlive;

    private State state = State.NEW;
    /** Of responses; below 0 where the device has not subscribed to them. */
    private int grantedQos = -1;

    ProvisioningConnection(
            Hub hub, ProvisioningService service, MqttEndpoint endpoint, ProvisioningGate.Guest guest, Wire wire) {
        this.hub = hub;
        this.service = service;
        this.endpoint = endpoint;
        this.guest = guest;
        this.identity = Identity.device(guest.registrationId());
        this.interference = new Interference(hub.faults(), hub.loop(), wire, identity, this);
        this.publisher = new ServicePublisher(endpoint, hub.settings());
        this.keepAlive =
                new KeepAlive(hub.loop().vertx(), endpoint.keepAliveTimeSeconds(), hub.settings(), this::close);
    }

    String registrationId() {
        return guest.registrationId();
    }

    void answerConnect() {
        interference.answer(FaultPoint.PROVISIONING_CONNECT, new Interference.Answer() {
            @Override
            public void write() {
                accept();
            }

            @Override
            public void writeInstead(Fault fault) {
                end(CloseCause.because(fault.logCode(), "of a fault: " + fault));
                endpoint.reject(MqttConnectReturnCode.valueOf((byte) fault.code()));
            }
        });
    }

    private void accept() {
        state = State.OPEN;
        service.begun(this);
        endpoint.publishHandler(message -> onPacket(message, this::onPublish));
        endpoint.subscribeHandler(message -> onPacket(message, this::onSubscribe));
        endpoint.unsubscribeHandler(message -> onPacket(message, packet -> {
            if (packet.topics().contains(ProvisioningTopic.FILTER)) {
                grantedQos = -1;
            }
            endpoint.unsubscribeAcknowledge(packet.messageId());
        }));
        endpoint.publishAcknowledgeHandler(packetId -> onPacket(packetId, publisher::acknowledge));
        endpoint.pingHandler(v -> keepAlive.packetCame());
        endpoint.disconnectHandler(v -> end(CloseCause.DISCONNECT_PACKET));
        endpoint.exceptionHandler(e -> close(
                CloseCause.because(HubCode.CONNECTION_CLOSED_REMOTELY, "the connection broke: " + e.getMessage())));
        endpoint.closeHandler(v -> end(keepAlive.isOver() ? keepAlive.cause() : CloseCause.CONNECTION_LOST));
        keepAlive.start();
        hub.log().provisioning(identity, HubCode.NONE, "connected");
        endpoint.accept(false);
    }

    private <T> void onPacket(T packet, Consumer<T> handler) {
        if (state == State.OPEN) {
            keepAlive.packetCame();
            interference.inTurn(() -> guarded(() -> handler.accept(packet)));
        }
    }

    @Override
    public void guarded(Runnable work) {
        if (state == State.OVER) {
            return;
        }
        try {
            work.run();
        } catch (ProtocolViolation violation) {
            close(CloseCause.of(violation));
        } catch (RuntimeException e) {
            hub.log().fault(registrationId(), e);
            close(CloseCause.because(HubCode.SERVER_ERROR, "the emulator failed: " + e));
        }
    }

    private void onSubscribe(MqttSubscribeMessage message) {
        interference.answer(FaultPoint.PROVISIONING_SUBSCRIBE, new Interference.Answer() {
            @Override
            public void write() {
                endpoint.subscribeAcknowledge(message.messageId(), granted(message));
            }

            @Override
            public void writeInstead(Fault fault) {
                endpoint.subscribeAcknowledge(
                        message.messageId(),
                        Collections.nCopies(message.topicSubscriptions().size(), MqttQoS.FAILURE));
            }
        });
    }

    private List<MqttQoS> granted(MqttSubscribeMessage message) {
        return message.topicSubscriptions().stream()
                .map(each -> granted(each.topicName(), each.qualityOfService()))
                .toList();
    }

    private MqttQoS granted(String filter, MqttQoS wanted) {
        if (!filter.equals(ProvisioningTopic.FILTER)) {
            return grantedToNothing(filter, wanted);
        }
        grantedQos = Math.min(wanted.value(), MqttQoS.AT_LEAST_ONCE.value());
        return MqttQoS.valueOf(grantedQos);
    }

    private MqttQoS grantedToNothing(String filter, MqttQoS wanted) {
        return switch (hub.settings().unknownSubscription()) {
            case CLOSE ->
                throw new ProtocolViolation(
                        HubCode.BAD_REQUEST,
                        "it subscribed to '" + filter + "', the provisioning service has " + ProvisioningTopic.FILTER);
            case REFUSE -> MqttQoS.FAILURE;
            case IGNORE -> MqttQoS.valueOf(Math.min(wanted.value(), MqttQoS.AT_LEAST_ONCE.value()));
        };
    }

    private void onPublish(MqttPublishMessage message) {
        if (message.qosLevel() == MqttQoS.EXACTLY_ONCE) {
            throw new ProtocolViolation(HubCode.BAD_REQUEST, "it published with QoS 2");
        }
        ProvisioningTopic request = ProvisioningTopic.parse(message.topicName());
        if (request == null) {
            throw new ProtocolViolation(
                    HubCode.BAD_REQUEST,
                    "it published to '" + message.topicName() + "', which the provisioning service does not have");
        }
        service.count(guest, request);
        boolean registers = request.kind() == ProvisioningTopic.Kind.REGISTER;
        byte[] body = message.payload().getBytes();
        interference.reach(
                registers ? FaultPoint.PROVISIONING_REGISTER : FaultPoint.PROVISIONING_POLL,
                () -> {
                    acknowledge(message);
                    carryOut(request, body);
                },
                fault -> {
                    acknowledge(message);
                    if (fault.kind() != Fault.Kind.DROP) {
                        interference.afterwards(() -> publish(answerOf(fault), request.rid()));
                    }
                });
    }

    private void acknowledge(MqttPublishMessage message) {
        if (message.qosLevel() == MqttQoS.AT_LEAST_ONCE) {
            endpoint.publishAcknowledge(message.messageId());
        }
    }

    private void carryOut(ProvisioningTopic request, byte[] body) {
        Consumer<ProvisioningAnswer> answer =
                given -> interference.inTurn(() -> guarded(() -> respond(request, given)));
        if (request.kind() == ProvisioningTopic.Kind.REGISTER) {
            service.register(guest, body, answer);
        } else {
            service.poll(guest, request.operationId(), answer);
        }
    }

    private void respond(ProvisioningTopic request, ProvisioningAnswer answer) {
        interference.answer(FaultPoint.PROVISIONING_RESPONSE, new Interference.Answer() {
            @Override
            public void write() {
                publish(answer, request.rid());
            }

            @Override
            public void writeInstead(Fault fault) {
                if (fault.kind() == Fault.Kind.ANSWER_OTHER_RID) {
                    publish(answer, "not-" + request.rid());
                } else {
                    publish(answerOf(fault), request.rid());
                }
            }
        });
    }

    private ProvisioningAnswer answerOf(Fault fault) {
        String body = fault.body() == null
                ? service.refusal(HubCode.ofProvisioningStatus(fault.code()), "failed by request of the test")
                        .body()
                : fault.body();
        return new ProvisioningAnswer(fault.code(), fault.retryAfter(), body);
    }

    private void publish(ProvisioningAnswer answer, String rid) {
        if (grantedQos < 0) {
            hub.log()
                    .warning(
                            identity,
                            HubCode.BAD_REQUEST,
                            "provisioning: a request got no response, for the device is not subscribed to "
                                    + ProvisioningTopic.FILTER);
        } else if (endpoint.isConnected()) {
            publisher.publish(answer.topic(rid), answer.body(), grantedQos);
        }
    }

    @Override
    public void resumed() {}

    /** Closes the socket, after which nothing of this connection happens any more. Twice is no error. */
    void close(CloseCause cause) {
        if (state == State.OVER) {
            return;
        }
        end(cause);
        if (endpoint.isConnected()) {
            endpoint.close();
        }
    }

    /** Ends all but the socket. */
    @Override
    public void end(CloseCause cause) {
        if (state == State.OVER) {
            return;
        }
        if (state == State.NEW) {
            hub.log().refused(registrationId(), cause.logCode(), "provisioning: " + cause.why());
        } else {
            hub.log().provisioning(identity, cause.logCode(), "disconnected: " + cause.why());
        }
        state = State.OVER;
        interference.over();
        keepAlive.stop();
        service.ended(this);
    }
}
