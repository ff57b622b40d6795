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

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.apache.camel.util.json.DeserializationException;
import org.apache.camel.util.json.JsonObject;
import org.apache.camel.util.json.Jsoner;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Keeps the book on which test fails when an option is ignored, so that no option comes without one. */
class OptionsCoveredTest {

    private static final Class<?> CONNECTION = OptionsOfTheConnectionTest.class;
    private static final Class<?> HUB = OptionsAtTheHubTest.class;
    private static final Class<?> RENEWAL = OptionsOfRenewalTest.class;
    private static final Class<?> SETTLEMENT = OptionsOfSettlementTest.class;
    private static final Class<?> CHANNELS = OptionsOfTheChannelsTest.class;
    private static final Class<?> WAYS = WaysThroughTheNetworkTest.class;

    private static final Class<?> LOGIN = KeysAndTokensTest.class;
    private static final Class<?> CERTIFICATE = CertificateLoginTest.class;
    private static final Class<?> PROVISIONING = ProvisionedDeviceTest.class;

    private static final Map<String, Class<?>> COVERED = Map.ofEntries(
            Map.entry("deviceId", DeviceIdsTest.class),
            Map.entry("moduleId", DeviceIdsTest.class),
            Map.entry("hub", HUB),
            Map.entry("port", HUB),
            Map.entry("gatewayHostName", GatewayTest.class),
            Map.entry("transport", WAYS),
            Map.entry("proxyType", WAYS),
            Map.entry("proxyHost", WAYS),
            Map.entry("proxyPort", WAYS),
            Map.entry("proxyUser", WAYS),
            Map.entry("proxyPassword", WAYS),
            Map.entry("connectionString", HUB),
            Map.entry("sharedAccessKey", HUB),
            Map.entry("sharedAccessKeyName", LOGIN),
            Map.entry("deriveDeviceKey", LOGIN),
            Map.entry("tokenProvider", LOGIN),
            Map.entry("certificateFile", CERTIFICATE),
            Map.entry("privateKeyFile", CERTIFICATE),
            Map.entry("privateKeyPassword", CERTIFICATE),
            Map.entry("idScope", PROVISIONING),
            Map.entry("registrationId", PROVISIONING),
            Map.entry("provisioningEndpoint", PROVISIONING),
            Map.entry("provisioningPayload", PROVISIONING),
            Map.entry("provisioningTimeout", PROVISIONING),
            Map.entry("sasSignature", HUB),
            Map.entry("sasTimeToLive", HUB),
            Map.entry("sslContextParameters", HUB),
            Map.entry("qos", CONNECTION),
            Map.entry("cleanSession", CONNECTION),
            Map.entry("keepAlive", CONNECTION),
            Map.entry("connectTimeout", CONNECTION),
            Map.entry("reconnectBackoffMin", CONNECTION),
            Map.entry("reconnectBackoffMax", CONNECTION),
            Map.entry("willMessage", CONNECTION),
            Map.entry("willQos", CONNECTION),
            Map.entry("willProperties", CONNECTION),
            Map.entry("operation", CHANNELS),
            Map.entry("contentType", HUB),
            Map.entry("contentEncoding", HUB),
            Map.entry("outputName", HUB),
            Map.entry("sendTimeout", CONNECTION),
            Map.entry("requestTimeout", CHANNELS),
            Map.entry("pubackTimeout", RENEWAL),
            Map.entry("sasRenewAt", RENEWAL),
            Map.entry("handOverTimeout", RENEWAL),
            Map.entry("ackMode", SETTLEMENT),
            Map.entry("concurrentConsumers", SETTLEMENT),
            Map.entry("maxInflight", CONNECTION),
            Map.entry("maxPending", CONNECTION),
            Map.entry("channel", CHANNELS),
            Map.entry("methodName", CHANNELS),
            Map.entry("methodTimeout", CHANNELS),
            Map.entry("inputName", CHANNELS),
            Map.entry("onFailure", HUB),
            Map.entry("maxRedeliveries", HUB),
            Map.entry("headerFilterStrategy", HUB),
            // Camel's own, each with its effect here
            Map.entry("bridgeErrorHandler", HUB),
            Map.entry("exceptionHandler", HUB),
            Map.entry("exchangePattern", HUB),
            Map.entry("lazyStartProducer", HUB));

    /** On the component only. */
    private static final Map<String, Class<?>> COVERED_ON_THE_COMPONENT = Map.of(
            "configuration", ComponentDefaultsTest.class,
            "useGlobalSslContextParameters", HUB,
            "maxConnectsPerSecond", RENEWAL,
            "healthCheckConsumerEnabled", HealthCheckTest.class,
            "healthCheckProducerEnabled", HealthCheckTest.class);

    /** Camel's alone: nothing here is marked to be wired. */
    private static final Set<String> NOT_COVERED_ON_THE_COMPONENT = Set.of("autowiredEnabled");

    private static final Set<String> CAMELS_WITHOUT_A_STOP =
            Set.of("willProperties", "healthCheckConsumerEnabled", "healthCheckProducerEnabled");

    @Test
    void eachEndpointOptionHasATestThatFailsWhenItIsIgnored() throws Exception {
        assertThat(COVERED.keySet())
                .containsExactlyInAnyOrderElementsOf(json("properties").keySet());
    }

    @Test
    void eachComponentOptionIsAnEndpointOptionOrHasATestOfItsOwn() throws Exception {
        Set<String> onTheComponentOnly =
                new TreeSet<>(json("componentProperties").keySet());
        onTheComponentOnly.removeAll(COVERED.keySet());
        Set<String> known = new TreeSet<>(COVERED_ON_THE_COMPONENT.keySet());
        known.addAll(NOT_COVERED_ON_THE_COMPONENT);

        assertThat(onTheComponentOnly).isEqualTo(known);
    }

    @Test
    void theSecretsAreMarkedAsSuch() throws Exception {
        for (String section : new String[] {"properties", "componentProperties"}) {
            Set<String> secrets = new TreeSet<>();
            json(section).forEach((name, option) -> {
                if ((boolean) ((JsonObject) option).get("secret")) {
                    secrets.add(name);
                }
            });
            assertThat(secrets)
                    .as(section)
                    .containsExactly(
                            "connectionString",
                            "privateKeyPassword",
                            "proxyPassword",
                            "proxyUser",
                            "sasSignature",
                            "sharedAccessKey");
        }
    }

    @Test
    void eachOptionIsDocumented() throws Exception {
        for (String section : new String[] {"properties", "componentProperties"}) {
            json(section).forEach((name, option) -> assertThat((String) ((JsonObject) option).get("description"))
                    .as(name)
                    .isNotBlank()
                    .matches(text -> text.endsWith(".") || CAMELS_WITHOUT_A_STOP.contains(name)));
        }
    }

    /** A section of what the build generates from the code, and tools read. */
    static JsonObject json(String section) throws IOException, DeserializationException {
        try (InputStream catalog =
                IotHubMqttEndpoint.class.getResourceAsStream("/META-INF/io/github/iothubmqtt/camel/iothub-mqtt.json")) {
            String text = new String(catalog.readAllBytes(), StandardCharsets.UTF_8);
            return (JsonObject) ((JsonObject) Jsoner.deserialize(text)).get(section);
        }
    }
}
