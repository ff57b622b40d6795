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

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

import io.github.iothubmqtt.emulator.DeviceboundMessage;
import io.github.iothubmqtt.emulator.TelemetryMessage;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

class SharedConnectionTest extends HubTestSupport {

    @RegisterExtension
    static final IotHubExtension HUB = IotHubExtension.create().withDevice("dev1");

    @Override
    IotHubExtension hub() {
        return HUB;
    }

    @Override
    protected RoutesBuilder createRouteBuilder() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:telemetry").routeId("out").to(device("dev1"));
                from("direct:other").routeId("other").to(device("dev1", "contentType=text/plain"));
                from(device("dev1")).routeId("in").to("mock:in");
            }
        };
    }

    @Test
    void producersAndConsumerOfOneDeviceMakeOneConnection() throws Exception {
        MockEndpoint in = getMockEndpoint("mock:in");
        in.expectedBodiesReceived("on");
        template.sendBody("direct:telemetry", "a");
        template.sendBody("direct:other", "b");
        HUB.sendDevicebound("dev1", DeviceboundMessage.of("on"));

        in.assertIsSatisfied(SOON.toMillis());
        assertThat(HUB.emulator().telemetry())
                .extracting(TelemetryMessage::bodyText)
                .containsExactly("a", "b");
        assertThat(HUB.emulator().acceptedConnects("dev1")).isEqualTo(1);
    }

    @Test
    void stoppingOneRouteLeavesTheOthersConnected() throws Exception {
        context.getRouteController().stopRoute("other");
        context.getRouteController().stopRoute("in");
        template.sendBody("direct:telemetry", "a");
        context.getRouteController().startRoute("in");
        getMockEndpoint("mock:in").expectedMessageCount(1);
        HUB.sendDevicebound("dev1", DeviceboundMessage.of("on"));

        MockEndpoint.assertIsSatisfied(context);
        assertThat(HUB.emulator().acceptedConnects("dev1")).isEqualTo(1);
    }

    @Test
    void theLastRouteThatStopsEndsTheConnectionWithoutWillAndAStartMakesItAnew() throws Exception {
        for (String route : List.of("out", "other", "in")) {
            context.getRouteController().stopRoute(route);
        }
        await().atMost(SOON).until(() -> HUB.emulator().connections().isEmpty());

        context.getRouteController().startRoute("out");
        template.sendBody("direct:telemetry", "a");
        assertThat(HUB.emulator().acceptedConnects("dev1")).isEqualTo(2);
    }

    @Test
    void anEndpointThatDisagreesOnAConnectionOptionFailsToStart() {
        assertThatThrownBy(() -> context.addRoutes(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("direct:disagrees").to(device("dev1", "keepAlive=5s"));
                    }
                }))
                .hasStackTraceContaining("keepAlive is PT1M there and PT5S here")
                .satisfies(failure -> assertThat(stackTrace(failure))
                        .doesNotContain(HUB.device("dev1").primaryKey()));
    }

    @Test
    void aSecondConsumerOfTheDeviceFailsToStart() {
        assertThatThrownBy(() -> context.addRoutes(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from(device("dev1", "maxRedeliveries=1")).to("mock:second");
                    }
                }))
                .hasStackTraceContaining("Another route consumes the devicebound messages of localhost/dev1 already");
    }

    private static String stackTrace(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
