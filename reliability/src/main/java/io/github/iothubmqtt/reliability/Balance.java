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
import java.util.Map;

/**
 * The figures of a run. Breaches are kept apart.
 *
 * @param twins null when the run was without them
 */
record Balance(
        Plan plan,
        Duration took,
        long handedOver,
        long done,
        long failed,
        long stored,
        long duplicates,
        long deviceboundSent,
        long deviceboundProcessed,
        long deviceboundRepeated,
        long deviceboundFailedAttempts,
        long linksLost,
        BackEnd.TwinBalance twins,
        Map<Mishap, Gaps.Summary> mishaps,
        String remark) {

    long faults() {
        return mishaps.values().stream().mapToLong(Gaps.Summary::count).sum();
    }

    double rate() {
        return stored * 1e9 / took.toNanos();
    }
}
