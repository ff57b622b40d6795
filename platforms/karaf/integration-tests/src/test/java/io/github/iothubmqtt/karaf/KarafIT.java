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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import io.github.iothubmqtt.emulator.DeviceboundMessage;
import io.github.iothubmqtt.emulator.DeviceboundMessage.Ack;
import io.github.iothubmqtt.emulator.Feedback.StatusCode;
import io.github.iothubmqtt.emulator.TelemetryMessage;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnJre;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.extension.TestWatcher;
import org.junit.jupiter.api.io.TempDir;

import static io.github.iothubmqtt.karaf.Karaf.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Installs our feature in a real Karaf, from the features file, and a bundle whose routes are a device of the emulator. */
@EnabledOnJre(
        value = JRE.JAVA_17,
        disabledReason = "Karaf 4.4 is tested on Java 17 alone, and does not start on Java 25")
@Timeout(600)
class KarafIT {

    private static final String DEVICE = "thermostat-7";

    /** Less than the minute after which the hub cuts a silent connection and a pool ends its idle threads, so that what was forgotten is found. */
    private static final Duration AT_ONCE = Duration.ofSeconds(30);

    /** Of the component's pools, of Camel's own, and of Paho. */
    private static final String THREADS_OF_ROUTES = ".*(IotHubMqtt|Camel \\(|MQTT ).*";

    @RegisterExtension
    static final IotHubExtension hub = IotHubExtension.create().withDevice(DEVICE);

    @RegisterExtension
    static final TestWatcher logOfFailures = new TestWatcher() {
        @Override
        public void testFailed(ExtensionContext test, Throwable cause) {
            System.err.println("Karaf's log after " + test.getDisplayName() + ":\n" + karaf.log());
        }
    };

    @TempDir
    private static Path folder;

    private static Karaf karaf;

    @BeforeAll
    static void startKaraf() throws Exception {
        karaf = Karaf.start(
                folder,
                Map.of(
                        "IOTHUB_CONNECTION_STRING",
                        hub.emulator().device(DEVICE).orElseThrow().connectionString(),
                        "IOTHUB_TRUST_STORE",
                        trustStore().toString()));
        karaf.run("feature:repo-add mvn:io.github.iothubmqtt/camel-azure-iothub-mqtt-features/"
                + System.getProperty("project.version") + "/xml/features");
    }

    private static Path trustStore() throws Exception {
        Path file = folder.resolve("trust.p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            hub.emulator().trustStore().store(out, "changeit".toCharArray());
        }
        return file;
    }

    @AfterAll
    static void endKaraf() throws IOException {
        if (karaf != null) {
            karaf.close();
        }
    }

    @BeforeEach
    void install() {
        karaf.run("feature:install camel-azure-iothub-mqtt");
        karaf.run("bundle:install -s file:" + System.getProperty("thermostat.jar"));
    }

    @AfterEach
    void uninstall() {
        if (karaf.run("bundle:list -s -t 0").contains("thermostat")) {
            karaf.run("bundle:uninstall thermostat");
        }
    }

    @Test
    void theRoutesAreADevice() {
        assertBothDirections();
    }

    @Test
    void theRoutesAreADeviceAgainAfterTheirBundleWasStoppedAndStarted() {
        assertBothDirections();

        karaf.run("bundle:stop thermostat");
        assertDisconnected();
        karaf.run("bundle:start thermostat");

        assertBothDirections();
    }

    private static void assertBothDirections() {
        hub.emulator().clearRecords();
        String id = hub.emulator()
                .sendDevicebound(
                        DEVICE,
                        DeviceboundMessage.of("set-target 19").ack(Ack.FULL).property("operator", "anna"));

        TelemetryMessage reading =
                hub.emulator().awaitTelemetry(message -> message.bodyText().contains("\"temperature\":21"), LIMIT);
        assertThat(reading.deviceId()).isEqualTo(DEVICE);
        assertThat(reading.properties()).containsEntry("room", "kitchen");
        assertThat(reading.systemProperties()).containsEntry("content-type", "application/json");
        TelemetryMessage answer =
                hub.emulator().awaitTelemetry(message -> message.bodyText().equals("done: set-target 19"), LIMIT);
        assertThat(answer.properties()).containsEntry("operator", "anna");
        assertThat(hub.emulator().awaitFeedback(id, LIMIT).statusCode()).isEqualTo(StatusCode.SUCCESS);
        assertThat(hub.emulator().deviceboundQueue(DEVICE)).isEmpty();
        assertThat(hub.emulator().connections()).hasSize(1);
    }

    private static void assertDisconnected() {
        await().atMost(AT_ONCE).until(() -> hub.emulator().connections().isEmpty());
    }

    @Test
    void theRoutesAreADeviceAgainAfterTheirBundleWasUpdated() {
        assertBothDirections();
        long connects = hub.emulator().acceptedConnects(DEVICE);

        karaf.run("bundle:update thermostat");
        await().atMost(LIMIT).until(() -> hub.emulator().acceptedConnects(DEVICE) > connects);

        assertBothDirections();
    }

    @Test
    void theRoutesStopAndStartWithTheBundleOfTheComponent() {
        assertBothDirections();

        karaf.run("bundle:stop camel-azure-iothub-mqtt");
        assertDisconnected();
        karaf.run("bundle:start camel-azure-iothub-mqtt");

        assertBothDirections();
    }

    @Test
    void theRoutesAreADeviceAgainAfterTheBundleOfTheComponentWasRefreshed() {
        assertBothDirections();
        long connects = hub.emulator().acceptedConnects(DEVICE);

        karaf.run("bundle:refresh camel-azure-iothub-mqtt");
        await().atMost(LIMIT).until(() -> hub.emulator().acceptedConnects(DEVICE) > connects);

        assertBothDirections();
    }

    @Test
    void nothingIsLeftWhenBundleAndFeatureAreUninstalled() {
        assertBothDirections();
        assertThat(karaf.threads())
                .anyMatch(line -> line.contains("IotHubMqtt"))
                .anyMatch(line -> line.contains("MQTT Rec"))
                .anyMatch(line -> line.matches(THREADS_OF_ROUTES));

        karaf.run("bundle:uninstall thermostat");
        karaf.run("feature:uninstall camel-azure-iothub-mqtt");

        assertDisconnected();
        assertNoThreadOfRoutes();
        assertThat(karaf.run("bundle:list -s -t 0")).doesNotContain("iothub", "paho", "camel");
    }

    private static void assertNoThreadOfRoutes() {
        await().atMost(AT_ONCE)
                .untilAsserted(() -> assertThat(karaf.threads()).noneMatch(line -> line.matches(THREADS_OF_ROUTES)));
    }

    @Test
    void aStartThatTheHubRefusesSaysWhyAndLeavesNoThread() {
        karaf.run("bundle:stop thermostat");
        assertDisconnected();
        hub.emulator().device(DEVICE).orElseThrow().disable();
        try {
            assertThatThrownBy(() -> karaf.run("bundle:start thermostat"))
                    .hasMessageContaining("Error executing command");

            assertThat(karaf.log()).contains("Cannot connect localhost/thermostat-7");
            assertNoThreadOfRoutes();
        } finally {
            hub.emulator().device(DEVICE).orElseThrow().enable();
        }
    }
}
