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

import io.github.iothubmqtt.emulator.EmulatedModule;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Options of a consumer that have no effect on its channel are refused where the URI gives them, and nowhere else. */
class MeaninglessOptionsTest extends HubTestSupport {

    @RegisterExtension
    final IotHubExtension hub = IotHubExtension.create().withDevice("dev1");

    @Override
    IotHubExtension hub() {
        return hub;
    }

    @ParameterizedTest
    @CsvSource({
        "devicebound, methodName=m",
        "devicebound, methodTimeout=1s",
        "devicebound, inputName=i",
        "desired, ackMode=manual",
        "desired, concurrentConsumers=2",
        "desired, methodName=m",
        "desired, methodTimeout=1s",
        "desired, inputName=i",
        "methods, ackMode=auto",
        "methods, onFailure=acknowledge",
        "methods, maxRedeliveries=1",
        "methods, inputName=i",
        "methods, exchangePattern=InOnly",
        "input, methodName=m",
        "input, methodTimeout=1s"
    })
    void anOptionOfAnotherChannelIsRefused(String channel, String option) {
        EmulatedModule module = hub.device("dev1").addModule("mod1");
        String uri = channel.equals("input") ? module(module, option) : device("dev1", option);

        assertThatThrownBy(() -> routes(
                        routes -> routes.from(uri + "&channel=" + channel).to("mock:in")))
                .hasStackTraceContaining("The option " + option.substring(0, option.indexOf('='))
                        + " has no effect on channel=" + channel + ": leave it out, or consume another channel");
        assertThat(hub.emulator().acceptedConnects("dev1")).isZero();
    }

    @Test
    void aDefaultOfTheComponentMayBeWithoutEffect() throws Exception {
        IotHubMqttConfiguration shared =
                context.getComponent("iothub-mqtt", IotHubMqttComponent.class).getConfiguration();
        shared.setMaxRedeliveries(3);
        shared.setAckMode(AcknowledgeMode.manual);
        shared.setMethodName("m");
        routes(routes -> {
            routes.from(device("dev1", "channel=desired")).to("mock:desired");
            routes.from(device("dev1", "channel=methods")).to("mock:methods");
        });

        assertThat(hub.emulator().acceptedConnects("dev1")).isEqualTo(1);
    }

    @Test
    void producersMayShareAUriWithAConsumer() throws Exception {
        String uri = device("dev1", "channel=methods", "methodName=m", "operation=twinGet");
        routes(routes -> {
            routes.from(uri).to("mock:methods");
            routes.from("direct:in").to(uri);
        });

        assertThat(template.requestBody("direct:in", "", String.class)).contains("reported");
    }
}
