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

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * What is known about the twin of one device. Reports are numbered and go into slots, so that a report that the hub has lost, or has
 * carried out after a later one, shows in its slot until the next one of that slot. Thread-safe.
 */
final class TwinBook {

    private static final int SLOTS = 50;

    private final ReentrantLock lock = new ReentrantLock();
    private final String device;
    private final Breaches breaches;

    private final Map<String, Long> doneBySlot = new HashMap<>();
    private long reports;
    private long reportsDone;
    private long reportsFailed;
    private long lastReached = -1;
    private long reached;
    private Map<String, Object> desired = new HashMap<>();

    TwinBook(String device, Breaches breaches) {
        this.device = device;
        this.breaches = breaches;
    }

    static String slot(long number) {
        return "slot" + number % SLOTS;
    }

    // ---- reported properties

    /** @return the number of the next report */
    long report() {
        return locked(() -> reports++);
    }

    /** @param atTheHub what the hub has at this moment */
    void reportedDone(long number, Map<String, Object> atTheHub) {
        locked(() -> {
            reportsDone++;
            doneBySlot.merge(slot(number), number, Math::max);
            check(number, atTheHub);
            return null;
        });
    }

    void reportedFailed(long number, Throwable cause) {
        locked(() -> {
            reportsFailed++;
            breaches.add(Rule.REPORT_FAILED, name(number) + ": " + cause);
            return null;
        });
    }

    private void check(long number, Map<String, Object> atTheHub) {
        long there = atTheHub.get(slot(number)) instanceof Number value ? value.longValue() : -1;
        if (there < number) {
            breaches.add(Rule.REPORT_LOST, name(number) + ", the hub has " + there + " in its slot");
        } else if (there >= reports) {
            breaches.add(Rule.REPORT_LOST, "the hub has " + there + " of " + device + ", which nobody has reported");
        }
    }

    boolean settled() {
        return locked(() -> reportsDone + reportsFailed == reports);
    }

    // ---- desired properties

    /** The route has them. */
    void reached(long version, boolean complete, Map<String, Object> properties) {
        locked(() -> {
            reached++;
            if (version < lastReached) {
                breaches.add(Rule.DESIRED_MISORDERED, device + ": version " + version + " after " + lastReached);
            }
            lastReached = version;
            if (complete) {
                desired = new HashMap<>(properties);
            } else {
                merge(properties);
            }
            return null;
        });
    }

    private void merge(Map<String, Object> changed) {
        changed.forEach((name, value) -> {
            if (value == null) {
                desired.remove(name);
            } else {
                desired.put(name, value);
            }
        });
    }

    boolean hasReached(long version) {
        return locked(() -> lastReached == version);
    }

    /** Strikes the balance. */
    void close(Map<String, Object> reportedAtTheHub, long desiredVersion, Map<String, Object> desiredAtTheHub) {
        locked(() -> {
            doneBySlot.values().forEach(number -> check(number, reportedAtTheHub));
            if (lastReached != desiredVersion) {
                breaches.add(
                        Rule.DESIRED_LOST,
                        device + ": version " + lastReached + " reached the route, " + desiredVersion + " did not");
            } else if (!numbers(desired).equals(numbers(desiredAtTheHub))) {
                breaches.add(
                        Rule.DESIRED_ALTERED, device + ": " + numbers(desired) + ", not " + numbers(desiredAtTheHub));
            }
            return null;
        });
    }

    private static Map<String, Long> numbers(Map<String, Object> properties) {
        Map<String, Long> numbers = new HashMap<>();
        properties.forEach((name, value) -> numbers.put(name, ((Number) value).longValue()));
        return numbers;
    }

    long done() {
        return locked(() -> reportsDone);
    }

    long reached() {
        return locked(() -> reached);
    }

    private String name(long number) {
        return "report " + number + " of " + device;
    }

    private <T> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }
}
