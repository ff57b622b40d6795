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

import java.util.BitSet;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The account of one device's telemetry. Messages are numbered from 0 in the order in which the sender hands them over. It takes
 * a few bits for each, so that millions fit. Thread-safe.
 */
final class TelemetryBook {

    private final ReentrantLock lock = new ReentrantLock();
    private final String device;
    private final Breaches breaches;
    private final BitSet arrived = new BitSet();
    private final BitSet done = new BitSet();
    private final BitSet failed = new BitSet();
    private int handedOver;
    private int last = -1;
    private long duplicates;

    TelemetryBook(String device, Breaches breaches) {
        this.device = device;
        this.breaches = breaches;
    }

    /** The sender is about to hand over the next message; says its number. */
    int handOver() {
        lock.lock();
        try {
            return handedOver++;
        } finally {
            lock.unlock();
        }
    }

    /**
     * The hub has stored a message.
     *
     * @param difference what is not as it was sent, or null
     * @return whether it is the first arrival of this number
     */
    boolean arrived(int number, String difference) {
        lock.lock();
        try {
            if (number < 0 || number >= handedOver) {
                breaches.add(Rule.EXTRA, name(number));
                return false;
            }
            if (difference != null) {
                breaches.add(Rule.ALTERED, name(number) + ": " + difference);
            }
            if (arrived.get(number)) {
                duplicates++;
                return false;
            }
            arrived.set(number);
            if (number < last) {
                breaches.add(Rule.MISORDERED, name(number) + " after " + last);
            }
            last = Math.max(last, number);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The hub has stored something of this device that carries no number of ours. */
    void arrivedUnknown(String what) {
        breaches.add(Rule.EXTRA, device + ": " + what);
    }

    void reportedDone(int number) {
        lock.lock();
        try {
            done.set(number);
            if (!arrived.get(number)) {
                breaches.add(Rule.DONE_TOO_EARLY, name(number));
            }
        } finally {
            lock.unlock();
        }
    }

    void reportedFailed(int number, Throwable cause) {
        lock.lock();
        try {
            failed.set(number);
            breaches.add(Rule.FAILED, name(number) + ": " + cause);
        } finally {
            lock.unlock();
        }
    }

    /** Whether each message handed over has been reported done or failed. */
    boolean settled() {
        lock.lock();
        try {
            return done.cardinality() + failed.cardinality() == handedOver;
        } finally {
            lock.unlock();
        }
    }

    /** Strikes the balance. @param allowedDuplicates window x cuts of this device */
    void close(long allowedDuplicates) {
        lock.lock();
        try {
            for (int number = 0; number < handedOver; number++) {
                if (done.get(number) && !arrived.get(number)) {
                    breaches.add(Rule.LOST, name(number));
                }
                if (!done.get(number) && !failed.get(number)) {
                    breaches.add(
                            Rule.UNREPORTED,
                            name(number) + (arrived.get(number) ? ", in the hub" : ", not in the hub"));
                }
            }
            if (duplicates > allowedDuplicates) {
                breaches.add(Rule.DUPLICATES, device + ": " + duplicates + ", allowed " + allowedDuplicates);
            }
        } finally {
            lock.unlock();
        }
    }

    long handedOver() {
        lock.lock();
        try {
            return handedOver;
        } finally {
            lock.unlock();
        }
    }

    long done() {
        lock.lock();
        try {
            return done.cardinality();
        } finally {
            lock.unlock();
        }
    }

    long failed() {
        lock.lock();
        try {
            return failed.cardinality();
        } finally {
            lock.unlock();
        }
    }

    long stored() {
        lock.lock();
        try {
            return arrived.cardinality();
        } finally {
            lock.unlock();
        }
    }

    long duplicates() {
        lock.lock();
        try {
            return duplicates;
        } finally {
            lock.unlock();
        }
    }

    private String name(int number) {
        return device + " message " + number;
    }
}
