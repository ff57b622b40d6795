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
package io.github.iothubmqtt.reliability;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * What this JVM holds: live threads, open sockets (Linux only; -1 elsewhere), and heap after garbage collection.
 *
 * <p>Allowed at the end: no thread and no socket more than at the start, and 8 MB of heap.
 */
record Resources(Set<Thread> threads, int sockets, long heap) {

    static final long HEAP_TOLERANCE = 8L * 1024 * 1024;

    private static final Path OPEN_FILES = Path.of("/proc/self/fd");
    private static final Duration SETTLING = Duration.ofSeconds(20);

    static Resources now() {
        return new Resources(Thread.getAllStackTraces().keySet(), openSockets(), usedHeap());
    }

    /** What there is when everything has ended that is about to; at the latest after 20 seconds. */
    static Resources settled(Resources start) {
        try {
            Awaitility.await()
                    .pollInSameThread()
                    .pollInterval(Duration.ofMillis(100))
                    .atMost(SETTLING)
                    .until(() -> {
                        Resources now = now();
                        return now.threadsBeyond(start).isEmpty()
                                && now.sockets <= start.sockets
                                && now.heap <= start.heap + HEAP_TOLERANCE;
                    });
        } catch (ConditionTimeoutException e) {
            // The books say what is left.
        }
        return now();
    }

    void compare(Resources start, Breaches breaches) {
        Set<String> left = threadsBeyond(start);
        if (!left.isEmpty()) {
            breaches.add(Rule.THREADS_LEFT, left.toString());
        }
        if (sockets > start.sockets) {
            breaches.add(Rule.SOCKETS_LEFT, start.sockets + " at the start, " + sockets + " at the end");
        }
        if (heap > start.heap + HEAP_TOLERANCE) {
            breaches.add(Rule.HEAP_LEFT, megabytes(start.heap) + " at the start, " + megabytes(heap) + " at the end");
        }
    }

    Set<String> threadsBeyond(Resources start) {
        return threads.stream()
                .filter(Thread::isAlive)
                .filter(thread -> !start.threads.contains(thread))
                .map(Thread::getName)
                .filter(name -> !ofTheJvm(name))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Threads that the JVM makes and ends as it likes. */
    private static boolean ofTheJvm(String name) {
        return name.startsWith("C1 Compiler")
                || name.startsWith("C2 Compiler")
                || name.startsWith("process reaper")
                || name.equals("Attach Listener");
    }

    static String megabytes(long bytes) {
        return bytes / 1024 / 1024 + " MB";
    }

    private static int openSockets() {
        if (!Files.isDirectory(OPEN_FILES)) {
            return -1;
        }
        int count = 0;
        try (DirectoryStream<Path> files = Files.newDirectoryStream(OPEN_FILES)) {
            for (Path file : files) {
                if (isSocket(file)) {
                    count++;
                }
            }
        } catch (IOException e) {
            return -1;
        }
        return count;
    }

    private static boolean isSocket(Path file) {
        try {
            return Files.readSymbolicLink(file).toString().startsWith("socket:");
        } catch (IOException e) {
            return false; // closed meanwhile
        }
    }

    private static long usedHeap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
