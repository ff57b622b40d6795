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
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.iothubmqtt.emulator.DeviceboundMessage;
import io.github.iothubmqtt.emulator.QueuedMessage;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Messages to the inputs of a module: whose they are, what they carry and when they are done. */
class ModuleInputTest extends ModuleTestSupport {

    private final List<String> received = new CopyOnWriteArrayList<>();

    private void receive(Exchange exchange) {
        received.add(exchange.getMessage().getHeader(IotHubMqttConstants.INPUT_NAME) + ":"
                + exchange.getMessage().getBody(String.class));
    }

    private void awaitReceived(String... all) {
        await().atMost(SOON).untilAsserted(() -> assertThat(received).containsExactly(all));
    }

    @Test
    void aRouteWithoutInputNameGetsAllInputsInOrder() throws Exception {
        routes(routes -> routes.from(mod1("channel=input")).process(this::receive));
        sendTo("in1", "a");
        sendTo("in2", "b");
        sendTo("in1", "c");

        awaitReceived("in1:a", "in2:b", "in1:c");
        awaitAllAcknowledged();
    }

    @Test
    void aMessageSaysWhatItIsAndWhoSentIt() throws Exception {
        MockEndpoint out = getMockEndpoint("mock:out");
        out.expectedMessageCount(1);
        routes(routes -> routes.from(mod1("channel=input", "inputName=in1")).to(out));
        hub.sendToInput(
                "dev1",
                "mod1",
                "in1",
                DeviceboundMessage.of("21")
                        .rawPropertyBag(
                                "%24.mid=m1&%24.ct=text%2Fplain&%24.cdid=dev1&%24.cmid=sensor&room=living%20room"));

        assertSatisfied(out);
        Message message = out.getExchanges().get(0).getMessage();
        assertThat(message.getBody(String.class)).isEqualTo("21");
        assertThat(message.getHeaders())
                .containsEntry(IotHubMqttConstants.INPUT_NAME, "in1")
                .containsEntry(IotHubMqttConstants.CONNECTION_DEVICE_ID, "dev1")
                .containsEntry(IotHubMqttConstants.CONNECTION_MODULE_ID, "sensor")
                .containsEntry(IotHubMqttConstants.DEVICE_ID, "dev1")
                .containsEntry(IotHubMqttConstants.MODULE_ID, "mod1")
                .containsEntry(IotHubMqttConstants.MESSAGE_ID, "m1")
                .containsEntry(IotHubMqttConstants.CONTENT_TYPE, "text/plain")
                .containsEntry(IotHubMqttConstants.PROPERTIES, Map.of("room", "living room"))
                .containsEntry("room", "living room");
    }

    @Test
    void aBagCannotSetTheComponentsOwnHeaders() throws Exception {
        MockEndpoint out = getMockEndpoint("mock:out");
        out.expectedMessageCount(1);
        routes(routes -> routes.from(mod1("channel=input")).to(out));
        hub.sendToInput(
                "dev1",
                "mod1",
                "in1",
                DeviceboundMessage.of("x")
                        .property(IotHubMqttConstants.INPUT_NAME, "evil")
                        .property(IotHubMqttConstants.OPERATION, "twinUpdate")
                        .property("camelIotHubMqttMethodStatus", "1")
                        .property("CAMELIOTHUBMQTTCONNECTIONMODULEID", "evil"));

        assertSatisfied(out);
        assertThat(out.getExchanges().get(0).getMessage().getHeaders())
                .containsEntry(IotHubMqttConstants.INPUT_NAME, "in1")
                .doesNotContainKeys(IotHubMqttConstants.OPERATION, IotHubMqttConstants.METHOD_STATUS)
                .doesNotContainValue("evil");
    }

    @Test
    void whatCameFromAnotherModuleIsNotSentOnInItsName() throws Exception {
        routes(routes -> routes.from(mod1("channel=input")).to(mod1("outputName=out1")));
        hub.sendToInput(
                "dev1", "mod1", "in1", DeviceboundMessage.of("x").rawPropertyBag("%24.cdid=dev1&%24.cmid=sensor&a=1"));

        hub.awaitTelemetry(1, SOON);
        assertThat(hub.emulator().telemetry("dev1", "mod1", "out1"))
                .singleElement()
                .satisfies(message -> assertThat(message.properties()).isEqualTo(Map.of("a", "1")));
    }

    @Test
    void aMessageIsAcknowledgedWhenItsRouteHasEnded() throws Exception {
        Held held = new Held();
        routes(routes -> {
            routes.from(mod1("channel=input")).process(held);
            routes.from("direct:telemetry").to(mod1());
        });
        sendTo("in1", "a");
        Running running = held.await();
        template.sendBody("direct:telemetry", "after that the hub knows all");
        assertThat(hub.emulator().inputQueue("dev1", "mod1"))
                .extracting(QueuedMessage::messageId)
                .containsExactly("a");
        running.complete();

        awaitAllAcknowledged();
    }

    @Test
    void aFailedMessageComesAgainAndIsThenGivenUpAndReported() throws Exception {
        routes(routes -> routes.from(mod1("channel=input", "maxRedeliveries=1", "exceptionHandler=#reports"))
                .process(this::receive)
                .filter(exchange -> "bad".equals(exchange.getMessage().getBody(String.class)))
                .throwException(new IllegalStateException("on purpose")));
        sendTo("in1", "bad", "good");

        awaitReceived("in1:bad", "in1:bad", "in1:good");
        awaitAllAcknowledged();
        await().atMost(SOON).untilAsserted(() -> assertThat(reports.failures).hasSize(1));
        assertThat(reports.failures.get(0))
                .isInstanceOf(DeviceboundFailedException.class)
                .hasMessage("A message to the input 'in1' with id bad failed each time that it was delivered and is"
                        + " given up");
    }

    @Test
    void withOnFailureAcknowledgeAFailedMessageIsGone() throws Exception {
        routes(routes -> routes.from(mod1("channel=input", "onFailure=acknowledge", "exceptionHandler=#reports"))
                .process(this::receive)
                .throwException(new IllegalStateException("on purpose")));
        sendTo("in1", "bad");

        awaitAllAcknowledged();
        assertThat(received).containsExactly("in1:bad");
    }

    @Test
    void inManualModeTheRouteSettles() throws Exception {
        List<Acknowledgement> handles = new CopyOnWriteArrayList<>();
        routes(routes -> routes.from(mod1("channel=input", "ackMode=manual"))
                .process(exchange -> handles.add(
                        exchange.getMessage().getHeader(IotHubMqttConstants.ACKNOWLEDGE, Acknowledgement.class))));
        sendTo("in1", "a");
        await().atMost(SOON).until(() -> handles.size() == 1);
        assertThat(hub.emulator().inputQueue("dev1", "mod1")).hasSize(1);
        handles.get(0).acknowledge();

        awaitAllAcknowledged();
    }

    @Test
    void severalRoutesShareTheInputsAndOneMayTakeTheRest() throws Exception {
        routes(routes -> {
            routes.from(mod1("channel=input", "inputName=in1")).process(this::receive);
            routes.from(mod1("channel=input", "inputName=in2")).to("mock:in2");
            routes.from(mod1("channel=input")).to("mock:rest");
        });
        getMockEndpoint("mock:in2").expectedBodiesReceived("b");
        getMockEndpoint("mock:rest").expectedBodiesReceived("c");
        sendTo("in1", "a");
        sendTo("in2", "b");
        sendTo("in3", "c");

        awaitReceived("in1:a");
        assertSatisfied(getMockEndpoint("mock:in2"));
        assertSatisfied(getMockEndpoint("mock:rest"));
        assertThat(hub.emulator().acceptedConnects("dev1")).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"&inputName=in1", ""})
    void twoRoutesCannotConsumeOneInput(String input) throws Exception {
        routes(routes -> routes.from(mod1("channel=input") + input).process(this::receive));

        assertThatThrownBy(() -> routes(routes -> routes.from(mod1("channel=input", "maxRedeliveries=1") + input)
                        .to("mock:second")))
                .hasStackTraceContaining("Another route consumes")
                .hasStackTraceContaining("of localhost/dev1/mod1 already");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/b", "RAW(a#)", "RAW(a+)"})
    void anInputNameThatNoInputCanHaveIsRefused(String name) {
        assertThatThrownBy(() -> routes(routes ->
                        routes.from(mod1("channel=input", "inputName=" + name)).to("mock:in")))
                .hasStackTraceContaining("inputName is '")
                .hasStackTraceContaining("give the name of one input, or leave inputName out for all");
    }

    @Test
    void messagesThatCameWhileTheRouteWasStoppedAreDeliveredWhenItStarts() throws Exception {
        routes(routes -> {
            routes.from(mod1("channel=input")).routeId("in").process(this::receive);
            routes.from("direct:telemetry").to(mod1());
        });
        context.getRouteController().stopRoute("in");
        sendTo("in1", "a", "b");
        template.sendBody("direct:telemetry", "still there");
        assertThat(received).isEmpty();
        context.getRouteController().startRoute("in");

        awaitReceived("in1:a", "in1:b");
        awaitAllAcknowledged();
    }

    @Test
    void anInputThatNoRouteConsumesIsNotInTheWayOfOthers() throws Exception {
        routes(routes -> routes.from(mod1("channel=input", "inputName=in1")).process(this::receive));
        sendTo("in2", "nobody's");
        sendTo("in1", "a");

        awaitReceived("in1:a");
    }
}
