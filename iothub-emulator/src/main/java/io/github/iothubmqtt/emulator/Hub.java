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
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import io.netty.handler.codec.mqtt.MqttQoS;
import io.vertx.mqtt.MqttEndpoint;
import io.vertx.mqtt.MqttWill;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hub itself: who is connected, what they left behind, what they sent. Its maps belong to the event loop and every method must be
 * called there, but for those said to be thread-safe; the journals are thread-safe by themselves.
 */
final class Hub {

    private static final Logger LOG = LoggerFactory.getLogger(Hub.class);

    private static final int RECORDS = 100_000;
    /** What a stored message takes besides its body and its properties, measured roughly. */
    private static final int MESSAGE_OVERHEAD = 1400;

    private final HubLoop loop;
    private final Clock clock;
    private final HubSettings settings;
    private final Gatekeeper gatekeeper;
    private final DeviceRegistry registry;
    private final String hostName;
    private volatile int port;

    private final Map<Identity, Connection> connections = new LinkedHashMap<>();
    private final Map<Identity, Session> sessions = new HashMap<>();
    private final Map<String, DeviceboundQueue> queues = new HashMap<>();
    private final Map<String, Long> acceptedConnects = new HashMap<>();
    private final AtomicLong generations = new AtomicLong();
    private long telemetrySequence;
    private boolean telemetryDropped;
    private boolean closed;

    private final Journal<TelemetryMessage> telemetry;
    private final Journal<Feedback> feedback = Journal.ofEntries(RECORDS);
    private final Journal<HubEvent> events = Journal.ofEntries(RECORDS);
    private final List<Consumer<TelemetryMessage>> telemetryListeners = new CopyOnWriteArrayList<>();

    Hub(
            HubLoop loop,
            Clock clock,
            HubSettings settings,
            DeviceRegistry registry,
            Gatekeeper gatekeeper,
            String hostName) {
        this.loop = loop;
        this.clock = clock;
        this.settings = settings;
        this.registry = registry;
        this.gatekeeper = gatekeeper;
        this.hostName = hostName;
        this.telemetry = new Journal<>(settings.telemetryStoreBytes(), Hub::weight);
    }

    private static long weight(TelemetryMessage message) {
        return MESSAGE_OVERHEAD
                + message.body().length
                + SystemProperties.bytes(message.properties(), true)
                + SystemProperties.bytes(message.systemProperties(), false);
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

    Journal<TelemetryMessage> telemetry() {
        return telemetry;
    }

    Journal<Feedback> feedback() {
        return feedback;
    }

    Journal<HubEvent> events() {
        return events;
    }

    /** Thread-safe. */
    void onTelemetry(Consumer<TelemetryMessage> listener) {
        telemetryListeners.add(listener);
    }

    void listeningOn(int actualPort) {
        port = actualPort;
    }

    /** Thread-safe. What stands for the host in connection strings: Azure's port goes without saying. */
    String authority() {
        return port == 8883 ? hostName : hostName + ":" + port;
    }

    /** Thread-safe. */
    String newGenerationId() {
        return Long.toString(clock.millis() * 1000 + generations.getAndIncrement());
    }

    // connections

    /** Answers a CONNECT. */
    void connect(MqttEndpoint endpoint) {
        if (closed) {
            endpoint.close();
            return;
        }
        if (endpoint.will().isWillFlag() && endpoint.will().getWillQos() == MqttQoS.EXACTLY_ONCE.value()) {
            refused(endpoint, HubCode.BAD_REQUEST, "its will has QoS 2");
            endpoint.close();
            return;
        }
        Gatekeeper.Admission admission;
        try {
            admission = gatekeeper.admit(endpoint);
        } catch (ConnectRefused refused) {
            refused(endpoint, refused.logCode(), refused.getMessage());
            endpoint.reject(refused.returnCode());
            return;
        }
        admit(endpoint, admission);
    }

    private void refused(MqttEndpoint endpoint, int logCode, String why) {
        String clientId = endpoint.clientIdentifier();
        LOG.info("Refused '{}': {}", clientId, why);
        String[] ids = clientId == null ? new String[] {null} : clientId.split("/", 2);
        events.append(new HubEvent(
                clock.instant(), HubEvent.Kind.REFUSED, ids[0], ids.length > 1 ? ids[1] : null, logCode, why));
    }

    private void admit(MqttEndpoint endpoint, Gatekeeper.Admission admission) {
        Identity identity = admission.identity();
        Connection older = connections.get(identity);
        if (older != null) {
            older.close(CloseCause.NEW_CONNECTION);
        }
        boolean clean = endpoint.isCleanSession();
        Session kept = clean ? null : sessions.get(identity);
        Session session = kept == null ? new Session() : kept;
        sessions.put(identity, session);
        if (clean && !identity.isModule() && settings.cleanSessionPurgesC2d()) {
            queueOf(identity.deviceId()).purge();
        }
        Connection connection = new Connection(this, endpoint, admission, session);
        connections.put(identity, connection);
        acceptedConnects.merge(identity.deviceId(), 1L, Long::sum);
        connection.accept(kept != null);
        event(
                HubEvent.Kind.CONNECTED,
                identity,
                HubCode.NONE,
                kept != null ? "connected, session present" : "connected");
        LOG.info("{} connected", identity);
        connection.deliver();
    }

    /** A connection tells that it is over. */
    void ended(Connection connection, CloseCause cause) {
        Identity identity = connection.identity();
        connections.remove(identity, connection);
        if (connection.isCleanSession()) {
            sessions.remove(identity);
        }
        event(HubEvent.Kind.DISCONNECTED, identity, cause.logCode(), cause.why());
        LOG.info("{} disconnected: {}", identity, cause.why());
    }

    void warn(Identity identity, int logCode, String what) {
        event(HubEvent.Kind.WARNING, identity, logCode, what);
        LOG.warn("{}: {}", identity, what);
    }

    private void event(HubEvent.Kind kind, Identity identity, int logCode, String description) {
        events.append(
                new HubEvent(clock.instant(), kind, identity.deviceId(), identity.moduleId(), logCode, description));
    }

    List<ConnectionInfo> connectionInfos() {
        return connections.values().stream().map(Connection::info).toList();
    }

    long acceptedConnects(String deviceId) {
        return acceptedConnects.getOrDefault(deviceId, 0L);
    }

    /** Closes the connection of the device, not those of its modules; false if there is none. */
    boolean close(Identity identity, CloseCause cause) {
        Connection connection = connections.get(identity);
        if (connection == null) {
            return false;
        }
        connection.close(cause);
        return true;
    }

    /** Thread-safe. Closes the connections of the device and of its modules. */
    void closeAll(String deviceId, String why) {
        loop.run(() -> List.copyOf(connections.values()).stream()
                .filter(connection -> connection.identity().deviceId().equals(deviceId))
                .forEach(connection -> connection.close(CloseCause.because(HubCode.CONNECTION_CLOSED_REMOTELY, why))));
    }

    void closeEverything() {
        closed = true;
        new ArrayList<>(connections.values()).forEach(connection -> connection.close(CloseCause.HUB_CLOSED));
        telemetry.close();
        feedback.close();
        events.close();
    }

    /** Nothing of a removed device is left for a new one of the same name. */
    void forget(String deviceId) {
        closeAll(deviceId, "the device was removed");
        sessions.keySet().removeIf(identity -> identity.deviceId().equals(deviceId));
        DeviceboundQueue queue = queues.remove(deviceId);
        if (queue != null) {
            queue.purge();
        }
        acceptedConnects.remove(deviceId);
    }

    /** Empties the records; devices, sessions, queues and connections stay. */
    void clearRecords() {
        telemetry.clear();
        feedback.clear();
        events.clear();
        acceptedConnects.clear();
    }

    // telemetry

    /**
     * Stores a message; only then may it be acknowledged.
     *
     * @throws ProtocolViolation for a bad property bag or a message that is too large
     */
    void storeTelemetry(Gatekeeper.Admission sender, String topic, byte[] body, boolean retain, boolean duplicate) {
        TelemetryTopic parsed = TelemetryTopic.parse(sender.identity(), topic);
        int size = body.length + parsed.size();
        if (size > settings.maxMessageSize()) {
            throw new ProtocolViolation(
                    HubCode.MESSAGE_TOO_LARGE,
                    "it sent a message of " + size + " bytes, " + settings.maxMessageSize() + " are allowed");
        }
        if (retain) {
            parsed.properties().put("mqtt-retain", "true");
        }
        store(sender, parsed, body, duplicate);
    }

    void publishWill(Gatekeeper.Admission sender, MqttWill will) {
        if (!TelemetryTopic.isOwn(sender.identity(), will.getWillTopic())) {
            warn(
                    sender.identity(),
                    HubCode.BAD_REQUEST,
                    "the will is for '" + will.getWillTopic() + "' and was dropped");
            return;
        }
        try {
            TelemetryTopic parsed = TelemetryTopic.parse(sender.identity(), will.getWillTopic());
            if (will.isWillRetain()) {
                parsed.properties().put("mqtt-retain", "true");
            }
            parsed.properties().put("iothub-MessageType", "Will");
            store(sender, parsed, will.getWillMessageBytes(), false);
        } catch (ProtocolViolation violation) {
            warn(sender.identity(), violation.logCode(), "the will was dropped: " + violation.getMessage());
        }
    }

    private void store(Gatekeeper.Admission sender, TelemetryTopic topic, byte[] body, boolean duplicate) {
        long sequence = ++telemetrySequence;
        Instant now = clock.instant();
        TelemetryMessage message = new TelemetryMessage(
                sequence,
                sender.identity().deviceId(),
                sender.identity().moduleId(),
                body,
                Collections.unmodifiableMap(topic.properties()),
                topic.systemProperties(),
                Annotations.ofMessage(sender.annotations(), topic.systemProperties(), sequence, now),
                now,
                duplicate);
        telemetry.append(message);
        warnOnceWhenTelemetryIsDropped();
        LOG.trace("Stored {}", message);
        telemetryListeners.forEach(listener -> tell(listener, message));
    }

    private void warnOnceWhenTelemetryIsDropped() {
        if (!telemetryDropped && telemetry.dropped() > 0) {
            telemetryDropped = true;
            LOG.warn(
                    "The stored telemetry has reached {} bytes: from now on the oldest messages go",
                    settings.telemetryStoreBytes());
        }
    }

    private static void tell(Consumer<TelemetryMessage> listener, TelemetryMessage message) {
        try {
            listener.accept(message);
        } catch (RuntimeException e) {
            LOG.warn("A telemetry listener failed on message {}", message.sequence(), e);
        }
    }

    // devicebound

    DeviceboundQueue queueOf(String deviceId) {
        return queues.computeIfAbsent(
                deviceId,
                id -> new DeviceboundQueue(
                        loop, clock, settings, (message, status) -> settled(deviceId, message, status)));
    }

    /** What waits or is on its way, oldest first. */
    List<QueuedMessage> queued(String deviceId) {
        DeviceboundQueue queue = queues.get(deviceId);
        return queue == null ? List.of() : queue.snapshot();
    }

    /** Queues a message and returns its id. */
    String sendDevicebound(String deviceId, DeviceboundMessage message) {
        EmulatedDevice device = registry.find(deviceId);
        if (device == null || !device.isEnabled()) {
            throw new HubException(HubCode.DEVICE_NOT_FOUND, "there is no enabled device '" + deviceId + "'");
        }
        DeviceboundMessage identified = message.messageId() != null
                ? message
                : message.messageId(UUID.randomUUID().toString());
        check(deviceId, identified);
        Identity identity = Identity.device(deviceId);
        if (!settings.queueBeforeFirstSubscription() && !wantsDevicebound(identity)) {
            warn(identity, HubCode.NONE, "a devicebound message was dropped: the device has not subscribed");
            settled(deviceId, identified, Feedback.StatusCode.PURGED);
            return identified.messageId();
        }
        queueOf(deviceId).add(identified);
        Connection connection = connections.get(identity);
        if (connection != null) {
            connection.deliver();
        }
        return identified.messageId();
    }

    private void check(String deviceId, DeviceboundMessage message) {
        int size = message.size(deviceId);
        if (size > settings.maxC2dSize()) {
            throw new HubException(
                    HubCode.MESSAGE_TOO_LARGE,
                    "the message has " + size + " bytes, " + settings.maxC2dSize() + " are allowed");
        }
        if (message.expiry() != null && !message.expiry().isAfter(clock.instant())) {
            throw new HubException(
                    HubCode.INVALID_MESSAGE_EXPIRY,
                    "the message expired at " + message.expiry() + ", the hub's clock says " + clock.instant());
        }
    }

    private boolean wantsDevicebound(Identity identity) {
        Session session = sessions.get(identity);
        return session != null && session.grantedQos(SubscriptionFilter.Purpose.DEVICEBOUND) >= 0;
    }

    private void settled(String deviceId, DeviceboundMessage message, Feedback.StatusCode status) {
        if (!message.ack().wants(status)) {
            return;
        }
        EmulatedDevice device = registry.find(deviceId);
        feedback.append(new Feedback(
                message.messageId(),
                deviceId,
                device == null ? null : device.generationId(),
                status,
                status.wireName(),
                clock.instant()));
    }
}
