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

import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Says when a fault happens; {@link #then} says which, and arms it. Unless told otherwise: the next time, whichever device it is.
 * Not thread-safe.
 */
public final class FaultRule {

    private final Faults faults;
    private final Set<FaultPoint> points;
    private String deviceId;
    private String moduleId;
    private long after;
    private long times = 1;
    private double probability = 1;
    private long seed;

    FaultRule(Faults faults, FaultPoint... points) {
        this.faults = faults;
        this.points = EnumSet.copyOf(List.of(points));
    }

    /** Only connections of this device and of its modules; at the provisioning service that of this registration id. */
    public FaultRule forDevice(String value) {
        if (points.contains(FaultPoint.TLS_HANDSHAKE)) {
            throw new IllegalArgumentException(
                    "During TLS_HANDSHAKE no device is known, leave forDevice and forModule out");
        }
        deviceId = Objects.requireNonNull(value, "deviceId");
        moduleId = null;
        return this;
    }

    /** Only connections of this one module. */
    public FaultRule forModule(String ofDevice, String value) {
        forDevice(ofDevice);
        moduleId = Objects.requireNonNull(value, "moduleId");
        return this;
    }

    /** Spares the first so many times: {@code after(2)} starts with the third. */
    public FaultRule after(long count) {
        if (count < 0) {
            throw new IllegalArgumentException("Must not be below 0: " + count);
        }
        after = count;
        return this;
    }

    /** So many times and no more. Default 1. */
    public FaultRule times(long count) {
        if (count < 1) {
            throw new IllegalArgumentException("Must be above 0: " + count);
        }
        times = count;
        return this;
    }

    /** Each time, until it is disarmed. */
    public FaultRule always() {
        times = Long.MAX_VALUE;
        return this;
    }

    /**
     * By chance, with this probability from 0 to 1 each time. Whether the n-th time of one device is struck depends on the seed and
     * the device's id alone, not on what other devices do meanwhile, so that a run can be repeated.
     */
    public FaultRule withProbability(double value, long seedOfChance) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException("Must be from 0 to 1: " + value);
        }
        probability = value;
        seed = seedOfChance;
        return this;
    }

    /**
     * Arms the fault.
     *
     * @throws IllegalArgumentException when it cannot happen at one of the points
     */
    public ArmedFault then(Fault fault) {
        points.forEach(point -> point.check(fault));
        return faults.arm(new ArmedFault(faults, this, fault));
    }

    Set<FaultPoint> points() {
        return Set.copyOf(points);
    }

    /** Null for all. */
    String deviceId() {
        return deviceId;
    }

    /** Null for all of the device. */
    String moduleId() {
        return moduleId;
    }

    long after() {
        return after;
    }

    long times() {
        return times;
    }

    double probability() {
        return probability;
    }

    long seed() {
        return seed;
    }
}
