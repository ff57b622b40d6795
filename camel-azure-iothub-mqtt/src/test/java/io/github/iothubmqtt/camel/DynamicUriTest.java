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

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.iothubmqtt.emulator.EmulatedModule;
import io.github.iothubmqtt.emulator.TelemetryMessage;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** {@code toD} with URIs that differ only in what a header can say as well. */
class DynamicUriTest extends HubTestSupport {

    @RegisterExtension
    final IotHubExtension hub = IotHubExtension.create().withDevice("dev1");

    @Override
    IotHubExtension hub() {
        return hub;
    }

    private Exchange send(Object body, Map<String, Object> headers) {
        Exchange exchange = template.request("direct:in", sent -> {
            sent.getMessage().setBody(body);
            sent.getMessage().setHeaders(new HashMap<>(headers));
        });
        assertThat(exchange.getException()).isNull();
        return exchange;
    }

    private List<IotHubMqttEndpoint> endpoints() {
        return context.getEndpoints().stream()
                .filter(IotHubMqttEndpoint.class::isInstance)
                .map(IotHubMqttEndpoint.class::cast)
                .toList();
    }

    @Test
    void changingOperationsUseOneEndpoint() throws Exception {
        routes(routes -> routes.from("direct:in").toD(device("dev1", "operation=${header.what}")));
        send("a", Map.of("what", "telemetry"));
        send("{\"a\":1}", Map.of("what", "twinUpdate"));
        Exchange twin = send("", Map.of("what", "twinGet"));

        assertThat(endpoints()).hasSize(1);
        assertThat(hub.emulator().telemetry())
                .extracting(TelemetryMessage::bodyText)
                .containsExactly("a");
        assertThat(twin.getMessage().getBody(String.class)).contains("\"a\":1");
        assertThat(hub.emulator().acceptedConnects("dev1")).isEqualTo(1);
    }

    @Test
    void changingOutputsContentTypesAndEncodingsUseOneEndpoint() throws Exception {
        EmulatedModule module = hub.device("dev1").addModule("mod1");
        routes(routes -> routes.from("direct:in")
                .toD(module(
                        module, "outputName=${header.o}", "contentType=${header.t}", "contentEncoding=${header.e}")));
        send("a", Map.of("o", "o1", "t", "text/plain", "e", "utf-8"));
        send("b", Map.of("o", "o2", "t", "application/json", "e", "utf-16"));

        assertThat(endpoints()).hasSize(1);
        assertThat(hub.emulator().telemetry("dev1", "mod1", "o1"))
                .singleElement()
                .satisfies(message -> assertThat(message.systemProperties())
                        .containsEntry("content-type", "text/plain")
                        .containsEntry("content-encoding", "utf-8"));
        assertThat(hub.emulator().telemetry("dev1", "mod1", "o2"))
                .singleElement()
                .satisfies(message -> assertThat(message.systemProperties())
                        .containsEntry("content-type", "application/json")
                        .containsEntry("content-encoding", "utf-16"));
    }

    @Test
    void theHeadersThatSayItDoNotStayOnTheExchange() throws Exception {
        routes(routes ->
                routes.from("direct:in").toD(device("dev1", "operation=${header.what}", "contentType=text/plain")));
        Exchange exchange = send("{}", Map.of("what", "twinUpdate"));

        assertThat(exchange.getMessage().getHeaders())
                .containsOnlyKeys("what", IotHubMqttConstants.STATUS, IotHubMqttConstants.REPORTED_VERSION);
    }

    @Test
    void theyDoNotStayWhenTheOperationFailsEither() throws Exception {
        routes(routes -> routes.from("direct:in")
                .errorHandler(routes.noErrorHandler())
                .toD(device("dev1", "operation=${header.what}")));
        Exchange exchange = template.send("direct:in", sent -> {
            sent.getMessage().setBody("no JSON");
            sent.getMessage().setHeader("what", "twinUpdate");
        });

        assertThat(exchange.getException()).hasMessageContaining("The twin update is no JSON");
        assertThat(exchange.getMessage().getHeaders()).containsOnlyKeys("what");
    }

    @Test
    void aHeaderOfTheExchangeWinsAndStays() throws Exception {
        routes(routes -> routes.from("direct:in").toD(device("dev1", "operation=${header.what}")));
        Exchange exchange = send("{\"a\":1}", Map.of("what", "telemetry", IotHubMqttConstants.OPERATION, "twinUpdate"));

        assertThat(hub.twin("dev1").reported()).isEqualTo(Map.of("a", 1));
        assertThat(exchange.getMessage().getHeader(IotHubMqttConstants.OPERATION))
                .isEqualTo("twinUpdate");
    }

    @Test
    void aWrongOperationIsRefused() throws Exception {
        routes(routes -> routes.from("direct:in")
                .errorHandler(routes.noErrorHandler())
                .toD(device("dev1", "operation=${header.what}")));
        Exchange exchange = template.send("direct:in", sent -> sent.getMessage().setHeader("what", "reboot"));

        assertThat(exchange.getException())
                .hasMessageContaining("reboot, which is no operation: use one of [telemetry");
    }

    @Test
    void keysInRawSurvive() throws Exception {
        String key = "+/+/" + "ab+/".repeat(9) + "+A==";
        hub.emulator().addDevice("dev2", key);
        routes(routes -> routes.from("direct:in")
                .toD("iothub-mqtt:${header.device}?operation=${header.what}&hub=localhost:"
                        + hub.emulator().mqttPort() + "&sharedAccessKey=RAW(" + key
                        + ")&sslContextParameters=#hubTls&contentType=text/plain"));
        send("a", Map.of("device", "dev2", "what", "telemetry"));
        send("{}", Map.of("device", "dev2", "what", "twinUpdate"));

        assertThat(hub.emulator().telemetry("dev2")).hasSize(1);
        assertThat(hub.twin("dev2").reportedVersion()).isEqualTo(2);
        assertThat(endpoints()).singleElement().satisfies(endpoint -> assertThat(
                        endpoint.getConfiguration().getSharedAccessKey())
                .isEqualTo(key));
    }

    @Test
    void changingDevicesAreEndpointsOfTheirOwn() throws Exception {
        String key2 = hub.emulator().addDevice("dev2").primaryKey();
        String key1 = hub.device("dev1").primaryKey();
        routes(routes -> routes.from("direct:in")
                .toD("iothub-mqtt:${header.device}?hub=localhost:"
                        + hub.emulator().mqttPort()
                        + "&sharedAccessKey=RAW(${header.key})&sslContextParameters=#hubTls&contentType=text/plain"));
        send("a", Map.of("device", "dev1", "key", key1));
        send("b", Map.of("device", "dev2", "key", key2));

        assertThat(hub.emulator().telemetry())
                .extracting(TelemetryMessage::deviceId)
                .containsExactly("dev1", "dev2");
        assertThat(endpoints()).hasSize(2);
    }

    @Test
    void aValueThatIsEncodedIsLeftToCamelAndArrivesDecoded() throws Exception {
        routes(routes -> routes.from("direct:in").toD(device("dev1", "contentType=text/${header.t}")));
        send("a", Map.of("t", "plain%3B charset=utf-8"));

        assertThat(hub.emulator().telemetry().get(0).systemProperties())
                .containsEntry("content-type", "text/plain; charset=utf-8");
    }

    @Test
    void aUriWithoutOptionsWorksAsEver() throws Exception {
        IotHubMqttConfiguration shared =
                context.getComponent("iothub-mqtt", IotHubMqttComponent.class).getConfiguration();
        shared.setHub("localhost:" + hub.emulator().mqttPort());
        shared.setSharedAccessKey(hub.device("dev1").primaryKey());
        shared.setSslContextParameters(HubTls.trusting(hub.emulator()));
        routes(routes -> {
            routes.from("direct:in").toD("iothub-mqtt:${header.device}");
            routes.from("direct:get").toD("iothub-mqtt:${header.device}?operation=twinGet");
        });
        send("a", Map.of("device", "dev1"));
        String twin = template.requestBodyAndHeader("direct:get", "", "device", "dev1", String.class);

        assertThat(hub.emulator().telemetry()).hasSize(1);
        assertThat(twin).contains("reported");
        assertThat(endpoints())
                .as("one, because the operation is no part of it")
                .hasSize(1);
    }
}
