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

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.github.iothubmqtt.emulator.IotHubEmulator;

/**
 * The faults of a run, drawn from its seed: which one, and at which message of which device. Messages are counted by first arrival, so
 * the same seed brings the same faults at the same messages, however fast the machine is; what the threads do meanwhile is theirs.
 * Each device has one fault in each stretch of {@link Plan#faultEvery()} messages, at a random place in it.
 *
 * <p>Belongs to the hub's thread.
 */
final class FaultScript implements AutoCloseable {

    private static final long AT_MOST_LATER_NANOS = 100_000_000;

    private final IotHubEmulator hub;
    private final Peer.Factory peer;
    private final int stretch;
    private final List<DeviceScript> devices = new ArrayList<>();
    private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();

    /** @param logins null when all devices log in by the same way */
    FaultScript(IotHubEmulator hub, Peer.Factory peer, Plan plan, Logins logins) {
        this.hub = hub;
        this.peer = peer;
        this.stretch = plan.faultEvery();
        for (int device = 0; device < plan.devices(); device++) {
            Login login = logins == null ? null : logins.of(device);
            devices.add(new DeviceScript(
                    device,
                    login,
                    plan.mishaps().stream()
                            .filter(mishap -> mishap.canBefall(login))
                            .toList(),
                    new SplittableRandom(plan.seed() * 31 + device)));
        }
    }

    /** The hub has stored a message of this device for the first time. @return what was inflicted on it; null is nothing */
    Mishap stored(int device) {
        return stretch == 0 ? null : devices.get(device).stored();
    }

    @Override
    public void close() {
        later.shutdownNow();
    }

    private final class DeviceScript {

        private final int number;
        /** Null when all devices log in by the same way. */
        private final Login login;

        private final List<Mishap> mishaps;
        private final SplittableRandom random;
        private long arrivals;
        private long next;

        DeviceScript(int number, Login login, List<Mishap> mishaps, SplittableRandom random) {
            this.number = number;
            this.login = login;
            this.mishaps = mishaps;
            this.random = random;
            this.next = stretch == 0 || mishaps.isEmpty() ? Long.MAX_VALUE : 1 + random.nextInt(stretch);
        }

        Mishap stored() {
            if (++arrivals != next) {
                return null;
            }
            next = (arrivals - 1) / stretch * stretch + stretch + 1 + random.nextInt(stretch);
            Mishap mishap = mishaps.get(random.nextInt(mishaps.size()));
            long delay = random.nextLong(AT_MOST_LATER_NANOS);
            Mishap.Later then = what -> later.schedule(what, delay, TimeUnit.NANOSECONDS);
            if (login == null) {
                peer.identities(number).forEach(deviceId -> mishap.inflict(hub, deviceId, then));
            } else {
                mishap.inflict(hub, login, then);
            }
            return mishap;
        }
    }
}
