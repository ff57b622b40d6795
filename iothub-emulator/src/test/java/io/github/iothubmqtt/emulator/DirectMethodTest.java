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
package io.github.iothubmqtt.emulator;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Direct methods, from the caller to the device and back. */
class DirectMethodTest {

    private static final String ALL = "$iothub/methods/POST/#";
    private static final DirectMethod REBOOT = DirectMethod.named("reboot");

    private final TestClock clock = new TestClock(Instant.now());
    private IotHubEmulator hub = start(HubSettings.defaults());

    @AfterEach
    void close() {
        hub.close();
    }

    @Test
    void theDeviceGetsTheCallAndTheCallerItsAnswer() {
        try (WireClient client = subscribed(ALL)) {
            CompletableFuture<DirectMethodResult> result = invoke("dev1", REBOOT.payload("{ \"delay\": 5 }"));

            WireClient.Packet request = client.expect(WireClient.PUBLISH);
            assertThat(request.topic()).matches("\\$iothub/methods/POST/reboot/\\?\\$rid=[0-9a-f]+");
            assertThat(request.payload()).isEqualTo("{ \"delay\": 5 }");
            assertThat(request.qos()).isZero();
            answer(client, request, "202", "{\"done\":true}");
            assertThat(result.join()).isEqualTo(new DirectMethodResult(202, "{\"done\":true}"));
        }
    }

    @Test
    void aResponseAtQos1IsAcknowledged() {
        try (WireClient client = subscribed(ALL)) {
            CompletableFuture<DirectMethodResult> result = invoke("dev1", REBOOT);
            String rid = rid(client.expect(WireClient.PUBLISH));

            client.publishAcknowledged("$iothub/methods/res/200/?$rid=" + rid, "1");

            assertThat(result.join().payload()).isEqualTo("1");
        }
    }

    @ParameterizedTest
    @CsvSource({"NULL, null", "EMPTY, ''"})
    void theSettingSaysWhatStandsForNoPayload(HubSettings.AbsentMethodPayload setting, String body) {
        restart(HubSettings.defaults().absentMethodPayload(setting));
        try (WireClient client = subscribed(ALL)) {
            invoke("dev1", REBOOT);

            assertThat(client.expect(WireClient.PUBLISH).payload()).isEqualTo(body);
        }
    }

    @Test
    void whatIsNoJsonCanBeSentOnPurpose() {
        try (WireClient client = subscribed(ALL)) {
            invoke("dev1", REBOOT.rawPayload("{no json".getBytes(StandardCharsets.UTF_8)));

            assertThat(client.expect(WireClient.PUBLISH).payload()).isEqualTo("{no json");
        }
    }

    @Test
    void anEmptyAnswerIsNull() {
        assertThat(resultOf("200", "").join()).isEqualTo(new DirectMethodResult(200, "null"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "2147483647", "404"})
    void anyIntegerIsAStatus(String status) {
        assertThat(resultOf(status, "\"x\"").join().status()).isEqualTo(Integer.parseInt(status));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ok", "", "2147483648", "200/x", "1.0"})
    void theCallerOfADeviceThatAnswersWithAnotherStatusGets400(String status) {
        assertFailed(resultOf(status, "{}"), 400, 400000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "hello", "{} {}", "\u0000"})
    void theCallerOfADeviceThatAnswersWithNoJsonGets502(String body) {
        assertFailed(resultOf("200", body), 502, 502000);
    }

    @Test
    void anAnswerMayHave128KilobytesAndNoMore() {
        String full = "\"" + "x".repeat(128 * 1024 - 2) + "\"";
        assertThat(resultOf("200", full).join().payload()).isEqualTo(full);
        assertFailed(resultOf("200", full + " "), 502, 502000);
    }

    @Test
    void aCallMayHave128KilobytesAndNoMore() {
        String full = "\"" + "x".repeat(128 * 1024 - 2) + "\"";
        try (WireClient client = subscribed(ALL)) {
            invoke("dev1", REBOOT.payload(full));
            assertThat(client.expect(WireClient.PUBLISH).payload()).isEqualTo(full);
        }
        assertFailed(invoke("dev1", REBOOT.payload(full + " ")), 413, 413001);
    }

    @Test
    void aDeviceThatIsNotConnectedIsNotOnline() {
        assertFailed(invoke("dev1", REBOOT), 404, 404103);
    }

    @Test
    void aDeviceThatHasNotSubscribedToTheMethodIsNotOnline() {
        try (WireClient client = subscribed("$iothub/methods/POST/reboot/#")) {
            assertFailed(invoke("dev1", DirectMethod.named("other")), 404, 404103);

            invoke("dev1", REBOOT);
            assertThat(client.expect(WireClient.PUBLISH).topic()).startsWith("$iothub/methods/POST/reboot/?");
        }
    }

    @Test
    void theSettingTakesAConnectedDeviceForOnline() {
        restart(HubSettings.defaults().methodOnline(HubSettings.MethodOnline.CONNECTED));
        try (WireClient client = device().accepted()) {
            CompletableFuture<DirectMethodResult> result = invoke("dev1", REBOOT);
            client.ping();
            clock.advance(Duration.ofSeconds(30));
            assertFailed(result, 504, 504101);
        }
    }

    @Test
    void aCallWaitsForTheDeviceAsLongAsTheCallerSays() {
        CompletableFuture<DirectMethodResult> result = invoke("dev1", REBOOT.connectTimeout(Duration.ofSeconds(10)));
        try (WireClient client = device().accepted()) {
            client.ping();
            client.subscribed("$iothub/methods/POST/other/#", 0);
            client.subscribed(ALL, 0);
            answer(client, client.expect(WireClient.PUBLISH), "200", "");
            assertThat(result.join().status()).isEqualTo(200);
            client.disconnect();
        }
        CompletableFuture<DirectMethodResult> second = invoke("dev1", REBOOT.connectTimeout(Duration.ofSeconds(10)));
        try (WireClient resumed = device().accepted()) {
            answer(resumed, resumed.expect(WireClient.PUBLISH), "201", "");
            assertThat(second.join().status()).isEqualTo(201);
        }
    }

    @Test
    void aCallWaitsForTheDeviceNoLongerThanTheCallerSays() {
        CompletableFuture<DirectMethodResult> result = invoke("dev1", REBOOT.connectTimeout(Duration.ofSeconds(10)));
        clock.advance(Duration.ofSeconds(9));
        hub.connections();
        assertThat(result).isNotDone();
        clock.advance(Duration.ofSeconds(1));
        assertFailed(result, 404, 404103).hasMessageContaining("Timed out waiting for device to connect");
    }

    @Test
    void theTimeToAnswerBeginsWhenTheDeviceHasTheCall() {
        CompletableFuture<DirectMethodResult> result =
                invoke("dev1", REBOOT.connectTimeout(Duration.ofSeconds(10)).responseTimeout(Duration.ofSeconds(5)));
        clock.advance(Duration.ofSeconds(8));
        try (WireClient client = subscribed(ALL)) {
            WireClient.Packet request = client.expect(WireClient.PUBLISH);
            clock.advance(Duration.ofSeconds(4));
            answer(client, request, "200", "");
            assertThat(result.join().status()).isEqualTo(200);
        }
    }

    @Test
    void aDeviceThatDoesNotAnswerInTimeIsAGatewayTimeoutAndItsLateAnswerIsDropped() {
        try (WireClient client = subscribed(ALL)) {
            CompletableFuture<DirectMethodResult> result =
                    invoke("dev1", REBOOT.responseTimeout(Duration.ofSeconds(5)));
            WireClient.Packet request = client.expect(WireClient.PUBLISH);
            clock.advance(Duration.ofSeconds(5));
            assertFailed(result, 504, 504101).hasMessageContaining("Timed out waiting for the response from device");

            answer(client, request, "200", "");
            client.ping();
            assertDropped("$rid " + rid(request));
        }
    }

    @Test
    void anAnswerThatNobodyAskedForIsDropped() {
        try (WireClient client = subscribed(ALL)) {
            client.publish("$iothub/methods/res/200/?$rid=77", "");
            client.publish("$iothub/methods/res/200/?$rid=", "");
            client.publish("$iothub/methods/res/200/", "");
            client.ping();
            assertDropped("$rid 77");
            assertDropped("no $rid");
        }
    }

    @Test
    void aSecondAnswerIsDropped() {
        try (WireClient client = subscribed(ALL)) {
            CompletableFuture<DirectMethodResult> result = invoke("dev1", REBOOT);
            WireClient.Packet request = client.expect(WireClient.PUBLISH);
            answer(client, request, "200", "1");
            answer(client, request, "500", "2");
            client.ping();
            assertThat(result.join()).isEqualTo(new DirectMethodResult(200, "1"));
            assertDropped("$rid " + rid(request));
        }
    }

    @Test
    void anotherDeviceCannotAnswer() {
        hub.addDevice("dev2");
        try (WireClient client = subscribed(ALL);
                WireClient other = WireClient.device(hub, "dev2").accepted()) {
            CompletableFuture<DirectMethodResult> result = invoke("dev1", REBOOT);
            WireClient.Packet request = client.expect(WireClient.PUBLISH);
            answer(other, request, "500", "");
            other.ping();
            answer(client, request, "200", "");
            assertThat(result.join().status()).isEqualTo(200);
        }
    }

    @Test
    void aCallEndsWithTheConnectionThatItWasSentOn() {
        CompletableFuture<DirectMethodResult> result;
        WireClient.Packet request;
        try (WireClient client = subscribed(ALL)) {
            result = invoke("dev1", REBOOT.connectTimeout(Duration.ofSeconds(60)));
            request = client.expect(WireClient.PUBLISH);
            hub.disconnect("dev1");
        }
        assertFailed(result, 404, 404103).hasMessageContaining("Device unavailable");
        try (WireClient next = device().accepted()) {
            answer(next, request, "200", "");
            next.ping();
            assertDropped("$rid " + rid(request));
        }
    }

    @Test
    void manyCallsAreOnTheWayAtOnceAndEachGetsItsOwnAnswer() {
        List<CompletableFuture<DirectMethodResult>> results = new ArrayList<>();
        try (WireClient client = subscribed(ALL)) {
            for (int i = 0; i < 100; i++) {
                results.add(invoke("dev1", DirectMethod.named("m" + i).payload("" + i)));
            }
            assertFailed(invoke("dev1", REBOOT), 403, 403800);

            List<WireClient.Packet> requests = new ArrayList<>();
            results.forEach(each -> requests.add(client.expect(WireClient.PUBLISH)));
            Collections.reverse(requests);
            requests.forEach(request -> answer(client, request, "200", request.payload()));
            for (int i = 0; i < 100; i++) {
                assertThat(results.get(i).join().payload()).isEqualTo("" + i);
            }
            invoke("dev1", REBOOT);
            assertThat(client.expect(WireClient.PUBLISH).topic()).contains("reboot");
        }
    }

    @Test
    void theSettingSaysHowManyCallsThereMayBe() {
        restart(HubSettings.defaults().maxInflightMethods(1));
        DirectMethod patient = REBOOT.connectTimeout(Duration.ofSeconds(60));
        assertThat(invoke("dev1", patient)).isNotDone();
        assertFailed(invoke("dev1", patient), 403, 403800);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a/b", "a#", "a+", "$x", "ä", "a\u0000", "a?b", "{a}"})
    void aBadNameIsRefused(String name) {
        assertFailed(invoke("dev1", DirectMethod.named(name)), 400, 400004);
    }

    @Test
    void aNameMayHave128CharactersAndNoMore() {
        assertFailed(invoke("dev1", DirectMethod.named("a".repeat(128))), 404, 404103);
        assertFailed(invoke("dev1", DirectMethod.named("thermostat1*getMax-Min.Report")), 404, 404103);
        assertFailed(invoke("dev1", DirectMethod.named("a".repeat(129))), 400, 400004);
    }

    @Test
    void aTimeoutOutOfRangeIsRefused() {
        for (DirectMethod bad : List.of(
                REBOOT.responseTimeout(Duration.ofMillis(4999)),
                REBOOT.responseTimeout(Duration.ofSeconds(301)),
                REBOOT.connectTimeout(Duration.ofSeconds(-1)),
                REBOOT.connectTimeout(Duration.ofSeconds(301)))) {
            assertFailed(invoke("dev1", bad), 400, 400004);
        }
        restart(HubSettings.defaults().minMethodResponseTimeout(Duration.ofMillis(1)));
        assertFailed(invoke("dev1", REBOOT.responseTimeout(Duration.ofMillis(1))), 404, 404103);
    }

    @Test
    void aPayloadThatIsNoJsonIsRefused() {
        assertFailed(invoke("dev1", REBOOT.payload("{")), 400, 400006);
    }

    @Test
    void anUnknownOrDisabledDeviceAndAnUnknownModuleAreNotFound() {
        assertFailed(invoke("other", REBOOT), 404, 404001);
        assertFailed(invoke("dev1", "m", REBOOT), 404, 404010);
        hub.device("dev1").orElseThrow().disable();
        assertFailed(invoke("dev1", REBOOT), 404, 404001);
    }

    @Test
    void aModuleIsCalledByItsOwnName() {
        EmulatedModule module = hub.device("dev1").orElseThrow().addModule("m");
        try (WireClient itsDevice = subscribed(ALL);
                WireClient client = WireClient.module(hub, module).accepted()) {
            client.subscribed(ALL, 0);
            CompletableFuture<DirectMethodResult> result = invoke("dev1", "m", REBOOT);
            answer(client, client.expect(WireClient.PUBLISH), "200", "");
            assertThat(result.join().status()).isEqualTo(200);
            itsDevice.ping();
        }
    }

    @Test
    void noCallerWaitsForADeviceThatWasRemovedOrForAHubThatWasClosed() {
        hub.addDevice("dev2");
        DirectMethod patient = REBOOT.connectTimeout(Duration.ofSeconds(60));
        CompletableFuture<DirectMethodResult> toRemoved = invoke("dev1", patient);
        CompletableFuture<DirectMethodResult> toOther = invoke("dev2", patient);
        hub.removeDevice("dev1");
        assertFailed(toRemoved, 404, 404001);
        assertThat(toOther).isNotDone();
        hub.close();
        assertFailed(toOther, 503, 503001);
    }

    private CompletableFuture<DirectMethodResult> invoke(String deviceId, DirectMethod method) {
        return hub.invokeMethod(deviceId, method).orTimeout(20, TimeUnit.SECONDS);
    }

    private CompletableFuture<DirectMethodResult> invoke(String deviceId, String moduleId, DirectMethod method) {
        return hub.invokeMethod(deviceId, moduleId, method).orTimeout(20, TimeUnit.SECONDS);
    }

    private CompletableFuture<DirectMethodResult> resultOf(String status, String body) {
        try (WireClient client = subscribed(ALL)) {
            CompletableFuture<DirectMethodResult> result = invoke("dev1", REBOOT);
            answer(client, client.expect(WireClient.PUBLISH), status, body);
            client.ping();
            return result;
        }
    }

    private static void answer(WireClient client, WireClient.Packet request, String status, String body) {
        client.publish("$iothub/methods/res/" + status + "/?$rid=" + rid(request), body);
    }

    private static String rid(WireClient.Packet request) {
        return request.topic().substring(request.topic().indexOf("$rid=") + 5);
    }

    private static AbstractThrowableAssert<?, ?> assertFailed(
            CompletableFuture<DirectMethodResult> result, int httpStatus, int code) {
        return assertThatThrownBy(result::join).cause().isInstanceOfSatisfying(HubException.class, failure -> {
            assertThat(failure.httpStatus()).isEqualTo(httpStatus);
            assertThat(failure.code()).isEqualTo(code);
        });
    }

    private void assertDropped(String what) {
        assertThat(hub.events())
                .anyMatch(event -> event.kind() == HubEvent.Kind.WARNING
                        && event.description().contains("dropped a method response")
                        && event.description().endsWith(what));
    }

    private WireClient subscribed(String filter) {
        WireClient client = device().accepted();
        client.subscribed(filter, 1);
        return client;
    }

    private WireClient.Connect device() {
        return WireClient.device(hub, "dev1");
    }

    private void restart(HubSettings settings) {
        hub.close();
        hub = start(settings);
    }

    private IotHubEmulator start(HubSettings settings) {
        IotHubEmulator started =
                IotHubEmulator.builder().clock(clock).settings(settings).start();
        started.addDevice("dev1");
        return started;
    }
}
