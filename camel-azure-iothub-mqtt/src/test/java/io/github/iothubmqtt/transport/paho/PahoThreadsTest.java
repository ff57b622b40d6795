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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class PahoThreadsTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final ExecutorService pool = Executors.newCachedThreadPool();
    private final PahoThreads threads = new PahoThreads(pool);

    @AfterEach
    void endThreads() {
        pool.shutdownNow();
    }

    @Test
    void theNapOfTheFirstThreadIsCutShort() {
        AtomicBoolean woken = new AtomicBoolean();
        threads.execute(() -> {
            try {
                TimeUnit.HOURS.sleep(1);
            } catch (InterruptedException e) {
                woken.set(true);
            }
        });

        await().atMost(LONG).until(() -> {
            threads.hurryUp();
            return woken.get();
        });
    }

    @Test
    void aThreadThatWorksIsNotInterrupted() throws Exception {
        CountDownLatch working = new CountDownLatch(1);
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        threads.execute(() -> {
            working.countDown();
            while (!done.get()) {
                Thread.onSpinWait();
            }
            interrupted.complete(Thread.currentThread().isInterrupted());
        });
        assertThat(working.await(30, TimeUnit.SECONDS)).isTrue();

        threads.hurryUp();
        done.set(true);

        assertThat(interrupted.get(30, TimeUnit.SECONDS)).isFalse();
    }
}
