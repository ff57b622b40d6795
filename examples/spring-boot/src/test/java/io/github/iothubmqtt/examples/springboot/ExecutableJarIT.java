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
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import io.github.iothubmqtt.emulator.DeviceboundMessage;
import io.github.iothubmqtt.emulator.Feedback;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The jar that the build makes, with its libraries inside, started as an operator starts it. */
class ExecutableJarIT {

    private static final Duration SOON = Duration.ofMinutes(3);

    @RegisterExtension
    static final IotHubExtension hub = IotHubExtension.create().withDevice("my-device");

    @TempDir
    private Path folder;

    private Process application;

    @AfterEach
    void end() throws InterruptedException {
        application.destroyForcibly().waitFor();
    }

    @Test
    void itIsTheDeviceOfTheEnvironment() throws Exception {
        start();

        assertThat(hub.awaitTelemetry(1, SOON).get(0).deviceId()).isEqualTo("my-device");
        String id =
                hub.sendDevicebound("my-device", DeviceboundMessage.of("hello").ack(DeviceboundMessage.Ack.FULL));
        assertThat(hub.awaitFeedback(id, SOON).statusCode()).isEqualTo(Feedback.StatusCode.SUCCESS);
        await().atMost(SOON).untilAsserted(() -> assertThat(output())
                .contains("received hello")
                .doesNotContain(hub.device("my-device").primaryKey()));
    }

    private void start() throws Exception {
        String password = "changeit";
        Path trust = folder.resolve("trust.p12");
        try (OutputStream out = Files.newOutputStream(trust)) {
            hub.emulator().trustStore().store(out, password.toCharArray());
        }
        ProcessBuilder process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djavax.net.ssl.trustStore=" + trust, // as if a public authority had signed
                        "-Djavax.net.ssl.trustStorePassword=" + password,
                        "-jar",
                        System.getProperty("example.jar"),
                        "--server.port=0")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output.txt").toFile());
        process.environment()
                .putAll(Map.of(
                        "IOTHUB_HOST",
                        "localhost:" + hub.emulator().mqttPort(),
                        "IOTHUB_DEVICE_ID",
                        "my-device",
                        "IOTHUB_DEVICE_KEY",
                        hub.device("my-device").primaryKey()));
        application = process.start();
    }

    private String output() throws IOException {
        return Files.readString(folder.resolve("output.txt"));
    }
}
