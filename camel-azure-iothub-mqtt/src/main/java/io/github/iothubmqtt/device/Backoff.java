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
package io.github.iothubmqtt.device;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * The delays between attempts: none before the first retry, then drawn evenly from a range whose upper end doubles up to a
 * limit. The draw goes on at the limit, so that devices that were cut together do not come back together.
 */
final class Backoff {

    private final long min;
    private final long max;
    private final RandomGenerator random;
    private int attempts;

    /**
     * @param min lower end of every delay but the first
     * @param max upper end that the range grows to; not below {@code min}
     */
    Backoff(Duration min, Duration max, RandomGenerator random) {
        this.min = min.toMillis();
        this.max = Math.max(this.min, max.toMillis());
        this.random = random;
    }

    /** The delay before the next attempt; each call counts as one failure. */
    Duration next() {
        return attempts++ == 0 ? Duration.ZERO : delay(attempts - 1);
    }

    /** Forgets the failures: the next retry is at once again. */
    void reset() {
        attempts = 0;
    }

    /** The delay after a number of failures, without counting. */
    Duration delay(int failures) {
        long upper = min;
        for (int i = 0; i < failures && upper < max; i++) {
            upper = Math.min(max, upper * 2);
        }
        return Duration.ofMillis(upper <= min ? min : random.nextLong(min, upper + 1));
    }
}
