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
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Stream;

import io.github.iothubmqtt.device.HubConnectionException;
import io.github.iothubmqtt.emulator.TelemetryMessage;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import io.github.iothubmqtt.protocol.DeviceIdentity;
import io.github.iothubmqtt.protocol.SasToken;
import io.github.iothubmqtt.protocol.SharedAccessKey;
import io.vertx.core.Vertx;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/** A first connection that cannot be made fails the start of its route, says what to change, and leaves nothing behind. */
class FailedStartTest {

    private static final Duration SOON = HubTestSupport.SOON;
    private static final String OTHER_KEY = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldC1zZWM=";

    @RegisterExtension
    static final IotHubExtension HUB = IotHubExtension.create().withDevice("dev1");

    private final DefaultCamelContext context = new DefaultCamelContext();

    @BeforeEach
    void start() {
        context.getRegistry().bind("hubTls", HubTls.trusting(HUB.emulator()));
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void aWrongKey() {
        assertStartFails(
                "dev1?" + hub() + key(OTHER_KEY) + tls(),
                "not authorized. Check that the device is registered at this hub and enabled, that the key or certificate is its own");
    }

    @Test
    void aDeviceThatTheHubDoesNotKnow() {
        assertStartFails("dev2?" + hub() + key(OTHER_KEY) + tls(), "Check that the device is registered at this hub");
    }

    @Test
    void aModuleThatTheHubDoesNotKnow() {
        assertStartFails("dev1/mod1?" + hub() + key(OTHER_KEY) + tls(), "Cannot connect localhost/dev1/mod1 at");
    }

    @Test
    void aDisabledDevice() {
        HUB.device("dev1").disable();
        try {
            assertStartFails("dev1?" + hub() + key(goodKey()) + tls(), "The device may be disabled");
        } finally {
            HUB.device("dev1").enable();
        }
    }

    @Test
    void aHostNameThatDoesNotResolve() {
        assertStartFails(
                "dev1?hub=no-such-hub.invalid" + key(OTHER_KEY),
                "the host name no-such-hub.invalid does not resolve: write the hub's full name");
    }

    @Test
    void aPortOnWhichNothingListens() {
        int port = freePort();
        assertStartFails(
                "dev1?hub=localhost:" + port + key(OTHER_KEY),
                "cannot reach localhost:" + port + " (Connection refused): check host, port and firewall");
    }

    @Test
    void aCertificateAuthorityThatIsNotTrusted() {
        assertStartFails("dev1?" + hub() + key(goodKey()), "is not trusted: add its CA with sslContextParameters");
    }

    @Test
    void aCertificateForAnotherName() {
        try (OptionsPeer peer = OptionsPeer.certifiedAs("other.example.org")) {
            context.getRegistry().bind("peerTls", peer.tls());
            assertStartFails(
                    "dev1?hub=localhost:" + peer.port() + key(OTHER_KEY) + "&sslContextParameters=#peerTls",
                    "the host must be written as the certificate has it");
        }
    }

    @Test
    void aReadyMadeTokenThatHasExpired() {
        assertStartFails(
                "dev1?" + hub() + "&sasSignature=RAW(" + expiredToken() + ")" + tls(),
                "expired at 2020-01-01T00:00:00Z: make a new one, or give the sharedAccessKey");
        assertThat(HUB.emulator().events()).as("the hub is not even asked").isEmpty();
    }

    @Test
    void aConnectionStringWithATokenThatHasExpired() {
        String connectionString = "HostName=localhost:" + HUB.emulator().mqttPort()
                + ";DeviceId=dev1;SharedAccessSignature=" + expiredToken();
        assertStartFails(
                "dev1?connectionString=RAW(" + connectionString + ")" + tls(), "expired at 2020-01-01T00:00:00Z");
    }

    @Test
    void aHubThatNeverAnswers() {
        try (OptionsPeer peer = OptionsPeer.start(connect -> {})) {
            context.getRegistry().bind("peerTls", peer.tls());
            assertStartFails(
                    "dev1?hub=localhost:" + peer.port() + key(OTHER_KEY)
                            + "&sslContextParameters=#peerTls&connectTimeout=5s",
                    "within 5000 ms");
        }
    }

    @Test
    void aConsumerFailsLikeAProducer() {
        Throwable failure = catchThrowable(() -> add("in", new RouteBuilder() {
            @Override
            public void configure() {
                from("iothub-mqtt:dev1?" + hub() + key(OTHER_KEY) + tls())
                        .routeId("in")
                        .to("mock:out");
            }
        }));

        assertThat(failure).hasRootCauseMessage("the hub refused the connection: 5, not authorized");
        assertNothingIsLeft();
    }

    @Test
    void aConsumerThatDidNotStartIsStoppedInSilence() {
        try (FailedStartLog log = new FailedStartLog()) {
            aConsumerFailsLikeAProducer();
            context.stop();

            assertThat(log.text()).doesNotContain("NullPointerException").doesNotContain("Error occurred while");
        }
    }

    @Test
    void theSameDeviceStartsLaterInTheSameContext() throws Exception {
        assertStartFails("dev1?" + hub() + key(OTHER_KEY) + tls(), "not authorized");
        add("good", to("good", "dev1?" + hub() + key(goodKey()) + tls()));
        context.createProducerTemplate().sendBody("direct:good", "a");

        assertThat(HUB.emulator().telemetry())
                .extracting(TelemetryMessage::bodyText)
                .containsExactly("a");
    }

    @Test
    void aFailedStartLeavesTheConnectionOfOtherRoutesAlone() throws Exception {
        add("good", to("good", "dev1?" + hub() + key(goodKey()) + tls()));
        Throwable failure = catchThrowable(
                () -> add("bad", to("bad", "dev1?" + hub() + key(goodKey()) + tls() + "&cleanSession=true")));
        context.createProducerTemplate().sendBody("direct:good", "a");

        assertThat(failure).hasRootCauseInstanceOf(IllegalArgumentException.class);
        assertThat(HUB.emulator().telemetry()).hasSize(1);
        assertThat(HUB.emulator().acceptedConnects("dev1")).isEqualTo(1);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aHundredRefusedStartsLeaveNoThreadAndNoSocket() {
        leavesNothing("dev1?" + hub() + key(OTHER_KEY) + tls());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aHundredStartsWithoutAnyHubLeaveNoThreadAndNoSocket() {
        leavesNothing("dev1?hub=localhost:" + freePort() + key(OTHER_KEY));
    }

    @Test
    void aSupervisedRouteStartsAsSoonAsTheHubIsThere() throws Exception {
        int port = freePort();
        Vertx vertx = Vertx.vertx();
        try (DefaultCamelContext supervised = new DefaultCamelContext()) {
            supervised.getRegistry().bind("hubTls", HubTls.trusting(HUB.emulator()));
            supervised.getRouteController().supervising().setBackOffDelay(100);
            supervised.addRoutes(to("late", "dev1?hub=localhost:" + port + key(goodKey()) + tls()));
            supervised.start();
            await().atMost(SOON).until(() -> !supervised
                    .getRouteController()
                    .supervising()
                    .getRestartingRoutes()
                    .isEmpty());
            relay(vertx, port, HUB.emulator().mqttPort());

            await().atMost(SOON).until(() -> supervised
                    .getRouteController()
                    .getRouteStatus("late")
                    .isStarted());
            supervised.createProducerTemplate().sendBody("direct:late", "a");
            assertThat(HUB.emulator().telemetry()).hasSize(1);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private void assertStartFails(String uri, String sentence) {
        Throwable failure = catchThrowable(() -> add("bad", to("bad", uri)));

        assertThat(failure)
                .hasStackTraceContaining(HubConnectionException.class.getName())
                .hasStackTraceContaining(sentence);
        assertNothingIsLeft();
    }

    private void leavesNothing(String uri) {
        startInVain(uri);
        long socketsBefore = sockets();
        for (int i = 0; i < 100; i++) {
            startInVain(uri);
        }

        assertNothingIsLeft();
        await().atMost(SOON).untilAsserted(() -> assertThat(sockets()).isLessThanOrEqualTo(socketsBefore));
        // Idle ones stay for a minute, to be used again; one start needs four.
        assertThat(threads()).as("threads while the context lives").isLessThan(20);
        context.stop();
        await().atMost(SOON).untilAsserted(() -> assertThat(threads()).isZero());
    }

    private void startInVain(String uri) {
        assertThat(catchThrowable(() -> add("bad", to("bad", uri)))).isNotNull();
    }

    private static void assertNothingIsLeft() {
        await().atMost(SOON).until(() -> HUB.emulator().connections().isEmpty());
        // Threads that Paho has named are threads in use.
        await().atMost(SOON).until(() -> Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("MQTT ")));
    }

    /** Adds a route that starts at once, and takes it out again if that fails. */
    private void add(String routeId, RouteBuilder route) throws Exception {
        try {
            context.addRoutes(route);
        } catch (Exception e) {
            assertThatCode(() -> context.removeRouteDefinition(context.getRouteDefinition(routeId)))
                    .doesNotThrowAnyException();
            throw e;
        }
    }

    private static RouteBuilder to(String routeId, String uri) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:" + routeId).routeId(routeId).to("iothub-mqtt:" + uri);
            }
        };
    }

    /** Lets whoever connects to the one port reach the other. */
    private static void relay(Vertx vertx, int from, int to) {
        vertx.createNetServer()
                .connectHandler(near -> {
                    near.pause();
                    vertx.createNetClient()
                            .connect(to, "127.0.0.1")
                            .onSuccess(far -> {
                                near.pipeTo(far);
                                far.pipeTo(near);
                            })
                            .onFailure(refused -> near.close());
                })
                .listen(from, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().contains("IotHubMqtt"))
                .count();
    }

    private static long sockets() {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.filter(FailedStartTest::isSocket).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException e) {
            return false; // closed meanwhile
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String expiredToken() {
        return SasToken.sign(
                        new DeviceIdentity("localhost", "dev1", null),
                        SharedAccessKey.parse(goodKey()),
                        Instant.parse("2020-01-01T00:00:00Z"))
                .text();
    }

    private static String hub() {
        return "hub=localhost:" + HUB.emulator().mqttPort();
    }

    private static String goodKey() {
        return HUB.device("dev1").primaryKey();
    }

    private static String key(String key) {
        return "&sharedAccessKey=RAW(" + key + ")";
    }

    private static String tls() {
        return "&sslContextParameters=#hubTls";
    }
}
