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
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.impl.VertxBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread on which a hub lives. All state of a hub belongs to it; {@link #call} brings other threads' requests onto it.
 * Each hub has a Vert.x instance of its own with one event loop: what a listener of one hub blocks stalls no other hub, and closing
 * the hub ends every thread that it started.
 */
final class HubLoop {

    /** Something that is to happen when the hub's clock reaches an instant. */
    interface Deadline {
        void cancel();
    }

    private record Due(Instant at, long number) {}

    private static final Logger LOG = LoggerFactory.getLogger(HubLoop.class);

    /**
     * How often due deadlines are looked for. A sweep and not a timer for each, so that a test which moves the hub's clock forward
     * sees the effect without waiting an hour for it.
     */
    private static final Duration SWEEP = Duration.ofMillis(20);

    private static final String CLOSED = "The emulator is closed";
    private static final long ANSWER_TIMEOUT_SECONDS = 60;

    private final Clock clock;
    private final Wires wires = new Wires();
    private final Vertx vertx;
    private final Context context;
    private final Thread thread;
    private final TreeMap<Due, Runnable> deadlines =
            new TreeMap<>(Comparator.comparing(Due::at).thenComparingLong(Due::number));
    private long nextNumber;
    private long sweepTimer = -1;
    private volatile boolean closed;

    HubLoop(Clock clock) {
        this.clock = clock;
        VertxOptions options = new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                // A developer at a breakpoint stops the loop; that is worth no warning each second.
                .setBlockedThreadCheckInterval(TimeUnit.HOURS.toMillis(1))
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false));
        vertx = new VertxBuilder(options).findTransport(wires).init().vertx();
        vertx.exceptionHandler(HubLoop::log);
        context = vertx.getOrCreateContext();
        CompletableFuture<Thread> runner = new CompletableFuture<>();
        context.runOnContext(v -> runner.complete(Thread.currentThread()));
        thread = runner.join();
    }

    /**
     * Vert.x throws for each packet that was read in one go with the one that made us close, and for work that ends after the loop has:
     * no news to anybody.
     */
    private static void log(Throwable e) {
        if (e instanceof IllegalStateException || e instanceof RejectedExecutionException) {
            LOG.debug("Ignored on the hub's event loop", e);
        } else {
            LOG.error("The emulator has a fault", e);
        }
    }

    Vertx vertx() {
        return vertx;
    }

    /** The TCP connections that the hub has accepted. */
    Wires wires() {
        return wires;
    }

    boolean isClosed() {
        return closed;
    }

    boolean isCurrentThread() {
        return Thread.currentThread() == thread;
    }

    /** Runs on the loop and waits for the result. Runs at once where the caller is the loop, or where the loop has ended. */
    <T> T call(Supplier<T> task) {
        if (closed || Thread.currentThread() == thread) {
            return task.get();
        }
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            context.runOnContext(v -> complete(result, task));
        } catch (RejectedExecutionException e) {
            throw new IllegalStateException(CLOSED, e);
        }
        return join(result);
    }

    private static <T> void complete(CompletableFuture<T> result, Supplier<T> task) {
        try {
            result.complete(task.get());
        } catch (RuntimeException | Error e) {
            result.completeExceptionally(e);
        }
    }

    void run(Runnable task) {
        call(() -> {
            task.run();
            return null;
        });
    }

    private <T> T join(CompletableFuture<T> result) {
        try {
            return result.get(ANSWER_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new CompletionException(e.getCause());
        } catch (TimeoutException e) {
            throw new IllegalStateException(
                    "The hub's event loop did not answer within " + ANSWER_TIMEOUT_SECONDS
                            + " s: it was closed meanwhile, or a telemetry listener blocks it",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for the hub", e);
        }
    }

    /** Runs the task on the loop when the hub's clock has reached the instant. On the loop only. */
    Deadline at(Instant instant, Runnable task) {
        if (closed) {
            throw new IllegalStateException(CLOSED);
        }
        Due due = new Due(instant, nextNumber++);
        deadlines.put(due, task);
        if (sweepTimer < 0) {
            sweepTimer = vertx.setPeriodic(SWEEP.toMillis(), id -> sweep());
        }
        return () -> deadlines.remove(due);
    }

    /** Runs what is due. On the loop. */
    void sweep() {
        Instant now = clock.instant();
        while (!deadlines.isEmpty() && !deadlines.firstKey().at().isAfter(now)) {
            Map.Entry<Due, Runnable> first = deadlines.pollFirstEntry();
            first.getValue().run();
        }
        if (deadlines.isEmpty()) {
            vertx.cancelTimer(sweepTimer);
            sweepTimer = -1;
        }
    }

    /** Ends the thread, and waits for that unless the caller is the thread itself. Twice is no error. */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        CompletableFuture<Void> end = vertx.close().toCompletionStage().toCompletableFuture();
        if (Thread.currentThread() != thread) {
            join(end);
        }
    }
}
