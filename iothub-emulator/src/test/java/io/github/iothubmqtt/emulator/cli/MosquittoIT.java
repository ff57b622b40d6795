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
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Nothing of this project but the jar: Mosquitto's command-line clients, a token of the jar's own, and curl for the control API. Without
 * them it is skipped on a developer's machine; where {@code CI} is set in the environment it fails.
 */
class MosquittoIT {

    private static final String KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    @TempDir
    Path directory;

    @BeforeAll
    static void theToolsAreInstalled() {
        List<String> missing = List.of("mosquitto_pub", "mosquitto_sub", "curl").stream()
                .filter(tool -> Arrays.stream(System.getenv("PATH").split(":"))
                        .noneMatch(folder -> Files.isExecutable(Path.of(folder, tool))))
                .toList();
        if (System.getenv("CI") != null) {
            assertThat(missing).as("install mosquitto-clients and curl").isEmpty();
        }
        Assumptions.assumeTrue(missing.isEmpty(), () -> "not installed: " + missing);
    }

    @Test
    void aReadingGoesInAndACommandComesOut() throws Exception {
        Path ca = directory.resolve("ca.pem");
        try (EmulatorProcess emulator = EmulatorProcess.start(directory, "--device=dev1=" + KEY, "--ca-file=" + ca)) {
            String token = run(EmulatorProcess.command(
                            "token", emulator.values("Device").get(0), "PT10M"))
                    .strip();
            String control = "https://localhost:" + emulator.httpsPort() + "/emulator";
            // With -c the session is not clean, so the command may come before the subscription.
            Process subscriber = new ProcessBuilder(client(
                            "mosquitto_sub",
                            emulator,
                            ca,
                            token,
                            "-t",
                            "devices/dev1/messages/devicebound/#",
                            "-c",
                            "-C",
                            "1"))
                    .redirectErrorStream(true)
                    .start();

            run(List.of(
                    "curl",
                    "--silent",
                    "--fail",
                    "--cacert",
                    ca.toString(),
                    "--data-binary",
                    "on",
                    "-H",
                    "x-iothub-app-room: kitchen",
                    control + "/devices/dev1/messages/devicebound"));
            try (BufferedReader output =
                    new BufferedReader(new InputStreamReader(subscriber.getInputStream(), StandardCharsets.UTF_8))) {
                assertThat(output.readLine()).isEqualTo("on");
            }
            assertThat(subscriber.waitFor(60, TimeUnit.SECONDS)).isTrue();

            run(client(
                    "mosquitto_pub",
                    emulator,
                    ca,
                    token,
                    "-t",
                    "devices/dev1/messages/events/room=kitchen",
                    "-m",
                    "21"));
            JsonObject reading = new JsonArray(
                            run(List.of("curl", "--silent", "--cacert", ca.toString(), control + "/telemetry")))
                    .getJsonObject(0);
            assertThat(reading.getString("bodyText")).isEqualTo("21");
            assertThat(reading.getJsonObject("properties").getString("room")).isEqualTo("kitchen");
        }
    }

    private static List<String> client(
            String tool, EmulatorProcess emulator, Path ca, String token, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                tool,
                "-V",
                "mqttv311",
                "--cafile",
                ca.toString(),
                "-h",
                "localhost",
                "-p",
                Integer.toString(emulator.mqttPort()),
                "-i",
                "dev1",
                "-u",
                "localhost/dev1/?api-version=2021-04-12",
                "-P",
                token,
                "-q",
                "1"));
        command.addAll(List.of(arguments));
        return command;
    }

    /** What it prints; it must end well. */
    private static String run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }
}
