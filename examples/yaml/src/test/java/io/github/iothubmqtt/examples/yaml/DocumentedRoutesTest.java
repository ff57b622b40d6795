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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

import io.github.iothubmqtt.camel.IotHubMqttComponent;
import io.github.iothubmqtt.camel.IotHubMqttConfiguration;
import io.github.iothubmqtt.emulator.DeviceboundMessage;
import io.github.iothubmqtt.emulator.DirectMethod;
import io.github.iothubmqtt.emulator.DirectMethodResult;
import io.github.iothubmqtt.emulator.EmulatedDevice;
import io.github.iothubmqtt.emulator.IotHubEmulator;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

import static org.assertj.core.api.Assertions.assertThat;

/** Runs the routes in XML and YAML that the user guide shows, as they stand there. */
class DocumentedRoutesTest {

    private static final Path DOCS = Path.of("../../docs");
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Pattern BLOCK =
            Pattern.compile("^```(xml|yaml)\n(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL);

    @TestFactory
    Stream<DynamicTest> eachRouteDoesWhatItsPageSays() throws IOException {
        List<Snippet> snippets = snippets();
        assertThat(snippets).hasSizeGreaterThanOrEqualTo(6);
        return snippets.stream().map(snippet -> DynamicTest.dynamicTest(snippet.name(), () -> run(snippet)));
    }

    @Test
    void eachPageShowsTheSameInJavaXmlAndYaml() throws IOException {
        for (String page : List.of("twins", "direct-methods", "modules")) {
            String text = Files.readString(DOCS.resolve(page + ".md"));
            long inJava = Pattern.compile("^```java$", Pattern.MULTILINE)
                    .matcher(text)
                    .results()
                    .count();
            assertThat(BLOCK.matcher(text).results().filter(block -> block.group(2)
                            .contains("iothub-mqtt:")))
                    .as(page)
                    .hasSize((int) (2 * inJava))
                    .isNotEmpty();
        }
    }

    private static List<Snippet> snippets() throws IOException {
        List<Snippet> snippets = new ArrayList<>();
        try (Stream<Path> pages = Files.list(DOCS)) {
            for (Path page : pages.filter(file -> file.toString().endsWith(".md"))
                    .sorted()
                    .toList()) {
                List<MatchResult> blocks =
                        BLOCK.matcher(Files.readString(page)).results().toList();
                for (MatchResult block : blocks) {
                    if (block.group(2).contains("iothub-mqtt:thermostat-7")) {
                        snippets.add(new Snippet(
                                page.getFileName() + " " + (snippets.size() + 1), block.group(1), block.group(2)));
                    }
                }
            }
        }
        return snippets;
    }

    private static void run(Snippet snippet) throws Exception {
        try (IotHubEmulator hub = IotHubEmulator.start();
                CamelContext camel = new DefaultCamelContext()) {
            EmulatedDevice device = hub.addDevice("thermostat-7");
            String moduleConnection = device.addModule("filter").connectionString();
            IotHubMqttConfiguration options =
                    camel.getComponent("iothub-mqtt", IotHubMqttComponent.class).getConfiguration();
            options.setConnectionString(
                    snippet.text().contains("thermostat-7/filter") ? moduleConnection : device.connectionString());
            options.setSslContextParameters(trusting(hub));
            PluginHelper.getRoutesLoader(camel)
                    .loadRoutes(ResourceHelper.fromString("snippet." + snippet.language(), snippet.text()));
            camel.start();
            assertItWorks(hub, device, snippet.text());
        }
    }

    private static void assertItWorks(IotHubEmulator hub, EmulatedDevice device, String text) throws Exception {
        if (text.contains("rebooted")) {
            DirectMethodResult answer = hub.invokeMethod("thermostat-7", DirectMethod.named("reboot"))
                    .get();
            assertThat(answer).isEqualTo(new DirectMethodResult(200, "{\"rebooted\":true}"));
        } else if (text.contains("obeyed")) {
            long version = hub.updateDesired("thermostat-7", "{\"targetTemperature\":22}");
            device.twin()
                    .awaitReported(
                            reported -> reported.get("obeyed") instanceof Number n && n.longValue() == version, SOON);
        } else if (text.contains("firmware")) {
            device.twin().awaitReported(reported -> "1.4.2".equals(reported.get("firmware")), SOON);
        } else if (text.contains("outputName=alerts")) {
            hub.sendToInput("thermostat-7", "filter", "temperature", DeviceboundMessage.of("{\"temperature\":26}"));
            assertThat(hub.awaitTelemetry(1, SOON).get(0).bodyText()).isEqualTo("{\"temperature\":26}");
        } else {
            throw new AssertionError("There is no check for this route; add one:\n" + text);
        }
    }

    private static SSLContextParameters trusting(IotHubEmulator hub) {
        return new SSLContextParameters() {
            @Override
            public SSLContext createSSLContext(CamelContext context) {
                return hub.sslContext();
            }
        };
    }

    private record Snippet(String name, String language, String text) {}
}
