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
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/** A loop that runs when it is told to, and whose time passes when it is told to. */
final class FakeEventLoop implements EventLoop {

    private static final Instant START = Instant.parse("2026-01-31T10:00:00Z");

    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(Comparator.comparingLong(Timer::at).thenComparingLong(Timer::sequence));
    private long now;
    private long sequence;
    private boolean shutDown;

    @Override
    public boolean execute(Runnable task) {
        return !shutDown && tasks.add(task);
    }

    /** From now on it is as an executor after its shutdown. */
    void shutDown() {
        shutDown = true;
    }

    @Override
    public Runnable schedule(Duration delay, Runnable task) {
        long nanos = TimeUnit.NANOSECONDS.convert(delay);
        Timer timer = new Timer(nanos > Long.MAX_VALUE - now ? Long.MAX_VALUE : now + nanos, sequence++, task);
        timers.add(timer);
        return () -> timers.remove(timer);
    }

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public Clock clock() {
        return new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return START.plusNanos(now);
            }
        };
    }

    /** Runs all that is due now. */
    void run() {
        while (true) {
            Runnable next = tasks.poll();
            if (next == null && !timers.isEmpty() && timers.peek().at() <= now) {
                next = timers.poll().task();
            }
            if (next == null) {
                return;
            }
            next.run();
        }
    }

    /** Lets time pass, timer by timer. */
    void advance(Duration time) {
        run();
        long end = now + time.toNanos();
        while (!timers.isEmpty() && timers.peek().at() <= end) {
            now = timers.peek().at();
            run();
        }
        now = end;
        run();
    }

    int timers() {
        return timers.size();
    }

    private record Timer(long at, long sequence, Runnable task) {}
}
