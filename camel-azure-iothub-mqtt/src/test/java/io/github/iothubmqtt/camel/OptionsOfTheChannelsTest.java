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

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.github.iothubmqtt.device.TwinTimeoutException;
import io.github.iothubmqtt.emulator.DeviceboundMessage;
import io.github.iothubmqtt.emulator.DirectMethod;
import io.github.iothubmqtt.emulator.DirectMethodResult;
import io.github.iothubmqtt.emulator.EmulatedModule;
import io.github.iothubmqtt.emulator.Fault;
import io.github.iothubmqtt.emulator.FaultPoint;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.apache.camel.Exchange;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What a producer does and a consumer receives, and the options that only some of that has. */
class OptionsOfTheChannelsTest extends HubTestSupport {

    private static final String REFUSAL = "{\"message\":\"The device has no method of this name.\"}";

    /** The defaults of all these time-outs are 30 seconds. */
    private static final Duration HALF_OF_A_DEFAULT = Duration.ofSeconds(15);

    @RegisterExtension
    final IotHubExtension hub = IotHubExtension.create().withDevice("dev1");

    @Override
    IotHubExtension hub() {
        return hub;
    }

    @ParameterizedTest
    @EnumSource(ProducerOperation.class)
    void operationIsWhatTheProducerDoes(ProducerOperation operation) throws Exception {
        routes(routes -> routes.from("direct:in").to(device("dev1", "operation=" + operation)));
        Object result = template.requestBody("direct:in", "{\"a\":1}");

        assertThat(hub.emulator().telemetry()).hasSize(operation == ProducerOperation.telemetry ? 1 : 0);
        assertThat(hub.twin("dev1").reportedVersion()).isEqualTo(operation == ProducerOperation.twinUpdate ? 2 : 1);
        assertThat(result.toString().contains("$version")).isEqualTo(operation == ProducerOperation.twinGet);
    }

    @ParameterizedTest
    @EnumSource(ConsumerChannel.class)
    void channelIsWhatTheConsumerReceives(ConsumerChannel channel) throws Exception {
        EmulatedModule module = hub.device("dev1").addModule("mod1");
        String uri = channel == ConsumerChannel.input ? module(module) : device("dev1");
        MockEndpoint received = getMockEndpoint("mock:received");
        received.expectedMessageCount(1);
        received.message(0).body(String.class).contains(channel.name());
        hub.updateDesired("dev1", "{\"of\":\"desired\"}");
        routes(routes -> routes.from(uri + "&channel=" + channel).to(received));
        hub.sendDevicebound("dev1", DeviceboundMessage.of("devicebound"));
        hub.invokeMethod("dev1", DirectMethod.named("go").payload("\"methods\""));
        hub.sendToInput("dev1", "mod1", "in1", DeviceboundMessage.of("input"));

        assertSatisfied(received);
    }

    @Test
    void requestTimeoutIsHowLongATwinOperationMayTake() throws Exception {
        hub.emulator().faults().at(FaultPoint.TWIN_GET).always().then(Fault.drop());
        routes(routes -> routes.from("direct:in")
                .errorHandler(routes.noErrorHandler())
                .to(device("dev1", "operation=twinGet", "requestTimeout=200ms")));
        CompletableFuture<Exchange> request = begin("direct:in", message -> {});

        assertThat(request.get(HALF_OF_A_DEFAULT.toSeconds(), TimeUnit.SECONDS).getException())
                .isInstanceOf(TwinTimeoutException.class)
                .hasMessageContaining("within requestTimeout");
    }

    @Test
    void methodNameIsTheMethodThatTheRouteCarriesOut() throws Exception {
        routes(routes -> routes.from(device("dev1", "channel=methods", "methodName=reboot, blink"))
                .setBody()
                .simple("\"${header.CamelIotHubMqttMethodName}\""));

        assertThat(call("reboot")).isEqualTo(new DirectMethodResult(200, "\"reboot\""));
        assertThat(call("blink")).isEqualTo(new DirectMethodResult(200, "\"blink\""));
        assertThat(call("other")).isEqualTo(new DirectMethodResult(404, REFUSAL));
    }

    @Test
    void methodTimeoutIsHowLongTheRouteMayTake() throws Exception {
        Held held = new Held();
        routes(routes -> routes.from(device("dev1", "channel=methods", "methodTimeout=200ms"))
                .process(held));

        assertThat(hub.invokeMethod("dev1", DirectMethod.named("slow"))
                        .get(HALF_OF_A_DEFAULT.toSeconds(), TimeUnit.SECONDS)
                        .status())
                .isEqualTo(504);
        held.await().complete();
    }

    @Test
    void inputNameIsTheInputThatTheRouteConsumes() throws Exception {
        EmulatedModule module = hub.device("dev1").addModule("mod1");
        MockEndpoint received = getMockEndpoint("mock:received");
        received.expectedBodiesReceived("mine");
        MockEndpoint others = getMockEndpoint("mock:others");
        others.expectedBodiesReceived("not mine");
        routes(routes -> {
            routes.from(module(module, "channel=input", "inputName=in1")).to(received);
            routes.from(module(module, "channel=input")).to(others);
        });
        hub.sendToInput("dev1", "mod1", "in2", DeviceboundMessage.of("not mine"));
        hub.sendToInput("dev1", "mod1", "in1", DeviceboundMessage.of("mine"));

        assertSatisfied(received);
        assertSatisfied(others);
    }

    private DirectMethodResult call(String method) throws Exception {
        return call("dev1", DirectMethod.named(method));
    }
}
