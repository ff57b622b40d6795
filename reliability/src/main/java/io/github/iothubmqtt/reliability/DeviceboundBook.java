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
package io.github.iothubmqtt.reliability;

import java.time.Instant;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The account of the messages to one device, numbered from 0 in the order in which the hub took them in. Thread-safe.
 *
 * <p>The hub's feedback says when it got the acknowledgement, on the same clock as the instant at which the route succeeded; so an
 * acknowledgement that came too early is seen even if the success follows.
 */
final class DeviceboundBook {

    private final ReentrantLock lock = new ReentrantLock();
    private final String device;
    private final Breaches breaches;
    private final BitSet reached = new BitSet();
    private final BitSet succeeded = new BitSet();
    private final BitSet acknowledged = new BitSet();
    private final Map<Integer, Instant> firstSuccess = new HashMap<>();
    private int sent;
    private int last = -1;
    private long repeated;
    private long failedAttempts;

    DeviceboundBook(String device, Breaches breaches) {
        this.device = device;
        this.breaches = breaches;
    }

    int next() {
        lock.lock();
        try {
            return sent;
        } finally {
            lock.unlock();
        }
    }

    /** The hub has taken in message {@link #next()}. */
    void sent() {
        lock.lock();
        try {
            sent++;
        } finally {
            lock.unlock();
        }
    }

    /**
     * The route begins with a message.
     *
     * @param difference what is not as it was sent, or null
     * @return whether for the first time
     */
    boolean reached(int number, String difference) {
        lock.lock();
        try {
            if (difference != null) {
                breaches.add(Rule.DEVICEBOUND_ALTERED, name(number) + ": " + difference);
            }
            if (reached.get(number)) {
                repeated++;
                return false;
            }
            reached.set(number);
            if (number < last) {
                breaches.add(Rule.DEVICEBOUND_MISORDERED, name(number) + " after " + last);
            }
            last = Math.max(last, number);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The route is about to end well; from now on the hub may get the acknowledgement. */
    void succeeded(int number, Instant now) {
        lock.lock();
        try {
            if (!succeeded.get(number)) {
                succeeded.set(number);
                firstSuccess.put(number, now);
            }
        } finally {
            lock.unlock();
        }
    }

    void failedAttempt() {
        lock.lock();
        try {
            failedAttempts++;
        } finally {
            lock.unlock();
        }
    }

    /** The hub's feedback: it got the acknowledgement of this message then. */
    void acknowledged(int number, Instant at) {
        lock.lock();
        try {
            acknowledged.set(number);
            Instant success = firstSuccess.remove(number);
            if (success == null || at.isBefore(success)) {
                breaches.add(
                        Rule.ACKNOWLEDGED_TOO_EARLY,
                        name(number) + " at " + at
                                + (success == null ? ", no success until now" : ", success at " + success));
            }
        } finally {
            lock.unlock();
        }
    }

    boolean settled() {
        lock.lock();
        try {
            return acknowledged.cardinality() == sent;
        } finally {
            lock.unlock();
        }
    }

    /** Strikes the balance. */
    void close() {
        lock.lock();
        try {
            for (int number = 0; number < sent; number++) {
                if (!succeeded.get(number)) {
                    breaches.add(
                            Rule.DEVICEBOUND_LOST,
                            name(number)
                                    + (acknowledged.get(number)
                                            ? ", acknowledged all the same"
                                            : ", still at the hub"));
                } else if (!acknowledged.get(number)) {
                    breaches.add(Rule.DEVICEBOUND_UNACKNOWLEDGED, name(number));
                }
            }
        } finally {
            lock.unlock();
        }
    }

    long processed() {
        lock.lock();
        try {
            return succeeded.cardinality();
        } finally {
            lock.unlock();
        }
    }

    long repeated() {
        lock.lock();
        try {
            return repeated;
        } finally {
            lock.unlock();
        }
    }

    long failedAttempts() {
        lock.lock();
        try {
            return failedAttempts;
        } finally {
            lock.unlock();
        }
    }

    private String name(int number) {
        return "devicebound message " + number + " of " + device;
    }
}
