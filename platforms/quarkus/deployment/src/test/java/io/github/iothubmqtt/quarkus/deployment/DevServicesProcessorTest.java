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

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class DevServicesProcessorTest {

    private static final String OPTIONS = "quarkus.camel.iothub-mqtt.devservices.";
    private static final String COMPONENT = "camel.component.iothub-mqtt.";

    private final Map<String, String> properties = new HashMap<>();
    private final RouteUris uris = new RouteUris(name -> Optional.empty());

    @Test
    void withNothingConfiguredAnEmulatorHasTheDevicesOfTheRoutes() {
        uris.readText("iothub-mqtt:dev2");
        uris.readText("iothub-mqtt:dev1");

        HubPlan plan = plan().orElseThrow();

        assertThat(plan.identities()).containsExactly("dev1", "dev2");
        assertThat(plan.port()).isEmpty();
        assertThat(plan.sharedAccessKey()).isEmpty();
    }

    @Test
    void theDevicesOfTheOptionReplaceThoseOfTheRoutes() {
        properties.put(OPTIONS + "devices", "gateway,gateway/filter");
        uris.readText("iothub-mqtt:dev1");

        assertThat(plan().orElseThrow().identities()).containsExactly("gateway", "gateway/filter");
    }

    @Test
    void thePortAndTheConfiguredKeyAreTaken() {
        properties.put(OPTIONS + "port", "18883");
        properties.put(COMPONENT + "shared-access-key", "AAECAwQFBgcICQoLDA0ODw==");

        HubPlan plan = plan().orElseThrow();

        assertThat(plan.port()).hasValue(18883);
        assertThat(plan.sharedAccessKey()).hasValue("AAECAwQFBgcICQoLDA0ODw==");
        assertThat(plan.toString()).doesNotContain("AAECAwQF");
    }

    @Test
    void noneStartsWhenDisabled() {
        properties.put(OPTIONS + "enabled", "false");

        assertThat(plan()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"hub", "connection-string", "connectionString", "sas-signature", "sasSignature"})
    void noneStartsWhenAHubIsConfigured(String option) {
        properties.put(COMPONENT + option, "${A_VARIABLE_THAT_IS_NOT_SET_HERE}");

        assertThat(plan()).isEmpty();
    }

    @Test
    void anEmptyHubIsNone() {
        properties.put(COMPONENT + "hub", "");

        assertThat(plan()).isPresent();
    }

    @Test
    void noneStartsWhenAUriSaysWhichHub() {
        uris.readText("iothub-mqtt:dev1?connectionString=RAW(HostName=contoso.azure-devices.net;DeviceId=dev1)");

        assertThat(plan()).isEmpty();
    }

    private Optional<HubPlan> plan() {
        SmallRyeConfig config = new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(properties, "test", 500))
                .withMapping(IotHubMqttBuildConfig.class)
                .build();
        return DevServicesProcessor.plan(
                config.getConfigMapping(IotHubMqttBuildConfig.class).devservices(), config, () -> uris);
    }
}
