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

import java.util.Properties;

import io.github.iothubmqtt.emulator.DeviceboundMessage;
import io.github.iothubmqtt.emulator.TelemetryMessage;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Whatever id a device has at the hub can be written in a URI, and is the id that the hub sees. */
class DeviceIdsTest {

    @RegisterExtension
    static final IotHubExtension HUB = IotHubExtension.create();

    private final DefaultCamelContext context = new DefaultCamelContext();

    @AfterEach
    void stop() {
        context.stop();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            textBlock =
                    """
                    plain-1,               plain-1
                    a.b_c-d,               a.b_c-d
                    dev:1@a=b,             dev:1@a=b
                    dev%3A2%40a%3Db,       dev:2@a=b
                    a@b@c,                 a@b@c
                    x'y(z)!*.-_$,          x'y(z)!*.-_$
                    x%27y%28z%29%21%2A%24, x'y(z)!*$
                    a%2Cb,                 "a,b"
                    "c,d",                 "c,d"
                    a;b,                   a;b
                    a%3Bc,                 a;c
                    half%25,               half%
                    100%25x,               100%x
                    half%2525-2,           half%-2
                    hex%252541,            hex%41
                    what%253F,             what?
                    UPPER,                 UPPER""")
    void telemetryAndDeviceboundGoByThatId(String written, String id) throws Exception {
        String key = HUB.emulator().addDevice(id).primaryKey();
        String options = options(key);
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").to("iothub-mqtt:" + written + options);
                from("iothub-mqtt:" + written + options).to("mock:out");
            }
        });
        MockEndpoint out = context.getEndpoint("mock:out", MockEndpoint.class);
        out.expectedBodiesReceived("on");
        out.expectedHeaderReceived(IotHubMqttConstants.DEVICE_ID, id);
        HUB.sendDevicebound(id, DeviceboundMessage.of("on"));
        context.createProducerTemplate().sendBody("direct:in", "a");

        out.assertIsSatisfied(HubTestSupport.SOON.toMillis());
        assertThat(HUB.emulator().telemetry())
                .extracting(TelemetryMessage::deviceId)
                .containsExactly(id);
    }

    @Test
    void aModuleGoesByBothIds() throws Exception {
        String key = HUB.emulator().addDevice("gateway").addModule("m:1@x").primaryKey();
        start(to("gateway/m%3A1%40x" + options(key)));
        context.createProducerTemplate().sendBody("direct:in", "a");

        TelemetryMessage message = HUB.emulator().telemetry().get(0);
        assertThat(message.deviceId()).isEqualTo("gateway");
        assertThat(message.moduleId()).isEqualTo("m:1@x");
    }

    @Test
    void anIdMayComeFromAProperty() throws Exception {
        String key = HUB.emulator().addDevice("de:v@1").primaryKey();
        Properties properties = new Properties();
        properties.setProperty("the.device", "de:v@1");
        context.getPropertiesComponent().setInitialProperties(properties);
        start(to("{{the.device}}" + options(key)));
        context.createProducerTemplate().sendBody("direct:in", "a");

        assertThat(HUB.emulator().telemetry().get(0).deviceId()).isEqualTo("de:v@1");
    }

    @Test
    void upperAndLowerCaseAreDifferentDevices() {
        String key = HUB.emulator().addDevice("Case").primaryKey();

        assertThatThrownBy(() -> start(to("case" + options(key)))).hasStackTraceContaining("not authorized");
    }

    private void start(RouteBuilder routes) throws Exception {
        context.getRegistry().bind("hubTls", HubTls.trusting(HUB.emulator()));
        context.addRoutes(routes);
        context.start();
    }

    private static RouteBuilder to(String uri) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").to("iothub-mqtt:" + uri);
            }
        };
    }

    private static String options(String key) {
        return "?hub=localhost:" + HUB.emulator().mqttPort() + "&sharedAccessKey=RAW(" + key
                + ")&sslContextParameters=#hubTls";
    }
}
