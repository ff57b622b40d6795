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

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import io.github.iothubmqtt.protocol.DeviceIdentity;
import io.github.iothubmqtt.protocol.SasToken;
import io.github.iothubmqtt.protocol.SharedAccessKey;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.util.SensitiveUtils;
import org.apache.camel.util.URISupport;
import org.apache.camel.util.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** Keys and tokens are shown by nothing of ours, whatever is logged and whoever asks. */
class SecretsTest {

    private static final String KEY = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3I+/A==";
    private static final String KEY_FOR_THE_PROXY = Base64.getEncoder()
            .encodeToString((SecretsSession.PROXY_USER + ":" + KEY).getBytes(StandardCharsets.UTF_8));
    private static final Pattern SIGNED = Pattern.compile("sig=[A-Za-z0-9%]");

    @RegisterExtension
    static final IotHubExtension HUB = IotHubExtension.create();

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"component", "uri"})
    void aSessionLogsNeitherKeyNorSignatureAtAnyLevelOfOurs(String whereTheKeyIs) throws Exception {
        List<String> log = logOfASession(whereTheKeyIs);

        assertThat(log)
                .as("that it logs what happens")
                .anyMatch(line -> line.contains("CONNECTED -> HANDING_OVER"))
                .anyMatch(line -> line.contains("not authorized"))
                .anyMatch(line -> line.contains("answered 403 Refused: it does not allow connections to localhost:"))
                .anyMatch(line -> line.contains("The hub has refused the twin update"))
                .anyMatch(line -> line.contains("The method 'm' failed"))
                .anyMatch(line -> line.contains("org.eclipse.paho"))
                .anyMatch(line -> line.contains("The session has come to its end."));
        assertThat(log.stream().filter(SecretsTest::tellsASecret)).isEmpty();
    }

    @Test
    void noWayToLogInShowsItsSecretsAtAnyLevelOfOurs() throws Exception {
        Path secrets = directory.resolve("secrets");
        List<String> log = logOf(LoginSecretsSession.class, directory.toString(), secrets.toString());
        List<String> used = Files.readAllLines(secrets, StandardCharsets.UTF_8);

        assertThat(log)
                .as("that it logs what happens")
                .anyMatch(line -> line.contains("TRACE"))
                .anyMatch(line -> line.contains("not authorized"))
                .anyMatch(line -> line.contains("proxyPassword"))
                .anyMatch(line -> line.contains("Custom allocation failed"))
                .anyMatch(line -> line.contains("the tokenProvider gave no usable token"))
                .anyMatch(line -> line.contains("privateKeyPassword"))
                .anyMatch(line -> line.contains("certificateExpiry"))
                .anyMatch(line -> line.contains("The session has come to its end."));
        assertThat(used).hasSizeGreaterThan(100);
        assertThat(log.stream()
                        .filter(line ->
                                SIGNED.matcher(line).find() || used.stream().anyMatch(line::contains)))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"sharedAccessKey", "sasSignature", "connectionString"})
    void anEndpointShowsItsSecretToNobodyWhoDescribesIt(String option) throws Exception {
        String key = HUB.emulator().device("dev1").isPresent()
                ? HUB.device("dev1").primaryKey()
                : HUB.emulator().addDevice("dev1", KEY).primaryKey();
        String secret =
                switch (option) {
                    case "sharedAccessKey" -> key;
                    case "sasSignature" -> token(key);
                    default -> HUB.connectionString("dev1");
                };
        String hub = option.equals("connectionString")
                ? ""
                : "hub=localhost:" + HUB.emulator().mqttPort() + "&";
        String uri = "iothub-mqtt:dev1?" + hub + option + "=RAW(" + secret + ")&sslContextParameters=#hubTls";
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.getRegistry().bind("hubTls", HubTls.trusting(HUB.emulator()));
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:in").routeId("out").to(uri);
                    from(uri).routeId("in").to("mock:out");
                    from(uri + "&channel=desired").routeId("desired").to("mock:out");
                    from(uri + "&channel=methods").routeId("methods").to("mock:out");
                }
            });
            context.start();
            IotHubMqttEndpoint endpoint = context.getEndpoint(uri, IotHubMqttEndpoint.class);
            List<Object> shown = new ArrayList<>(List.of(
                    endpoint,
                    endpoint.getServiceUrl(),
                    endpoint.getServiceMetadata(),
                    endpoint.getServiceProtocol(),
                    endpoint.getConfiguration(),
                    endpoint.getComponent(),
                    endpoint.createProducer(),
                    context.getRoute("in").getConsumer(),
                    context.getRoute("in"),
                    context.getRoute("desired").getConsumer(),
                    context.getRoute("methods").getConsumer(),
                    new ConnectionSettingsReader(
                                    endpoint.getConfiguration(),
                                    "dev1",
                                    null,
                                    new TlsSettings(context, null, false),
                                    Set.of())
                            .read(HUB.emulator().sslContext())));

            assertThat(shown).allSatisfy(thing -> assertThat(thing.toString())
                    .doesNotContain(secret)
                    .doesNotContain(key)
                    .doesNotContainPattern(SIGNED));
        }
    }

    @Test
    void camelMasksTheSecretsByTheirNamesWhereverItShowsOptions() throws Exception {
        List<String> secrets = new ArrayList<>();
        OptionsCoveredTest.json("properties").forEach((name, option) -> {
            if ((boolean) ((JsonObject) option).get("secret")) {
                secrets.add(name);
            }
        });

        assertThat(secrets).isNotEmpty().allSatisfy(name -> {
            assertThat(URISupport.sanitizeUri("iothub-mqtt:dev1?" + name + "=RAW(" + KEY + ")"))
                    .doesNotContain(KEY);
            // The summary that an application logs at its start goes by whole names.
            assertThat(SensitiveUtils.containsSensitive("camel.component.iothub-mqtt." + name))
                    .isTrue();
        });
    }

    @Test
    void anExchangeThatFailsTellsNoSecret() throws Exception {
        try (FailedStartLog log = new FailedStartLog();
                DefaultCamelContext context = new DefaultCamelContext()) {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:in")
                            .to("iothub-mqtt:dev1?hub=no-such-hub.invalid&lazyStartProducer=true&sharedAccessKey=RAW("
                                    + KEY + ")");
                }
            });
            context.start();
            context.createProducerTemplate().send("direct:in", exchange -> {});

            assertThat(log.text())
                    .contains("no-such-hub.invalid does not resolve")
                    .doesNotContain(KEY);
        }
    }

    private static boolean tellsASecret(String line) {
        return line.contains(KEY.substring(0, 20))
                || line.contains(KEY_FOR_THE_PROXY.substring(0, 30))
                || SIGNED.matcher(line).find();
    }

    private List<String> logOfASession(String whereTheKeyIs) throws Exception {
        return logOf(
                SecretsSession.class,
                whereTheKeyIs,
                KEY,
                directory.resolve("application.properties").toString());
    }

    /** All that a program prints when Camel's loggers are at info, below which Camel shows secrets itself, and all others at the lowest. */
    private List<String> logOf(Class<?> program, String... arguments) throws Exception {
        Path log = directory.resolve("log");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=trace",
                "-Dorg.slf4j.simpleLogger.log.org.apache.camel=info",
                "-Dorg.slf4j.simpleLogger.log.io.github.iothubmqtt=trace",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
        command.addAll(List.of(arguments));
        Process session = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        int exit = session.waitFor();
        List<String> lines = Files.readAllLines(log, StandardCharsets.ISO_8859_1);
        assertThat(exit).as(() -> String.join("\n", lines)).isZero();
        return lines;
    }

    private static String token(String key) {
        return SasToken.sign(
                        new DeviceIdentity("localhost", "dev1", null),
                        SharedAccessKey.parse(key),
                        Instant.now().plusSeconds(600))
                .text();
    }
}
