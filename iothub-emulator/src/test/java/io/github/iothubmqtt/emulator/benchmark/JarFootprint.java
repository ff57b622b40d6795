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

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * How long the runnable jar takes from the start of its process to the line {@code ready}, how much processor time that needs, and how
 * much memory the process has then, as Linux counts it. The argument is the jar.
 */
public final class JarFootprint {

    private static final int ROUNDS = 9;

    private record Start(double seconds, double cpuSeconds, double megabytes) {}

    private JarFootprint() {}

    public static void main(String[] args) throws Exception {
        Path directory = Files.createTempDirectory("footprint");
        Start[] starts = new Start[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            starts[i] = start(Path.of(args[0]), directory);
        }
        Files.deleteIfExists(directory.resolve("ca.pem"));
        Files.delete(directory);
        System.out.printf(
                Locale.ROOT,
                "ready after %.2f s, %.2f s of processor time, %.0f MB resident (medians of %d starts)%n",
                median(Arrays.stream(starts).mapToDouble(Start::seconds).toArray()),
                median(Arrays.stream(starts).mapToDouble(Start::cpuSeconds).toArray()),
                median(Arrays.stream(starts).mapToDouble(Start::megabytes).toArray()),
                ROUNDS);
    }

    private static Start start(Path jar, Path directory) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-jar",
                        jar.toString(),
                        "--mqtt-port=0",
                        "--https-port=0",
                        "--device=dev1",
                        "--ca-file=" + directory.resolve("ca.pem"))
                .redirectErrorStream(true)
                .start();
        try {
            BufferedReader output =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
            for (String line = output.readLine(); !line.startsWith("ready"); line = output.readLine()) {
                // Until it is ready.
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            double cpu = process.info().totalCpuDuration().orElseThrow().toMillis() / 1e3;
            return new Start(seconds, cpu, residentMegabytes(process));
        } finally {
            process.destroy();
            process.waitFor(30, TimeUnit.SECONDS);
        }
    }

    private static double residentMegabytes(Process process) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToDouble(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024.0)
                .findFirst()
                .orElseThrow();
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }
}
