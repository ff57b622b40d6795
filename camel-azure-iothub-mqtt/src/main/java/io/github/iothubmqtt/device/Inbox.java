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

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The messages that arrived on the present connection and are not acknowledged, in the order of arrival, and how
 * often each failed. Hands out in order and lets acknowledgements pass in order only (MQTT-4.6.0-2). Confined to the event loop.
 */
final class Inbox {

    private static final int REMEMBERED_FAILURES = 1000;

    private final Deque<Delivery> unacknowledged = new ArrayDeque<>();
    private final Deque<Delivery> waiting = new ArrayDeque<>();
    private final Set<Delivery> done = new HashSet<>();
    private final Map<String, Integer> failures = new LinkedHashMap<>();
    private boolean blocked;

    void add(Delivery delivery) {
        waiting.add(delivery);
        if (delivery.qos() > 0) {
            unacknowledged.add(delivery);
        }
    }

    /** Takes the next message of those that a consumer wants; null when none waits, or the inbox is blocked. */
    Delivery next(Predicate<Delivery> wanted) {
        if (blocked) {
            return null;
        }
        Iterator<Delivery> candidates = waiting.iterator();
        while (candidates.hasNext()) {
            Delivery delivery = candidates.next();
            if (wanted.test(delivery)) {
                candidates.remove();
                return delivery;
            }
        }
        return null;
    }

    /** What was not handed out yet. */
    List<Delivery> waiting() {
        return List.copyOf(waiting);
    }

    /** Takes out a message that still waits. @return false when it does not */
    boolean withdraw(Delivery delivery) {
        return waiting.remove(delivery);
    }

    /** Marks a message as done and takes out all that may be acknowledged now, in order. */
    List<Delivery> done(Delivery delivery) {
        failures.remove(delivery.key());
        return acknowledgeable(delivery);
    }

    /** Takes in a message that no route is to have, so that it does not hold up the acknowledgements of others. */
    List<Delivery> skip(Delivery delivery) {
        if (delivery.qos() > 0) {
            unacknowledged.add(delivery);
        }
        return acknowledgeable(delivery);
    }

    private List<Delivery> acknowledgeable(Delivery delivery) {
        if (delivery.qos() == 0) {
            return List.of();
        }
        done.add(delivery);
        List<Delivery> acknowledgeable = new ArrayList<>();
        while (!unacknowledged.isEmpty() && done.remove(unacknowledged.peek())) {
            acknowledgeable.add(unacknowledged.poll());
        }
        return acknowledgeable;
    }

    /** Counts a failure of a message. */
    int failed(Delivery delivery) {
        int count = failures.merge(delivery.key(), 1, Integer::sum);
        if (failures.size() > REMEMBERED_FAILURES) {
            failures.remove(failures.keySet().iterator().next());
        }
        return count;
    }

    /** Nothing is handed out until the link is gone: what follows a failed message will come again behind it. */
    void block() {
        blocked = true;
    }

    /** The connection is gone, and with it the right to acknowledge what came on it; the hub delivers it again. */
    void linkLost() {
        unacknowledged.clear();
        waiting.clear();
        done.clear();
        blocked = false;
    }

    int size() {
        return Math.max(unacknowledged.size(), waiting.size());
    }
}
