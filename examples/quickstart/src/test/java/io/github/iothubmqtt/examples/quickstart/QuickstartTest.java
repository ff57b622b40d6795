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
package io.github.iothubmqtt.examples.quickstart;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.iothubmqtt.emulator.DeviceboundMessage;
import io.github.iothubmqtt.emulator.IotHubEmulator;
import io.github.iothubmqtt.emulator.TelemetryMessage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Runs the example as the README does, in a JVM of its own, and reads what it prints. */
class QuickstartTest {

    private static final Duration SOON = Duration.ofMinutes(1);

    @TempDir
    private Path folder;

    private Process example;

    @AfterEach
    void end() throws InterruptedException {
        example.destroyForcibly().waitFor();
    }

    @Test
    void withoutAHubItBringsItsOwnAndShowsBothDirections() throws IOException {
        run(null, List.of());

        await().atMost(SOON).untilAsserted(() -> assertThat(output())
                .contains("hub has #1 of thermostat-7: {\"temperature\":")
                .contains("room=kitchen")
                .contains("and the hub has it")
                .contains("received set-target 19 with {operator=quickstart}"));
    }

    @Test
    void withAConnectionStringItIsThatDeviceOfThatHub() throws Exception {
        try (IotHubEmulator hub = IotHubEmulator.start()) {
            String connectionString = hub.addDevice("my-device").connectionString();
            run(connectionString, trust(hub));
            TelemetryMessage reading = hub.awaitTelemetry(1, SOON).get(0);
            hub.sendDevicebound("my-device", DeviceboundMessage.of("hello"));

            assertThat(reading.deviceId()).isEqualTo("my-device");
            await().atMost(SOON)
                    .untilAsserted(() ->
                            assertThat(output()).contains("received hello").doesNotContain("A hub runs in this JVM"));
        }
    }

    @Test
    void aHubThatRefusesTheDeviceIsNamedInOneSentence() throws Exception {
        try (IotHubEmulator hub = IotHubEmulator.start()) {
            String connectionString = hub.addDevice("my-device").connectionString();
            hub.removeDevice("my-device");
            run(connectionString, trust(hub));
            await().atMost(SOON).until(() -> !example.isAlive());

            assertThat(example.exitValue()).isEqualTo(1);
            assertThat(output())
                    .contains("Cannot connect localhost/my-device")
                    .contains("not authorized")
                    .doesNotContain(connectionString.substring(
                            connectionString.lastIndexOf('=', connectionString.length() - 3)));
        }
    }

    private void run(String connectionString, List<String> jvmOptions) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.addAll(List.of("-classpath", System.getProperty("java.class.path"), Quickstart.class.getName()));
        ProcessBuilder process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output.txt").toFile());
        process.environment().remove("IOTHUB_CONNECTION_STRING");
        if (connectionString != null) {
            process.environment().put("IOTHUB_CONNECTION_STRING", connectionString);
        }
        example = process.start();
    }

    private String output() throws IOException {
        return Files.readString(folder.resolve("output.txt"));
    }

    /** As if the hub's certificate came from a public authority, which a real one's does. */
    private List<String> trust(IotHubEmulator hub) throws Exception {
        Path file = folder.resolve("trust.p12");
        String password = "changeit";
        try (OutputStream out = Files.newOutputStream(file)) {
            hub.trustStore().store(out, password.toCharArray());
        }
        return List.of("-Djavax.net.ssl.trustStore=" + file, "-Djavax.net.ssl.trustStorePassword=" + password);
    }
}
