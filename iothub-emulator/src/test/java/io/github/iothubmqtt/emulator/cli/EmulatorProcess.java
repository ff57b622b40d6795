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
package io.github.iothubmqtt.emulator.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The runnable jar as a process of its own, on free ports. */
final class EmulatorProcess implements AutoCloseable {

    private static final Pattern READY = Pattern.compile("ready mqtt=(\\d+) https=(\\d+)");
    private static final Path JAR = Path.of("target", "iothub-emulator.jar").toAbsolutePath();

    private final Process process;
    private final List<String> lines = new ArrayList<>();
    private int mqttPort;
    private int httpsPort;

    private EmulatorProcess(Process process) {
        this.process = process;
    }

    /** Waits until it is ready, or has ended. */
    static EmulatorProcess start(Path directory, String... options) throws IOException {
        List<String> command = command("--mqtt-port=0", "--https-port=0");
        command.addAll(List.of(options));
        EmulatorProcess started = new EmulatorProcess(new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start());
        started.readUntilReady();
        return started;
    }

    /** The java of these tests, and the jar. */
    static List<String> command(String... arguments) {
        if (!Files.exists(JAR)) {
            throw new IllegalStateException("There is no " + JAR + ": mvn package makes it");
        }
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar", JAR.toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    private void readUntilReady() throws IOException {
        BufferedReader reader =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            lines.add(line);
            Matcher ready = READY.matcher(line);
            if (ready.matches()) {
                mqttPort = Integer.parseInt(ready.group(1));
                httpsPort = Integer.parseInt(ready.group(2));
                return;
            }
        }
        throw new AssertionError("The emulator ended: " + lines);
    }

    int mqttPort() {
        return mqttPort;
    }

    int httpsPort() {
        return httpsPort;
    }

    /** What it has printed until it was ready. */
    List<String> lines() {
        return lines;
    }

    /** What stands behind a word at the beginning of a line. */
    List<String> values(String word) {
        return lines.stream()
                .filter(line -> line.startsWith(word + " "))
                .map(line -> line.substring(word.length()).strip())
                .toList();
    }

    /** SIGTERM; the exit code. */
    int terminate() throws InterruptedException {
        process.destroy();
        return exitCode();
    }

    /** SIGKILL; the exit code. */
    int kill() throws InterruptedException {
        process.destroyForcibly();
        return exitCode();
    }

    private int exitCode() throws InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError("The emulator did not end");
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
