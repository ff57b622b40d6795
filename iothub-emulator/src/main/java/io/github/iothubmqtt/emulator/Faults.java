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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes the hub fail where and when a test wants it to. Thread-safe; what is armed here holds for points that are reached from then on.
 * Each occurrence is in {@link IotHubEmulator#events()} as {@link HubEvent.Kind#FAULT} before a client can notice it. Where several
 * faults are armed for one point, the one that was armed first goes first, and the others do not count that time.
 *
 * <pre>{@code
 * hub.faults().next(FaultPoint.STORED, Fault.cut());
 * hub.faults().at(FaultPoint.PUBLISH).forDevice("dev1").after(9).times(3).then(Fault.reset());
 * }</pre>
 */
public final class Faults {

    private final Hub hub;
    /** Empty nearly always, so that looking costs nothing. */
    private final List<ArmedFault> armed = new CopyOnWriteArrayList<>();

    private final AtomicLong occurrences = new AtomicLong();

    Faults(Hub hub) {
        this.hub = hub;
    }

    // armed at points

    /** Starts a rule for one point or for several. */
    public FaultRule at(FaultPoint... points) {
        return new FaultRule(this, points);
    }

    /** The next time any device reaches this point. */
    public ArmedFault next(FaultPoint point, Fault fault) {
        return at(point).then(fault);
    }

    /** The next so many CONNECTs with good credentials are answered with this code, 1 to 5. */
    public ArmedFault refuseNextConnects(int count, int returnCode) {
        return at(FaultPoint.CONNECT).times(count).then(Fault.refuse(returnCode));
    }

    /**
     * Shapes traffic as a hub does that is near its limits: each CONNECT, PUBLISH and SUBSCRIBE takes so much longer, one after the
     * other on each connection. Until it is disarmed.
     */
    public ArmedFault throttle(Duration perOperation) {
        return at(FaultPoint.CONNECT, FaultPoint.PUBLISH, FaultPoint.SUBSCRIBE)
                .always()
                .then(Fault.delay(perOperation));
    }

    /** Cuts connections by chance at several points, each with its probability, until disarmed; see {@link FaultRule#withProbability}. */
    public List<ArmedFault> script(long seed, Map<FaultPoint, Double> probabilities) {
        return probabilities.entrySet().stream()
                .map(entry -> at(entry.getKey())
                        .always()
                        .withProbability(entry.getValue(), seed)
                        .then(Fault.cut()))
                .toList();
    }

    /** Disarms everything. What has happened stays: a silent connection remains silent. */
    public void clear() {
        armed.clear();
    }

    /** How often any fault has happened at a point since the hub started. */
    public long occurrences() {
        return occurrences.get();
    }

    // at once

    /** Ends the device's connection as Azure does when its token has expired: 401003. The same token is let in again. */
    public boolean expireToken(String deviceId) {
        return expireToken(Identity.device(deviceId));
    }

    /** As {@link #expireToken(String)}, of a module. */
    public boolean expireToken(String deviceId, String moduleId) {
        return expireToken(module(deviceId, moduleId));
    }

    boolean expireToken(Identity identity) {
        return end(identity, Fault.close(HubCode.UNAUTHORIZED), "its token expired by request of the test");
    }

    /** Ends the device's connection as if another client had connected with its identity: 400027. */
    public boolean evict(String deviceId) {
        return evict(Identity.device(deviceId));
    }

    /** As {@link #evict(String)}, of a module. */
    public boolean evict(String deviceId, String moduleId) {
        return evict(module(deviceId, moduleId));
    }

    boolean evict(Identity identity) {
        return end(identity, Fault.close(HubCode.CLOSED_ON_NEW_CONNECTION), CloseCause.NEW_CONNECTION.why());
    }

    /** False when it is not connected. */
    private boolean end(Identity identity, Fault fault, String why) {
        return hub.loop().call(() -> {
            if (!hub.isConnected(identity)) {
                return false;
            }
            hub.log().fault(identity, "at once: " + fault);
            return hub.close(identity, CloseCause.because(fault.logCode(), why));
        });
    }

    /**
     * Loses the device's session, so that the next CONNECT finds none though it asks for it; the devicebound queue stays, and so does
     * the connection if there is one.
     */
    public void forgetSession(String deviceId) {
        forgetSession(Identity.device(deviceId));
    }

    /** As {@link #forgetSession(String)}, of a module. */
    public void forgetSession(String deviceId, String moduleId) {
        forgetSession(module(deviceId, moduleId));
    }

    void forgetSession(Identity identity) {
        hub.loop().run(() -> {
            hub.log().fault(identity, "at once: the session was forgotten");
            hub.forgetSession(identity);
        });
    }

    private static Identity module(String deviceId, String moduleId) {
        return new Identity(deviceId, Objects.requireNonNull(moduleId, "moduleId"));
    }

    // for the hub

    ArmedFault arm(ArmedFault fault) {
        armed.add(fault);
        return fault;
    }

    boolean isArmed(ArmedFault fault) {
        return armed.contains(fault);
    }

    void disarm(ArmedFault fault) {
        armed.remove(fault);
    }

    /** What happens at this point now; null is nothing. On the hub's event loop only. */
    Fault strike(FaultPoint point, Identity identity) {
        for (ArmedFault each : armed) {
            if (each.strikes(point, identity)) {
                if (each.isSpent()) {
                    armed.remove(each);
                }
                occurrences.incrementAndGet();
                hub.log().fault(identity, point + ": " + each.fault());
                return each.fault();
            }
        }
        return null;
    }
}
