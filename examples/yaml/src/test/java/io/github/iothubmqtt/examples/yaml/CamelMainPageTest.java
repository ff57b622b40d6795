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
import java.util.List;
import java.util.regex.Pattern;

import io.github.iothubmqtt.emulator.DeviceboundMessage;
import io.github.iothubmqtt.emulator.Feedback;
import io.github.iothubmqtt.emulator.TelemetryMessage;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** Runs what docs/platforms/camel-main.md shows, word for word, with the emulator's address, keys and trust store put in. */
class CamelMainPageTest {

    private static final Path PAGE = Path.of("../../docs/platforms/camel-main.md");
    private static final Duration SOON = Duration.ofMinutes(1);

    @RegisterExtension
    static final IotHubExtension hub =
            IotHubExtension.create().withDevice("thermostat-7").withDevice("cellar");

    @TempDir
    private Path folder;

    private final Main main = new Main();

    @AfterEach
    void stop() {
        main.stop();
    }

    @Test
    void itsPropertiesAndRoutesWork() throws Exception {
        Path properties = Files.write(folder.resolve("application.properties"), blocks("properties"));
        Path routes = Files.write(folder.resolve("page.camel.yaml"), blocks("yaml"));
        main.setPropertyPlaceholderLocations("file:" + properties);
        main.configure().setRoutesIncludePattern("file:" + routes);
        putInWhatTheEnvironmentWouldHold();
        main.start();

        for (String device : List.of("thermostat-7", "cellar")) {
            TelemetryMessage reading =
                    hub.awaitTelemetry(message -> message.deviceId().equals(device), SOON);
            String id = hub.sendDevicebound(device, DeviceboundMessage.of("on").ack(DeviceboundMessage.Ack.FULL));
            assertThat(reading.bodyText()).startsWith("{\"temperature\":");
            assertThat(hub.awaitFeedback(id, SOON).statusCode()).isEqualTo(Feedback.StatusCode.SUCCESS);
        }
    }

    private void putInWhatTheEnvironmentWouldHold() throws Exception {
        String password = "changeit";
        Path trust = folder.resolve("trust.p12");
        try (OutputStream out = Files.newOutputStream(trust)) {
            hub.emulator().trustStore().store(out, password.toCharArray());
        }
        String cellar = hub.device("cellar").primaryKey();
        put("camel.component.iothub-mqtt.hub", "localhost:" + hub.emulator().mqttPort());
        put(
                "camel.component.iothub-mqtt.shared-access-key",
                hub.device("thermostat-7").primaryKey());
        put("camel.kamelet.iothub-mqtt-telemetry-sink.sharedAccessKey", cellar);
        put("camel.kamelet.iothub-mqtt-devicebound-source.sharedAccessKey", cellar);
        put("camel.ssl.trust-store", "file:" + trust);
        put("camel.ssl.trust-store-password", password);
    }

    /** A property that the page does not show would prove nothing about it. */
    private void put(String name, String value) throws IOException {
        assertThat(blocks("properties")).anyMatch(line -> line.startsWith(name + " = "));
        main.addOverrideProperty(name, value);
    }

    private static List<String> blocks(String language) throws IOException {
        return Pattern.compile("(?ms)^```" + language + "\n(.*?)^```$")
                .matcher(Files.readString(PAGE))
                .results()
                .map(block -> block.group(1))
                .flatMap(String::lines)
                .toList();
    }
}
