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
package io.github.iothubmqtt.examples.quarkus;

import java.time.Duration;
import java.util.Map;

import io.github.iothubmqtt.quarkus.DevHub;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.apache.camel.CamelContext;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@QuarkusTest
class ThermostatRoutesTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    @Inject
    CamelContext camel;

    @Test
    void readingsArriveAtTheHub() {
        await().atMost(LONG).untilAsserted(() -> assertThat(DevHub.telemetry("thermostat-7"))
                .first()
                .satisfies(reading -> {
                    assertThat(reading.body()).matches("\\{\"temperature\":\\d+,\"reading\":1}");
                    assertThat(reading.properties()).containsEntry("room", "kitchen");
                    assertThat(reading.systemProperties()).containsEntry("content-type", "application/json");
                }));
    }

    @Test
    void aCommandIsAcknowledgedByItsRoute() {
        DevHub.sendDevicebound("thermostat-7", "set-target 20", Map.of("operator", "Ada"));

        await().atMost(LONG).untilAsserted(() -> {
            assertThat(camel.getRoute("commands").getUptimeMillis()).isPositive();
            assertThat(DevHub.unacknowledged("thermostat-7")).isZero();
        });
    }

    @Test
    void theOperatorIsInDevModeOnly() {
        assertThat(camel.getRoutes())
                .extracting(route -> route.getRouteId())
                .containsExactlyInAnyOrder("telemetry", "commands");
    }
}
