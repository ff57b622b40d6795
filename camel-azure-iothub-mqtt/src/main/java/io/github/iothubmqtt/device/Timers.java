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
import java.util.HashMap;
import java.util.Map;

/** The timers of a link, or of whatever else ends with all its timers. Keeps those that still run. Confined to the event loop. */
final class Timers {

    private final EventLoop loop;
    private final Map<Object, Runnable> running = new HashMap<>();

    Timers(EventLoop loop) {
        this.loop = loop;
    }

    /** As {@link EventLoop#schedule}. */
    Runnable schedule(Duration delay, Runnable task) {
        Object timer = new Object();
        Runnable cancel = loop.schedule(delay, () -> {
            running.remove(timer);
            task.run();
        });
        running.put(timer, cancel);
        return () -> {
            if (running.remove(timer) != null) {
                cancel.run();
            }
        };
    }

    void cancel() {
        running.values().forEach(Runnable::run);
        running.clear();
    }

    int running() {
        return running.size();
    }
}
