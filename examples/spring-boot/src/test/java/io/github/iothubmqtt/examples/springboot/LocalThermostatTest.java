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
package io.github.iothubmqtt.examples.springboot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Runs the example as its page does, in a JVM of its own, and reads what it prints. */
class LocalThermostatTest {

    private static final Duration SOON = Duration.ofMinutes(3);

    @TempDir
    private Path folder;

    private Process example;

    @AfterEach
    void end() throws InterruptedException {
        example.destroyForcibly().waitFor();
    }

    @Test
    void withoutAHubItBringsItsOwnAndShowsBothDirections() throws IOException {
        Path output = folder.resolve("output.txt");
        example = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-classpath",
                        System.getProperty("java.class.path"),
                        LocalThermostat.class.getName(),
                        "--server.port=0")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();

        await().atMost(SOON).untilAsserted(() -> assertThat(Files.readString(output))
                .contains("hub has #1 of thermostat-7: {\"temperature\":")
                .contains("{room=kitchen}")
                .contains("and the hub has it")
                .contains("received set-target 21"));
    }
}
