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
import java.util.Collections;
import java.util.List;

/**
 * How long it takes from a cut until the next message of the device is in the hub. Belongs to the hub's thread until the hub is
 * closed.
 */
final class Gaps {

    /** How long half, 99 % and all of the cuts took. */
    record Percentiles(Duration p50, Duration p99, Duration max) {}

    private final long[] cutAt;
    private final List<Long> nanos = new ArrayList<>();

    Gaps(int devices) {
        cutAt = new long[devices];
    }

    void cut(int device) {
        cutAt[device] = System.nanoTime();
    }

    void stored(int device) {
        if (cutAt[device] != 0) {
            nanos.add(System.nanoTime() - cutAt[device]);
            cutAt[device] = 0;
        }
    }

    Percentiles percentiles() {
        if (nanos.isEmpty()) {
            return new Percentiles(Duration.ZERO, Duration.ZERO, Duration.ZERO);
        }
        Collections.sort(nanos);
        return new Percentiles(at(0.5), at(0.99), at(1));
    }

    private Duration at(double share) {
        return Duration.ofNanos(nanos.get((int) Math.min(nanos.size() - 1, Math.floor(nanos.size() * share))));
    }
}
