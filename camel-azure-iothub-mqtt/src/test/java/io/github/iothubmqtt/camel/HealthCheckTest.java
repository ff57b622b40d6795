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
package io.github.iothubmqtt.camel;

import java.util.Collection;
import java.util.List;

import io.github.iothubmqtt.emulator.EmulatedDevice;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.apache.camel.CamelContext;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheck.Result;
import org.apache.camel.health.HealthCheck.State;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.health.HealthCheckRepository;
import org.apache.camel.impl.health.DefaultHealthCheckRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class HealthCheckTest extends HubTestSupport {

    @RegisterExtension
    final IotHubExtension hub = IotHubExtension.create().withDevice("dev1");

    @Override
    IotHubExtension hub() {
        return hub;
    }

    @Override
    protected CamelContext createCamelContext() throws Exception {
        CamelContext context = super.createCamelContext();
        DefaultHealthCheckRegistry registry = new DefaultHealthCheckRegistry();
        registry.setCamelContext(context);
        for (String group : List.of("consumers", "producers")) {
            HealthCheckRepository repository = (HealthCheckRepository) registry.resolveById(group);
            repository.setEnabled(true);
            registry.register(repository);
        }
        context.getCamelContextExtension().addContextPlugin(HealthCheckRegistry.class, registry);
        return context;
    }

    @Override
    protected RoutesBuilder createRouteBuilder() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from(device("dev1")).routeId("commands").to("mock:commands");
                from("direct:telemetry").to(device("dev1"));
            }
        };
    }

    @Test
    void bothAreUpWhileTheDeviceIsConnected() {
        // A consumer starts with its connection; the hub grants its subscription a moment later.
        await().atMost(SOON).until(() -> result("consumer:commands").getState() == State.UP);

        Result consumer = result("consumer:commands");
        Result producer = result("producer:iothub-mqtt-dev1");

        assertThat(producer.getState()).isEqualTo(State.UP);
        assertThat(consumer.getDetails())
                .containsEntry("identity", "localhost/dev1")
                .containsEntry("state", "CONNECTED")
                .containsEntry("pending", 0)
                .containsKeys("since", "tokenExpiry", "inFlight", "failedAttempts");
    }

    @Test
    void bothAreDownAndSayWhyWhenTheHubNoLongerWantsTheDevice() {
        EmulatedDevice device = hub.device("dev1");
        hub.emulator().removeDevice("dev1");

        for (String id : List.of("consumer:commands", "producer:iothub-mqtt-dev1")) {
            await().atMost(SOON).untilAsserted(() -> {
                Result result = result(id);
                assertThat(result.getState()).isEqualTo(State.DOWN);
                assertThat(result.getMessage().orElseThrow())
                        .startsWith("localhost/dev1 is not connected: ")
                        .contains("not authorized");
                assertThat((int) result.getDetails().get("failedAttempts")).isPositive();
                assertThat(result.getDetails().toString() + result.getMessage())
                        .doesNotContain(device.primaryKey())
                        .doesNotContain("sig=");
            });
        }
    }

    @Test
    void bothComeUpAgainWithTheConnection() {
        hub.emulator().disconnect("dev1");

        await().atMost(SOON)
                .until(() -> hub.emulator().acceptedConnects("dev1") == 2
                        && result("consumer:commands").getState() == State.UP
                        && result("producer:iothub-mqtt-dev1").getState() == State.UP);
    }

    @Test
    void theComponentCanSwitchThemOff() throws Exception {
        IotHubMqttComponent component = context.getComponent("iothub-mqtt", IotHubMqttComponent.class);
        component.setHealthCheckConsumerEnabled(false);
        component.setHealthCheckProducerEnabled(false);
        context.getRouteController().stopAllRoutes();
        context.getRouteController().startAllRoutes();
        hub.emulator().removeDevice("dev1");

        assertThat(checks())
                .filteredOn(check -> check.getId().contains("iothub-mqtt"))
                .isNotEmpty()
                .noneMatch(HealthCheck::isEnabled);
    }

    @Test
    void aProducerThatHasStoppedIsNotChecked() throws Exception {
        context.getRouteController().stopAllRoutes();
        context.stop();

        assertThat(checks()).noneMatch(check -> check.getId().startsWith("producer:iothub-mqtt"));
    }

    private Result result(String idPrefix) {
        return checks().stream()
                .filter(check -> check.getId().startsWith(idPrefix))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no health check " + idPrefix + " among " + checks()))
                .call();
    }

    private Collection<HealthCheck> checks() {
        return HealthCheckHelper.getHealthCheckRegistry(context).stream().toList();
    }
}
