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

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

import io.github.iothubmqtt.emulator.EmulatedDevice;
import io.github.iothubmqtt.emulator.IotHubEmulator;

/**
 * The faults of a run, drawn from its seed: which one, how long, and at which message of which device. Messages are counted by first
 * arrival, so the same seed brings the same faults at the same messages, however fast the machine is; what the threads do meanwhile
 * is theirs.
 *
 * <p>Each device has one fault in each stretch of {@link Plan#faultEvery()} messages, at a random place in it.
 */
final class FaultScript implements Faults {

    private static final Fault[] FAULTS = Fault.values();

    private final IotHubEmulator hub;
    private final Peer.Factory peer;
    private final int stretch;
    private final List<DeviceFaults> devices = new ArrayList<>();
    private final Map<Fault, LongAdder> inflicted = new EnumMap<>(Fault.class);
    private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();

    FaultScript(IotHubEmulator hub, Peer.Factory peer, Plan plan) {
        this.hub = hub;
        this.peer = peer;
        this.stretch = plan.faultEvery();
        for (Fault fault : FAULTS) {
            inflicted.put(fault, new LongAdder());
        }
        for (int device = 0; device < plan.devices(); device++) {
            devices.add(new DeviceFaults(device, new SplittableRandom(plan.seed() * 31 + device)));
        }
    }

    @Override
    public void stored(int device) {
        if (stretch > 0) {
            devices.get(device).stored();
        }
    }

    @Override
    public long cuts(int device) {
        return devices.get(device).cuts.sum();
    }

    @Override
    public Map<Fault, Long> inflicted() {
        Map<Fault, Long> counts = new EnumMap<>(Fault.class);
        inflicted.forEach((fault, count) -> counts.put(fault, count.sum()));
        return counts;
    }

    @Override
    public void close() {
        later.shutdownNow();
    }

    private final class DeviceFaults {

        private final int number;
        private final SplittableRandom random;
        private final LongAdder cuts = new LongAdder();
        private long arrivals;
        private long next;

        DeviceFaults(int number, SplittableRandom random) {
            this.number = number;
            this.random = random;
            this.next = stretch == 0 ? Long.MAX_VALUE : 1 + random.nextInt(stretch);
        }

        void stored() {
            if (++arrivals != next) {
                return;
            }
            next = (arrivals - 1) / stretch * stretch + stretch + 1 + random.nextInt(stretch);
            Fault fault = FAULTS[random.nextInt(FAULTS.length)];
            Duration delay = Duration.ofNanos(random.nextLong(100_000_000));
            inflicted.get(fault).increment();
            inflict(fault, delay);
        }

        private void inflict(Fault fault, Duration delay) {
            switch (fault) {
                case CUT_BEFORE_PUBACK -> cut();
                case CUT_AT_ANY_TIME -> after(delay, this::cut);
                case CUT_TWICE -> {
                    cut();
                    after(delay, this::cut);
                }
                case CUT_AND_REFUSE -> {
                    cut();
                    identities().forEach(EmulatedDevice::disable);
                    after(delay, () -> identities().forEach(EmulatedDevice::enable));
                }
            }
        }

        private void cut() {
            for (EmulatedDevice device : identities()) {
                if (hub.disconnect(device.deviceId())) {
                    cuts.increment();
                }
            }
        }

        private List<EmulatedDevice> identities() {
            return peer.identities(number).stream()
                    .map(id -> hub.device(id).orElseThrow())
                    .toList();
        }

        private void after(Duration delay, Runnable what) {
            later.schedule(what, delay.toNanos(), TimeUnit.NANOSECONDS);
        }
    }
}
