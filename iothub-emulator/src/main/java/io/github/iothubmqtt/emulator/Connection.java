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

import java.time.Instant;
import java.util.Collections;
import java.util.function.Consumer;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.messages.MqttPublishMessage;
import io.vertx.mqtt.messages.MqttSubscribeMessage;
import io.vertx.mqtt.messages.MqttUnsubscribeMessage;

/**
 * One accepted connection of one identity: takes its packets and answers them. Belongs to the hub's
 * event loop. Two states, open and closed; {@link #close} is the only way from one to the other, and from then on every packet
 * that is still on its way is ignored.
 */
final class Connection implements Interference.Owner {

    private final Hub hub;
    private final MqttEndpoint endpoint;
    private final Gatekeeper.Admission admission;
    private final Session session;
    private final Interference interference;
    private final DeviceboundDelivery delivery;
    private final Subscriber subscriber;
    private final ServicePublisher publisher;
    private final TwinLink twinLink;
    private final MethodLink methodLink;
    private final Instant connectedAt;
    private final KeepAlive keepAlive;
    /** Nothing expires for a device with a certificate: its dates count at CONNECT only. */
    private HubLoop.Deadline expiry = () -> {};

    private boolean open = true;

    Connection(
            Hub hub,
            MqttEndpoint endpoint,
            Gatekeeper.Admission admission,
            Session session,
            Interference interference) {
        this.hub = hub;
        this.endpoint = endpoint;
        this.admission = admission;
        this.session = session;
        this.interference = interference;
        this.connectedAt = hub.clock().instant();
        this.delivery = new DeviceboundDelivery(
                hub.devicebound().queueOf(identity()), endpoint, hub.settings().c2dWindow(), interference);
        this.subscriber = new Subscriber(hub, identity(), session);
        this.publisher = new ServicePublisher(endpoint, hub.settings());
        this.twinLink = new TwinLink(hub, admission, session, publisher, interference);
        this.methodLink = new MethodLink(hub, identity(), session, publisher, interference);
        this.keepAlive =
                new KeepAlive(hub.loop().vertx(), endpoint.keepAliveTimeSeconds(), hub.settings(), this::close);
    }

    Identity identity() {
        return admission.identity();
    }

    /** Answers the CONNECT and starts to live. The handlers come first: Vert.x wants them so. */
    void accept(boolean sessionPresent) {
        interference.belongsTo(this);
        hub.twins().connected(identity(), admission.modelId());
        endpoint.publishHandler(message -> onPacket(message, this::onPublish));
        endpoint.subscribeHandler(message -> onPacket(message, this::onSubscribe));
        endpoint.unsubscribeHandler(message -> onPacket(message, this::onUnsubscribe));
        endpoint.publishAcknowledgeHandler(packetId -> onPacket(packetId, this::onPuback));
        endpoint.pingHandler(v -> keepAlive.packetCame());
        // Vert.x closes the socket itself after DISCONNECT.
        endpoint.disconnectHandler(v -> end(CloseCause.DISCONNECT_PACKET));
        endpoint.exceptionHandler(e -> close(
                CloseCause.because(HubCode.CONNECTION_CLOSED_REMOTELY, "the connection broke: " + e.getMessage())));
        endpoint.closeHandler(v -> end(keepAlive.isOver() ? keepAlive.cause() : CloseCause.CONNECTION_LOST));

        if (admission.tokenExpiry() != null) {
            expiry = hub.loop()
                    .at(
                            admission.tokenExpiry().plus(hub.settings().expiryGrace()),
                            () -> close(CloseCause.because(
                                    HubCode.UNAUTHORIZED, "its token expired at " + admission.tokenExpiry())));
        }
        keepAlive.start();
        endpoint.accept(sessionPresent);
    }

    private <T> void onPacket(T packet, Consumer<T> handler) {
        if (!open) {
            return;
        }
        keepAlive.packetCame();
        interference.inTurn(() -> guarded(() -> handler.accept(packet)));
    }

    @Override
    public void guarded(Runnable work) {
        if (!open) {
            return;
        }
        try {
            work.run();
        } catch (ProtocolViolation violation) {
            close(CloseCause.of(violation));
        } catch (RuntimeException e) {
            hub.log().fault(identity().clientId(), e);
            close(CloseCause.because(HubCode.SERVER_ERROR, "the emulator failed: " + e));
        }
    }

    private void onPublish(MqttPublishMessage message) {
        hub.twins().active(identity());
        interference.reach(FaultPoint.PUBLISH, () -> take(message));
    }

    private void take(MqttPublishMessage message) {
        if (message.qosLevel() == MqttQoS.EXACTLY_ONCE) {
            throw new ProtocolViolation(HubCode.BAD_REQUEST, "it published with QoS 2");
        }
        ServiceTopic request = ServiceTopic.parse(message.topicName());
        if (request != null) {
            take(request, message);
            return;
        }
        if (TelemetryTopic.isOwn(identity(), message.topicName())) {
            hub.telemetry()
                    .store(
                            admission,
                            message.topicName(),
                            message.payload().getBytes(),
                            message.isRetain(),
                            message.isDup());
        } else if (hub.settings().unknownPublishTopic() == HubSettings.UnknownPublishTopic.CLOSE) {
            throw new ProtocolViolation(
                    HubCode.BAD_REQUEST,
                    "it published to '" + message.topicName() + "', which is no topic of " + identity());
        } else {
            hub.log().warning(identity(), HubCode.BAD_REQUEST, "dropped a message to '" + message.topicName() + "'");
        }
        acknowledge(message);
    }

    private void take(ServiceTopic request, MqttPublishMessage message) {
        byte[] body = message.payload().getBytes();
        if (request.kind() == ServiceTopic.Kind.METHOD_RESPONSE) {
            methodLink.take(request, body, () -> acknowledge(message));
        } else {
            twinLink.check(request);
            twinLink.take(request, body, () -> acknowledge(message));
        }
    }

    private void acknowledge(MqttPublishMessage message) {
        // A telemetry listener may have cut the connection meanwhile.
        if (open && message.qosLevel() == MqttQoS.AT_LEAST_ONCE) {
            interference.answer(
                    FaultPoint.STORED, () -> endpoint.publishAcknowledge(message.messageId()), FaultPoint.PUBACK);
        }
    }

    private void onSubscribe(MqttSubscribeMessage message) {
        interference.answer(
                FaultPoint.SUBSCRIBE,
                new Interference.Answer() {
                    @Override
                    public void write() {
                        endpoint.subscribeAcknowledge(message.messageId(), subscriber.subscribe(message));
                    }

                    @Override
                    public void writeInstead(Fault fault) {
                        endpoint.subscribeAcknowledge(
                                message.messageId(),
                                Collections.nCopies(message.topicSubscriptions().size(), MqttQoS.FAILURE));
                    }
                },
                FaultPoint.SUBACK);
        deliver();
    }

    private void onUnsubscribe(MqttUnsubscribeMessage message) {
        message.topics().forEach(session::unsubscribe);
        endpoint.unsubscribeAcknowledge(message.messageId());
    }

    private void onPuback(int packetId) {
        if (!publisher.acknowledge(packetId)) {
            interference.reach(FaultPoint.DEVICEBOUND_PUBACK, () -> settle(packetId));
        }
    }

    private void settle(int packetId) {
        if (!delivery.acknowledge(packetId)) {
            hub.log()
                    .warning(
                            identity(),
                            HubCode.MESSAGE_LOCK_LOST,
                            "PUBACK " + packetId + " came after the message's lock had ended");
        }
        deliver();
    }

    /** Sends what waits for the device, if it wants that. */
    void deliver() {
        if (open && endpoint.isConnected()) {
            hub.methods().online(identity());
        }
        int qos = session.grantedQos(
                identity().isModule()
                        ? SubscriptionFilter.Purpose.MODULE_INPUT
                        : SubscriptionFilter.Purpose.DEVICEBOUND);
        if (open && qos >= 0 && endpoint.isConnected()) {
            delivery.pump(qos);
        }
    }

    void notifyDesired(Twin.DesiredChange change) {
        if (open && endpoint.isConnected()) {
            interference.inTurn(() -> guarded(() -> twinLink.notifyDesired(change)));
        }
    }

    boolean isOnlineFor(DirectMethod method) {
        return open && endpoint.isConnected() && methodLink.isOnlineFor(method);
    }

    void requestMethod(String rid, DirectMethod method) {
        interference.inTurn(() -> guarded(() -> methodLink.request(rid, method)));
    }

    @Override
    public void resumed() {
        deliver();
    }

    /** Closes the socket, after which nothing of this connection happens any more. Twice is no error. */
    void close(CloseCause cause) {
        if (!open) {
            return;
        }
        end(cause);
        // Vert.x may have closed it already, upon a second CONNECT for instance, and would throw.
        if (endpoint.isConnected()) {
            endpoint.close();
        }
    }

    /** Closes the socket as the network would: TLS does not say good-bye. */
    void cut(CloseCause cause) {
        end(cause);
        interference.cut();
    }

    /** Ends all but the socket. */
    @Override
    public void end(CloseCause cause) {
        if (!open) {
            return;
        }
        open = false;
        hub.twins().active(identity());
        interference.over();
        expiry.cancel();
        keepAlive.stop();
        delivery.close();
        hub.ended(this, cause);
        if (cause.publishesWill() && endpoint.will().isWillFlag()) {
            hub.telemetry().storeWill(admission, endpoint.will());
        }
    }

    boolean isCleanSession() {
        return endpoint.isCleanSession();
    }

    ConnectionInfo info() {
        return new ConnectionInfo(
                identity().deviceId(),
                identity().moduleId(),
                connectedAt,
                isCleanSession(),
                endpoint.keepAliveTimeSeconds(),
                admission.tokenExpiry(),
                session.filters(),
                admission.modelId());
    }
}
