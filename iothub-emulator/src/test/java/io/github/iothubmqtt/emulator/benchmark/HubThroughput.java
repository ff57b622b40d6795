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
package io.github.iothubmqtt.emulator.benchmark;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import io.github.iothubmqtt.emulator.IotHubEmulator;

/**
 * How many QoS 1 messages with 100 bytes of body the hub takes, stores and acknowledges from four connections, behind TLS. The senders
 * are in the same JVM and do as little as possible. Besides the rate of the clock on the wall it prints the rate for each second of
 * processor time that the hub's thread had, which holds on a machine that is busy, too: run it with
 * {@code mvn -q -pl iothub-emulator -am test-compile exec:exec@throughput}.
 */
public final class HubThroughput {

    private static final int CONNECTIONS = 4;
    private static final int WARM_UP = 400_000;
    private static final int MESSAGES = 400_000;
    private static final int ROUNDS = 5;
    private static final String PLAIN = "";
    private static final String PROPERTIES = "%24.ct=application%2Fjson&%24.ce=utf-8&room=living%20room";

    private HubThroughput() {}

    public static void main(String[] args) throws Exception {
        System.out.printf(
                "%d connections, 100 bytes of body, %,d messages, median of %d rounds%n",
                CONNECTIONS, MESSAGES, ROUNDS);
        for (String bag : List.of(PLAIN, PROPERTIES)) {
            measure(bag);
        }
    }

    private static void measure(String bag) throws Exception {
        try (IotHubEmulator hub = IotHubEmulator.start()) {
            List<PipelinedSender> senders = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                senders.add(new PipelinedSender(hub, hub.addDevice("device-" + i), bag, 100));
            }
            run(senders, WARM_UP);
            double[] perSecond = new double[ROUNDS];
            double[] perCpuSecond = new double[ROUNDS];
            for (int round = 0; round < ROUNDS; round++) {
                long cpu = hubCpuNanos();
                double seconds = run(senders, MESSAGES);
                perSecond[round] = MESSAGES / seconds;
                perCpuSecond[round] = MESSAGES / ((hubCpuNanos() - cpu) / 1e9);
            }
            System.out.printf(
                    Locale.ROOT,
                    "%-16s %,9.0f messages/s, %,9.0f for each second of the hub's processor time%n",
                    bag.isEmpty() ? "no properties" : "3 properties",
                    median(perSecond),
                    median(perCpuSecond));
            for (PipelinedSender sender : senders) {
                sender.close();
            }
        }
    }

    /** Seconds. */
    private static double run(List<PipelinedSender> senders, int messages) throws InterruptedException {
        long start = System.nanoTime();
        List<Thread> threads = new ArrayList<>();
        for (PipelinedSender sender : senders) {
            Thread thread = new Thread(() -> sender.send(messages / CONNECTIONS), "sender");
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return (System.nanoTime() - start) / 1e9;
    }

    private static long hubCpuNanos() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(info -> info != null && info.getThreadName().startsWith("vert.x-eventloop-thread"))
                .mapToLong(info -> threads.getThreadCpuTime(info.getThreadId()))
                .sum();
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
