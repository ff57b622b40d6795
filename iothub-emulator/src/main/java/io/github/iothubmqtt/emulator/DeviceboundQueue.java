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
import java.util.List;

/**
 * The devicebound messages of one device, or the messages to the inputs of one module, first in, first out. Belongs to the hub's event loop. It knows nothing of connections: a
 * delivery takes a message, which locks it, and settles it or gives it back.
 */
final class DeviceboundQueue {

    /** One message on its way. */
    static final class Entry {
        private final long sequence;
        private final DeviceboundMessage message;
        private final String topic;
        private final Instant expiry;
        private HubLoop.Deadline expiryDeadline;
        private HubLoop.Deadline lockDeadline;
        /** Sent on a connection that is open. Stays true when the lock is lost: only the next connection delivers again. */
        private boolean taken;

        private boolean locked;
        private boolean gone;
        private int deliveryCount;
        private int lockExpiries;

        private Entry(long sequence, DeviceboundMessage message, String topic, Instant expiry) {
            this.sequence = sequence;
            this.message = message;
            this.topic = topic;
            this.expiry = expiry;
        }

        DeviceboundMessage message() {
            return message;
        }

        String topic() {
            return topic;
        }

        Instant expiry() {
            return expiry;
        }

        int deliveryCount() {
            return deliveryCount;
        }

        long sequence() {
            return sequence;
        }

        /** Whether it was sent before; on the wire that is DUP=1. */
        boolean isRedelivery() {
            return deliveryCount > 1;
        }
    }

    /** Hears what becomes of each message. */
    interface Listener {

        void added(Entry entry);

        void taken(Entry entry);

        void settled(Entry entry, Feedback.StatusCode status);
    }

    private final HubLoop loop;
    private final Clock clock;
    private final HubSettings settings;
    private final Listener listener;
    /** At most {@link HubSettings#maxQueueDepth()}, so that going through it is cheap. */
    private final List<Entry> entries = new ArrayList<>();

    private long nextSequence;

    DeviceboundQueue(HubLoop loop, Clock clock, HubSettings settings, Listener listener) {
        this.loop = loop;
        this.clock = clock;
        this.settings = settings;
        this.listener = listener;
    }

    /** {@code topic} is the whole one, properties included. */
    void add(DeviceboundMessage message, String topic) {
        if (entries.size() >= settings.maxQueueDepth()) {
            throw new HubException(
                    HubCode.QUEUE_DEPTH_EXCEEDED,
                    "the queue holds " + entries.size() + " messages, which is all it can");
        }
        Instant expiry =
                message.expiry() != null ? message.expiry() : clock.instant().plus(settings.c2dTimeToLive());
        Entry entry = new Entry(nextSequence++, message, topic, expiry);
        listener.added(entry);
        add(entry);
    }

    private void add(Entry entry) {
        entry.expiryDeadline = loop.at(entry.expiry, () -> expireUnlessLocked(entry));
        entries.add(entry);
    }

    /** Puts in what was in the queue of an earlier hub; in the order of that queue. */
    void restore(long sequence, DeviceboundMessage message, String topic, Instant expiry, int deliveryCount) {
        Entry entry = new Entry(sequence, message, topic, expiry);
        entry.deliveryCount = deliveryCount;
        nextSequence = Math.max(nextSequence, sequence + 1);
        add(entry);
    }

    /** Takes and locks the oldest message that is not on its way; null if there is none. */
    Entry take() {
        Instant now = clock.instant();
        for (Entry entry : List.copyOf(entries)) {
            if (entry.taken) {
                continue;
            }
            if (!entry.expiry.isAfter(now)) {
                remove(entry, Feedback.StatusCode.EXPIRED);
                continue;
            }
            entry.taken = true;
            entry.locked = true;
            entry.deliveryCount++;
            listener.taken(entry);
            entry.lockDeadline = loop.at(now.plus(settings.c2dLock()), () -> lockEnded(entry));
            return entry;
        }
        return null;
    }

    /** False when the lock was lost before: the message is the queue's again, or gone. */
    boolean complete(Entry entry) {
        if (entry.gone || !entry.locked) {
            return false;
        }
        remove(entry, Feedback.StatusCode.SUCCESS);
        return true;
    }

    /** The connection ended without PUBACK: the message takes its old place and goes out again on the next one. */
    void giveBack(Entry entry) {
        unlock(entry);
        entry.taken = false;
    }

    void purge() {
        List.copyOf(entries).forEach(entry -> remove(entry, Feedback.StatusCode.PURGED));
    }

    List<QueuedMessage> snapshot() {
        return entries.stream()
                .map(entry -> new QueuedMessage(
                        entry.message.messageId(),
                        entry.locked ? QueuedMessage.State.INVISIBLE : QueuedMessage.State.ENQUEUED,
                        entry.deliveryCount,
                        entry.expiry))
                .toList();
    }

    private void lockEnded(Entry entry) {
        entry.lockExpiries++;
        if (settings.c2dDeliveryCountOnLockExpiry() && entry.lockExpiries >= settings.maxDeliveryCount()) {
            remove(entry, Feedback.StatusCode.DELIVERY_COUNT_EXCEEDED);
        } else {
            unlock(entry);
        }
    }

    private void unlock(Entry entry) {
        if (entry.gone || !entry.locked) {
            return;
        }
        entry.locked = false;
        entry.lockDeadline.cancel();
        if (!entry.expiry.isAfter(clock.instant())) {
            remove(entry, Feedback.StatusCode.EXPIRED);
        }
    }

    /** A message that is locked may still be acknowledged; its expiry is looked at when the lock ends. */
    private void expireUnlessLocked(Entry entry) {
        if (!entry.locked) {
            remove(entry, Feedback.StatusCode.EXPIRED);
        }
    }

    private void remove(Entry entry, Feedback.StatusCode status) {
        if (!entries.remove(entry)) {
            return;
        }
        entry.gone = true;
        entry.expiryDeadline.cancel();
        if (entry.lockDeadline != null) {
            entry.lockDeadline.cancel();
        }
        listener.settled(entry, status);
    }
}
