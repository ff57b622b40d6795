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

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import io.github.iothubmqtt.device.TwinVersionMismatchException;
import io.github.iothubmqtt.emulator.Fault;
import io.github.iothubmqtt.emulator.FaultPoint;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.throwable;

/** Reading the twin and updating its reported properties, by option and by header. */
class TwinOperationTest extends TwinTestSupport {

    @Test
    void twinGetPutsTheTwinIntoTheBodyAndItsVersionsIntoHeaders() {
        hub.updateDesired("dev1", "{\"target\":21}");
        assertDone(update("{\"a\":1}"));
        assertDone(update("{\"b\":2}"));
        Exchange exchange = get();

        assertDone(exchange);
        assertThat(exchange.getMessage().getBody())
                .isEqualTo(
                        "{\"desired\":{\"target\":21,\"$version\":2},\"reported\":{\"a\":1,\"b\":2,\"$version\":3}}");
        assertThat(header(exchange, IotHubMqttConstants.STATUS)).isEqualTo(200);
        assertThat(header(exchange, IotHubMqttConstants.DESIRED_VERSION)).isEqualTo(2L);
        assertThat(header(exchange, IotHubMqttConstants.REPORTED_VERSION)).isEqualTo(3L);
    }

    @Test
    void twinUpdateSetsStatusAndNewVersion() {
        Exchange exchange = update("{\"a\":1}", Map.of("mine", "kept"));

        assertDone(exchange);
        assertThat(header(exchange, IotHubMqttConstants.STATUS)).isEqualTo(204);
        assertThat(header(exchange, IotHubMqttConstants.REPORTED_VERSION)).isEqualTo(2L);
        assertThat(header(exchange, "mine")).isEqualTo("kept");
        assertThat(hub.emulator().telemetry()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = ExchangePattern.class,
            names = {"InOnly", "InOut"})
    void thePatternOfTheExchangeDoesNotMatter(ExchangePattern pattern) {
        Exchange updated = template.send(
                "direct:update", pattern, exchange -> exchange.getMessage().setBody("{\"a\":1}"));
        Exchange got = template.send("direct:get", pattern, exchange -> {});

        assertThat(header(updated, IotHubMqttConstants.REPORTED_VERSION)).isEqualTo(2L);
        assertThat(got.getMessage().getBody(String.class)).contains("\"a\":1");
    }

    @Test
    void theTwinCanEnrichAnExchange() throws Exception {
        hub.updateDesired("dev1", "{\"target\":21}");
        MockEndpoint out = getMockEndpoint("mock:out");
        out.expectedBodiesReceived("warm");
        out.expectedHeaderReceived(
                "twin", "{\"desired\":{\"target\":21,\"$version\":2},\"reported\":{\"$version\":1}}");
        routes(routes -> routes.from("direct:enriched")
                .enrich(device("dev1", "operation=twinGet"), (original, twin) -> {
                    original.getMessage().setHeader("twin", twin.getMessage().getBody());
                    return original;
                })
                .to(out));
        template.sendBody("direct:enriched", "warm");

        assertSatisfied(out);
    }

    @Test
    void aTwinThatWasReadCanBeUnmarshalled() throws Exception {
        assertDone(update("{\"a\":1}"));
        routes(routes -> routes.from("direct:unmarshal")
                .to(device("dev1", "operation=twinGet"))
                .unmarshal()
                .json());
        Map<?, ?> twin = template.requestBody("direct:unmarshal", "", Map.class);

        assertThat(twin.get("reported")).isEqualTo(Map.of("a", 1, "$version", 2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"text", "enum"})
    void aHeaderWinsOverTheOptionOperation(String kind) {
        Object operation = kind.equals("enum") ? ProducerOperation.twinUpdate : "twinUpdate";
        Exchange exchange = template.send("direct:telemetry", sent -> {
            sent.getMessage().setBody("{\"a\":1}");
            sent.getMessage().setHeader(IotHubMqttConstants.OPERATION, operation);
        });

        assertDone(exchange);
        assertThat(twin().reported()).isEqualTo(Map.of("a", 1));
        assertThat(hub.emulator().telemetry()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"twin", "TWINGET", "", " twinGet"})
    void aHeaderThatNamesNoOperationIsRefused(String operation) {
        Exchange exchange = template.send(
                "direct:telemetry", sent -> sent.getMessage().setHeader(IotHubMqttConstants.OPERATION, operation));

        assertThat(exchange.getException())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The header CamelIotHubMqttOperation is " + operation
                        + ", which is no operation: use one of [telemetry, twinGet, twinUpdate]");
        assertThat(hub.emulator().telemetry()).isEmpty();
    }

    // versions

    static List<Object> ones() {
        return List.of(1L, 1, "1");
    }

    @ParameterizedTest
    @MethodSource("ones")
    void anUpdateThatExpectsTheRightVersionIsDone(Object version) {
        Exchange exchange = update("{\"a\":1}", Map.of(IotHubMqttConstants.EXPECTED_VERSION, version));

        assertDone(exchange);
        assertThat(header(exchange, IotHubMqttConstants.REPORTED_VERSION)).isEqualTo(2L);
    }

    @Test
    void anUpdateThatExpectsAnotherVersionIsRefusedByTheHub() {
        assertDone(update("{\"a\":1}"));
        Exchange exchange = update("{\"a\":2}", Map.of(IotHubMqttConstants.EXPECTED_VERSION, 1));

        assertThat(exchange.getException())
                .isInstanceOf(TwinVersionMismatchException.class)
                .hasMessageContaining("the twin update of localhost/dev1, which expected version 1: status 412")
                .asInstanceOf(throwable(TwinVersionMismatchException.class))
                .extracting(TwinVersionMismatchException::status, TwinVersionMismatchException::expectedVersion)
                .containsExactly(412, 1L);
        assertThat(twin().reported()).isEqualTo(Map.of("a", 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"latest", "-1", "1.5", ""})
    void anExpectedVersionThatIsNoneIsRefusedBeforeAnythingIsSent(String version) {
        Exchange exchange = update("{\"a\":1}", Map.of(IotHubMqttConstants.EXPECTED_VERSION, version));

        assertThat(exchange.getException())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The header CamelIotHubMqttExpectedVersion is " + version
                        + ", which is no version: give a whole number, or remove it");
        assertThat(twin().reportedVersion()).isEqualTo(1);
    }

    @Test
    void theVersionsOfATwinThatWasReadDoNotGuardAnUpdateUnasked() throws Exception {
        routes(routes -> routes.from("direct:both")
                .to(device("dev1", "operation=twinGet"))
                .process(exchange -> assertDone(update("{\"a\":1}")))
                .setBody(routes.constant("{\"b\":1}"))
                .to(device("dev1", "operation=twinUpdate")));
        Exchange exchange = template.send("direct:both", sent -> {});

        assertDone(exchange);
        assertThat(header(exchange, IotHubMqttConstants.REPORTED_VERSION)).isEqualTo(3L);
    }

    // order and threads

    @Test
    void updatesOfEachSenderAreCarriedOutInItsOrder() throws Exception {
        int senders = 4;
        int each = 50;
        hub.emulator().faults().at(FaultPoint.TWIN_PATCH).after(20).times(3).then(Fault.answerStatus(429));
        List<CompletableFuture<List<Long>>> versions = IntStream.range(0, senders)
                .mapToObj(sender -> CompletableFuture.supplyAsync(() -> IntStream.range(0, each)
                                .mapToObj(number -> beginUpdate(Map.of("s" + sender, number)))
                                .toList())
                        .thenApply(exchanges -> exchanges.stream()
                                .map(CompletableFuture::join)
                                .map(exchange -> exchange.getMessage()
                                        .getHeader(IotHubMqttConstants.REPORTED_VERSION, Long.class))
                                .toList()))
                .toList();
        List<Long> all = new ArrayList<>();
        for (CompletableFuture<List<Long>> ofSender : versions) {
            assertThat(soon(ofSender)).doesNotContainNull().isSorted();
            all.addAll(ofSender.join());
        }

        assertThat(all).doesNotHaveDuplicates();
        assertThat(twin().reportedVersion()).isEqualTo(1 + senders * each);
        assertThat(twin().reported().values()).containsOnly(each - 1);
    }

    @Test
    void requestsThatTheHubDoesNotAnswerHoldUpNeitherThreadsNorTelemetry() {
        hub.emulator().faults().at(FaultPoint.TWIN_GET).always().then(Fault.drop());
        List<CompletableFuture<Exchange>> requests = IntStream.range(0, 200)
                .mapToObj(i -> begin("direct:get", message -> {}))
                .toList();
        template.sendBody("direct:telemetry", "meanwhile");

        assertThat(hub.emulator().telemetry()).hasSize(1);
        assertThat(requests).noneMatch(CompletableFuture::isDone);
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .filteredOn(name -> name.contains("IotHubMqttProducer"))
                .as("threads on which the rest of a route runs")
                .hasSizeLessThanOrEqualTo(2);
        context.getShutdownStrategy().setTimeout(1);
    }

    @Test
    void theRestOfTheRouteDoesNotRunOnTheThreadOfTheConnections() throws Exception {
        MockEndpoint out = getMockEndpoint("mock:out");
        List<String> threads = new ArrayList<>();
        routes(routes -> routes.from("direct:thread")
                .to(device("dev1", "operation=twinGet"))
                .process(exchange -> threads.add(Thread.currentThread().getName()))
                .to(out));
        out.expectedMessageCount(1);
        template.sendBody("direct:thread", "");

        assertSatisfied(out);
        assertThat(threads).singleElement().asString().contains("IotHubMqttProducer");
    }
}
