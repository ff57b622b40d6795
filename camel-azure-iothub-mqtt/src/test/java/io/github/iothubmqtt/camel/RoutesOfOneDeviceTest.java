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

import java.util.List;
import java.util.Map;

import io.github.iothubmqtt.emulator.DeviceboundMessage;
import io.github.iothubmqtt.emulator.DirectMethod;
import io.github.iothubmqtt.emulator.DirectMethodResult;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A device with a route for each thing that it can do: one connection, and none minds when another stops. */
class RoutesOfOneDeviceTest extends HubTestSupport {

    private static final List<String> ROUTES =
            List.of("telemetry", "twinGet", "twinUpdate", "devicebound", "desired", "methods");

    @RegisterExtension
    final IotHubExtension hub = IotHubExtension.create().withDevice("dev1");

    private int rounds;

    @Override
    IotHubExtension hub() {
        return hub;
    }

    @Override
    protected RoutesBuilder createRouteBuilder() {
        return allRoutes();
    }

    private RouteBuilder allRoutes() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:telemetry").routeId("telemetry").to(device("dev1"));
                from("direct:twinGet").routeId("twinGet").to(device("dev1", "operation=twinGet"));
                from("direct:twinUpdate").routeId("twinUpdate").to(device("dev1", "operation=twinUpdate"));
                from(device("dev1")).routeId("devicebound").to("mock:devicebound");
                from(device("dev1", "channel=desired")).routeId("desired").to("mock:desired");
                from(device("dev1", "channel=methods")).routeId("methods").to("mock:methods");
            }
        };
    }

    /** Has a route do its work once. */
    private void works(String route) throws Exception {
        String payload = "{\"n\":" + ++rounds + "}";
        MockEndpoint mock = getMockEndpoint("mock:" + route);
        mock.reset();
        switch (route) {
            case "telemetry" -> template.sendBody("direct:telemetry", payload);
            case "twinGet" ->
                assertThat(template.requestBody("direct:twinGet", "", String.class))
                        .contains("reported");
            case "twinUpdate" -> {
                template.sendBody("direct:twinUpdate", payload);
                assertThat(hub.twin("dev1").reported()).isEqualTo(Map.of("n", rounds));
            }
            case "devicebound" -> {
                mock.expectedBodiesReceived(payload);
                hub.sendDevicebound("dev1", DeviceboundMessage.of(payload));
                assertSatisfied(mock);
            }
            case "desired" -> {
                hub.updateDesired("dev1", payload);
                await().atMost(SOON).until(() -> mock.getReceivedExchanges().stream()
                        .anyMatch(each -> payload.equals(each.getMessage().getBody())));
            }
            default ->
                assertThat(call("dev1", DirectMethod.named("m").payload(payload)))
                        .isEqualTo(new DirectMethodResult(200, payload));
        }
    }

    private void allWorkBut(String away) throws Exception {
        for (String route : ROUTES) {
            if (!route.equals(away)) {
                works(route);
            }
        }
    }

    @Test
    void allOfThemShareOneConnection() throws Exception {
        allWorkBut("none");

        assertThat(hub.emulator().acceptedConnects("dev1")).isEqualTo(1);
        assertThat(hub.emulator().connections()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"telemetry", "twinGet", "twinUpdate", "devicebound", "desired", "methods"})
    void aStoppedRouteLeavesTheOthersGoingAndComesBack(String route) throws Exception {
        context.getRouteController().stopRoute(route);
        allWorkBut(route);
        context.getRouteController().startRoute(route);
        allWorkBut("none");

        assertThat(hub.emulator().acceptedConnects("dev1")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"devicebound", "desired", "methods"})
    void aSuspendedRouteLeavesTheOthersGoingAndComesBack(String route) throws Exception {
        context.getRouteController().suspendRoute(route);
        allWorkBut(route);
        context.getRouteController().resumeRoute(route);
        allWorkBut("none");

        assertThat(hub.emulator().acceptedConnects("dev1")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"telemetry", "twinUpdate", "desired", "methods"})
    void aRemovedRouteLeavesTheOthersGoing(String route) throws Exception {
        context.getRouteController().stopRoute(route);
        context.removeRoute(route);
        allWorkBut(route);

        assertThat(hub.emulator().acceptedConnects("dev1")).isEqualTo(1);
    }

    @Test
    void allOfThemGoOnAfterTheConnectionWasLost() throws Exception {
        allWorkBut("none");
        hub.emulator().disconnect("dev1");
        await().atMost(SOON).until(() -> hub.emulator().acceptedConnects("dev1") == 2);
        allWorkBut("none");
        hub.emulator().restartWithoutState();
        works("telemetry");
        await().atMost(SOON).ignoreExceptions().untilAsserted(() -> works("methods"));
        allWorkBut("none");
    }

    @Test
    void whatChangedWhileTheDesiredRouteWasSuspendedComesWhenItIsResumed() throws Exception {
        works("desired");
        MockEndpoint desired = getMockEndpoint("mock:desired");
        context.getRouteController().suspendRoute("desired");
        desired.reset();
        hub.updateDesired("dev1", "{\"while\":\"suspended\"}");
        hub.emulator().disconnect("dev1");
        works("telemetry");
        hub.updateDesired("dev1", "{\"n\":null}");
        works("twinGet");
        assertThat(desired.getReceivedExchanges()).isEmpty();
        context.getRouteController().resumeRoute("desired");

        await().atMost(SOON).untilAsserted(() -> assertThat(desired.getReceivedExchanges())
                .last()
                .extracting(exchange -> exchange.getMessage().getBody())
                .isEqualTo("{\"while\":\"suspended\"}"));
    }

    @Test
    void whatChangedWhileTheDesiredRouteWasStoppedComesWhenItStarts() throws Exception {
        works("desired");
        MockEndpoint desired = getMockEndpoint("mock:desired");
        context.getRouteController().stopRoute("desired");
        desired.reset();
        desired.expectedBodiesReceived("{\"while\":\"stopped\"}");
        hub.updateDesired("dev1", "{\"while\":\"stopped\",\"n\":null}");
        works("telemetry");
        assertThat(desired.getReceivedExchanges()).isEmpty();
        context.getRouteController().startRoute("desired");

        assertSatisfied(desired);
    }

    @Test
    void nothingIsLeftAfterTheEnd() throws Exception {
        allWorkBut("none");
        context.stop();

        await().atMost(SOON).until(() -> hub.emulator().connections().isEmpty());
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                        .extracting(Thread::getName)
                        .noneMatch(name -> name.contains("IotHubMqtt")));
    }

    @Test
    void twoContextsWithTwoDevicesDoNotMeet() throws Exception {
        hub.emulator().addDevice("dev2");
        try (DefaultCamelContext other = new DefaultCamelContext()) {
            other.getRegistry().bind("hubTls", HubTls.trusting(hub.emulator()));
            other.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from(device("dev2", "channel=methods")).setBody(constant("\"two\""));
                }
            });
            other.start();

            assertThat(call("dev2", DirectMethod.named("m"))).isEqualTo(new DirectMethodResult(200, "\"two\""));
            works("methods");
        }
        works("methods");
    }
}
