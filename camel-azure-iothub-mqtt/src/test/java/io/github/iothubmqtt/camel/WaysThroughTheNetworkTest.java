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
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import io.github.iothubmqtt.emulator.DeviceboundMessage;
import io.github.iothubmqtt.emulator.DirectMethod;
import io.github.iothubmqtt.emulator.DirectMethodResult;
import io.github.iothubmqtt.emulator.IotHubEmulator;
import io.github.iothubmqtt.emulator.TelemetryMessage;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import io.github.iothubmqtt.transport.Proxy;
import io.github.iothubmqtt.transport.TestProxy;
import org.apache.camel.Exchange;
import org.apache.camel.component.mock.MockEndpoint;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/**
 * Devices in networks that do not let them out to port 8883. Nobody here can resolve the hub's name but the proxies, so whoever
 * connects through one has left that to it.
 */
@Timeout(120) // of a hang, which is what a lost promise looks like
class WaysThroughTheNetworkTest extends HubTestSupport {

    private static final String HUB_NAME = "contoso.azure-devices.invalid";
    private static final String USER = "me";
    private static final String PASSWORD = "open sesame";

    /** Ways that are not the straight one. */
    enum Way {
        WEBSOCKET,
        HTTP_PROXY,
        SOCKS_PROXY,
        WEBSOCKET_THROUGH_HTTP_PROXY,
        WEBSOCKET_THROUGH_SOCKS_PROXY
    }

    @RegisterExtension
    final IotHubExtension hub = IotHubExtension.create(
                    IotHubEmulator.builder().hostName(HUB_NAME).httpsPort(0))
            .withDevice("dev1");

    private TestProxy http;
    private TestProxy socks;

    @Override
    IotHubExtension hub() {
        return hub;
    }

    @BeforeEach
    void startProxies() {
        http = TestProxy.of(Proxy.Type.HTTP, USER, PASSWORD);
        socks = TestProxy.of(Proxy.Type.SOCKS5, USER, PASSWORD);
        for (TestProxy proxy : List.of(http, socks)) {
            proxy.leads(HUB_NAME + ":8883", hub.emulator().mqttPort());
            proxy.leads(HUB_NAME + ":443", hub.emulator().httpsPort());
        }
    }

    @AfterEach
    void stopProxies() throws Exception {
        context.stop();
        http.close();
        socks.close();
    }

    // what each way carries

    @ParameterizedTest
    @EnumSource
    void telemetryArrives(Way way) throws Exception {
        routes(routes -> routes.from("direct:in").to(device(way)));
        template.sendBody("direct:in", "a".repeat(200_000));
        template.sendBody("direct:in", "b");

        assertThat(hub.emulator().telemetry())
                .extracting(TelemetryMessage::bodyText)
                .containsExactly("a".repeat(200_000), "b");
    }

    @ParameterizedTest
    @EnumSource
    void deviceboundMessagesArriveAndAreAcknowledged(Way way) throws Exception {
        List<String> bodies = List.of("on", "x".repeat(60_000), "off");
        MockEndpoint in = getMockEndpoint("mock:in");
        in.expectedBodiesReceived(bodies);
        routes(routes -> routes.from(device(way)).to("mock:in"));
        for (String body : bodies) {
            hub.sendDevicebound("dev1", DeviceboundMessage.of(body));
        }

        assertSatisfied(in);
        await().atMost(SOON).until(() -> hub.emulator().deviceboundQueue("dev1").isEmpty());
    }

    @ParameterizedTest
    @EnumSource
    void theTwinIsReportedAndFollowed(Way way) throws Exception {
        routes(routes -> routes.from(device(way, "channel=desired")).to(device(way, "operation=twinUpdate")));
        hub.emulator().updateDesired("dev1", "{\"target\":21}");

        hub.emulator().twin("dev1").awaitReported(reported -> reported.containsKey("target"), SOON);
    }

    @ParameterizedTest
    @EnumSource
    void directMethodsAreAnswered(Way way) throws Exception {
        routes(routes -> routes.from(device(way, "channel=methods")).setBody().constant("{\"done\":true}"));

        DirectMethodResult result =
                call("dev1", DirectMethod.named("reboot").payload("1").connectTimeout(SOON));

        assertThat(result.status()).isEqualTo(200);
        assertThat(result.payload()).isEqualTo("{\"done\":true}");
    }

    @ParameterizedTest
    @EnumSource(names = ".*PROXY", mode = EnumSource.Mode.MATCH_ALL)
    void nothingIsLostWhenTheProxyCutsAgainAndAgain(Way way) throws Exception {
        Set<String> received = Collections.synchronizedSet(new LinkedHashSet<>());
        routes(routes -> {
            routes.from("direct:in").to(device(way, "sendTimeout=90s", "maxInflight=10"));
            routes.from(device(way, "maxInflight=10"))
                    .process(exchange -> received.add(exchange.getMessage().getBody(String.class)));
        });
        List<CompletableFuture<Exchange>> sent = new ArrayList<>();
        for (int cut = 0; cut < 5; cut++) {
            int round = cut;
            hub.sendDevicebound("dev1", DeviceboundMessage.of("d" + cut));
            IntStream.range(20 * round, 20 * round + 20)
                    .forEach(number -> sent.add(begin("direct:in", message -> message.setBody("t" + number))));
            sent.get(20 * round).join();
            proxy(way).cut();
        }
        for (CompletableFuture<Exchange> exchange : sent) {
            assertThat(exchange.join().getException()).isNull();
        }
        await().atMost(SOON).until(() -> hub.emulator().deviceboundQueue("dev1").isEmpty());

        Set<String> arrived = new LinkedHashSet<>();
        hub.emulator().telemetry().forEach(message -> arrived.add(message.bodyText()));
        assertThat(arrived)
                .containsExactlyElementsOf(
                        IntStream.range(0, 100).mapToObj(number -> "t" + number).toList());
        assertThat(received).containsExactly("d0", "d1", "d2", "d3", "d4");
        await().atMost(SOON).until(() -> proxy(way).targets().size() > 5);
    }

    // the options

    @Test
    void transportWebsocketMeansPort443() throws Exception {
        IotHubMqttEndpoint endpoint = context.getEndpoint(
                "iothub-mqtt:dev1?transport=websocket&hub=localhost&" + key(), IotHubMqttEndpoint.class);

        assertThat(endpoint.getServiceUrl()).isEqualTo("localhost:443");
        assertThat(endpoint.getServiceProtocol()).isEqualTo("wss");
    }

    @Test
    void transportTcpIsTheDefault() throws Exception {
        routes(routes -> routes.from("direct:in").to(uri("hub=" + HUB_NAME, proxyOptions(http, "http"))));

        assertThat(http.targets()).containsExactly(HUB_NAME + ":8883");
    }

    @Test
    void proxyTypeHttpIsTheDefault() throws Exception {
        routes(routes -> routes.from("direct:in")
                .to(uri("hub=" + HUB_NAME, proxyOptions(http, "http").replace("&proxyType=http", ""))));

        assertThat(http.targets()).containsExactly(HUB_NAME + ":8883");
    }

    @Test
    void aProxyOfAnotherTypeIsNamed() {
        assertStartFails("speaks HTTP: set proxyType=http", "hub=" + HUB_NAME, proxyOptions(http, "socks5"));
        assertStartFails(
                "closed the connection instead of answering: check proxyType",
                "hub=" + HUB_NAME,
                proxyOptions(socks, "http"));
    }

    @Test
    void theProxyIsNotTakenForTheHub() {
        assertStartFails(HUB_NAME + " does not resolve", "hub=" + HUB_NAME);
    }

    @Test
    void proxyPortIsWhereTheProxyIs() throws Exception {
        int nobody = http.port();
        http.close();

        assertStartFails(
                "cannot reach the proxy localhost:" + nobody + " (Connection refused): check proxyHost, proxyPort",
                "hub=" + HUB_NAME,
                proxyOptions(http, "http"));
    }

    @Test
    void proxyHostThatDoesNotResolveIsNamed() {
        assertStartFails(
                "the host name of the proxy no-such-proxy.invalid:3128 does not resolve: check proxyHost",
                "hub=" + HUB_NAME,
                "proxyHost=no-such-proxy.invalid&proxyPort=3128");
    }

    @Test
    void aProxyThatWantsCredentialsIsNamed() {
        assertStartFails(
                "the HTTP proxy localhost:" + http.port() + " answered 407 Proxy Authentication Required: it asks for"
                        + " credentials, so give proxyUser and proxyPassword",
                "hub=" + HUB_NAME,
                "proxyHost=localhost&proxyPort=" + http.port());
        assertStartFails(
                "the SOCKS proxy localhost:" + socks.port() + " asks for credentials: give proxyUser and proxyPassword",
                "hub=" + HUB_NAME,
                "proxyType=socks5&proxyHost=localhost&proxyPort=" + socks.port());
    }

    @ParameterizedTest
    @EnumSource(names = {"HTTP_PROXY", "SOCKS_PROXY"})
    void proxyUserAndProxyPasswordMustBothBeRight(Way way) {
        String right = proxyOptions(proxy(way), way == Way.HTTP_PROXY ? "http" : "socks5");

        for (String wrong : List.of(right.replace(PASSWORD, "open barley"), right.replace(USER + "&", "you&"))) {
            assertThat(wrong).isNotEqualTo(right);
            assertStartFails("not accept proxyUser with this proxyPassword", "hub=" + HUB_NAME, wrong);
        }
    }

    @Test
    void theCertificateBearsTheHubsNameAndNotTheProxys() {
        http.leads("other.azure-devices.invalid:8883", hub.emulator().mqttPort());

        assertStartFails(
                "the certificate of other.azure-devices.invalid:8883 was rejected",
                "hub=other.azure-devices.invalid",
                proxyOptions(http, "http"));
    }

    @Test
    void endpointsOfADeviceMustAgreeOnTheWay() throws Exception {
        routes(routes -> routes.from("direct:in").to(device(Way.HTTP_PROXY)));

        assertThatThrownBy(() -> routes(routes -> routes.from("direct:two").to(device(Way.SOCKS_PROXY))))
                .hasStackTraceContaining("proxyType is HTTP there and SOCKS5 here");
        assertThatThrownBy(() ->
                        routes(routes -> routes.from("direct:three").to(device(Way.WEBSOCKET_THROUGH_HTTP_PROXY))))
                .hasStackTraceContaining("port is 8883 there and 443 here");
        assertThatThrownBy(() -> routes(
                        routes -> routes.from("direct:four").to(device(Way.WEBSOCKET_THROUGH_HTTP_PROXY, "port=8883"))))
                .hasStackTraceContaining("transport is tcp there and websocket here");
        assertThatThrownBy(() -> routes(routes ->
                        routes.from("direct:five").to(device(Way.HTTP_PROXY).replace(PASSWORD, "open barley"))))
                .hasStackTraceContaining("proxyPassword is one value (not shown) there and one value (not shown) here");
    }

    private void assertStartFails(String sentence, String... options) {
        assertThatThrownBy(() -> routes(
                        routes -> routes.from("direct:" + System.nanoTime()).to(uri(options))))
                .hasStackTraceContaining(sentence)
                .satisfies(failure -> {
                    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                        assertThat(String.valueOf(cause.getMessage())).doesNotContain(PASSWORD);
                    }
                });
    }

    private TestProxy proxy(Way way) {
        return way.name().endsWith("HTTP_PROXY") ? http : socks;
    }

    private String device(Way way, String... options) {
        List<String> all = new ArrayList<>(List.of(options));
        if (way == Way.WEBSOCKET) {
            all.add("gatewayHostName=localhost");
            all.add("port=" + hub.emulator().httpsPort());
        }
        if (way.name().startsWith("WEBSOCKET")) {
            all.add("transport=websocket");
        }
        if (way.name().endsWith("HTTP_PROXY")) {
            all.add(proxyOptions(http, "http"));
        } else if (way.name().endsWith("SOCKS_PROXY")) {
            all.add(proxyOptions(socks, "socks5"));
        }
        all.add("hub=" + HUB_NAME);
        return uri(all.toArray(String[]::new));
    }

    private static String proxyOptions(TestProxy proxy, String type) {
        return "proxyHost=localhost&proxyType=" + type + "&proxyPort=" + proxy.port() + "&proxyUser=" + USER
                + "&proxyPassword=RAW(" + PASSWORD + ")";
    }

    private String uri(String... options) {
        return "iothub-mqtt:dev1?" + key()
                + "&sslContextParameters=#hubTls&reconnectBackoffMin=20ms&reconnectBackoffMax=200ms&"
                + String.join("&", options);
    }

    private String key() {
        return "sharedAccessKey=RAW(" + hub.device("dev1").primaryKey() + ")";
    }
}
