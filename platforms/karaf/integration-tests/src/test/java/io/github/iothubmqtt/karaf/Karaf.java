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
package io.github.iothubmqtt.karaf;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import static org.awaitility.Awaitility.await;

/**
 * A Karaf as it is downloaded, in a process of its own with fresh data, commanded as an operator does: by lines typed into its console. It
 * opens no port and uses no network: what it installs comes from its own repository and from the one that the build has made. When its
 * input ends it ends, so that it does not outlive the tests, even if they are killed. For one thread.
 */
final class Karaf implements AutoCloseable {

    /** Generous, for a machine that is busy with other things; nothing waits that long when all is well. */
    static final Duration LIMIT = Duration.ofMinutes(2);

    private static final String VERSION = System.getProperty("karaf.version");

    private final Path console;
    private final Path log;
    private final Process process;
    private final OutputStream keyboard;
    private int typed;

    private Karaf(Path folder, Process process) {
        this.console = folder.resolve("console.txt");
        this.log = folder.resolve("data/log/karaf.log");
        this.process = process;
        this.keyboard = process.getOutputStream();
    }

    /** Starts Karaf and waits until its console answers. */
    static Karaf start(Path folder, Map<String, String> environment) throws IOException {
        putStandInInPlace();
        configure(folder);
        ProcessBuilder builder = new ProcessBuilder(home().resolve("bin/karaf").toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("console.txt").toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("KARAF_"));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("KARAF_ETC", folder.resolve("etc").toString());
        builder.environment().put("KARAF_DATA", folder.resolve("data").toString());
        // The shell becomes the JVM, so that whoever ends the process ends Karaf.
        builder.environment().put("KARAF_EXEC", "exec");
        builder.environment().putAll(environment);
        Karaf karaf = new Karaf(folder, builder.start());
        try {
            karaf.run("echo ready");
        } catch (RuntimeException | Error e) {
            karaf.close();
            throw e;
        }
        return karaf;
    }

    /** Our features file names camel-karaf's; under that name Karaf finds the file that is made for these tests. */
    private static void putStandInInPlace() throws IOException {
        String version = System.getProperty("camel-karaf.version");
        Path place = repository()
                .resolve("org/apache/camel/karaf/apache-camel")
                .resolve(version)
                .resolve("apache-camel-" + version + "-features.xml");
        Files.createDirectories(place.getParent());
        Files.copy(Path.of(System.getProperty("stand-in")), place, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void configure(Path folder) throws IOException {
        Path etc = folder.resolve("etc");
        Files.createDirectories(folder.resolve("data"));
        copy(home().resolve("etc"), etc);
        Path settings = Files.writeString(folder.resolve("settings.xml"), "<settings/>");
        write(
                etc.resolve("org.ops4j.pax.url.mvn.cfg"),
                "org.ops4j.pax.url.mvn.settings = " + settings,
                "org.ops4j.pax.url.mvn.localRepository = " + folder.resolve("local-repository"),
                "org.ops4j.pax.url.mvn.defaultRepositories = "
                        + home().resolve("system").toUri() + "@id=system@snapshots,"
                        + repository().toUri() + "@id=build@snapshots",
                "org.ops4j.pax.url.mvn.repositories =");
        write(
                etc.resolve("org.apache.karaf.features.cfg"),
                "featuresRepositories = " + features("framework") + ", " + features("standard"),
                "featuresBoot = framework, feature, bundle, shell, log",
                "featuresBootAsynchronous = false");
        append(etc.resolve("custom.properties"), "karaf.shutdown.port = -1");
        append(etc.resolve("system.properties"), "karaf.history = " + folder.resolve("history.txt"));
    }

    private static String features(String name) {
        return "mvn:org.apache.karaf.features/" + name + "/" + VERSION + "/xml/features";
    }

    private static Path home() {
        return Path.of(System.getProperty("karaf.home"));
    }

    private static Path repository() {
        return Path.of(System.getProperty("karaf.repository"));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        }
    }

    private static void write(Path file, String... lines) throws IOException {
        Files.write(file, List.of(lines));
    }

    private static void append(Path file, String line) throws IOException {
        Files.writeString(file, System.lineSeparator() + line + System.lineSeparator(), StandardOpenOption.APPEND);
    }

    /**
     * Types a command and returns what it printed.
     *
     * @throws AssertionError when Karaf reports an error, has ended, or does not come to the end of the command
     */
    String run(String command) {
        int before = consoleText().length();
        String end = "end of command " + ++typed;
        type(command);
        type("echo " + end);
        await("the end of " + command).atMost(LIMIT).until(() -> !process.isAlive() || hasLine(before, end));
        String output = consoleText().substring(before);
        if (!hasLine(before, end) || output.contains("Error executing command")) {
            throw new AssertionError("Karaf does not do '" + command + "': " + output);
        }
        return output;
    }

    private void type(String line) {
        try {
            keyboard.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            keyboard.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("Karaf has ended: " + consoleText(), e);
        }
    }

    /** The command itself is shown behind a prompt, what it prints on lines of its own. */
    private boolean hasLine(int from, String line) {
        return consoleText().substring(from).lines().anyMatch(line::equals);
    }

    /** Without colours. */
    private String consoleText() {
        return text(console).replace("\r", "").replaceAll("\u001b\\[[0-9;?]*[a-zA-Z]", "");
    }

    /** The names and states of all threads, one on a line. */
    List<String> threads() {
        return run("threads --list").lines().toList();
    }

    String log() {
        return text(log);
    }

    private static String text(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends Karaf as the end of its input does, or by force. */
    @Override
    public void close() throws IOException {
        try {
            keyboard.close();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
