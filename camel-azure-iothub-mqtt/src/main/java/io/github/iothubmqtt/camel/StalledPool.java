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
import java.util.concurrent.ThreadPoolExecutor;

/**
 * Adds threads to a pool whose threads are all blocked. Routes run on the component's pools, and a route that waits for another exchange
 * of the component would wait for ever when that one has to queue behind it. Looks once in a while, from one thread; a pool that makes
 * progress, however slow, is left alone. Idle threads end by themselves.
 */
final class StalledPool {

    private static final int GROWTH = 10;

    private final ThreadPoolExecutor pool;
    private final int limit;
    private long completedBefore;

    private StalledPool(ThreadPoolExecutor pool, int limit) {
        this.pool = pool;
        this.limit = limit;
    }

    /** @param limit threads, at most */
    static Runnable watch(ExecutorService threads, int limit) {
        // A pool of virtual threads has a thread for each task and needs no relief.
        return threads instanceof ThreadPoolExecutor pool ? new StalledPool(pool, limit)::look : () -> {};
    }

    private void look() {
        long completed = pool.getCompletedTaskCount();
        boolean stalled = completed == completedBefore && !pool.getQueue().isEmpty();
        completedBefore = completed;
        int size = Math.min(limit, pool.getCorePoolSize() + GROWTH);
        if (stalled && size > pool.getCorePoolSize()) {
            pool.setMaximumPoolSize(size);
            pool.setCorePoolSize(size);
        }
    }
}
