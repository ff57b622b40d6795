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

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

import io.github.iothubmqtt.emulator.HubSettings;
import io.github.iothubmqtt.emulator.IotHubEmulator;
import io.github.iothubmqtt.emulator.TelemetryMessage;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * The form with SIGKILL: a JVM of its own runs the route of {@link MortalRoute}, and is killed again and again at moments drawn from
 * the seed, either while it starts or after so many messages, before their PUBACK or a little later. Broker and hub live on in this
 * JVM. In the end everything that was put into the broker must be in the hub, first arrivals in order, with at most one duplicate per
 * kill, for the route has one consumer.
 */
final class KillRun {

    private static final int AHEAD = 500;
    private static final int LONGEST_LIFE = 400;
    private static final int LONGEST_START_MILLIS = 2500;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final long seed;
    private final int kills;
    private final Duration duration;
    private final Breaches breaches;
    private final TelemetryBook book;
    private final Semaphore room = new Semaphore(AHEAD);
    private volatile Life life = new Life(null, Integer.MAX_VALUE);
    private volatile boolean enough;

    /** One process, and after how many messages it is to die. */
    private static final class Life {
        private final Process process;
        private final CompletableFuture<Void> due = new CompletableFuture<>();
        private int left;

        Life(Process process, int messages) {
            this.process = process;
            this.left = messages;
        }
    }

    KillRun(long seed, int kills, Duration duration, Breaches breaches) {
        this.seed = seed;
        this.kills = kills;
        this.duration = duration;
        this.breaches = breaches;
        this.book = new TelemetryBook("device-0", breaches);
    }

    void run(PrintStream out) throws Exception {
        Path directory = Files.createTempDirectory("ledger");
        long start = System.nanoTime();
        int killed = 0;
        HubSettings settings = HubSettings.defaults().telemetryStoreBytes(1024 * 1024);
        try (IotHubEmulator hub = IotHubEmulator.builder().settings(settings).start();
                Source source = Source.start(directory, freePort())) {
            hub.addDevice("device-0");
            hub.onTelemetry(this::stored);
            Path trustStore = writeTrustStore(hub, directory);
            Thread putting = new Thread(() -> put(source), "source");
            putting.start();
            SplittableRandom random = new SplittableRandom(seed);
            while (killed < kills && System.nanoTime() - start < duration.toNanos()) {
                liveAndDie(hub, source, trustStore, directory, random);
                killed++;
            }
            enough = true;
            putting.join();
            Process last = launch(hub, source, trustStore, directory);
            awaitAll(source);
            endInGoodOrder(last);
        }
        // What has left the source is the hub's.
        for (int number = 0; number < book.handedOver(); number++) {
            book.reportedDone(number);
        }
        book.close(killed);
        print(out, killed, Duration.ofNanos(System.nanoTime() - start));
        if (breaches.isEmpty()) {
            delete(directory);
        } else {
            out.println("The output of the killed processes is in " + directory);
        }
    }

    private void put(Source source) {
        try {
            while (!enough) {
                if (room.tryAcquire(100, TimeUnit.MILLISECONDS)) {
                    source.put(Sample.of(seed, 0, book.handOver()));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** On the hub's thread, before PUBACK. */
    private void stored(TelemetryMessage message) {
        String id = message.systemProperties().getOrDefault("message-id", "");
        if (!id.matches("0-\\d+")) {
            book.arrivedUnknown(message.toString());
            return;
        }
        int number = Integer.parseInt(id.substring(2));
        if (book.arrived(number, Sample.of(seed, 0, number).difference(message.body(), message.properties()))) {
            room.release();
        }
        Life now = life;
        if (now.left > 0 && --now.left == 0) {
            now.due.complete(null);
        }
    }

    private void liveAndDie(IotHubEmulator hub, Source source, Path trustStore, Path directory, SplittableRandom random)
            throws Exception {
        Process process = launch(hub, source, trustStore, directory);
        if (random.nextInt(5) == 0) {
            process.waitFor(random.nextInt(LONGEST_START_MILLIS), TimeUnit.MILLISECONDS);
        } else {
            Life present = new Life(process, 1 + random.nextInt(LONGEST_LIFE));
            if (random.nextBoolean()) {
                present.due.thenRun(process::destroyForcibly); // on the hub's thread: PUBACK is not written yet
            }
            life = present;
            try {
                present.due.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                breaches.add(Rule.UNFINISHED, "a process did not send its messages within " + PATIENCE);
            }
            process.waitFor(random.nextInt(10_000), TimeUnit.MICROSECONDS);
        }
        process.destroyForcibly().waitFor();
    }

    private static Process launch(IotHubEmulator hub, Source source, Path trustStore, Path directory)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                "-cp",
                System.getProperty("java.class.path"),
                MortalRoute.class.getName()));
        builder.environment().put(MortalRoute.BROKER, source.url());
        builder.environment()
                .put(
                        MortalRoute.CONNECTION_STRING,
                        hub.device("device-0").orElseThrow().connectionString());
        builder.environment().put(MortalRoute.TRUST_STORE, trustStore.toString());
        File log = directory.resolve("processes.txt").toFile();
        return builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                .start();
    }

    private void awaitAll(Source source) {
        try {
            Awaitility.await()
                    .pollInSameThread()
                    .pollInterval(Duration.ofMillis(100))
                    .atMost(PATIENCE)
                    .until(() -> source.waiting() == 0);
        } catch (ConditionTimeoutException e) {
            breaches.add(Rule.UNFINISHED, source.waiting() + " messages still wait in the broker after " + PATIENCE);
        }
    }

    private static void endInGoodOrder(Process process) throws InterruptedException, IOException {
        process.getOutputStream().close();
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    private void print(PrintStream out, int killed, Duration took) {
        out.printf(
                Locale.ROOT,
                "processes killed %d in %d s%nmessages put into the broker %d%n  in the hub %d%n  lost %d%n"
                        + "  misordered first arrivals %d%n  duplicates %d (bound %d)%n",
                killed,
                took.toSeconds(),
                book.handedOver(),
                book.stored(),
                breaches.count(Rule.LOST),
                breaches.count(Rule.MISORDERED),
                book.duplicates(),
                killed);
    }

    private static Path writeTrustStore(IotHubEmulator hub, Path directory) throws Exception {
        Path file = directory.resolve("hub.p12");
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry(
                "hub",
                hub.trustStore().getCertificate(hub.trustStore().aliases().nextElement()));
        try (OutputStream out = Files.newOutputStream(file)) {
            store.store(out, MortalRoute.TRUST_STORE_PASSWORD.toCharArray());
        }
        return file;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
