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
import io.github.iothubmqtt.emulator.DirectMethod;
import io.github.iothubmqtt.emulator.DirectMethodResult;
import io.github.iothubmqtt.emulator.TelemetryMessage;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A module connects as itself: telemetry, twin and methods are its own and not those of its device. */
class ModuleTest extends ModuleTestSupport {

    @Test
    void itsTelemetryGoesToTheOutputThatOptionOrHeaderNames() throws Exception {
        routes(routes -> {
            routes.from("direct:in").to(mod1("outputName=alerts"));
            routes.from("direct:plain").to(mod1());
        });
        template.sendBody("direct:in", "by option");
        template.sendBodyAndHeader("direct:in", "by header", IotHubMqttConstants.OUTPUT_NAME, "readings");
        template.sendBody("direct:plain", "upstream");

        assertThat(hub.emulator().telemetry("dev1", "mod1", "alerts"))
                .extracting(TelemetryMessage::bodyText)
                .containsExactly("by option");
        assertThat(hub.emulator().telemetry("dev1", "mod1", "readings"))
                .extracting(TelemetryMessage::bodyText)
                .containsExactly("by header");
        assertThat(hub.emulator().telemetry()).hasSize(3).allSatisfy(message -> assertThat(message.moduleId())
                .isEqualTo("mod1"));
    }

    @Test
    void itHasATwinOfItsOwn() throws Exception {
        routes(routes -> {
            routes.from("direct:update").to(mod1("operation=twinUpdate"));
            routes.from("direct:get").to(mod1("operation=twinGet"));
        });
        template.requestBody("direct:update", Map.of("a", 1));

        assertThat(hub.twin("dev1", "mod1").reported()).isEqualTo(Map.of("a", 1));
        assertThat(hub.twin("dev1").reported()).isEmpty();
        assertThat(template.requestBody("direct:get", "", String.class)).contains("\"reported\":{\"a\":1");
    }

    @Test
    void itFollowsItsOwnDesiredProperties() throws Exception {
        hub.updateDesired("dev1", "{\"target\":99}");
        hub.twin("dev1", "mod1").updateDesired("{\"target\":21}");
        MockEndpoint out = getMockEndpoint("mock:out");
        out.expectedBodiesReceived("{\"target\":21}");
        out.expectedHeaderReceived(IotHubMqttConstants.DEVICE_ID, "dev1");
        out.expectedHeaderReceived(IotHubMqttConstants.MODULE_ID, "mod1");
        routes(routes -> routes.from(mod1("channel=desired")).to(out));

        assertSatisfied(out);
    }

    @Test
    void itCarriesOutItsOwnMethods() throws Exception {
        routes(routes -> routes.from(mod1("channel=methods"))
                .setBody(routes.simple("\"${header.CamelIotHubMqttDeviceId}/${header.CamelIotHubMqttModuleId}\"")));

        assertThat(soon(hub.invokeMethod("dev1", "mod1", DirectMethod.named("who"))))
                .isEqualTo(new DirectMethodResult(200, "\"dev1/mod1\""));
        assertThatThrownBy(() -> call("dev1", DirectMethod.named("who"))).hasMessageContaining("404103");
    }

    @Test
    void itAndItsDeviceAreTwoConnectionsOfOneContext() throws Exception {
        routes(routes -> {
            routes.from("direct:device").to(device("dev1"));
            routes.from("direct:module").to(mod1());
            routes.from(mod1("channel=input")).to("mock:in");
        });
        template.sendBody("direct:device", "d");
        template.sendBody("direct:module", "m");

        assertThat(hub.emulator().connections()).hasSize(2);
        assertThat(hub.emulator().telemetry())
                .extracting(TelemetryMessage::moduleId)
                .containsExactly(null, "mod1");
    }

    @Test
    void nobodyCanSendItDeviceboundMessages() {
        assertThatThrownBy(() -> routes(routes -> routes.from(mod1()).to("mock:in")))
                .hasStackTraceContaining("The hub sends devicebound messages to devices only: leave out the module, or"
                        + " consume something else, for example channel=input");
    }

    @Test
    void aDeviceHasNoInputs() {
        assertThatThrownBy(() -> routes(
                        routes -> routes.from(device("dev1", "channel=input")).to("mock:in")))
                .hasStackTraceContaining("Only modules have inputs: name the module, as in iothub-mqtt:device/module");
    }

    @Test
    void messagesToItsInputsAreNotForItsDevice() throws Exception {
        MockEndpoint atDevice = getMockEndpoint("mock:device");
        atDevice.expectedBodiesReceived("devicebound");
        routes(routes -> {
            routes.from(device("dev1")).to(atDevice);
            routes.from(mod1("channel=input")).to("mock:module");
        });
        sendTo("in1", "input");
        awaitAllAcknowledged();
        hub.sendDevicebound("dev1", DeviceboundMessage.of("devicebound"));

        assertSatisfied(atDevice);
    }
}
