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

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** A fault that waits for its time, or had it. Thread-safe. */
public final class ArmedFault {

    private final Faults faults;
    private final Set<FaultPoint> points;
    private final String deviceId;
    private final String moduleId;
    private final long after;
    private final long times;
    private final double probability;
    private final long seed;
    private final Fault fault;
    private final AtomicLong occurrences = new AtomicLong();
    /** These two belong to the hub's event loop. */
    private final Map<String, Random> chances = new HashMap<>();

    private long seen;

    ArmedFault(Faults faults, FaultRule rule, Fault fault) {
        this.faults = faults;
        this.points = rule.points();
        this.deviceId = rule.deviceId();
        this.moduleId = rule.moduleId();
        this.after = rule.after();
        this.times = rule.times();
        this.probability = rule.probability();
        this.seed = rule.seed();
        this.fault = fault;
    }

    /** How often it has happened. */
    public long occurrences() {
        return occurrences.get();
    }

    /** It happens no more. Twice is no error. */
    public void disarm() {
        faults.disarm(this);
    }

    Fault fault() {
        return fault;
    }

    boolean isSpent() {
        return occurrences.get() >= times;
    }

    /** Whether it happens now; counts the time and the occurrence. {@code identity} is null during the TLS handshake. */
    boolean strikes(FaultPoint point, Identity identity) {
        if (!points.contains(point) || !isFor(identity)) {
            return false;
        }
        if (++seen <= after || isSpent() || !isChance(point, identity)) {
            return false;
        }
        occurrences.incrementAndGet();
        return true;
    }

    private boolean isFor(Identity identity) {
        return (deviceId == null || deviceId.equals(identity.deviceId()))
                && (moduleId == null || moduleId.equals(identity.moduleId()));
    }

    private boolean isChance(FaultPoint point, Identity identity) {
        if (probability >= 1) {
            return true;
        }
        String who = point + " " + identity;
        // Text has the same hash in every JVM, enums have not.
        return chances.computeIfAbsent(who, text -> new Random(seed * 31 + text.hashCode()))
                        .nextDouble()
                < probability;
    }

    @Override
    public String toString() {
        return "ArmedFault[" + fault + " at " + points
                + (deviceId == null ? "" : " for " + new Identity(deviceId, moduleId)) + ", happened " + occurrences
                + " times]";
    }
}
