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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** The loop that the connections of a component really run on. */
class ScheduledEventLoopTest {

    private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
    private final ScheduledEventLoop loop = new ScheduledEventLoop(executor, Clock.systemUTC());

    @AfterEach
    void stop() {
        executor.shutdownNow();
    }

    /** Certificates of devices like to expire in the year 9999. */
    @Test
    void aTimerMayBeMoreNanosecondsAwayThanThereAre() throws Exception {
        AtomicBoolean tooEarly = new AtomicBoolean();
        CountDownLatch due = new CountDownLatch(1);
        Runnable cancel = loop.schedule(Duration.ofDays(8000 * 365), () -> tooEarly.set(true));
        loop.schedule(Duration.ofMillis(1), due::countDown);

        assertThat(due.await(1, TimeUnit.MINUTES)).isTrue();
        assertThat(tooEarly).isFalse();
        cancel.run();
    }
}
