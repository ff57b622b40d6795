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

import java.time.Duration;

import io.github.iothubmqtt.emulator.DeviceboundMessage;
import io.github.iothubmqtt.emulator.Feedback;
import io.github.iothubmqtt.emulator.TelemetryMessage;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.apache.camel.support.jsse.KeyStoreParameters;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.jsse.TrustManagersParameters;
import org.apache.camel.test.spring.junit5.CamelSpringBootTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.client.TestRestTemplate;
import org.springframework.context.annotation.Bean;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The whole application, as it is deployed, against a hub in this JVM. */
@CamelSpringBootTest
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@DirtiesContext // ends the application with this class, as its hub ends
class ThermostatTest {

    private static final Duration SOON = Duration.ofMinutes(1);

    @RegisterExtension
    static final IotHubExtension hub = IotHubExtension.create().withDevice("thermostat-7");

    @DynamicPropertySource
    static void useThisHub(DynamicPropertyRegistry properties) {
        properties.add("device", () -> "thermostat-7");
        properties.add(
                "camel.component.iothub-mqtt.hub",
                () -> "localhost:" + hub.emulator().mqttPort());
        properties.add("camel.component.iothub-mqtt.shared-access-key", () -> hub.device("thermostat-7")
                .primaryKey());
        properties.add("camel.component.iothub-mqtt.ssl-context-parameters", () -> "#hubTls");
    }

    @TestConfiguration
    static class Trust {

        @Bean
        SSLContextParameters hubTls() {
            KeyStoreParameters store = new KeyStoreParameters();
            store.setKeyStore(hub.emulator().trustStore());
            TrustManagersParameters trust = new TrustManagersParameters();
            trust.setKeyStore(store);
            SSLContextParameters tls = new SSLContextParameters();
            tls.setTrustManagers(trust);
            return tls;
        }
    }

    @Autowired
    private TestRestTemplate http;

    @Test
    void readingsArrive() {
        TelemetryMessage reading = hub.awaitTelemetry(1, SOON).get(0);

        assertThat(reading.bodyText()).startsWith("{\"temperature\":");
        assertThat(reading.properties()).containsEntry("room", "kitchen");
        assertThat(reading.systemProperties()).containsEntry("content-type", "application/json");
    }

    @Test
    void aCommandIsAcknowledgedByItsRoute() {
        String id = hub.sendDevicebound(
                "thermostat-7", DeviceboundMessage.of("set-target 21").ack(DeviceboundMessage.Ack.FULL));

        assertThat(hub.awaitFeedback(id, SOON).statusCode()).isEqualTo(Feedback.StatusCode.SUCCESS);
    }

    @Test
    void healthFollowsTheConnection() {
        await().atMost(SOON).untilAsserted(() -> assertThat(health()).startsWith("{\"status\":\"UP\""));

        hub.emulator().stopListening();
        await().atMost(SOON)
                .untilAsserted(() ->
                        assertThat(health()).startsWith("{\"status\":\"DOWN\"").contains("cannot reach localhost"));

        hub.emulator().startListening();
        await().atMost(SOON).untilAsserted(() -> assertThat(health()).startsWith("{\"status\":\"UP\""));
    }

    private String health() {
        return http.getForObject("/actuator/health", String.class);
    }
}
