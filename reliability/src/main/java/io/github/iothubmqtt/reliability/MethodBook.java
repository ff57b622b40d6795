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

/** What is known about the calls of methods of one device: each is carried out once at most, and its caller hears of it once. Thread-safe. */
final class MethodBook {

    private final ReentrantLock lock = new ReentrantLock();
    private final String device;
    private final Breaches breaches;
    private final BitSet begun = new BitSet();
    private final BitSet ended = new BitSet();
    private int called;
    private int answered;
    private int failed;

    MethodBook(String device, Breaches breaches) {
        this.device = device;
        this.breaches = breaches;
    }

    /** @return the number of the next call */
    int call() {
        lock.lock();
        try {
            return called++;
        } finally {
            lock.unlock();
        }
    }

    /** The route carries it out. */
    void begun(int number) {
        lock.lock();
        try {
            if (begun.get(number)) {
                breaches.add(Rule.METHOD_REPEATED, name(number));
            }
            begun.set(number);
        } finally {
            lock.unlock();
        }
    }

    /** The caller has an answer. */
    void answered(int number, boolean asTheRouteGaveIt, String answer) {
        lock.lock();
        try {
            answered++;
            ended.set(number);
            if (!asTheRouteGaveIt || !begun.get(number)) {
                breaches.add(Rule.METHOD_ALTERED, name(number) + ": " + answer);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The caller has an error. */
    void failed(int number, boolean expected, Throwable error) {
        lock.lock();
        try {
            failed++;
            ended.set(number);
            if (!expected) {
                breaches.add(Rule.METHOD_FAILED, name(number) + ": " + error);
            }
        } finally {
            lock.unlock();
        }
    }

    boolean settled() {
        lock.lock();
        try {
            return ended.cardinality() == called;
        } finally {
            lock.unlock();
        }
    }

    /** Strikes the balance. */
    void close() {
        lock.lock();
        try {
            for (int number = ended.nextClearBit(0); number < called; number = ended.nextClearBit(number + 1)) {
                breaches.add(Rule.METHOD_UNANSWERED, name(number));
            }
        } finally {
            lock.unlock();
        }
    }

    int calls() {
        lock.lock();
        try {
            return called;
        } finally {
            lock.unlock();
        }
    }

    int answers() {
        lock.lock();
        try {
            return answered;
        } finally {
            lock.unlock();
        }
    }

    private String name(int number) {
        return "call " + number + " of " + device;
    }
}
