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
package io.github.iothubmqtt.camel;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A pool on which routes run. It has as many threads as its users have reserved, and when all are blocked it gets
 * more, because a route that waits for another exchange of the component would wait for ever if that one had to queue behind it. A pool
 * that makes progress, however slow, is left alone. Idle threads end by themselves. Thread-safe.
 */
final class RouteThreads {

    private static final int GROWTH = 10;

    private final ExecutorService threads;
    /** Null for virtual threads: there is one for each task, and no relief is needed. */
    private final ThreadPoolExecutor pool;

    private final int most;
    private final ReentrantLock sizing = new ReentrantLock();
    private int reserved;
    private long completedBefore;

    /**
     * @param threads a pool without a bound to its queue
     * @param most threads, at most
     */
    RouteThreads(ExecutorService threads, int most) {
        this.threads = threads;
        this.pool = threads instanceof ThreadPoolExecutor executor ? executor : null;
        this.most = most;
    }

    /** @throws RejectedExecutionException when the component stops */
    void execute(Runnable task) {
        threads.execute(task);
    }

    /** Makes room for as many tasks at a time; negative to give back. */
    void reserve(int number) {
        sizing.lock();
        try {
            reserved += number;
            grow(reserved);
        } finally {
            sizing.unlock();
        }
    }

    /** Adds threads when all are blocked; to be called once in a while, from one thread. */
    void relieve() {
        if (pool != null) {
            long completed = pool.getCompletedTaskCount();
            boolean stalled = completed == completedBefore && !pool.getQueue().isEmpty();
            completedBefore = completed;
            if (stalled) {
                sizing.lock();
                try {
                    grow(pool.getCorePoolSize() + GROWTH);
                } finally {
                    sizing.unlock();
                }
            }
        }
    }

    // It never shrinks: that an idle thread may be there costs nothing, because it ends by itself.
    private void grow(int wanted) {
        if (pool != null && wanted > pool.getCorePoolSize()) {
            int size = Math.min(most, wanted);
            pool.setMaximumPoolSize(size);
            pool.setCorePoolSize(size);
        }
    }
}
