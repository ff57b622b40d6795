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
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.iothubmqtt.emulator.ConnectionInfo;
import io.github.iothubmqtt.emulator.DeviceboundMessage;
import io.github.iothubmqtt.emulator.HubEvent;
import io.github.iothubmqtt.emulator.HubSettings;
import io.github.iothubmqtt.emulator.IotHubEmulator;
import io.github.iothubmqtt.emulator.TelemetryMessage;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import io.github.iothubmqtt.protocol.DeviceIdentity;
import io.github.iothubmqtt.protocol.SasToken;
import io.github.iothubmqtt.protocol.SharedAccessKey;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.ExceptionHandler;
import org.apache.camel.support.DefaultHeaderFilterStrategy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Options whose effect a hub sees. */
class OptionsAtTheHubTest {

    private static final Duration SOON = HubTestSupport.SOON;

    @RegisterExtension
    static final IotHubExtension HUB = IotHubExtension.create()
            .withSettings(HubSettings.defaults().expiryGrace(Duration.ZERO))
            .withDevice("dev1");

    private final DefaultCamelContext context = new DefaultCamelContext();

    @BeforeEach
    void bindTls() {
        context.getRegistry().bind("hubTls", HubTls.trusting(HUB.emulator()));
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    // where and as whom

    @Test
    void hubMayContainThePort() throws Exception {
        send("dev1", "hub=localhost:" + port(), key(), tls());

        assertThat(telemetry()).hasSize(1);
    }

    @Test
    void portIsThatOfTheHub() throws Exception {
        send("dev1", "hub=localhost", "port=" + port(), key(), tls());

        assertThat(telemetry()).hasSize(1);
    }

    @Test
    void withoutPortThatOfMqttOverTlsIsUsed() throws Exception {
        context.start();

        assertThat(context.getEndpoint("iothub-mqtt:dev1?hub=localhost&" + key(), IotHubMqttEndpoint.class)
                        .getServiceUrl())
                .isEqualTo("localhost:8883");
    }

    @Test
    void connectionStringIsEnough() throws Exception {
        send("dev1", "connectionString=RAW(" + HUB.connectionString("dev1") + ")", tls());

        assertThat(telemetry()).hasSize(1);
    }

    @Test
    void sharedAccessKeyMayBeTheSecondaryOne() throws Exception {
        send("dev1", hub(), "sharedAccessKey=RAW(" + HUB.device("dev1").secondaryKey() + ")", tls());

        assertThat(telemetry()).hasSize(1);
    }

    @Test
    void sasSignatureIsPresentedAsItIs() throws Exception {
        Instant expiry = Instant.now().plusSeconds(1234);
        String token = SasToken.sign(
                        new DeviceIdentity("localhost", "dev1", null),
                        SharedAccessKey.parse(HUB.device("dev1").primaryKey()),
                        expiry)
                .text();
        send("dev1", hub(), "sasSignature=RAW(" + token + ")", tls());

        assertThat(telemetry()).hasSize(1);
        assertThat(connection().tokenExpiry().getEpochSecond()).isEqualTo(expiry.getEpochSecond());
    }

    // TLS

    @Test
    void sslContextParametersSayWhomToTrust() throws Exception {
        send("dev1", hub(), key(), tls());

        assertThat(telemetry()).hasSize(1);
    }

    @Test
    void withoutSslContextParametersAPrivateAuthorityIsNotTrusted() {
        assertThatThrownBy(() -> send("dev1", hub(), key())).hasStackTraceContaining("is not trusted");
    }

    @Test
    void theGlobalSslContextParametersAreUsedWhenTheComponentIsToldSo() throws Exception {
        context.setSSLContextParameters(HubTls.trusting(HUB.emulator()));
        context.getComponent("iothub-mqtt", IotHubMqttComponent.class).setUseGlobalSslContextParameters(true);
        send("dev1", hub(), key());

        assertThat(telemetry()).hasSize(1);
    }

    @Test
    void theGlobalSslContextParametersAreNotUsedUnasked() {
        context.setSSLContextParameters(HubTls.trusting(HUB.emulator()));

        assertThatThrownBy(() -> send("dev1", hub(), key())).hasStackTraceContaining("is not trusted");
    }

    // tokens

    @Test
    void sasTimeToLiveIsTheLifeOfTheToken() throws Exception {
        Instant before = Instant.now();
        send("dev1", hub(), key(), tls(), "sasTimeToLive=600s");

        assertThat(connection().tokenExpiry())
                .isBetween(before.plusSeconds(599), Instant.now().plusSeconds(600));
    }

    @Test
    void sasTimeToLiveIsAnHourByDefault() throws Exception {
        Instant before = Instant.now();
        send("dev1", hub(), key(), tls());

        assertThat(connection().tokenExpiry())
                .isBetween(before.plusSeconds(3599), Instant.now().plusSeconds(3600));
    }

    @Test
    void telemetryFlowsOverRenewalsOfAShortLivedToken() throws Exception {
        start(from("direct:in", "dev1", hub(), key(), tls(), "sasTimeToLive=3s"));
        ProducerTemplate template = context.createProducerTemplate();
        int sent = 0;
        while (HUB.emulator().acceptedConnects("dev1") < 4) {
            template.sendBody("direct:in", "m" + sent++); // fails the test if one fails
        }

        // On a slow machine a token may expire before its renewal, and a message then comes twice.
        assertThat(telemetry().stream().map(TelemetryMessage::bodyText).distinct())
                .hasSize(sent);
        assertThat(HUB.emulator().events())
                .anyMatch(event -> event.kind() == HubEvent.Kind.DISCONNECTED
                        && event.description().contains("the device said DISCONNECT"));
    }

    // the will

    @Test
    void theWillIsEmittedWithItsPropertiesWhenTheConnectionIsCut() throws Exception {
        start(from(
                "direct:in",
                "dev1",
                hub(),
                key(),
                tls(),
                "willMessage=gone",
                "willProperty.severity=high",
                "willProperty.place=c d"));
        HUB.emulator().disconnect("dev1");

        TelemetryMessage will = HUB.awaitTelemetry(message -> message.bodyText().equals("gone"), SOON);
        assertThat(will.properties())
                .containsEntry("severity", "high")
                .containsEntry("place", "c d")
                .containsEntry("iothub-MessageType", "Will");
    }

    // telemetry

    @Test
    void contentTypeAndContentEncodingAreThatOfTelemetry() throws Exception {
        send("dev1", hub(), key(), tls(), "contentType=application/json", "contentEncoding=utf-8");

        assertThat(telemetry().get(0).systemProperties())
                .containsEntry("content-type", "application/json")
                .containsEntry("content-encoding", "utf-8");
    }

    @Test
    void withoutOptionsTelemetryHasNoSystemProperties() throws Exception {
        send("dev1", hub(), key(), tls());

        assertThat(telemetry().get(0).systemProperties()).isEmpty();
    }

    @Test
    void outputNameIsThatOfTheModulesTelemetry() throws Exception {
        String key = HUB.device("dev1").addModule("mod1").primaryKey();
        send("dev1/mod1", hub(), "sharedAccessKey=RAW(" + key + ")", tls(), "outputName=alerts");

        assertThat(telemetry().get(0).moduleId()).isEqualTo("mod1");
        assertThat(telemetry().get(0).systemProperties()).containsValue("alerts");
    }

    @Test
    void headerFilterStrategySaysWhichHeadersBecomeProperties() throws Exception {
        DefaultHeaderFilterStrategy filter = new DefaultHeaderFilterStrategy();
        filter.getOutFilter().add("private");
        context.getRegistry().bind("filter", filter);
        start(from("direct:in", "dev1", hub(), key(), tls(), "headerFilterStrategy=#filter"));
        context.createProducerTemplate().sendBodyAndHeaders("direct:in", "a", Map.of("private", "x", "public", "y"));

        assertThat(telemetry().get(0).properties()).containsEntry("public", "y").doesNotContainKey("private");
    }

    @Test
    void lazyStartProducerLetsTheRouteStartWithoutAHub() throws Exception {
        start(from("direct:in", "dev1", "hub=no-such-hub.invalid", key(), "lazyStartProducer=true"));

        assertThatThrownBy(() -> context.createProducerTemplate().sendBody("direct:in", "a"))
                .isInstanceOf(CamelExecutionException.class)
                .hasStackTraceContaining("no-such-hub.invalid does not resolve");
    }

    // devicebound

    @Test
    void exchangePatternIsThatOfTheConsumersExchanges() throws Exception {
        MockEndpoint out = consume("exchangePattern=InOut");
        out.expectedMessageCount(1);
        HUB.sendDevicebound("dev1", DeviceboundMessage.of("on"));

        out.assertIsSatisfied(SOON.toMillis());
        assertThat(out.getExchanges().get(0).getPattern()).isEqualTo(ExchangePattern.InOut);
    }

    @Test
    void withOnFailureAcknowledgeAFailedMessageIsGoneAtOnce() throws Exception {
        List<Throwable> told = tellTheExceptionHandler();
        List<String> deliveries = consumeAndFail("onFailure=acknowledge", "exceptionHandler=#told");
        HUB.sendDevicebound("dev1", DeviceboundMessage.of("on"));

        await().atMost(SOON).until(() -> told.size() == 1);
        await().atMost(SOON).until(() -> HUB.emulator().deviceboundQueue("dev1").isEmpty());
        assertThat(deliveries).containsExactly("on");
        assertThat(HUB.emulator().acceptedConnects("dev1")).isEqualTo(1);
    }

    @Test
    void maxRedeliveriesIsHowOftenAFailedMessageComesAgain() throws Exception {
        List<Throwable> told = tellTheExceptionHandler();
        List<String> deliveries = consumeAndFail("maxRedeliveries=2", "exceptionHandler=#told");
        HUB.sendDevicebound("dev1", DeviceboundMessage.of("on"));

        await().atMost(SOON).until(() -> told.size() == 1);
        await().atMost(SOON).until(() -> HUB.emulator().deviceboundQueue("dev1").isEmpty());
        assertThat(deliveries).containsExactly("on", "on", "on");
    }

    @Test
    void bridgeErrorHandlerBringsAMessageThatWasGivenUpToTheRoutesErrorHandler() throws Exception {
        MockEndpoint bridged = context.getEndpoint("mock:bridged", MockEndpoint.class);
        start(new RouteBuilder() {
            @Override
            public void configure() {
                onException(DeviceboundFailedException.class).handled(true).to("mock:bridged");
                from(uri("dev1", hub(), key(), tls(), "maxRedeliveries=0", "bridgeErrorHandler=true"))
                        .throwException(new IllegalStateException("wanted"));
            }
        });
        bridged.expectedMessageCount(1);
        HUB.sendDevicebound("dev1", DeviceboundMessage.of("on"));

        bridged.assertIsSatisfied(SOON.toMillis());
    }

    private List<Throwable> tellTheExceptionHandler() {
        List<Throwable> told = new CopyOnWriteArrayList<>();
        context.getRegistry().bind("told", new ExceptionHandler() {
            @Override
            public void handleException(Throwable exception) {
                told.add(exception);
            }

            @Override
            public void handleException(String message, Throwable exception) {
                told.add(exception);
            }

            @Override
            public void handleException(String message, Exchange exchange, Throwable exception) {
                told.add(exception);
            }
        });
        return told;
    }

    private List<String> consumeAndFail(String... options) throws Exception {
        List<String> deliveries = new CopyOnWriteArrayList<>();
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from(uri("dev1", hub(), key(), tls(), "reconnectBackoffMin=10ms", "reconnectBackoffMax=20ms") + "&"
                                + String.join("&", options))
                        .process(
                                exchange -> deliveries.add(exchange.getMessage().getBody(String.class)))
                        .throwException(new IllegalStateException("wanted"));
            }
        });
        return deliveries;
    }

    private MockEndpoint consume(String option) throws Exception {
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from(uri("dev1", hub(), key(), tls(), option)).to("mock:out");
            }
        });
        return context.getEndpoint("mock:out", MockEndpoint.class);
    }

    private void send(String path, String... options) throws Exception {
        start(from("direct:in", path, options));
        context.createProducerTemplate().sendBody("direct:in", "a");
    }

    private void start(RouteBuilder routes) throws Exception {
        context.addRoutes(routes);
        context.start();
    }

    private static RouteBuilder from(String source, String path, String... options) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from(source).to(uri(path, options));
            }
        };
    }

    private static String uri(String path, String... options) {
        return "iothub-mqtt:" + path + "?" + String.join("&", options);
    }

    private static List<TelemetryMessage> telemetry() {
        return HUB.emulator().telemetry();
    }

    private static ConnectionInfo connection() {
        IotHubEmulator hub = HUB.emulator();
        assertThat(hub.connections()).hasSize(1);
        return hub.connections().get(0);
    }

    private static int port() {
        return HUB.emulator().mqttPort();
    }

    private static String hub() {
        return "hub=localhost:" + port();
    }

    private static String key() {
        return "sharedAccessKey=RAW(" + HUB.device("dev1").primaryKey() + ")";
    }

    private static String tls() {
        return "sslContextParameters=#hubTls";
    }
}
