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
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The service side of devicebound messages: takes them in, keeps a queue for each device, and tells senders what became of theirs.
 * Belongs to the hub's event loop, but for the journal of feedback.
 */
final class DeviceboundService {

    private static final int RECORDS = 100_000;

    private final HubLoop loop;
    private final Clock clock;
    private final HubSettings settings;
    private final DeviceRegistry registry;
    private final Map<String, DeviceboundQueue> queues = new HashMap<>();
    private final Journal<Feedback> feedback = Journal.ofEntries(RECORDS);

    DeviceboundService(HubLoop loop, Clock clock, HubSettings settings, DeviceRegistry registry) {
        this.loop = loop;
        this.clock = clock;
        this.settings = settings;
        this.registry = registry;
    }

    Journal<Feedback> feedback() {
        return feedback;
    }

    DeviceboundQueue queueOf(String deviceId) {
        return queues.computeIfAbsent(
                deviceId,
                id -> new DeviceboundQueue(loop, clock, settings, (message, status) -> settled(id, message, status)));
    }

    /** What waits or is on its way, oldest first. */
    List<QueuedMessage> queued(String deviceId) {
        DeviceboundQueue queue = queues.get(deviceId);
        return queue == null ? List.of() : queue.snapshot();
    }

    /** Empties the queue of a device that is no more. */
    void forget(String deviceId) {
        DeviceboundQueue queue = queues.remove(deviceId);
        if (queue != null) {
            queue.purge();
        }
    }

    void forgetAll() {
        List.copyOf(queues.keySet()).forEach(this::forget);
    }

    /**
     * Checks what the hub checks before it takes a message in, and sees to it that the message has an id.
     *
     * @throws HubException when the hub refuses the message
     */
    DeviceboundMessage checked(String deviceId, DeviceboundMessage message) {
        EmulatedDevice device = registry.find(deviceId);
        if (device == null || !device.isEnabled()) {
            throw new HubException(HubCode.DEVICE_NOT_FOUND, "there is no enabled device '" + deviceId + "'");
        }
        if (message.expiry() != null && !message.expiry().isAfter(clock.instant())) {
            throw new HubException(
                    HubCode.INVALID_MESSAGE_EXPIRY,
                    "the message expired at " + message.expiry() + ", the hub's clock says " + clock.instant());
        }
        DeviceboundMessage identified = message.messageId() != null
                ? message
                : message.messageId(UUID.randomUUID().toString());
        int size = identified.size(deviceId);
        if (size > settings.maxC2dSize()) {
            throw new HubException(
                    HubCode.MESSAGE_TOO_LARGE,
                    "the message has " + size + " bytes, " + settings.maxC2dSize() + " are allowed");
        }
        return identified;
    }

    /** Gives the sender feedback, if it asked for any. */
    void settled(String deviceId, DeviceboundMessage message, Feedback.StatusCode status) {
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
