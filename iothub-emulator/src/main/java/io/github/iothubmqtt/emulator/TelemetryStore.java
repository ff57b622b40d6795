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
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import io.vertx.mqtt.MqttWill;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where telemetry ends: checked, stamped, stored, told to listeners. Storing belongs to the hub's event loop; reading the journal and
 * adding listeners is for any thread.
 */
final class TelemetryStore {

    private static final Logger LOG = LoggerFactory.getLogger(TelemetryStore.class);

    /** What a stored message takes besides the bytes of its body and properties: its objects, counted roughly. */
    private static final int MESSAGE_OVERHEAD = 400;

    private static final int PROPERTY_OVERHEAD = 150;

    private final Clock clock;
    private final HubSettings settings;
    private final HubLog log;
    private final Journal<TelemetryMessage> journal;
    private final List<Consumer<TelemetryMessage>> listeners = new CopyOnWriteArrayList<>();
    private long lastSequence;
    private boolean dropping;

    TelemetryStore(Clock clock, HubSettings settings, HubLog log) {
        this.clock = clock;
        this.settings = settings;
        this.log = log;
        this.journal = new Journal<>(settings.telemetryStoreBytes());
    }

    /** {@code size} is what the hub counts against its limit. */
    private static long weight(TelemetryTopic topic, int size) {
        int properties = topic.properties().size() + topic.systemProperties().size();
        return MESSAGE_OVERHEAD + (long) PROPERTY_OVERHEAD * properties + size;
    }

    Journal<TelemetryMessage> journal() {
        return journal;
    }

    void onTelemetry(Consumer<TelemetryMessage> listener) {
        listeners.add(listener);
    }

    /**
     * Stores a message; only then may it be acknowledged.
     *
     * @throws ProtocolViolation for a bad property bag or a message that is too large
     */
    void store(Gatekeeper.Admission sender, String topic, byte[] body, boolean retain, boolean duplicate) {
        TelemetryTopic parsed = parse(sender.identity(), topic);
        int size = body.length + parsed.size();
        if (size > settings.maxMessageSize()) {
            throw new ProtocolViolation(
                    HubCode.MESSAGE_TOO_LARGE,
                    "it sent a message of " + size + " bytes, " + settings.maxMessageSize() + " are allowed");
        }
        if (retain) {
            parsed.properties().put("mqtt-retain", "true");
        }
        append(sender, parsed, body, duplicate, size);
    }

    private TelemetryTopic parse(Identity sender, String topic) {
        return TelemetryTopic.parse(sender, topic, violation -> {
            if (settings.badBag() == HubSettings.BadBag.CLOSE) {
                throw violation;
            }
            log.warning(sender, violation.logCode(), "a part of what it sent was ignored: " + violation.getMessage());
        });
    }

    /** Stores the will of a device that went without DISCONNECT. What is wrong with it shows only now, as in Azure. */
    void storeWill(Gatekeeper.Admission sender, MqttWill will) {
        if (!TelemetryTopic.isOwn(sender.identity(), will.getWillTopic())) {
            log.warning(
                    sender.identity(),
                    HubCode.BAD_REQUEST,
                    "the will is for '" + will.getWillTopic() + "' and was dropped");
            return;
        }
        try {
            TelemetryTopic parsed = parse(sender.identity(), will.getWillTopic());
            if (will.isWillRetain()) {
                parsed.properties().put("mqtt-retain", "true");
            }
            parsed.properties().put("iothub-MessageType", "Will");
            byte[] body = will.getWillMessageBytes();
            append(sender, parsed, body, false, body.length + parsed.size());
        } catch (ProtocolViolation violation) {
            log.warning(sender.identity(), violation.logCode(), "the will was dropped: " + violation.getMessage());
        }
    }

    private void append(Gatekeeper.Admission sender, TelemetryTopic topic, byte[] body, boolean duplicate, int size) {
        long sequence = ++lastSequence;
        Instant now = clock.instant();
        TelemetryMessage message = new TelemetryMessage(
                sequence,
                sender.identity().deviceId(),
                sender.identity().moduleId(),
                body,
                Collections.unmodifiableMap(topic.properties()),
                topic.systemProperties(),
                new MessageAnnotations(sender.annotations(), topic.systemProperties(), sequence, now),
                now,
                duplicate);
        journal.append(message, weight(topic, size));
        warnOnceWhenMessagesGo();
        LOG.trace("Stored {}", message);
        listeners.forEach(listener -> tell(listener, message));
    }

    private void warnOnceWhenMessagesGo() {
        if (!dropping && journal.dropped() > 0) {
            dropping = true;
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
}
