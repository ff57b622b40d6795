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
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

import io.github.iothubmqtt.device.TokenProvider;
import io.github.iothubmqtt.emulator.HubEvent;
import io.github.iothubmqtt.emulator.TelemetryMessage;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import io.github.iothubmqtt.protocol.SasToken;
import io.github.iothubmqtt.protocol.SharedAccessKey;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.SimpleRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** The ways to log in that end in a token, besides the device's own key. */
class KeysAndTokensTest {

    private static final String GROUP_KEY =
            "8isrFI1sGsIlvvFSSFRiMfCNzv21fjbE/+ah/lSh3lF8e2YG1Te7w1KpZhJFFXJrqYKi9yegxkqIChbqOS9Egw==";

    @RegisterExtension
    final IotHubExtension hub = IotHubExtension.create().withDevice("dev1").withDevice("dev2");

    private final DefaultCamelContext context = new DefaultCamelContext(new SimpleRegistry());

    @BeforeEach
    void bindTls() {
        context.getRegistry().bind("hubTls", HubTls.trusting(hub.emulator()));
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    // the key of a policy of the hub

    @Test
    void theKeyOfAPolicySignsForAnyDevice() throws Exception {
        String key = "sharedAccessKeyName=device&sharedAccessKey=RAW("
                + hub.emulator().policyKey("device") + ")";
        send("dev1", key);
        send("dev2", key);

        assertThat(hub.emulator().telemetry())
                .extracting(TelemetryMessage::deviceId)
                .containsExactly("dev1", "dev2");
    }

    @Test
    void aPolicyInAConnectionStringSignsToo() throws Exception {
        start("iothub-mqtt:dev1?sslContextParameters=#hubTls&connectionString=RAW(HostName=localhost:"
                + hub.emulator().mqttPort() + ";DeviceId=dev1;SharedAccessKeyName=iothubowner;SharedAccessKey="
                + hub.emulator().policyKey("iothubowner") + ")");

        assertThat(hub.emulator().acceptedConnects("dev1")).isEqualTo(1);
    }

    @Test
    void aPolicyThatMayNotConnectDevicesIsRefused() {
        assertThatThrownBy(() -> send(
                        "dev1",
                        "sharedAccessKeyName=service&sharedAccessKey=RAW("
                                + hub.emulator().policyKey("service") + ")"))
                .hasStackTraceContaining("not authorized");
    }

    // the key of an enrolment group

    @Test
    void theKeyOfADeviceIsDerivedFromThatOfItsGroup() throws Exception {
        String registrationId = "sn-007-888-abc-mac-a1-b2-c3-d4-e5-f6";
        hub.emulator().addDevice(registrationId, "Jsm0lyGpjaVYVP2g3FnmnmG9dI/9qU24wNoykUmermc=");
        send(registrationId, "deriveDeviceKey=true&sharedAccessKey=RAW(" + GROUP_KEY + ")");

        assertThat(hub.emulator().acceptedConnects(registrationId)).isEqualTo(1);
    }

    @Test
    void itIsDerivedForTheRegistrationIdWhenThatIsAnother() throws Exception {
        hub.emulator().addDevice("press7", "Jsm0lyGpjaVYVP2g3FnmnmG9dI/9qU24wNoykUmermc=");
        send(
                "press7",
                "registrationId=sn-007-888-abc-mac-a1-b2-c3-d4-e5-f6&deriveDeviceKey=true&sharedAccessKey=RAW("
                        + GROUP_KEY + ")");

        assertThat(hub.emulator().acceptedConnects("press7")).isEqualTo(1);
    }

    @Test
    void withoutDerivingTheKeyOfTheGroupIsNotThatOfTheDevice() {
        hub.emulator().addDevice("sn-007", "Jsm0lyGpjaVYVP2g3FnmnmG9dI/9qU24wNoykUmermc=");

        assertThatThrownBy(() -> send("sn-007", "sharedAccessKey=RAW(" + GROUP_KEY + ")"))
                .hasStackTraceContaining("not authorized")
                .hasStackTraceContaining("that the key or certificate is its own");
    }

    // a token provider

    @Test
    void aTokenProviderMakesTheTokenOnAThreadOfItsOwn() throws Exception {
        List<TokenProvider.TokenRequest> requests = new CopyOnWriteArrayList<>();
        AtomicReference<String> thread = new AtomicReference<>();
        context.getRegistry().bind("vault", (TokenProvider) request -> {
            requests.add(request);
            thread.set(Thread.currentThread().getName());
            return sign(request);
        });
        send("dev1", "tokenProvider=#vault&sasTimeToLive=600s");

        assertThat(hub.emulator().telemetry()).hasSize(1);
        assertThat(requests).hasSize(1);
        assertThat(requests.get(0).resource()).isEqualTo("localhost/devices/dev1");
        assertThat(requests.get(0).timeToLive()).isEqualTo(Duration.ofMinutes(10));
        assertThat(thread.get()).contains("IotHubMqttIo");
    }

    @Test
    void aTokenProviderThatIsSlowOrFailsHoldsNoMessageBackForGood() throws Exception {
        List<Exception> failures = new CopyOnWriteArrayList<>();
        context.getRegistry().bind("vault", (TokenProvider) request -> {
            if (!failures.isEmpty()) {
                throw failures.remove(0);
            }
            return sign(request);
        });
        start(
                "iothub-mqtt:dev1?hub=localhost:" + hub.emulator().mqttPort()
                        + "&sslContextParameters=#hubTls&tokenProvider=#vault&reconnectBackoffMin=10ms&reconnectBackoffMax=20ms");
        failures.add(new IllegalStateException("the vault is sealed"));
        failures.add(new IllegalStateException("the vault is sealed"));
        hub.emulator().disconnect("dev1");
        context.createProducerTemplate().sendBody("direct:in", "kept");

        assertThat(hub.emulator().telemetry())
                .extracting(TelemetryMessage::bodyText)
                .containsExactly("kept");
        assertThat(failures).isEmpty();
    }

    @Test
    void whatATokenProviderThrowsAtTheStartIsTold() {
        context.getRegistry().bind("vault", (TokenProvider) request -> {
            throw new IllegalStateException("the vault is sealed");
        });

        assertThatThrownBy(() -> send("dev1", "tokenProvider=#vault"))
                .hasStackTraceContaining("the tokenProvider has no token for localhost/devices/dev1")
                .hasStackTraceContaining("the vault is sealed");
    }

    @Test
    void aProviderOfWrongTokensIsRefusedByTheHub() {
        context.getRegistry().bind("vault", (TokenProvider) request -> SasToken.sign(
                        request.encodedResource(), SharedAccessKey.parse(GROUP_KEY), request.expiry(), null)
                .text());

        assertThatThrownBy(() -> send("dev1", "tokenProvider=#vault")).hasStackTraceContaining("not authorized");
    }

    // a ready-made token

    @Test
    void aReadyMadeTokenIsWarnedAboutAheadOfItsEndAndReportedAtIt() throws Exception {
        Instant expiry = Instant.now().plusSeconds(4);
        String token = SasToken.sign(
                        "localhost%2Fdevices%2Fdev1",
                        SharedAccessKey.parse(hub.device("dev1").primaryKey()), expiry, null)
                .text();
        try (FailedStartLog log = new FailedStartLog()) {
            start("iothub-mqtt:dev1?hub=localhost:" + hub.emulator().mqttPort()
                    + "&sslContextParameters=#hubTls&sasSignature=RAW(" + token + ")");
            await().atMost(HubTestSupport.SOON).until(() -> log.text()
                    .contains("WARN CredentialWatch - The ready-made SAS token of localhost/dev1" + " expires at "));
            assertThat(Instant.now()).isBefore(expiry);
            await().atMost(HubTestSupport.SOON).until(() -> log.text()
                    .contains(
                            "ERROR CredentialWatch - The ready-made SAS token of localhost/dev1 has" + " expired at "));
            assertThat(log.text()).doesNotContain(token);
        }
        assertThat(hub.emulator().events()).noneMatch(event -> event.kind() == HubEvent.Kind.REFUSED);
    }

    private String sign(TokenProvider.TokenRequest request) {
        return SasToken.sign(
                        request.encodedResource(),
                        SharedAccessKey.parse(hub.device("dev1").primaryKey()),
                        request.expiry(),
                        null)
                .text();
    }

    private void send(String deviceId, String options) throws Exception {
        start("iothub-mqtt:" + deviceId + "?hub=localhost:" + hub.emulator().mqttPort()
                + "&sslContextParameters=#hubTls&" + options);
        context.createProducerTemplate().sendBody("direct:in", "a");
        String route = context.getRoutes().get(0).getRouteId();
        context.getRouteController().stopRoute(route);
        context.removeRoute(route);
    }

    private void start(String uri) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").to(uri);
            }
        });
        context.start();
    }
}
