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

import java.util.Map;

import io.github.iothubmqtt.emulator.DeviceboundMessage;
import io.github.iothubmqtt.emulator.TelemetryMessage;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** Routes in YAML that name the scheme and give everything else as parameters: Camel then builds the URI by the generated factory. */
class YamlRouteTest extends HubTestSupport {

    @RegisterExtension
    final IotHubExtension hub = IotHubExtension.create().withDevice("dev1");

    @Override
    IotHubExtension hub() {
        return hub;
    }

    @Test
    void parametersBesideTheSchemeMakeAProducerAndAConsumer() throws Exception {
        load(
                """
                - route:
                    from:
                      uri: direct:in
                      steps:
                        - to:
                            uri: iothub-mqtt
                            parameters: %s
                - route:
                    from:
                      uri: iothub-mqtt
                      parameters: %s
                      steps:
                        - to: mock:out
                """
                        .formatted(parameters(""), parameters(", onFailure: acknowledge")));
        MockEndpoint out = getMockEndpoint("mock:out");
        out.expectedBodiesReceived("open");

        template.sendBodyAndHeader("direct:in", "warm", "room", "kitchen");
        hub.emulator().sendDevicebound("dev1", DeviceboundMessage.of("open"));

        assertSatisfied(out);
        assertThat(hub.emulator().telemetry())
                .singleElement()
                .returns("warm", TelemetryMessage::bodyText)
                .returns(Map.of("room", "kitchen"), TelemetryMessage::properties);
    }

    private String parameters(String more) {
        return "{ deviceId: dev1, hub: 'localhost:%d', sharedAccessKey: '%s', sslContextParameters: '#hubTls'%s }"
                .formatted(hub.emulator().mqttPort(), hub.device("dev1").primaryKey(), more);
    }

    private void load(String yaml) throws Exception {
        Resource resource = ResourceHelper.fromString("routes.yaml", yaml);
        PluginHelper.getRoutesLoader(context).loadRoutes(resource);
    }
}
