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

/**
 * How long it takes from a mishap until the next message of the device is in the hub. Belongs to the hub's thread until the hub is
 * closed.
 */
final class Gaps {

    /** How often, and how long the half and all of them took. */
    record Summary(int count, Duration p50, Duration max) {}

    private record Open(Mishap mishap, long since) {}

    private final Open[] open;
    private final Map<Mishap, List<Long>> nanos = new EnumMap<>(Mishap.class);

    Gaps(int devices) {
        open = new Open[devices];
    }

    void begin(int device, Mishap mishap) {
        open[device] = new Open(mishap, System.nanoTime());
    }

    void stored(int device) {
        if (open[device] != null) {
            nanos.computeIfAbsent(open[device].mishap(), mishap -> new ArrayList<>())
                    .add(System.nanoTime() - open[device].since());
            open[device] = null;
        }
    }

    Map<Mishap, Summary> summaries() {
        Map<Mishap, Summary> summaries = new EnumMap<>(Mishap.class);
        nanos.forEach((mishap, all) -> {
            List<Long> sorted = all.stream().sorted().toList();
            summaries.put(
                    mishap,
                    new Summary(
                            sorted.size(),
                            Duration.ofNanos(sorted.get(sorted.size() / 2)),
                            Duration.ofNanos(sorted.get(sorted.size() - 1))));
        });
        return summaries;
    }
}
