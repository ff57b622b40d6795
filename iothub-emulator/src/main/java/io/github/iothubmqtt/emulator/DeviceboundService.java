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
import java.util.regex.Pattern;

/**
 * The service side of devicebound messages, and of those to the inputs of modules: takes them in, keeps a queue for each device and
 * each module, and tells senders of devicebound messages what became of theirs. Belongs to the hub's event loop, but for the journal of feedback.
 */
final class DeviceboundService {

    private static final int RECORDS = 100_000;
    private static final Pattern INPUT_NAME = Pattern.compile("[^/+#\\x00]{1,128}");

    private final HubLoop loop;
    private final Clock clock;
    private final HubSettings settings;
    private final DeviceRegistry registry;
    private final StateKeeper state;
    private final Map<Identity, DeviceboundQueue> queues = new HashMap<>();
    private final Journal<Feedback> feedback = Journal.ofEntries(RECORDS);

    DeviceboundService(HubLoop loop, Clock clock, HubSettings settings, DeviceRegistry registry, StateKeeper state) {
        this.loop = loop;
        this.clock = clock;
        this.settings = settings;
        this.registry = registry;
        this.state = state;
    }

    Journal<Feedback> feedback() {
        return feedback;
    }

    DeviceboundQueue queueOf(Identity identity) {
        return queues.computeIfAbsent(identity, id -> new DeviceboundQueue(loop, clock, settings, new Keeper(id)));
    }

    /** Keeps a queue, and gives feedback. */
    private final class Keeper implements DeviceboundQueue.Listener {

        private final Identity identity;

        Keeper(Identity identity) {
            this.identity = identity;
        }

        @Override
        public void added(DeviceboundQueue.Entry entry) {
            state.keepMessage(identity, entry);
        }

        @Override
        public void taken(DeviceboundQueue.Entry entry) {
            state.keepDelivery(identity, entry);
        }

        @Override
        public void settled(DeviceboundQueue.Entry entry, Feedback.StatusCode status) {
            state.forgetMessage(identity, entry);
            DeviceboundService.this.settled(identity, entry.message(), status);
        }
    }

    /** What waits or is on its way, oldest first. */
    List<QueuedMessage> queued(Identity identity) {
        DeviceboundQueue queue = queues.get(identity);
        return queue == null ? List.of() : queue.snapshot();
    }

    /** Empties the queues of a device that is no more, and of its modules. */
    void forget(String deviceId) {
        List.copyOf(queues.keySet()).stream()
                .filter(identity -> identity.deviceId().equals(deviceId))
                .forEach(this::forget);
    }

    /** Empties the queue of a module that is no more. */
    void forgetModule(Identity module) {
        if (queues.containsKey(module)) {
            forget(module);
        }
    }

    private void forget(Identity identity) {
        queues.remove(identity).purge();
    }

    void forgetAll() {
        List.copyOf(queues.keySet()).forEach(this::forget);
    }

    /**
     * Puts a devicebound message into its device's queue; it must have been {@link #checked}.
     *
     * @throws HubException when the queue is full
     */
    void add(String deviceId, DeviceboundMessage message) {
        queueOf(Identity.device(deviceId))
                .add(
                        message,
                        "devices/" + deviceId + "/messages/devicebound/"
                                + message.propertyBag(deviceId, settings.c2dTopicOrder()));
    }

    /**
     * Puts a message into the queue of the module, where it stays until the module has acknowledged it, as at an IoT Edge hub.
     *
     * @return the message id
     * @throws HubException when the hub refuses the message
     */
    String addToInput(Identity module, String input, DeviceboundMessage message) {
        String deviceId = module.deviceId();
        EmulatedDevice device = enabledDevice(deviceId);
        if (device.module(module.moduleId()) == null) {
            throw new HubException(HubCode.MODULE_NOT_FOUND, "there is no module '" + module + "'");
        }
        if (!INPUT_NAME.matcher(input).matches()) {
            throw new HubException(
                    HubCode.ARGUMENT_INVALID,
                    "the input name '" + input + "' is not of 1 to 128 characters other than / + #");
        }
        DeviceboundMessage identified = identified(message);
        checkSize(identified.inputSize(deviceId), settings.maxMessageSize());
        queueOf(module)
                .add(
                        identified,
                        module.resourcePath() + "/inputs/" + input + "/"
                                + identified.inputPropertyBag(deviceId, settings.c2dTopicOrder()));
        return identified.messageId();
    }

    /**
     * Checks what the hub checks before it takes a message in, and sees to it that the message has an id.
     *
     * @throws HubException when the hub refuses the message
     */
    DeviceboundMessage checked(String deviceId, DeviceboundMessage message) {
        enabledDevice(deviceId);
        DeviceboundMessage identified = identified(message);
        checkSize(identified.size(deviceId), settings.maxC2dSize());
        return identified;
    }

    private EmulatedDevice enabledDevice(String deviceId) {
        EmulatedDevice device = registry.find(deviceId);
        if (device == null || !device.isEnabled()) {
            throw new HubException(HubCode.DEVICE_NOT_FOUND, "there is no enabled device '" + deviceId + "'");
        }
        return device;
    }

    private DeviceboundMessage identified(DeviceboundMessage message) {
        if (message.expiry() != null && !message.expiry().isAfter(clock.instant())) {
            throw new HubException(
                    HubCode.INVALID_MESSAGE_EXPIRY,
                    "the message expired at " + message.expiry() + ", the hub's clock says " + clock.instant());
        }
        return message.messageId() != null
                ? message
                : message.messageId(UUID.randomUUID().toString());
    }

    private static void checkSize(int size, int max) {
        if (size > max) {
            throw new HubException(
                    HubCode.MESSAGE_TOO_LARGE, "the message has " + size + " bytes, " + max + " are allowed");
        }
    }

    /** Gives the sender feedback, if it asked for any and if there is such a thing. */
    void settled(Identity identity, DeviceboundMessage message, Feedback.StatusCode status) {
        if (identity.isModule() || !message.ack().wants(status)) {
            return;
        }
        EmulatedDevice device = registry.find(identity.deviceId());
        feedback.append(new Feedback(
                message.messageId(),
                identity.deviceId(),
                device == null ? null : device.generationId(),
                status,
                status.wireName(),
                clock.instant()));
    }
}
