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

import java.time.Clock;
import java.time.Duration;

/**
 * The one thread that owns the state of the connections, with its time. Tasks run one at a time, in the order in which they
 * were handed over. Tests put a hand-driven loop in its place.
 */
public interface EventLoop {

    /**
     * Runs a task soon. Callable from any thread.
     *
     * @return false when the loop was shut down and the task will not run
     */
    boolean execute(Runnable task);

    /**
     * Runs a task after a delay.
     *
     * @return cancels the task when run; does nothing when it has run already
     */
    Runnable schedule(Duration delay, Runnable task);

    /** A time that never goes back, in nanoseconds, for deadlines. */
    long nanoTime();

    /** The time of day, for the expiry of tokens. */
    Clock clock();
}
