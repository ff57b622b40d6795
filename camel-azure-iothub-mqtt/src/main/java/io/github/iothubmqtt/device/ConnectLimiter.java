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

/**
 * Spaces the attempts to connect of all identities evenly, so that many devices that were cut off together stay below what a hub takes
 * per second. Confined to the event loop.
 */
final class ConnectLimiter {

    private final long spacing;
    private boolean used;
    private long next;

    ConnectLimiter(int perSecond) {
        this.spacing = Duration.ofSeconds(1).toNanos() / perSecond;
    }

    /** Takes the next free moment. @return how long it is until then */
    Duration reserve(long now) {
        long at = used && next - now > 0 ? next : now;
        used = true;
        next = at + spacing;
        return Duration.ofNanos(at - now);
    }
}
