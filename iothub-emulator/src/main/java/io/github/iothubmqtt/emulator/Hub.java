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

import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.mqtt.MqttEndpoint;

/**
 * The hub itself: who is connected, what they left behind, and the way from one part of the hub to the other. Belongs to the event
 * loop; methods that any thread may call say so.
 */
final class Hub {

    private static final int AZURES_PORT = 8883;

    private final HubLoop loop;
    private final Clock clock;
    private final HubSettings settings;
    private final Gatekeeper gatekeeper;
    private final String hostName;
    private final StateKeeper state;
    private final HubLog log;
    private final PacketLog packets;
    private final TelemetryStore telemetry;
    private final DeviceboundService devicebound;
    private final TwinService twins;
    private final MethodService methods;
    private final Faults faults;

    private final Map<Identity, Connection> connections = new LinkedHashMap<>();
    private final Map<Identity, Session> sessions = new HashMap<>();
    private final Map<String, Long> acceptedConnects = new HashMap<>();
    private final AtomicLong generations = new AtomicLong();
    private volatile int port;
    private ProvisioningService provisioning;
    private boolean closed;

    Hub(
            HubLoop loop,
            Clock clock,
            HubSettings settings,
            DeviceRegistry registry,
            Gatekeeper gatekeeper,
            String hostName,
            StateKeeper state) {
        this.loop = loop;
        this.clock = clock;
        this.settings = settings;
        this.gatekeeper = gatekeeper;
        this.hostName = hostName;
        this.state = state;
        this.log = new HubLog(clock);
        this.packets = new PacketLog(clock);
        this.telemetry = new TelemetryStore(clock, settings, log);
        this.devicebound = new DeviceboundService(loop, clock, settings, registry, state);
        this.twins = new TwinService(this, registry);
        this.methods = new MethodService(this, loop, clock, settings, registry);
        this.faults = new Faults(this);
        loop.wires().handshakeFaults(() -> faults.strike(FaultPoint.TLS_HANDSHAKE, null));
        telemetry.onTelemetry(new AzureFaultProperties(this)::obey);
    }

    HubLoop loop() {
        return loop;
    }

    Clock clock() {
        return clock;
    }

    HubSettings settings() {
        return settings;
    }

    HubLog log() {
        return log;
    }

    TelemetryStore telemetry() {
        return telemetry;
    }

    StateKeeper state() {
        return state;
    }

    DeviceboundService devicebound() {
        return devicebound;
    }

    TwinService twins() {
        return twins;
    }

    MethodService methods() {
        return methods;
    }

    Faults faults() {
        return faults;
    }

    /** The provisioning service that shares the ports. Once, before they are opened. */
    void sharedWith(ProvisioningService service) {
        provisioning = service;
    }

    void listeningOn(int actualPort) {
        port = actualPort;
    }

    /** What stands for the host in connection strings: Azure's port goes without saying. Any thread. */
    String authority() {
        return port == AZURES_PORT ? hostName : hostName + ":" + port;
    }

    /** Any thread. */
    String newGenerationId() {
        return Long.toString(clock.millis() * 1000 + generations.getAndIncrement());
    }

    /** Answers a CONNECT. */
    void connect(MqttEndpoint endpoint) {
        Wire wire = loop.wires().from(endpoint.remoteAddress());
        if (closed || wire == null) {
            endpoint.close();
            return;
        }
        wire.tap(packets.tap(endpoint.clientIdentifier()));
        if (endpoint.will().isWillFlag() && endpoint.will().getWillQos() == MqttQoS.EXACTLY_ONCE.value()) {
            log.refused(endpoint.clientIdentifier(), HubCode.BAD_REQUEST, "its will has QoS 2");
            endpoint.close();
            return;
        }
        if (provisioning.isMeant(endpoint)) {
            provisioning.connect(endpoint, wire);
            return;
        }
        Gatekeeper.Admission admission;
        try {
            admission = gatekeeper.admit(endpoint, wire.clientProof());
        } catch (ConnectRefused refused) {
            log.refused(endpoint.clientIdentifier(), refused.logCode(), refused.getMessage());
            endpoint.reject(refused.returnCode(settings));
            return;
        } catch (RuntimeException e) {
            log.fault(endpoint.clientIdentifier(), e);
            log.refused(endpoint.clientIdentifier(), HubCode.SERVER_ERROR, "the emulator failed: " + e);
            endpoint.reject(MqttConnectReturnCode.CONNECTION_REFUSED_SERVER_UNAVAILABLE);
            return;
        }
        Connack connack = new Connack(this, endpoint, admission, wire);
        connack.interference().answer(FaultPoint.CONNECT, connack, FaultPoint.CONNACK);
        deliver(admission.identity());
    }

    /** Answers a CONNECT with 0. */
    void letIn(MqttEndpoint endpoint, Gatekeeper.Admission admission, Interference interference) {
        Identity identity = admission.identity();
        close(identity, CloseCause.NEW_CONNECTION);
        boolean clean = endpoint.isCleanSession();
        Session kept = clean ? null : sessions.get(identity);
        Session session = kept == null ? new Session() : kept;
        sessions.put(identity, session);
        if (clean) {
            state.forgetSession(identity);
        } else if (kept == null) {
            keep(identity, session);
        }
        if (clean && !identity.isModule() && settings.cleanSessionPurgesC2d()) {
            devicebound.queueOf(identity).purge();
        }
        Connection connection = new Connection(this, endpoint, admission, session, interference);
        connections.put(identity, connection);
        acceptedConnects.merge(identity.deviceId(), 1L, Long::sum);
        // Before the CONNACK, so that who has seen that finds this in the log.
        log.connected(identity, kept != null);
        connection.accept(kept != null);
    }

    private void keep(Identity identity, Session session) {
        state.keepSession(identity, session);
        session.keptBy(() -> {
            // A connection may hold on to a session that the hub has forgotten.
            if (sessions.get(identity) == session) {
                state.keepSession(identity, session);
            }
        });
    }

    /** Takes over a session of an earlier hub. */
    void restoreSession(Identity identity, Session session) {
        sessions.put(identity, session);
        keep(identity, session);
    }

    /** A connection tells that it is over. */
    void ended(Connection connection, CloseCause cause) {
        Identity identity = connection.identity();
        connections.remove(identity, connection);
        if (connection.isCleanSession()) {
            sessions.remove(identity);
        }
        log.disconnected(identity, cause);
        methods.offline(identity);
    }

    /** What a failing test should tell. Any thread. */
    String report() {
        return HubReport.of(loop.call(this::connectionInfos), log.events().snapshot(), loop.call(packets::last));
    }

    List<ConnectionInfo> connectionInfos() {
        return connections.values().stream().map(Connection::info).toList();
    }

    long acceptedConnects(String deviceId) {
        return acceptedConnects.getOrDefault(deviceId, 0L);
    }

    /** Closes the connection of exactly this identity; false if there is none. */
    boolean close(Identity identity, CloseCause cause) {
        Connection connection = connections.get(identity);
        if (connection == null) {
            return false;
        }
        connection.close(cause);
        return true;
    }

    /** As a fault in the network would end it. */
    void cut(Identity identity, CloseCause cause) {
        Connection connection = connections.get(identity);
        if (connection != null) {
            connection.cut(cause);
        }
    }

    /** Closes the connections of the device and of its modules. Any thread. */
    void closeAll(String deviceId, String why) {
        CloseCause cause = CloseCause.because(HubCode.CONNECTION_CLOSED_REMOTELY, why);
        loop.run(() -> List.copyOf(connections.values()).stream()
                .filter(connection -> connection.identity().deviceId().equals(deviceId))
                .forEach(connection -> connection.close(cause)));
    }

    /** Tells the device of a change, if it is there to hear it. */
    void notifyDesired(Identity identity, Twin.DesiredChange change) {
        Connection connection = connections.get(identity);
        if (connection != null) {
            connection.notifyDesired(change);
        }
    }

    boolean isConnected(Identity identity) {
        return connections.containsKey(identity);
    }

    /** Null when it is not connected. */
    Connection connectionOf(Identity identity) {
        return connections.get(identity);
    }

    /** Closes the connections of all devices. */
    void closeConnections(CloseCause cause) {
        List.copyOf(connections.values()).forEach(connection -> connection.close(cause));
        provisioning.closeConnections(cause);
    }

    void forgetSession(Identity identity) {
        if (sessions.remove(identity) != null) {
            state.forgetSession(identity);
        }
    }

    /** Forgets what a hub that lost its state has forgotten. */
    void forgetSessionsAndQueues() {
        Set.copyOf(sessions.keySet()).forEach(this::forgetSession);
        devicebound.forgetAll();
    }

    void closeEverything() {
        closed = true;
        closeConnections(CloseCause.HUB_CLOSED);
        methods.close();
        loop.wires().shutSilent();
        telemetry.journal().close();
        devicebound.feedback().close();
        log.events().close();
        provisioning.close();
    }

    /** Nothing of a removed device is left for a new one of the same name. */
    void forget(String deviceId) {
        closeAll(deviceId, "the device was removed");
        Set.copyOf(sessions.keySet()).stream()
                .filter(identity -> identity.deviceId().equals(deviceId))
                .forEach(this::forgetSession);
        devicebound.forget(deviceId);
        methods.forget(deviceId);
        acceptedConnects.remove(deviceId);
    }

    /** Nothing of a removed module is left for a new one of the same name. */
    void forgetModule(Identity module) {
        close(module, CloseCause.because(HubCode.CONNECTION_CLOSED_REMOTELY, "the module was removed"));
        forgetSession(module);
        devicebound.forgetModule(module);
        methods.forgetModule(module);
    }

    /** Empties the records; devices, sessions, queues and connections stay. */
    void clearRecords() {
        telemetry.journal().clear();
        devicebound.feedback().clear();
        log.events().clear();
        packets.clear();
        acceptedConnects.clear();
        provisioning.clearRecords();
    }

    /** Queues a message, sends it on if the device is there, and returns its id. */
    String sendDevicebound(String deviceId, DeviceboundMessage message) {
        DeviceboundMessage checked = devicebound.checked(deviceId, message);
        Identity identity = Identity.device(deviceId);
        if (!settings.queueBeforeFirstSubscription() && !hasSubscribed(identity)) {
            log.warning(identity, HubCode.NONE, "a devicebound message was dropped, for the device has not subscribed");
            devicebound.settled(identity, checked, Feedback.StatusCode.PURGED);
            return checked.messageId();
        }
        devicebound.add(deviceId, checked);
        deliver(identity);
        return checked.messageId();
    }

    /** The same with a message to an input of a module. */
    String sendToInput(Identity module, String input, DeviceboundMessage message) {
        String messageId = devicebound.addToInput(module, input, message);
        deliver(module);
        return messageId;
    }

    private void deliver(Identity identity) {
        Connection connection = connections.get(identity);
        if (connection != null) {
            connection.deliver();
        }
    }

    private boolean hasSubscribed(Identity identity) {
        Session session = sessions.get(identity);
        return session != null && session.grantedQos(SubscriptionFilter.Purpose.DEVICEBOUND) >= 0;
    }
}
