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

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

import io.github.iothubmqtt.emulator.TelemetryMessage;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.EndpointUriFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** URIs that tools and DSLs build from the names of options. */
class EndpointUriTest {

    @RegisterExtension
    static final IotHubExtension HUB = IotHubExtension.create().withDevice("dev1");

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final Map<String, Object> options = new HashMap<>();
    private EndpointUriFactory factory;

    @BeforeEach
    void findFactory() throws Exception {
        context.getRegistry().bind("hubTls", HubTls.trusting(HUB.emulator()));
        options.put("deviceId", "dev1");
        options.put("hub", "localhost:" + HUB.emulator().mqttPort());
        options.put("sharedAccessKey", HUB.device("dev1").primaryKey());
        options.put("sslContextParameters", "#hubTls");
        context.build();
        factory = context.getCamelContextExtension().getEndpointUriFactory("iothub-mqtt");
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void aUriThatWasBuiltFromOptionsMakesAWorkingEndpoint() throws Exception {
        options.put("willMessage", "gone");
        options.put("willProperty.severity", "high");
        send(factory.buildUri("iothub-mqtt", options));
        HUB.emulator().disconnect("dev1");

        assertThat(HUB.awaitTelemetry(2, HubTestSupport.SOON))
                .extracting(TelemetryMessage::bodyText)
                .containsExactly("a", "gone");
        assertThat(HUB.emulator().telemetry().get(1).properties()).containsEntry("severity", "high");
    }

    @Test
    void anEncodedUriWorksToo() throws Exception {
        options.put("contentType", "text/plain; charset=utf-8");
        send(factory.buildUri("iothub-mqtt", options, true));

        assertThat(HUB.emulator().telemetry().get(0).systemProperties())
                .containsEntry("content-type", "text/plain; charset=utf-8");
    }

    @Test
    void aModuleIsInThePath() throws Exception {
        options.put("moduleId", "mod1");
        options.put("sharedAccessKey", HUB.device("dev1").addModule("mod1").primaryKey());
        String uri = factory.buildUri("iothub-mqtt", options);
        send(uri);

        assertThat(uri).startsWith("iothub-mqtt:dev1/mod1?");
        assertThat(HUB.emulator().telemetry().get(0).moduleId()).isEqualTo("mod1");
    }

    @Test
    void secretsAreWrapped() throws Exception {
        options.put("sasSignature", "a+b");
        options.put("connectionString", "c+d");
        options.put("proxyPassword", "e+f");
        options.put("privateKeyPassword", "g+h");

        assertThat(factory.buildUri("iothub-mqtt", options))
                .contains("sharedAccessKey=RAW(" + HUB.device("dev1").primaryKey() + ")")
                .contains("sasSignature=RAW(a+b)")
                .contains("connectionString=RAW(c+d)")
                .contains("proxyPassword=RAW(e+f)")
                .contains("privateKeyPassword=RAW(g+h)");
        assertThat(factory.secretPropertyNames())
                .containsExactlyInAnyOrder(
                        "sharedAccessKey",
                        "sasSignature",
                        "connectionString",
                        "privateKeyPassword",
                        "proxyUser",
                        "proxyPassword");
    }

    @Test
    void theFactoryKnowsTheOptionsThatTheCatalogLists() throws Exception {
        assertThat(factory.propertyNames())
                .containsExactlyInAnyOrderElementsOf(
                        OptionsCoveredTest.json("properties").keySet());
    }

    // Camel 4.14 asks for the first, 4.15 and later for the second; this class is compiled once and run with both.
    @Test
    void theFactoryAnswersToOlderAndToNewerCamel() throws Exception {
        assertThat(multiValuePrefixes(Set.class)).isEqualTo(Set.of("willProperty."));
        assertThat(multiValuePrefixes(Map.class)).isEqualTo(Map.of("willProperties", "willProperty."));
    }

    private Object multiValuePrefixes(Class<?> returning) throws Exception {
        Method method = Arrays.stream(factory.getClass().getMethods())
                .filter(candidate -> candidate.getName().equals("multiValuePrefixes"))
                .filter(candidate -> candidate.getReturnType() == returning)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no multiValuePrefixes() that returns a " + returning));
        return method.invoke(factory);
    }

    @Test
    void aUriInNormalFormMakesTheSameDevice() throws Exception {
        String uri = factory.buildUri("iothub-mqtt", options);
        IotHubMqttEndpoint endpoint = context.getEndpoint(uri, IotHubMqttEndpoint.class);

        assertThat(context.getEndpoint(endpoint.getEndpointUri())).isSameAs(endpoint);
    }

    private void send(String uri) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").to(uri);
            }
        });
        context.start();
        context.createProducerTemplate().sendBody("direct:in", "a");
    }
}
