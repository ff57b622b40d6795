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
package io.github.iothubmqtt.device;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.github.iothubmqtt.device.FakeTransport.FakeLink;
import io.github.iothubmqtt.protocol.DeviceIdentity;
import io.github.iothubmqtt.protocol.SasToken;
import io.github.iothubmqtt.protocol.SharedAccessKey;
import io.github.iothubmqtt.transport.TransportException.Reason;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** A device that asks the provisioning service which hub it belongs to. */
class ProvisioningTest {

    private static final String OPERATION = "5.71cf7e385566aa10.4469ed4c";
    private static final String ASSIGNING = "{\"operationId\":\"" + OPERATION + "\",\"status\":\"assigning\"}";

    private final DeviceHarness device = new DeviceHarness();

    @BeforeEach
    void provision() {
        device.provisioning = service("reg1", null);
    }

    private static Provisioning service(String registrationId, String payload) {
        return new Provisioning("dps.example", 8883, "0ne0001", registrationId, payload, Duration.ofSeconds(60), 8883);
    }

    @Test
    void itConnectsAsTheSpecificationSays() {
        device.start();

        assertThat(device.transport.last().options.host()).isEqualTo("dps.example");
        assertThat(device.transport.last().options.clientId()).isEqualTo("reg1");
        assertThat(device.transport.last().options.userName())
                .isEqualTo("0ne0001/registrations/reg1/api-version=2019-03-31");
        assertThat(device.transport.last().options.cleanSession()).isTrue();
        assertThat(device.transport.last().options.will()).isNull();
        assertThat(device.transport.last().options.password())
                .isEqualTo(SasToken.sign(
                                "0ne0001%2Fregistrations%2Freg1",
                                SharedAccessKey.parse(DeviceHarness.KEY),
                                Instant.parse("2026-01-31T11:00:00Z"),
                                "registration")
                        .text());
    }

    @Test
    void itRegistersPollsAndConnectsToTheAssignedHub() {
        device.provisioning = service("reg1", "{\"modelId\":\"dtmi:a;1\"}");
        CompletableFuture<Void> ready = device.start();
        FakeLink service = atTheService();
        assertThat(service.filters).containsExactly("$dps/registrations/res/#");
        assertThat(service.sent.get(0).topic()).isEqualTo("$dps/registrations/PUT/iotdps-register/?$rid=1");
        assertThat(service.sent.get(0).body())
                .isEqualTo("{\"registrationId\":\"reg1\",\"payload\":{\"modelId\":\"dtmi:a;1\"}}");

        answer(202, "1&retry-after=3", ASSIGNING);
        device.loop.advance(Duration.ofMillis(2999));
        assertThat(service.sent).hasSize(1);
        device.loop.advance(Duration.ofMillis(1));
        assertThat(service.sent.get(1).topic())
                .isEqualTo("$dps/registrations/GET/iotdps-get-operationstatus/?$rid=2&operationId=" + OPERATION);
        answer(200, "2", assigned("fabrikam.azure-devices.net", "dev1"));
        assertThat(service.disconnectSent).isTrue();
        assertThat(device.transport.links).hasSize(1);
        leave(service);

        assertThat(device.transport.last().options.host()).isEqualTo("fabrikam.azure-devices.net");
        assertThat(device.transport.last().options.port()).isEqualTo(8883);
        assertThat(device.transport.last().options.userName())
                .startsWith("fabrikam.azure-devices.net/dev1/?api-version=");
        assertThat(device.transport.last().options.password())
                .contains("sr=fabrikam.azure-devices.net%2Fdevices%2Fdev1&");
        device.accept();
        assertThat(ready).isCompleted();
    }

    @Test
    void aHubMayBeNamedWithItsPort() {
        device.start();
        assign("fabrikam.example:18883");

        assertThat(device.transport.last().options.host()).isEqualTo("fabrikam.example");
        assertThat(device.transport.last().options.port()).isEqualTo(18883);
        assertThat(device.transport.last().options.userName()).startsWith("fabrikam.example/dev1/");
    }

    @Test
    void theHubIsRememberedOverConnectsAndRoutes() {
        ConnectionHandle handle = connectedTo("a.example");
        device.loop.advance(Duration.ofSeconds(10));
        device.lose();
        assertThat(device.transport.last().options.host()).isEqualTo("a.example");
        device.accept();
        handle.release();
        device.loop.run();
        device.transport.last().disconnected.complete(null);
        device.loop.run();
        device.start();

        assertThat(device.transport.last().options.host()).isEqualTo("a.example");
    }

    @ParameterizedTest
    @ValueSource(strings = {"refused", "unknown host"})
    void aDeviceThatItsHubNoLongerLetsInAsksAtOnceWhereItBelongsNow(String how) {
        ConnectionHandle handle = connectedTo("a.example");
        device.loop.advance(Duration.ofSeconds(10));
        device.lose();
        assertThat(device.transport.links).hasSize(3);
        if (how.equals("refused")) {
            device.refuse(5);
        } else {
            device.transport.last().connack.completeExceptionally(FakeTransport.lossOf(Reason.UNKNOWN_HOST));
            device.loop.run();
        }
        assertThat(device.transport.last().options.host()).isEqualTo("dps.example");
        assign("b.example");
        device.accept();

        assertThat(device.transport.last().options.host()).isEqualTo("b.example");
        assertThat(handle.status().isUp()).isTrue();
        assertThat(handle.status().peer()).isEqualTo("b.example:8883");
    }

    @Test
    void whatIsNoRefusalIsNoReasonToAskAgain() {
        connectedTo("a.example");
        device.loop.advance(Duration.ofSeconds(10));
        device.lose();
        device.refuse(3);
        device.loop.advance(Duration.ofMinutes(2));

        assertThat(device.transport.last().options.host()).isEqualTo("a.example");
    }

    @Test
    void aHubThatRefusesADeviceJustAssignedIsNotAskedInATightLoop() {
        CompletableFuture<Void> ready = device.start();
        assign("a.example");
        device.accept();
        assertThat(ready).isCompleted();
        device.loop.advance(Duration.ofSeconds(10));
        device.lose();
        device.refuse(5);
        assign("a.example");
        device.refuse(5);
        int links = device.transport.links.size();
        assertThat(device.transport.last().options.host()).isEqualTo("a.example");

        device.loop.advance(Duration.ofMinutes(2));
        assertThat(device.transport.links).hasSizeGreaterThan(links);
        assertThat(device.transport.links.get(links).options.host())
                .as("the next attempt")
                .isEqualTo("dps.example");
    }

    @Test
    void whenTheServiceCannotBeReachedTheHubFromBeforeIsTried() {
        connectedTo("a.example");
        device.loop.advance(Duration.ofSeconds(10));
        device.lose();
        device.refuse(5);
        device.transport.last().connack.completeExceptionally(FakeTransport.lossOf(Reason.UNREACHABLE));
        device.loop.run();

        assertThat(device.transport.last().options.host()).isEqualTo("a.example");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "401 | {\"errorCode\":401000,\"message\":\"Unauthorized\"} | 401 (401000, Unauthorized). Check that the key",
                "404 | {\"errorCode\":404201,\"message\":\"Not found\"} | 404 (404201, Not found). Check idScope and registrationId",
                "400 | {\"errorCode\":400207,\"message\":\"Custom allocation failed\"} | 400 (400207, Custom allocation failed). Look at the enrolment",
                "404 | no JSON at all | 404. Check idScope",
                "200 | {\"status\":\"failed\",\"registrationState\":{\"errorCode\":400208,\"errorMessage\":\"no hub\"}} | could not assign registration 'reg1' (400208, no hub)",
                "200 | {\"status\":\"disabled\"} | is disabled at the provisioning service: enable it",
                "200 | {\"status\":\"assigned\",\"registrationState\":{\"deviceId\":\"dev1\"}} | makes no sense: it says 'assigned', but names no hub",
                "200 | {\"status\":\"assigned\",\"registrationState\":{\"deviceId\":\"dev1\",\"assignedHub\":\"mqtts://x\"}} | the hub that it names cannot be used",
                "200 | {\"status\":\"assigned\",\"registrationState\":{\"deviceId\":\"dev7\",\"assignedHub\":\"x\"}} | belongs to device 'dev7' of the assigned hub, and the URI names 'dev1': write iothub-mqtt:dev7?registrationId=reg1",
                "200 | {\"status\":\"dancing\"} | its status 'dancing' is unknown",
                "202 | {\"status\":\"assigning\"} | it is assigning, but names no operation",
                "202 | [] | its answer 202 has no status",
            })
    void anAnswerThatIsNoHubFailsTheStartWithASentence(int status, String body, String sentence) {
        CompletableFuture<Void> ready = device.start();
        FakeLink service = atTheService();
        answer(status, "1", body);
        leave(service);

        assertThat(ready).isCompletedExceptionally();
        assertThat(failureOf(ready)).contains("Cannot connect").contains(sentence);
        assertThat(service.cut || service.disconnectSent).isTrue();
        assertThat(device.loop.timers()).as("timers left").isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 503})
    void whatIsTemporaryIsWaitedForAsLongAsTheServiceSays(int status) {
        CompletableFuture<Void> ready = device.start();
        FakeLink service = atTheService();
        answer(status, "1&retry-after=7", "{\"errorCode\":429001}");
        device.loop.advance(Duration.ofMillis(6999));
        assertThat(service.sent).hasSize(1);
        device.loop.advance(Duration.ofMillis(1));
        assertThat(service.sent.get(1).topic()).isEqualTo("$dps/registrations/PUT/iotdps-register/?$rid=2");
        answer(202, "2", ASSIGNING);
        device.loop.advance(Duration.ofSeconds(2));
        answer(status, "3", "");
        device.loop.advance(Duration.ofSeconds(2));
        assertThat(service.sent.get(3).topic()).endsWith("?$rid=4&operationId=" + OPERATION);
        answer(200, "4", assigned("a.example", "dev1"));
        leave(service);
        device.accept();

        assertThat(ready).isCompleted();
    }

    @Test
    void aServiceThatNamesNoTimeToWaitIsNotAskedAtOnce() {
        device.start();
        FakeLink service = atTheService();
        answer(429, "1&retry-after=0", "");
        device.loop.advance(Duration.ofMillis(99));
        assertThat(service.sent).hasSize(1);

        device.loop.advance(Duration.ofMillis(1));
        assertThat(service.sent).hasSize(2);
    }

    @Test
    void whatBecomesOfTheConnectionToTheServiceAfterItsAnswerDoesNotMatter() {
        CompletableFuture<Void> ready = device.start();
        FakeLink service = atTheService();
        answer(200, "1", assigned("a.example", "dev1"));
        service.lose(); // neither was the request acknowledged
        device.loop.run();
        leave(service);
        device.accept();

        assertThat(ready).isCompleted();
        assertThat(device.transport.last().options.host()).isEqualTo("a.example");
    }

    @Test
    void aRegistrationThatIsNeverDoneEndsWithItsTimeLimit() {
        CompletableFuture<Void> ready = device.start();
        atTheService();
        for (int request = 1; !ready.isDone(); request++) {
            answer(202, Integer.toString(request), ASSIGNING);
            device.loop.advance(Duration.ofSeconds(2));
        }

        assertThat(failureOf(ready))
                .contains("did not assign a hub within 60 s (provisioningTimeout): its last word was 'assigning'");
    }

    @Test
    void aServiceThatDoesNotAnswerIsGivenUp() {
        CompletableFuture<Void> ready = device.start();
        FakeLink service = atTheService();
        device.loop.advance(Duration.ofSeconds(30));

        assertThat(failureOf(ready)).contains("dps.example:8883 did not answer within 30000 ms");
        assertThat(service.cut).isTrue();
    }

    @Test
    void answersToOtherRequestsAreNoAnswers() {
        device.start();
        atTheService();
        answer(200, "0", assigned("evil.example", "dev1"));
        device.arrive("$dps/registrations/res/200/?rid=1", assigned("evil.example", "dev1"));
        device.arrive("$dps/registrations/res/x/?$rid=1", assigned("evil.example", "dev1"));
        device.arrive("devices/dev1/messages/devicebound/", "hello");

        assertThat(device.transport.links).hasSize(1);
        assertThat(device.transport.last().disconnectSent).isFalse();
    }

    @Test
    void aServiceThatRefusesTheConnectionIsNamed() {
        CompletableFuture<Void> ready = device.start();
        device.refuse(5);

        assertThat(failureOf(ready))
                .contains("Cannot connect")
                .contains(
                        "no registration at the provisioning service dps.example:8883: the hub refused the connection: 5")
                .contains("Check idScope, registrationId, the key or certificate of the enrolment");
    }

    @Test
    void aLostConnectionToTheServiceFailsTheAttempt() {
        CompletableFuture<Void> ready = device.start();
        atTheService();
        device.lose();

        assertThat(failureOf(ready)).contains("no registration at the provisioning service dps.example:8883");
    }

    @Test
    void anEndpointThatStopsMeanwhileLeavesNothingBehind() {
        ConnectionHandle handle = device.connections.acquire(device.settings());
        handle.start();
        device.loop.run();
        FakeLink service = atTheService();
        CompletableFuture<Void> released = handle.release().toCompletableFuture();
        device.loop.run();
        answer(200, "1", assigned("a.example", "dev1"));

        assertThat(released).isCompleted();
        assertThat(service.cut).isTrue();
        assertThat(device.transport.links).hasSize(1);
        assertThat(device.loop.timers()).isZero();
    }

    @Test
    void anEndpointThatStopsWhileItRegistersAgainAsksNobodyElse() {
        List<String> asked = new ArrayList<>();
        device.credentials = new TokenProviderCredentials(
                request -> {
                    asked.add(request.resource());
                    return SasToken.sign(
                                    request.encodedResource(),
                                    SharedAccessKey.parse(DeviceHarness.KEY),
                                    request.expiry(),
                                    request.keyName())
                            .text();
                },
                Duration.ofHours(1));
        ConnectionHandle handle = device.connections.acquire(device.settings());
        handle.start();
        device.loop.run();
        device.unblock();
        assign("a.example");
        device.unblock();
        device.accept();
        device.loop.advance(Duration.ofSeconds(10));
        device.lose();
        device.unblock();
        device.refuse(5);
        device.unblock();
        FakeLink service = atTheService();
        int before = asked.size();
        CompletableFuture<Void> released = handle.release().toCompletableFuture();
        device.loop.run();
        device.unblock();

        assertThat(released).isCompleted();
        assertThat(service.cut).isTrue();
        assertThat(asked).hasSize(before);
        assertThat(device.loop.timers()).isZero();
    }

    @Test
    void theAssignmentOfAnotherDeviceIsNotUsed() {
        connectedTo("a.example");
        ConnectionHandle other = device.connections.acquire(
                device.settings(new DeviceIdentity(DeviceHarness.DEVICE.hub(), "dev2", null)));
        CompletableFuture<Void> ready = other.start().toCompletableFuture();
        device.loop.run();
        assign("a.example");

        assertThat(failureOf(ready)).contains("belongs to device 'dev1' of the assigned hub, and the URI names 'dev2'");
    }

    private ConnectionHandle connectedTo(String hub) {
        ConnectionHandle handle = device.connections.acquire(device.settings());
        handle.start();
        device.loop.run();
        assign(hub);
        device.accept();
        return handle;
    }

    private void assign(String hub) {
        FakeLink service = atTheService();
        answer(200, "1", assigned(hub, "dev1"));
        leave(service);
    }

    private FakeLink atTheService() {
        FakeLink service = device.transport.last();
        assertThat(service.options.host()).isEqualTo("dps.example");
        service.connack.complete(false);
        device.loop.run();
        device.grant();
        return service;
    }

    private void leave(FakeLink service) {
        service.disconnected.complete(null);
        device.loop.run();
    }

    private void answer(int status, String requestId, String body) {
        device.arrive("$dps/registrations/res/" + status + "/?$rid=" + requestId, body);
    }

    private static String assigned(String hub, String deviceId) {
        return "{\"operationId\":\"" + OPERATION
                + "\",\"status\":\"assigned\",\"registrationState\":{\"assignedHub\":\"" + hub + "\",\"deviceId\":\""
                + deviceId + "\",\"substatus\":\"initialAssignment\"}}";
    }

    private static String failureOf(CompletableFuture<Void> ready) {
        List<String> messages = new ArrayList<>();
        ready.whenComplete((done, failure) -> messages.add(failure.getMessage()));
        return messages.get(0);
    }
}
