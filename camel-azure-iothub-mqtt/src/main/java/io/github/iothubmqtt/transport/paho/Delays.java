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
package io.github.iothubmqtt.transport.paho;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs things later on the shared scheduler, or never when that is shut down: then the connection's owner is at its end too. */
final class Delays {

    private static final Logger LOG = LoggerFactory.getLogger(Delays.class);

    private final ScheduledExecutorService scheduler;

    Delays(ScheduledExecutorService scheduler) {
        this.scheduler = scheduler;
    }

    /** Returns what can be cancelled; cancelling also lets go of the task at once. */
    Future<?> after(Duration delay, Runnable task) {
        try {
            return scheduler.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("The scheduler is shut down; going on without time limits");
            return CompletableFuture.completedFuture(null);
        }
    }
}
