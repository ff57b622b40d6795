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

import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * The threads that Paho runs on for one connection, borrowed from a shared pool. Given to Paho in place of an executor so that
 * its threads come from where the user's other threads come from, and so that we know when the last of them is back, which Paho
 * cannot tell. Thread-safe.
 */
final class PahoThreads extends AbstractExecutorService implements ScheduledExecutorService {

    private final ExecutorService pool;
    private final AtomicInteger running = new AtomicInteger();
    private final CompletableFuture<Void> released = new CompletableFuture<>();
    private final ReentrantLock hurrying = new ReentrantLock();
    private volatile Consumer<Throwable> onDeath = death -> {};
    /** The thread of the first task, while that runs; guarded by {@link #hurrying}. */
    private Thread starter;

    private boolean started;

    PahoThreads(ExecutorService pool) {
        this.pool = pool;
    }

    /** Told when an exception ends one of the threads: Paho leaves the connection open and deaf, for instance after a topic that it cannot decode. */
    void onDeath(Consumer<Throwable> onDeath) {
        this.onDeath = onDeath;
    }

    /**
     * Completes when all threads are back in the pool, or at once when none was ever used. Paho starts the later ones from the first,
     * so that there is always one until the connection is over.
     */
    CompletableFuture<Void> released() {
        return released;
    }

    void releaseUnused() {
        if (running.get() == 0) {
            released.complete(null);
        }
    }

    /**
     * Wakes the thread that starts the others: it waits for each in steps of 100 ms, and an interrupt ends a step and does nothing
     * else. Without this a connection takes a third of a second to come up. Only a thread that sleeps is interrupted: between two
     * steps it may load a class, and class loaders that read by a channel, such as Quarkus' in tests, fail when interrupted.
     */
    void hurryUp() {
        hurrying.lock();
        try {
            if (starter != null && starter.getState() == Thread.State.TIMED_WAITING && !starter.isInterrupted()) {
                starter.interrupt();
            }
        } finally {
            hurrying.unlock();
        }
    }

    @Override
    public void execute(Runnable task) {
        running.incrementAndGet();
        try {
            pool.execute(() -> run(task));
        } catch (RuntimeException e) {
            finished();
            throw e;
        }
    }

    private void run(Runnable task) {
        Thread thread = Thread.currentThread();
        String name = thread.getName();
        try {
            startedBy(thread);
            task.run();
        } catch (Throwable e) {
            onDeath.accept(e);
        } finally {
            endedBy(thread);
            // Paho renames the threads that it runs on.
            thread.setName(name);
            finished();
        }
    }

    private void startedBy(Thread thread) {
        hurrying.lock();
        try {
            if (!started) {
                started = true;
                starter = thread;
            }
        } finally {
            hurrying.unlock();
        }
    }

    private void endedBy(Thread thread) {
        hurrying.lock();
        try {
            if (starter == thread) {
                starter = null;
                // The pool's next task must not find an interrupt that was meant for this one.
                Thread.interrupted();
            }
        } finally {
            hurrying.unlock();
        }
    }

    private void finished() {
        if (running.decrementAndGet() == 0) {
            released.complete(null);
        }
    }

    /**
     * The future cannot be cancelled: Paho cancels the task that it is itself about to wait for, and one that is cancelled before it
     * began would let it wait for ever.
     */
    @Override
    public Future<?> submit(Runnable task) {
        CompletableFuture<Void> ignored = new CompletableFuture<>();
        execute(task);
        return ignored;
    }

    /** Paho's own ping timer asks for this, and for nothing else. {@link KeepAlive} does its work. */
    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        return null;
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initialDelay, long period, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initialDelay, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void shutdown() {
        throw new UnsupportedOperationException("the pool is shared");
    }

    @Override
    public List<Runnable> shutdownNow() {
        throw new UnsupportedOperationException("the pool is shared");
    }

    @Override
    public boolean isShutdown() {
        return pool.isShutdown();
    }

    @Override
    public boolean isTerminated() {
        return pool.isTerminated();
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        throw new UnsupportedOperationException("the pool is shared");
    }
}
