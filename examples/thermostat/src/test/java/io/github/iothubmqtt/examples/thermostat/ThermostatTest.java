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
package io.github.iothubmqtt.examples.thermostat;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Runs the example as the README does, in a JVM of its own, types at its terminal and reads what it prints. */
class ThermostatTest {

    private static final Duration SOON = Duration.ofMinutes(1);

    @TempDir
    private Path folder;

    private Process example;
    private Writer terminal;

    @BeforeEach
    void start() throws IOException {
        ProcessBuilder process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-classpath",
                        System.getProperty("java.class.path"),
                        Thermostat.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output.txt").toFile());
        process.environment().remove("IOTHUB_CONNECTION_STRING");
        example = process.start();
        terminal = example.outputWriter(StandardCharsets.UTF_8);
        prints("hub: telemetry {\"temperature\":");
        prints("the twin is {\"desired\":", "\"firmware\":\"1.4.2\"");
    }

    @AfterEach
    void end() throws InterruptedException {
        example.destroyForcibly().waitFor();
    }

    @Test
    void theTargetOfTheBackEndIsObeyedAndReported() throws IOException {
        type("target 22");
        prints("desired properties, version 2: {\"targetTemperature\":22}");
        await().atMost(SOON).untilAsserted(() -> {
            type("twin");
            assertThat(output())
                    .containsPattern("\"reported\":.*\"value\":22.0")
                    .contains("heating to it");
        });
    }

    @Test
    void anImpossibleTargetIsRefusedByTheDevice() throws IOException {
        type("target 99");
        await().atMost(SOON).untilAsserted(() -> {
            type("twin");
            assertThat(output()).contains("\"ac\":400");
        });
    }

    @Test
    void rebootIsAnswered() throws IOException {
        type("reboot");
        prints("reboot answered 200 {", "\"rebooted\":true");
    }

    @Test
    void whatMakesNoSenseIsAnsweredAndQuitEndsIt() throws IOException, InterruptedException {
        type("target warm");
        prints("It did not work: ");
        type("quit");
        await().atMost(SOON).until(() -> !example.isAlive());
        assertThat(example.exitValue()).isZero();
    }

    private void type(String line) throws IOException {
        terminal.write(line + "\n");
        terminal.flush();
    }

    private void prints(String... texts) {
        await().atMost(SOON).untilAsserted(() -> assertThat(output()).contains(texts));
    }

    private String output() throws IOException {
        return Files.readString(folder.resolve("output.txt"));
    }
}
