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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The messages of one connection that the hub has not acknowledged, in the order in which they were handed over: first those in
 * flight, then those that wait. Confined to the event loop.
 */
final class Outbox {

    private final int window;
    private final Deque<OutgoingMessage> waiting = new ArrayDeque<>();
    private final Set<OutgoingMessage> inFlight = new LinkedHashSet<>();

    /** @param window messages in flight, at most */
    Outbox(int window) {
        this.window = window;
    }

    void add(OutgoingMessage message) {
        waiting.add(message);
    }

    /** Takes the next message to send and counts it as in flight; null when none waits or the window is full. */
    OutgoingMessage send() {
        if (inFlight.size() >= window) {
            return null;
        }
        OutgoingMessage message = waiting.poll();
        if (message != null) {
            inFlight.add(message);
        }
        return message;
    }

    /** Takes a message out that the hub has acknowledged. */
    void acknowledged(OutgoingMessage message) {
        inFlight.remove(message);
    }

    /** The connection is gone: what was in flight is sent again, before everything that waits and in its old order. */
    void linkLost() {
        List<OutgoingMessage> again = new ArrayList<>(inFlight);
        inFlight.clear();
        for (int i = again.size() - 1; i >= 0; i--) {
            if (!again.get(i).abandoned()) {
                waiting.addFirst(again.get(i));
            }
        }
    }

    /**
     * Gives up messages. Those that wait are taken out; those in flight keep their place in the window until the connection
     * tells their end, and are not sent again.
     */
    List<OutgoingMessage> abandon(Predicate<OutgoingMessage> which) {
        List<OutgoingMessage> abandoned = open().filter(which).toList();
        waiting.removeIf(which);
        return abandoned;
    }

    /** The earliest deadline of all that somebody still waits for. */
    OptionalLong earliestDeadline(long now) {
        return open().mapToLong(message -> message.deadline - now).min();
    }

    /** The one that was sent first of those in flight; null when none is. */
    OutgoingMessage oldestInFlight() {
        return inFlight.isEmpty() ? null : inFlight.iterator().next();
    }

    boolean isInFlight(OutgoingMessage message) {
        return inFlight.contains(message);
    }

    int inFlight() {
        return inFlight.size();
    }

    private Stream<OutgoingMessage> open() {
        return Stream.concat(inFlight.stream(), waiting.stream()).filter(message -> !message.abandoned());
    }
}
