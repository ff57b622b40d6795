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
package io.github.iothubmqtt.springboot;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.support.jsse.KeyStoreParameters;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.jsse.TrustManagersParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/** What an operator sees of the device over HTTP, in an application as it is deployed, and what nobody sees. */
@ExtendWith(OutputCaptureExtension.class)
class ActuatorTest {

    private static final Duration SOON = Duration.ofMinutes(1);
    private static final String PREFIX = "camel.component.iothub-mqtt.";

    @RegisterExtension
    final IotHubExtension hub = IotHubExtension.create().withDevice("dev1").withDevice("dev2");

    private final Map<String, Object> properties = new HashMap<>(Map.of(
            "server.port",
            0,
            "management.endpoints.web.exposure.include",
            "health,env,configprops",
            "management.endpoint.health.show-details",
            "always",
            "management.endpoint.env.show-values",
            "always",
            "management.endpoint.configprops.show-values",
            "always",
            "camel.health.producers-enabled",
            true,
            PREFIX + "ssl-context-parameters",
            "#hubTls"));

    private ConfigurableApplicationContext application;

    @AfterEach
    void stop() {
        if (application != null) {
            application.close();
        }
    }

    @Test
    void healthIsUpWhileTheDeviceIsConnected() throws Exception {
        properties.put("camel.health.exposure-level", "full"); // or only what is down has details
        start(hub.device("dev1").primaryKey());

        JsonNode health = get("health");
        assertThat(health.path("status").asText()).isEqualTo("UP");
        assertThat(ofConsumer(health).path("identity").asText()).isEqualTo("localhost/dev1");
        assertThat(ofConsumer(health).path("state").asText()).isEqualTo("CONNECTED");
        assertThat(health.toString()).contains("producer:iothub-mqtt-dev1");
    }

    @Test
    void healthIsDownWithThePlainCauseWhenTheKeyIsNoLongerGood() throws Exception {
        start(hub.device("dev1").primaryKey());
        hub.device("dev1").regenerateKeys();

        await().atMost(SOON).untilAsserted(() -> {
            JsonNode health = get("health");
            assertThat(health.path("status").asText()).isEqualTo("DOWN");
            assertThat(ofConsumer(health).path("cause").asText()).contains("not authorized");
        });
    }

    @Test
    void healthIsDownWithThePlainCauseWhenTheKeyWasNeverGood() throws Exception {
        properties.put("camel.routecontroller.enabled", true);
        start(hub.device("dev2").primaryKey());

        await().atMost(SOON).untilAsserted(() -> {
            JsonNode health = get("health");
            assertThat(health.path("status").asText()).isEqualTo("DOWN");
            assertThat(health.toString())
                    .contains("Cannot connect localhost/dev1")
                    .contains("not authorized")
                    .doesNotContain(hub.device("dev2").primaryKey());
        });
    }

    @Test
    void withoutSupervisionAWrongKeyEndsTheStartInASentence(CapturedOutput output) {
        Throwable failure = catchThrowable(() -> start(hub.device("dev2").primaryKey()));

        assertThat(failure).hasStackTraceContaining("Cannot connect localhost/dev1");
        assertThat(failure).hasStackTraceContaining("not authorized");
        assertThat(output.getAll()).doesNotContain(hub.device("dev2").primaryKey());
    }

    @Test
    void noEndpointAndNoLogShowsASecret(CapturedOutput output) throws Exception {
        String key = hub.device("dev1").primaryKey();
        properties.put("logging.level.io.github.iothubmqtt", "trace");
        properties.put("logging.level.org.apache.camel", "info");
        properties.put("a.name.of.their.own", hub.connectionString("dev1"));
        start(key);

        assertThat(get("env").toString()).contains("shared-access-key").doesNotContain(key);
        assertThat(get("configprops").toString()).contains("sharedAccessKey").doesNotContain(key);
        assertThat(get("health").toString()).doesNotContain(key);
        assertThat(output.getAll()).contains("Connected localhost/dev1").doesNotContain(key);
    }

    @Test
    void whatIsNoSecretIsShown() throws Exception {
        start(hub.device("dev1").primaryKey());

        assertThat(get("configprops").toString())
                .contains("localhost:" + hub.emulator().mqttPort());
    }

    private void start(String key) {
        properties.put(PREFIX + "hub", "localhost:" + hub.emulator().mqttPort());
        properties.put(PREFIX + "shared-access-key", key);
        application = new SpringApplicationBuilder(Application.class)
                .initializers(context -> context.getBeanFactory().registerSingleton("hubTls", tls()))
                .properties(properties)
                .run();
    }

    private JsonNode get(String endpoint) throws IOException, InterruptedException {
        URI uri = URI.create("http://localhost:" + application.getEnvironment().getProperty("local.server.port")
                + "/actuator/" + endpoint);
        String body = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                .body();
        return new ObjectMapper().readTree(body);
    }

    private static JsonNode ofConsumer(JsonNode health) {
        return health.path("components").path("camelHealth").path("details").path("consumer:commands.data");
    }

    private SSLContextParameters tls() {
        KeyStoreParameters store = new KeyStoreParameters();
        store.setKeyStore(hub.emulator().trustStore());
        TrustManagersParameters trust = new TrustManagersParameters();
        trust.setKeyStore(store);
        SSLContextParameters tls = new SSLContextParameters();
        tls.setTrustManagers(trust);
        return tls;
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {

        @Bean
        RouteBuilder routes() {
            return new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:reading").routeId("telemetry").to("iothub-mqtt:dev1");
                    from("iothub-mqtt:dev1").routeId("commands").to("log:commands");
                }
            };
        }
    }
}
