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
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An {@link EventLoop} on a scheduled executor of exactly one thread and without a limit to its queue, which its owner shuts down:
 * what is handed over must run, or messages and promises are lost.
 */
public final class ScheduledEventLoop implements EventLoop {

    private static final Logger LOG = LoggerFactory.getLogger(ScheduledEventLoop.class);

    private final ScheduledExecutorService executor;
    private final Clock clock;

    public ScheduledEventLoop(ScheduledExecutorService executor, Clock clock) {
        this.executor = Objects.requireNonNull(executor, "executor");
        this.clock = Objects.requireNonNull(clock, "clock");
    }

    @Override
    public boolean execute(Runnable task) {
        try {
            executor.execute(guarded(task));
            return true;
        } catch (RejectedExecutionException e) {
            requireShutdown(e);
            return false;
        }
    }

    @Override
    public Runnable schedule(Duration delay, Runnable task) {
        try {
            // A certificate may expire in the year 9999, which is more nanoseconds than there are.
            long nanos = TimeUnit.NANOSECONDS.convert(delay);
            Future<?> future = executor.schedule(guarded(task), nanos, TimeUnit.NANOSECONDS);
            return () -> future.cancel(false);
        } catch (RejectedExecutionException e) {
            requireShutdown(e);
            return () -> {};
        }
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Clock clock() {
        return clock;
    }

    private void requireShutdown(RejectedExecutionException e) {
        if (!executor.isShutdown()) {
            throw e;
        }
        LOG.trace("The loop is shut down; a late task is dropped", e);
    }

    // A fault in one task must neither end the thread nor vanish in a future that nobody reads.
    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                LOG.error("A task of the connection loop failed; please report this with the stack trace", e);
            }
        };
    }
}
