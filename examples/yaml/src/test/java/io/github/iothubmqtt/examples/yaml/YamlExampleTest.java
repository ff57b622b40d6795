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
package io.github.iothubmqtt.examples.yaml;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.iothubmqtt.emulator.DeviceboundMessage;
import io.github.iothubmqtt.emulator.EmulatedDevice;
import io.github.iothubmqtt.emulator.Feedback;
import io.github.iothubmqtt.emulator.IotHubEmulator;
import io.github.iothubmqtt.emulator.TelemetryMessage;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Runs the example's own files as its readers do, in a JVM and with an environment of its own, and reads what it prints. */
class YamlExampleTest {

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
        run(YamlExample.class, Map.of(), List.of());

        await().atMost(SOON).untilAsserted(() -> assertThat(output())
                .contains("hub has #1 of thermostat-7: {\"temperature\":")
                .contains("{room=kitchen}")
                .contains("and the hub has it")
                .contains("received set-target 21 with {operator=example}"));
    }

    @Test
    void camelsOwnMainClassRunsTheSameFilesWithTheDeviceOfTheEnvironment() throws Exception {
        try (IotHubEmulator hub = IotHubEmulator.start()) {
            EmulatedDevice device = hub.addDevice("my-device");
            run(Main.class, environment(hub, device.primaryKey()), trust(hub));
            TelemetryMessage reading = hub.awaitTelemetry(1, SOON).get(0);
            String id = hub.sendDevicebound(
                    "my-device", DeviceboundMessage.of("hello").ack(DeviceboundMessage.Ack.FULL));

            assertThat(reading.deviceId()).isEqualTo("my-device");
            assertThat(reading.bodyText()).startsWith("{\"temperature\":");
            assertThat(reading.properties()).containsEntry("room", "kitchen");
            assertThat(reading.systemProperties())
                    .containsEntry("content-type", "application/json")
                    .containsEntry("content-encoding", "utf-8");
            assertThat(hub.awaitFeedback(id, SOON).statusCode()).isEqualTo(Feedback.StatusCode.SUCCESS);
            await().atMost(SOON).untilAsserted(() -> assertThat(output()).contains("received hello"));
        }
    }

    @Test
    void aKeyThatTheHubRefusesIsSaidInOneSentenceWithoutTheKey() throws Exception {
        try (IotHubEmulator hub = IotHubEmulator.start()) {
            hub.addDevice("my-device");
            String wrongKey = hub.addDevice("another").primaryKey();
            run(YamlExample.class, environment(hub, wrongKey), trust(hub));
            await().atMost(SOON).until(() -> !example.isAlive());

            assertThat(example.exitValue()).isEqualTo(1);
            assertThat(output())
                    .contains("The example ends: Cannot connect localhost/my-device")
                    .contains("not authorized")
                    .doesNotContain(wrongKey);
        }
    }

    @Test
    void aVariableThatIsMissingIsNamed() throws IOException {
        run(YamlExample.class, Map.of("IOTHUB_HOST", "localhost", "IOTHUB_DEVICE_ID", "my-device"), List.of());
        await().atMost(SOON).until(() -> !example.isAlive());

        assertThat(example.exitValue()).isEqualTo(1);
        assertThat(output()).contains("env:IOTHUB_DEVICE_KEY");
    }

    private static Map<String, String> environment(IotHubEmulator hub, String key) {
        return Map.of(
                "IOTHUB_HOST",
                "localhost:" + hub.mqttPort(),
                "IOTHUB_DEVICE_ID",
                "my-device",
                "IOTHUB_DEVICE_KEY",
                key);
    }

    private void run(Class<?> main, Map<String, String> environment, List<String> jvmOptions) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.addAll(List.of("-classpath", System.getProperty("java.class.path"), main.getName()));
        ProcessBuilder process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output.txt").toFile());
        process.environment().keySet().removeIf(name -> name.startsWith("IOTHUB_"));
        process.environment().putAll(environment);
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
