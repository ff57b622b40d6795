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
package io.github.iothubmqtt.quarkus.deployment;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;

import io.github.iothubmqtt.quarkus.DevHub;
import io.quarkus.test.QuarkusDevModeTest;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Dev mode: each request has Quarkus look for changed files and, if there are any, restart the application first. */
public class LiveReloadTest { // public for Quarkus, which makes the instance

    @RegisterExtension
    static final QuarkusDevModeTest app = new QuarkusDevModeTest()
            .withApplicationRoot(jar -> jar.addClasses(HubPage.class)
                    .addAsResource(
                            new StringAsset("quarkus.http.port = 0\n"
                                    + "quarkus.analytics.disabled = true\n"
                                    + "quarkus.camel.iothub-mqtt.devservices.devices = dev1\n"),
                            "application.properties"));

    @Test
    void aHubIsKeptReplacedAndClosedAsTheConfigurationSays() throws Exception {
        String first = page();
        assertThat(first).startsWith("Hub localhost:");
        DevHub.sendDevicebound("dev1", "wait", Map.of());

        app.modifySourceFile(HubPage.class, source -> source.replace("\"Hub \"", "\"The hub \""));
        assertThat(page()).isEqualTo("The hub " + first.substring("Hub ".length()));
        assertThat(DevHub.unacknowledged("dev1")).as("the hub is the same one").isEqualTo(1);

        app.modifyResourceFile("application.properties", text -> text.replace("devices = dev1", "devices = dev1,dev2"));
        assertThat(page()).startsWith("The hub localhost:").doesNotEndWith(first.substring("Hub ".length()));
        assertThat(DevHub.unacknowledged("dev1")).as("the hub is a new one").isZero();
        DevHub.sendDevicebound("dev2", "hello", Map.of());

        app.modifyResourceFile(
                "application.properties",
                text -> text + "camel.component.iothub-mqtt.hub = contoso.azure-devices.net\n");
        assertThat(page()).isEqualTo("The hub contoso.azure-devices.net");
        assertThatThrownBy(() -> DevHub.telemetry("dev1"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("camel.component.iothub-mqtt.hub");
    }

    private static String page() throws IOException, InterruptedException {
        URI uri = URI.create("http://localhost:" + System.getProperty("quarkus.http.port") + "/hub");
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(uri)
                                .timeout(Duration.ofSeconds(120))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
