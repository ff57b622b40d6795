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

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.iothubmqtt.emulator.HubEvent;

/**
 * The connections that ended otherwise than by DISCONNECT, as the hub's log has them: after each of these, and only then, what was in
 * the window may be sent again. Belongs to the hub's thread until the hub is closed.
 */
final class LostLinks {

    private static final String IN_GOOD_ORDER = "the device said DISCONNECT";

    private final Map<String, Long> counts = new HashMap<>();

    void read(List<HubEvent> events) {
        for (HubEvent event : events) {
            if (event.kind() == HubEvent.Kind.DISCONNECTED
                    && !event.description().equals(IN_GOOD_ORDER)) {
                counts.merge(event.deviceId(), 1L, Long::sum);
            }
        }
    }

    long of(String deviceId) {
        return counts.getOrDefault(deviceId, 0L);
    }

    long all() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }
}
