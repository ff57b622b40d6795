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

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * A bounded record in order of arrival that tests can read and wait on. Thread-safe; appending never blocks for longer than a
 * copy of the record takes. When the bound is reached the oldest entries go, and {@link #dropped()} says how many.
 */
final class Journal<T> {

    /** {@code number} is how many entries there were with this one. */
    record Numbered<T>(long number, T entry) {}

    private record Weighed<T>(T entry, long weight) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition grown = lock.newCondition();
    private final Deque<Weighed<T>> entries = new ArrayDeque<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final long maxWeight;
    private long weight;
    /** Entries ever appended; the index of the next one. Clearing does not set it back, so readers' cursors stay true. */
    private long appended;

    private long appendedBeforeClear;
    private long dropped;
    private boolean closed;

    Journal(long maxWeight) {
        this.maxWeight = maxWeight;
    }

    static <T> Journal<T> ofEntries(int max) {
        return new Journal<>(max);
    }

    /** Of an entry that weighs 1. */
    void append(T entry) {
        append(entry, 1);
    }

    void append(T entry, long weightOfEntry) {
        lock.lock();
        try {
            entries.addLast(new Weighed<>(entry, weightOfEntry));
            appended++;
            weight += weightOfEntry;
            while (weight > maxWeight && entries.size() > 1) {
                weight -= entries.removeFirst().weight();
                dropped++;
            }
            grown.signalAll();
        } finally {
            lock.unlock();
        }
        listeners.forEach(Runnable::run);
    }

    /** Runs this after each entry, on the thread that has appended it. */
    void onAppend(Runnable listener) {
        listeners.add(listener);
    }

    void removeListener(Runnable listener) {
        listeners.remove(listener);
    }

    List<T> snapshot() {
        lock.lock();
        try {
            return entries.stream().map(Weighed::entry).toList();
        } finally {
            lock.unlock();
        }
    }

    /** Those after the first so many that were ever appended, as far as they are still there. */
    List<T> after(long index) {
        lock.lock();
        try {
            return index >= appended ? List.of() : from(index);
        } finally {
            lock.unlock();
        }
    }

    /** As {@link #after}, with their numbers. */
    List<Numbered<T>> numberedAfter(long index) {
        lock.lock();
        try {
            List<Numbered<T>> numbered = new ArrayList<>();
            List<T> newest = after(index);
            long number = appended - newest.size();
            for (T entry : newest) {
                numbered.add(new Numbered<>(++number, entry));
            }
            return numbered;
        } finally {
            lock.unlock();
        }
    }

    /** How many were ever appended. */
    long appended() {
        lock.lock();
        try {
            return appended;
        } finally {
            lock.unlock();
        }
    }

    /** How many were appended since the last {@link #clear()}, those that had to go included. */
    long count() {
        lock.lock();
        try {
            return appended - appendedBeforeClear;
        } finally {
            lock.unlock();
        }
    }

    long dropped() {
        lock.lock();
        try {
            return dropped;
        } finally {
            lock.unlock();
        }
    }

    void clear() {
        lock.lock();
        try {
            entries.clear();
            weight = 0;
            dropped = 0;
            appendedBeforeClear = appended;
        } finally {
            lock.unlock();
        }
    }

    /** Ends all waiting: nothing more will come. */
    void close() {
        lock.lock();
        try {
            closed = true;
            grown.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the count is reached; false on timeout. */
    boolean awaitCount(long count, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        lock.lock();
        try {
            while (appended - appendedBeforeClear < count) {
                if (!awaitGrowth(deadline)) {
                    return false;
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The first entry, stored now or later, that the predicate likes. Each entry is tested once, outside the lock. */
    Optional<T> awaitMatch(Predicate<? super T> predicate, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        long next = 0;
        while (true) {
            List<T> fresh;
            lock.lock();
            try {
                while (appended <= next) {
                    if (!awaitGrowth(deadline)) {
                        return Optional.empty();
                    }
                }
                fresh = from(next);
                next = appended;
            } finally {
                lock.unlock();
            }
            Optional<T> match = fresh.stream().filter(predicate).findFirst();
            if (match.isPresent()) {
                return match;
            }
        }
    }

    private boolean awaitGrowth(long deadline) {
        long left = deadline - System.nanoTime();
        if (closed || left <= 0) {
            return false;
        }
        try {
            grown.awaitNanos(left);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for the hub", e);
        }
    }

    private List<T> from(long index) {
        long wanted = Math.min(appended - index, entries.size());
        List<T> newest = new ArrayList<>((int) wanted);
        Iterator<Weighed<T>> backwards = entries.descendingIterator();
        for (long i = 0; i < wanted; i++) {
            newest.add(backwards.next().entry());
        }
        Collections.reverse(newest);
        return newest;
    }
}
