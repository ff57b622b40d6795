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

import io.github.iothubmqtt.emulator.ArmedFault;
import io.github.iothubmqtt.emulator.Fault;
import io.github.iothubmqtt.emulator.FaultPoint;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** What a route hears of the desired properties, while it runs and after it was away. */
class DesiredTest extends DesiredTestSupport {

    private void follow(String... options) throws Exception {
        routes(routes -> routes.from(desired(options)).routeId("in").process(this::receive));
    }

    @Test
    void atTheStartTheRouteGetsAllThenEachChange() throws Exception {
        hub.updateDesired("dev1", "{\"target\":21,\"mode\":{\"night\":true,\"fan\":1}}");
        follow();
        awaitReceived("2 all {\"target\":21,\"mode\":{\"night\":true,\"fan\":1}}");
        hub.updateDesired("dev1", "{\"target\":22}");
        hub.updateDesired("dev1", "{\"mode\":{\"night\":null}}");
        hub.updateDesired("dev1", "{\"mode\":null}");

        awaitReceived(
                "2 all {\"target\":21,\"mode\":{\"night\":true,\"fan\":1}}",
                "3 part {\"target\":22}",
                "4 part {\"mode\":{\"night\":null}}",
                "5 part {\"mode\":null}");
    }

    @Test
    void aTwinThatWasNeverChangedIsAStateToo() throws Exception {
        follow();

        awaitReceived("1 all {}");
    }

    @Test
    void theExchangeIsOneWayAndSaysWhoseItIs() throws Exception {
        MockEndpoint out = getMockEndpoint("mock:out");
        out.expectedMessageCount(1);
        out.expectedHeaderReceived(IotHubMqttConstants.DEVICE_ID, "dev1");
        out.expectedHeaderReceived(IotHubMqttConstants.DESIRED_VERSION, 1L);
        out.expectedHeaderReceived(IotHubMqttConstants.DESIRED_COMPLETE, true);
        routes(routes -> routes.from(desired()).to(out));

        assertSatisfied(out);
        Exchange exchange = out.getExchanges().get(0);
        assertThat(exchange.getPattern()).isEqualTo(ExchangePattern.InOnly);
        assertThat(exchange.getMessage().getHeaders().keySet())
                .containsExactlyInAnyOrder(
                        IotHubMqttConstants.DEVICE_ID,
                        IotHubMqttConstants.DESIRED_VERSION,
                        IotHubMqttConstants.DESIRED_COMPLETE);
    }

    @Test
    void desiredPropertiesCannotSetHeaders() throws Exception {
        MockEndpoint out = getMockEndpoint("mock:out");
        out.expectedMessageCount(1);
        routes(routes -> routes.from(desired()).to(out));
        hub.updateDesired("dev1", "{\"CamelFileName\":\"evil\",\"CamelIotHubMqttDeviceId\":\"evil\"}");

        assertSatisfied(out);
        assertThat(out.getExchanges().get(0).getMessage().getHeaders())
                .doesNotContainKey("CamelFileName")
                .containsEntry(IotHubMqttConstants.DEVICE_ID, "dev1");
    }

    @Test
    void aSlowRouteGetsTheChangesOneByOneInOrder() throws Exception {
        Held held = new Held();
        routes(routes -> routes.from(desired()).process(held));
        Running first = held.await();
        hub.updateDesired("dev1", "{\"a\":1}");
        hub.updateDesired("dev1", "{\"a\":2}");
        assertThat(held.poll()).as("not before the first has ended").isNull();
        first.complete();
        Running second = held.await();
        assertThat(described(second.exchange())).isEqualTo("2 part {\"a\":1}");
        second.complete();
        Running third = held.await();
        assertThat(described(third.exchange())).isEqualTo("3 part {\"a\":2}");
        third.complete();
    }

    @Test
    void moreChangesThanAreKeptForASlowRouteComeAsOneState() throws Exception {
        Held held = new Held();
        routes(routes -> routes.from(desired()).process(held));
        Running first = held.await();
        for (int i = 1; i <= 500; i++) {
            hub.updateDesired("dev1", "{\"a\":" + i + "}");
        }
        first.complete();
        String last = "";
        int exchanges = 0;
        while (!last.endsWith("{\"a\":500}")) {
            Running next = held.await();
            last = described(next.exchange());
            next.complete();
            exchanges++;
        }

        assertThat(last).startsWith("501 ");
        assertThat(exchanges).isLessThan(500);
    }

    // away

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatChangedWhileTheHubWasAwayComesAsOneState(boolean cleanSession) throws Exception {
        follow("cleanSession=" + cleanSession);
        awaitReceived("1 all {}");
        hub.emulator().stopListening();
        hub.updateDesired("dev1", "{\"a\":1,\"b\":1}");
        hub.updateDesired("dev1", "{\"b\":null}");
        hub.emulator().startListening();
        awaitReceived("1 all {}", "3 all {\"a\":1}");
        hub.updateDesired("dev1", "{\"c\":1}");

        awaitReceived("1 all {}", "3 all {\"a\":1}", "4 part {\"c\":1}");
    }

    @Test
    void aReconnectWithoutAChangeIsNotHeardOf() throws Exception {
        follow();
        awaitReceived("1 all {}");
        hub.emulator().disconnect("dev1");
        await().atMost(SOON).until(() -> hub.emulator().acceptedConnects("dev1") == 2);
        hub.updateDesired("dev1", "{\"a\":1}");
        awaitVersion(2);

        assertThat(received).hasSize(2);
    }

    @Test
    void aHubThatHasLostTheSessionIsSubscribedToAgain() throws Exception {
        follow();
        awaitReceived("1 all {}");
        hub.emulator().restartWithoutState();
        await().atMost(SOON).until(() -> hub.emulator().acceptedConnects("dev1") == 2);
        hub.updateDesired("dev1", "{\"a\":1}");

        awaitVersion(2);
    }

    // the ways of a hub

    @Test
    void aChangeThatTheHubForgotToTellIsReadWhenTheNextOneComes() throws Exception {
        follow();
        awaitReceived("1 all {}");
        hub.emulator().faults().next(FaultPoint.DESIRED_NOTIFICATION, Fault.drop());
        hub.updateDesired("dev1", "{\"a\":1}");
        hub.updateDesired("dev1", "{\"b\":1}");

        awaitReceived("1 all {}", "3 all {\"a\":1,\"b\":1}");
    }

    @Test
    void changesThatComeInTheWrongOrderLeadToTheNewestState() throws Exception {
        follow();
        awaitReceived("1 all {}");
        hub.emulator().faults().next(FaultPoint.DESIRED_NOTIFICATION, Fault.reorder());
        hub.updateDesired("dev1", "{\"a\":1}");
        hub.updateDesired("dev1", "{\"a\":2}");

        awaitReceived("1 all {}", "3 all {\"a\":2}");
    }

    @Test
    void aChangeThatComesTwiceIsHeardOfOnce() throws Exception {
        follow();
        awaitReceived("1 all {}");
        ArmedFault twice = hub.emulator().faults().next(FaultPoint.DESIRED_NOTIFICATION, Fault.duplicate());
        hub.updateDesired("dev1", "{\"a\":1}");
        hub.updateDesired("dev1", "{\"a\":2}");

        awaitReceived("1 all {}", "2 part {\"a\":1}", "3 part {\"a\":2}");
        assertThat(twice.occurrences()).isEqualTo(1);
    }

    @Test
    void aConnectionThatIsLostWithTheNotificationCostsNoChange() throws Exception {
        follow();
        awaitReceived("1 all {}");
        hub.emulator().faults().next(FaultPoint.DESIRED_NOTIFICATION, Fault.cutMidPacket());
        hub.updateDesired("dev1", "{\"a\":1}");

        awaitReceived("1 all {}", "2 all {\"a\":1}");
    }

    @Test
    void aHubThatIsTooBusyToShowTheTwinIsAskedAgain() throws Exception {
        hub.emulator().faults().at(FaultPoint.TWIN_GET).times(3).then(Fault.answerStatus(429));
        follow();

        awaitReceived("1 all {}");
    }

    @Test
    void aTwinThatCannotBeReadAtFirstIsReadLater() throws Exception {
        hub.emulator().faults().at(FaultPoint.TWIN_GET).times(2).then(Fault.answerStatus(400));
        follow();

        awaitReceived("1 all {}");
        assertConnects(1);
    }

    // in routes

    @Test
    void whatIsDesiredCanBeReportedBackInTheSameRoute() throws Exception {
        routes(routes -> routes.from(desired()).process(this::receive).to(device("dev1", "operation=twinUpdate")));
        hub.updateDesired("dev1", "{\"target\":21,\"mode\":\"eco\"}");
        twin().awaitReported(Map.of("target", 21, "mode", "eco")::equals, SOON);
        hub.updateDesired("dev1", "{\"mode\":null}");

        twin().awaitReported(Map.of("target", 21)::equals, SOON);
        assertConnects(1);
    }

    @Test
    void aSecondRouteThatFollowsTheSameTwinIsRefused() throws Exception {
        follow();

        assertThatThrownBy(() -> routes(
                        routes -> routes.from(desired("maxRedeliveries=1")).to("mock:second")))
                .hasStackTraceContaining(
                        "Another route consumes the desired properties of localhost/dev1 already: let one"
                                + " route consume them and hand them on, with direct or seda");
        hub.updateDesired("dev1", "{\"a\":1}");
        awaitVersion(2);
    }

    @Test
    void theDesiredPropertiesCanBePolledOnce() throws Exception {
        hub.updateDesired("dev1", "{\"target\":21}");
        MockEndpoint out = getMockEndpoint("mock:out");
        out.expectedBodiesReceived("{\"target\":21}");
        routes(routes -> routes.from("direct:poll")
                .pollEnrich(desired(), SOON.toMillis())
                .to(out));
        template.sendBody("direct:poll", "");

        assertSatisfied(out);
    }
}
