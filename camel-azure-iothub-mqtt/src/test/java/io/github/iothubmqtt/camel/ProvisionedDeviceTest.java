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

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

import io.github.iothubmqtt.device.TokenProvider;
import io.github.iothubmqtt.emulator.Allocation;
import io.github.iothubmqtt.emulator.ClientCertificate;
import io.github.iothubmqtt.emulator.DeviceboundMessage;
import io.github.iothubmqtt.emulator.Enrollment;
import io.github.iothubmqtt.emulator.Fault;
import io.github.iothubmqtt.emulator.FaultPoint;
import io.github.iothubmqtt.emulator.HubSettings;
import io.github.iothubmqtt.emulator.IotHubEmulator;
import io.github.iothubmqtt.emulator.TelemetryMessage;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import io.github.iothubmqtt.protocol.SasToken;
import io.github.iothubmqtt.protocol.SharedAccessKey;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Routes of devices whose hub the provisioning service names. */
class ProvisionedDeviceTest {

    private static final HubSettings SETTINGS =
            HubSettings.defaults().provisioningRetryAfter(Duration.ZERO).provisioningPolls(2);

    @RegisterExtension
    final IotHubExtension hub = IotHubExtension.create().withSettings(SETTINGS);

    @TempDir
    Path directory;

    private final IotHubEmulator otherHub =
            IotHubEmulator.builder().settings(SETTINGS).start();
    private final DefaultCamelContext context = new DefaultCamelContext();

    @BeforeEach
    void bindTls() {
        context.getRegistry().bind("hubTls", HubTls.trusting(hub.emulator(), otherHub));
    }

    @AfterEach
    void stop() {
        context.stop();
        otherHub.close();
    }

    @Test
    void aDeviceNeedsNoHubButAnEnrolment() throws Exception {
        Enrollment enrolment = enroll("dev1");
        start("dev1", key(enrolment.primaryKey()));
        send("a");

        assertThat(telemetryOf(hub.emulator())).containsExactly("a");
        assertThat(hub.emulator().provisioning().registerRequests("dev1")).isEqualTo(1);
        assertThat(hub.emulator().provisioning().pollRequests("dev1")).isEqualTo(2);
    }

    @Test
    void allRoutesOfADeviceShareItsRegistration() throws Exception {
        Enrollment enrolment = enroll("dev1");
        String uri = uri("dev1", key(enrolment.primaryKey()));
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").to(uri);
                from(uri).to("mock:commands");
                from(uri + "&channel=desired").to("mock:desired");
            }
        });
        context.start();
        hub.emulator().sendDevicebound("dev1", DeviceboundMessage.of("on"));
        MockEndpoint commands = context.getEndpoint("mock:commands", MockEndpoint.class);
        commands.expectedBodiesReceived("on");
        HubTestSupport.assertSatisfied(commands);

        assertThat(hub.emulator().acceptedConnects("dev1")).isEqualTo(1);
        assertThat(hub.emulator().provisioning().acceptedConnects("dev1")).isEqualTo(1);
    }

    @Test
    void theKeyOfAGroupServesEachOfItsDevices() throws Exception {
        Enrollment group = hub.emulator().provisioning().enrollGroup("presses");
        start("press-7", key(group.primaryKey()) + "&deriveDeviceKey=true");
        send("a");

        assertThat(telemetryOf(hub.emulator())).containsExactly("a");
    }

    @Test
    void theRegistrationIdMayDifferFromTheDeviceId() throws Exception {
        Enrollment enrolment = enroll("serial-0815").withDeviceId("press7");
        start("press7", key(enrolment.primaryKey()) + "&registrationId=serial-0815");
        send("a");

        assertThat(hub.emulator().telemetry())
                .extracting(TelemetryMessage::deviceId)
                .containsExactly("press7");
    }

    @Test
    void aDeviceIdThatTheServiceDoesNotConfirmIsRefusedWithTheRightOne() {
        Enrollment enrolment = enroll("dev1").withDeviceId("press7");

        assertThatThrownBy(() -> start("dev1", key(enrolment.primaryKey())))
                .hasStackTraceContaining(
                        "registration 'dev1' belongs to device 'press7' of the assigned hub, and the URI"
                                + " names 'dev1': write iothub-mqtt:press7?registrationId=dev1");
    }

    @Test
    void aCertificateServesBothTheServiceAndTheHub() throws Exception {
        ClientCertificate certificate = ClientCertificate.selfSigned("dev1");
        enroll("dev1").withCertificate(certificate.certificate());
        Path chain = Files.writeString(directory.resolve("certificate.pem"), certificate.certificatePem());
        Path key = Files.writeString(directory.resolve("key.pem"), certificate.privateKeyPem());
        start("dev1", "certificateFile=" + chain + "&privateKeyFile=" + key);
        send("a");

        assertThat(telemetryOf(hub.emulator())).containsExactly("a");
    }

    @Test
    void aTokenProviderIsAskedForBothToo() throws Exception {
        Enrollment enrolment = enroll("dev1");
        List<String> resources = new CopyOnWriteArrayList<>();
        context.getRegistry().bind("vault", (TokenProvider) request -> {
            resources.add(request.resource());
            return SasToken.sign(
                            request.encodedResource(),
                            SharedAccessKey.parse(enrolment.primaryKey()),
                            request.expiry(),
                            request.keyName())
                    .text();
        });
        start("dev1", "tokenProvider=#vault");

        assertThat(resources)
                .containsExactly(
                        hub.emulator().provisioning().idScope() + "/registrations/dev1", "localhost/devices/dev1");
    }

    @Test
    void thePayloadReachesTheAllocationPolicy() throws Exception {
        List<String> payloads = new CopyOnWriteArrayList<>();
        Enrollment enrolment = enroll("dev1").allocatedBy(request -> {
            payloads.add(request.payload());
            return Allocation.toHub(otherHub);
        });
        start("dev1", key(enrolment.primaryKey()) + "&provisioningPayload=RAW({\"site\":\"K\u00f6ln & Bonn\"})");
        send("a");

        assertThat(payloads).containsExactly("{\"site\":\"K\u00f6ln & Bonn\"}");
        assertThat(telemetryOf(otherHub)).containsExactly("a");
    }

    // what is not an assignment

    @ParameterizedTest
    @CsvSource({
        "wrong key, 401, Check that the key or certificate is that of the enrolment",
        "unknown, 404, Check idScope and registrationId",
        "disabled, disabled, enable it",
        "failed, could not assign registration, 400207"
    })
    void whatTheServiceRefusesFailsTheStartWithASentence(String what, String first, String second) {
        Enrollment enrolment = enroll("dev1");
        String key = enrolment.primaryKey();
        switch (what) {
            case "wrong key" -> enrolment.withKey("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
            case "unknown" -> enrolment.remove();
            case "disabled" -> enrolment.disable();
            default -> enrolment.fail(400207, "Custom allocation failed");
        }

        assertThatThrownBy(() -> start("dev1", key(key)))
                .hasStackTraceContaining("Cannot connect")
                .hasStackTraceContaining(first)
                .hasStackTraceContaining(second)
                .satisfies(failure -> assertThat(failure.toString()).doesNotContain(key));
        assertThat(hub.emulator().acceptedConnects("dev1")).isZero();
    }

    @Test
    void aWrongIdScopeIsRefused() {
        Enrollment enrolment = enroll("dev1");

        assertThatThrownBy(() -> startAt("dev1", "idScope=0ne00WRONG&" + key(enrolment.primaryKey())))
                .hasStackTraceContaining("no registration at the provisioning service localhost:")
                .hasStackTraceContaining("Check idScope, registrationId");
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500})
    void whatIsTemporaryIsWaitedFor(int status) throws Exception {
        Enrollment enrolment = enroll("dev1");
        hub.emulator()
                .faults()
                .at(FaultPoint.PROVISIONING_REGISTER, FaultPoint.PROVISIONING_POLL)
                .times(3)
                .then(Fault.answerStatus(status, Duration.ZERO));
        start("dev1", key(enrolment.primaryKey()));
        send("a");

        assertThat(telemetryOf(hub.emulator())).containsExactly("a");
        assertThat(hub.emulator().provisioning().acceptedConnects("dev1")).isEqualTo(1);
        assertThat(hub.emulator().faults().occurrences()).isEqualTo(3);
    }

    @Test
    void aRegistrationThatNeverEndsFailsWithinItsTimeout() {
        Enrollment enrolment = enroll("dev1");
        hub.emulator()
                .faults()
                .at(FaultPoint.PROVISIONING_REGISTER)
                .always()
                .then(Fault.answerStatus(429, Duration.ZERO));

        assertThatThrownBy(() -> start("dev1", key(enrolment.primaryKey()) + "&provisioningTimeout=1s"))
                .hasStackTraceContaining("did not assign a hub within 1 s (provisioningTimeout): it answered 429 last");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cut", "silence", "lie"})
    void aRouteThatIsAlreadyRunningOutlastsAServiceThatFails(String how) throws Exception {
        Enrollment enrolment = enroll("dev1");
        start("dev1", key(enrolment.primaryKey()) + "&connectTimeout=2s");
        hub.emulator()
                .faults()
                .at(FaultPoint.PROVISIONING_REGISTER)
                .times(2)
                .then(
                        switch (how) {
                            case "cut" -> Fault.cut();
                            case "silence" -> Fault.silence();
                            default -> Fault.answer(200, "{\"status\":\"assigned\"}");
                        });
        move(enrolment);
        CompletableFuture<Object> sent = context.createProducerTemplate().asyncSendBody("direct:in", "kept");
        sent.get(HubTestSupport.SOON.toSeconds(), TimeUnit.SECONDS);

        assertThat(telemetryOf(otherHub)).containsExactly("kept");
    }

    // the hub changes

    @Test
    void aDeviceThatIsMovedFollowsToItsNewHubAndLosesNothing() throws Exception {
        Enrollment enrolment = enroll("dev1");
        start("dev1", key(enrolment.primaryKey()));
        for (int i = 0; i < 10; i++) {
            send("m" + i);
        }
        move(enrolment);
        for (int i = 10; i < 20; i++) {
            send("m" + i);
        }

        assertThat(telemetryOf(hub.emulator())).hasSize(10).startsWith("m0");
        assertThat(telemetryOf(otherHub)).hasSize(10).startsWith("m10");
    }

    @Test
    void aDeviceIsNotRegisteredAgainWithoutNeed() throws Exception {
        Enrollment enrolment = enroll("dev1");
        start("dev1", key(enrolment.primaryKey()));
        hub.emulator().disconnect("dev1");
        send("a");
        context.getRouteController().stopAllRoutes();
        context.getRouteController().startAllRoutes();
        send("b");

        assertThat(hub.emulator().acceptedConnects("dev1")).isEqualTo(3);
        assertThat(hub.emulator().provisioning().registerRequests("dev1")).isEqualTo(1);
    }

    @Test
    void provisioningEndpointSaysWhereTheServiceIs() throws Exception {
        Enrollment enrolment = otherHub.provisioning().enroll("dev1");
        startAt(
                "dev1",
                "idScope=" + otherHub.provisioning().idScope() + "&" + key(enrolment.primaryKey())
                        + "&provisioningEndpoint=localhost:" + otherHub.mqttPort());
        send("a");

        assertThat(telemetryOf(otherHub)).containsExactly("a");
    }

    /** The device is gone from the first hub, and enrolled for the other. */
    private void move(Enrollment enrolment) {
        enrolment.toHub(otherHub);
        hub.emulator().removeDevice("dev1");
        await().atMost(HubTestSupport.SOON)
                .until(() -> hub.emulator().connections().isEmpty());
    }

    private Enrollment enroll(String registrationId) {
        return hub.emulator().provisioning().enroll(registrationId);
    }

    private static String key(String key) {
        return "sharedAccessKey=RAW(" + key + ")";
    }

    private String uri(String deviceId, String options) {
        return "iothub-mqtt:" + deviceId + "?idScope="
                + hub.emulator().provisioning().idScope() + "&provisioningEndpoint=localhost:"
                + hub.emulator().mqttPort()
                + "&sslContextParameters=#hubTls&reconnectBackoffMin=10ms&reconnectBackoffMax=50ms&"
                + options;
    }

    private void start(String deviceId, String options) throws Exception {
        route(uri(deviceId, options));
    }

    /** With the id scope, and perhaps the endpoint, among the options. */
    private void startAt(String deviceId, String options) throws Exception {
        String endpoint = options.contains("provisioningEndpoint")
                ? ""
                : "&provisioningEndpoint=localhost:" + hub.emulator().mqttPort();
        route("iothub-mqtt:" + deviceId + "?sslContextParameters=#hubTls&" + options + endpoint);
    }

    private void route(String uri) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").to(uri);
            }
        });
        context.start();
    }

    private void send(String body) {
        context.createProducerTemplate().sendBody("direct:in", body);
    }

    private static List<String> telemetryOf(IotHubEmulator emulator) {
        return emulator.telemetry().stream().map(TelemetryMessage::bodyText).toList();
    }
}
