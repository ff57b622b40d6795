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
package io.github.iothubmqtt.emulator;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Microsoft's clients for Node, unmodified from the registry, as devices and as a back end; the tests are in {@code src/test/node}. Without
 * Node, or without the clients, it is skipped on a developer's machine; where {@code CI} is set in the environment it fails.
 */
class NodeClientsIT {

    private static final Path SOURCES = Path.of("src", "test", "node");
    private static final Path FOLDER = Path.of("target", "node").toAbsolutePath();

    @BeforeAll
    static void theClientsAreInstalled() throws Exception {
        List<String> missing = List.of("node", "npm").stream()
                .filter(tool -> Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                        .noneMatch(folder -> Files.isExecutable(Path.of(folder, tool))))
                .toList();
        demand(missing.isEmpty(), "not installed: " + missing);
        copySources();
        if (!isInstalled()) {
            // What the packages would run on installation, they do not need.
            Outcome outcome = run(Map.of(), "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
            demand(outcome.exitCode() == 0, "npm cannot install the clients: " + outcome.output());
            Files.copy(lock(), installed(), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void demand(boolean fulfilled, String otherwise) {
        if (System.getenv("CI") != null) {
            assertThat(fulfilled).as(otherwise).isTrue();
        }
        Assumptions.assumeTrue(fulfilled, otherwise);
    }

    private static void copySources() throws IOException {
        Files.createDirectories(FOLDER);
        try (Stream<Path> files = Files.list(SOURCES)) {
            for (Path file : files.toList()) {
                Files.copy(file, FOLDER.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /** What was installed for this very lock is not installed again. */
    private static boolean isInstalled() throws IOException {
        return Files.exists(installed()) && Files.mismatch(lock(), installed()) < 0;
    }

    private static Path lock() {
        return FOLDER.resolve("package-lock.json");
    }

    private static Path installed() {
        return FOLDER.resolve("node_modules").resolve("installed-lock.json");
    }

    @Test
    void theLockNamesContentAndNoRegistry() throws Exception {
        assertThat(Files.readString(lock()))
                .contains("\"integrity\": \"sha512-")
                .doesNotContain("\"resolved\"");
    }

    @Test
    void theClientsWorkAsTheyDoWithAzure() throws Exception {
        HubSettings settings = HubSettings.defaults()
                .minMethodResponseTimeout(Duration.ofSeconds(1))
                .expiryGrace(Duration.ZERO);
        try (IotHubEmulator hub =
                IotHubEmulator.builder().httpsPort(0).settings(settings).start()) {
            Path authority = Files.writeString(FOLDER.resolve("ca.pem"), hub.caCertificatePem());

            Outcome outcome = run(
                    Map.of(
                            "HUB_MQTT_PORT", Integer.toString(hub.mqttPort()),
                            "HUB_HTTPS_PORT", Integer.toString(hub.httpsPort()),
                            "HUB_OWNER_KEY", hub.policyKey("iothubowner"),
                            "NODE_EXTRA_CA_CERTS", authority.toString()),
                    "node",
                    "--test",
                    "--test-reporter=tap",
                    "device-clients.test.js",
                    "service-client.test.js");

            assertThat(outcome.exitCode())
                    .as(outcome.output() + "\n" + hub.report())
                    .isZero();
            assertThat(outcome.output()).containsPattern("# pass [1-9]").contains("# fail 0", "# skipped 0");
        }
    }

    private record Outcome(int exitCode, String output) {}

    private static Outcome run(Map<String, String> environment, String... command) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(FOLDER.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Path output = Files.createTempFile(FOLDER, "output", ".txt");
        Process process = builder.redirectOutput(output.toFile()).start();
        try {
            boolean ended = process.waitFor(5, TimeUnit.MINUTES);
            String text = Files.readString(output, StandardCharsets.UTF_8);
            assertThat(ended).as("%s has not ended: %s", List.of(command), text).isTrue();
            return new Outcome(process.exitValue(), text);
        } finally {
            // Node runs each file of tests in a process of its own.
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            Files.deleteIfExists(output);
        }
    }
}
