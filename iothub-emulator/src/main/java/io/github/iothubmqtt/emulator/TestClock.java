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
package io.github.iothubmqtt.emulator;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A clock that a test moves forward, so that tokens, messages and locks expire without waiting. It may stand still otherwise, or run like
 * any other. Give it to {@link IotHubEmulator.Builder#clock}. Thread-safe.
 *
 * <pre>{@code
 * TestClock clock = new TestClock();
 * IotHubEmulator hub = IotHubEmulator.builder().clock(clock).start();
 * clock.advance(Duration.ofHours(2));
 * }</pre>
 *
 * <p>Direct methods time out by this clock, too, so with one that stands still they wait until it is advanced. Keep-alive and the time for
 * a CONNECT are matters of sockets and go by real time.
 */
public final class TestClock extends Clock {

    private final Clock base;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private volatile Duration offset = Duration.ZERO;

    /** Stands still at the present time. */
    public TestClock() {
        this(Instant.now());
    }

    /** Stands still at this time. */
    public TestClock(Instant start) {
        this(Clock.fixed(Objects.requireNonNull(start, "start"), ZoneOffset.UTC));
    }

    private TestClock(Clock base) {
        this.base = base;
    }

    /** Goes like the system's clock, but for what it is advanced. */
    public static TestClock running() {
        return new TestClock(Clock.systemUTC());
    }

    /** Moves the clock. When this returns, what became due by it has happened in the hubs that have this clock. */
    public void advance(Duration by) {
        if (by.isNegative()) {
            throw new IllegalArgumentException("Time does not go back: " + by);
        }
        lock.lock();
        try {
            offset = offset.plus(by);
        } finally {
            lock.unlock();
        }
        listeners.forEach(Runnable::run);
    }

    void onAdvance(Runnable listener) {
        listeners.add(listener);
    }

    void removeListener(Runnable listener) {
        listeners.remove(listener);
    }

    @Override
    public Instant instant() {
        return base.instant().plus(offset);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("The hub's clock is in UTC");
    }
}
