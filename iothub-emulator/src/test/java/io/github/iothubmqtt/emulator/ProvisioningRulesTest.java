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

import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What the provisioning service refuses, and how. */
class ProvisioningRulesTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String OTHER_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    @RegisterExtension
    final IotHubExtension extension = IotHubExtension.create().withHttps();

    private IotHubEmulator hub;
    private String key;

    @BeforeEach
    void enroll() {
        hub = extension.emulator();
        key = hub.provisioning().enroll("reg-1").primaryKey();
    }

    @ParameterizedTest
    @CsvSource({
        "0ne00000002/registrations/reg-1/api-version=2019-03-31, the id scope is '0ne00000002'",
        "0ne00000001/registrations/reg-1/, is not of the form",
        "0ne00000001/registrations/reg-1/?api-version=2019-03-31, is not of the form",
        "0ne00000001/registrations/reg-1/x/api-version=2019-03-31, is not of the form",
        "0ne00000001/registrations/reg-2/api-version=2019-03-31, the user name says 'reg-2'",
        "0ne00000001/registrations/reg 1/api-version=2019-03-31, 'reg 1' is no registration id"
    })
    void aUserNameThatIsWrongIsRefusedWithCode5(String userName, String why) {
        assertThat(connect().userName(userName).refused()).isEqualTo(5);

        HubEvent event = hub.awaitEvent(e -> e.kind() == HubEvent.Kind.REFUSED, SOON);
        assertThat(event.description()).startsWith("provisioning: ").contains(why);
    }

    @Test
    void aClientIdThatIsNotTheRegistrationIdIsRefusedWithCode5() {
        assertThat(connect().clientId("reg-2").refused()).isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource(
            value = {
                "0ne00000001%2Fregistrations%2Freg-2, registration, 3600",
                "0ne00000001%2Fdevices%2Freg-1, registration, 3600",
                "0ne00000001%2Fregistrations%2Freg-1, device, 3600",
                "0ne00000001%2Fregistrations%2Freg-1, registration, -400"
            })
    void aTokenForSomethingElseOrOfThePastIsRefusedWithCode5(String resource, String policy, long lifetime) {
        String token = Tokens.signed(resource, key, Instant.now().plusSeconds(lifetime), policy);

        assertThat(connect().password(token).refused()).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0ne00000001%2fregistrations%2freg-1", "0ne00000001/registrations/reg-1"})
    void theResourceOfATokenMayBeEncodedAsClientsDo(String resource) {
        String token = Tokens.signed(resource, key, Instant.now().plusSeconds(3600), "registration");

        try (ProvisioningWire device = ProvisioningWire.open(connect().password(token), "reg-1")) {
            assertThat(device.register(null).status()).isEqualTo(202);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "&skn="})
    void aTokenMayNameNoPolicy(String noPolicy) {
        String token = Tokens.signed(
                        "0ne00000001%2Fregistrations%2Freg-1",
                        key, Instant.now().plusSeconds(3600), null)
                + noPolicy;

        try (ProvisioningWire device = ProvisioningWire.open(connect().password(token), "reg-1")) {
            assertThat(device.register(null).status()).isEqualTo(202);
        }
    }

    @Test
    void aWrongKeyIsFoundOutWhenTheDeviceRegisters() {
        ProvisioningWire.Answer answer = ProvisioningWire.register(hub, "reg-1", OTHER_KEY);

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.json().getMap()).containsOnlyKeys("errorCode", "trackingId", "message", "timestampUtc");
        assertThat(answer.json().getInteger("errorCode")).isEqualTo(401000);
        assertThat(answer.json().getString("message")).isEqualTo("Unauthorized");
        assertThat(hub.device("reg-1")).isEmpty();
    }

    @Test
    void aWrongKeyIsFoundOutAtConnectWhereTheSettingSaysSo() {
        HubSettings settings = HubSettings.defaults().provisioningKeyCheck(HubSettings.ProvisioningKeyCheck.CONNECT);
        try (IotHubEmulator strict = IotHubEmulator.builder().settings(settings).start()) {
            strict.provisioning().enroll("reg-1").withKey(key);

            assertThat(ProvisioningWire.connect(strict, "reg-1", OTHER_KEY).refused())
                    .isEqualTo(5);
            assertThat(ProvisioningWire.register(strict, "reg-1", key).status()).isEqualTo(200);
        }
    }

    @Test
    void aTokenThatExpiresBetweenConnectAndRegisterIsAnswered401() {
        TestClock clock = new TestClock();
        try (IotHubEmulator frozen = IotHubEmulator.builder().clock(clock).start()) {
            frozen.provisioning().enroll("reg-1").withKey(key);
            try (ProvisioningWire device = ProvisioningWire.open(frozen, "reg-1", key)) {
                clock.advance(Duration.ofHours(2));

                assertThat(device.register(null).status()).isEqualTo(401);
            }
        }
    }

    @Test
    void whoIsNotEnrolledIsNotFoundAndInTheFaceOfGroupsUnauthorized() {
        assertThat(ProvisioningWire.register(hub, "reg-2", key).json().getInteger("errorCode"))
                .isEqualTo(404201);

        hub.provisioning().enrollGroup("line-4");
        assertThat(ProvisioningWire.register(hub, "reg-2", key).json().getInteger("errorCode"))
                .isEqualTo(401000);
    }

    @Test
    void aPollBeforeTheRegistrationOrForAnotherOperationIsNotFound() {
        try (ProvisioningWire device = ProvisioningWire.open(hub, "reg-1", key)) {
            assertThat(device.poll("5.0.none").json().getInteger("errorCode")).isEqualTo(404202);
            device.register(null);
            assertThat(device.poll("5.0.none").status()).isEqualTo(404);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ | 400006",
                "[] | 400006",
                "{} | 400004",
                "{\"registrationId\":\"reg-2\"} | 400004",
                "{\"registrationId\":7} | 400004"
            })
    void aBodyThatIsWrongIsAnswered400(String body, int code) {
        try (ProvisioningWire device = ProvisioningWire.open(hub, "reg-1", key)) {
            ProvisioningWire.Answer answer = device.registerWith(body);

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.json().getInteger("errorCode")).isEqualTo(code);
        }
    }

    @Test
    void aBodyOver96KilobytesIsAnswered413() {
        try (ProvisioningWire device = ProvisioningWire.open(hub, "reg-1", key)) {
            assertThat(device.register("\"" + "x".repeat(96 * 1024) + "\"").status())
                    .isEqualTo(413);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "devices/reg-1/messages/events/",
                "$iothub/twin/GET/?$rid=1",
                "$dps/registrations/PUT/iotdps-register/",
                "$dps/registrations/PUT/iotdps-register/?$rid=",
                "$dps/registrations/GET/iotdps-get-operationstatus/?$rid=1"
            })
    void aTopicThatTheServiceDoesNotHaveClosesTheConnection(String topic) {
        try (ProvisioningWire device = ProvisioningWire.open(hub, "reg-1", key)) {
            device.client().publish(topic, "{}");

            assertThat(device.client().isClosedByHub()).isTrue();
        }
        assertThat(hub.awaitEvent(e -> e.description().contains("does not have"), SOON)
                        .kind())
                .isEqualTo(HubEvent.Kind.PROVISIONING);
    }

    @Test
    void qualityOfService2ClosesTheConnection() {
        try (ProvisioningWire device = ProvisioningWire.open(hub, "reg-1", key)) {
            device.client()
                    .publish(
                            "$dps/registrations/PUT/iotdps-register/?$rid=1",
                            "{\"registrationId\":\"reg-1\"}".getBytes(StandardCharsets.UTF_8),
                            4,
                            1);

            assertThat(device.client().isClosedByHub()).isTrue();
        }
        assertThat(hub.provisioning().registerRequests("reg-1")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"$dps/registrations/#", "#", "$iothub/twin/res/#", "devices/reg-1/messages/devicebound/#"})
    void anotherFilterClosesTheConnection(String filter) {
        try (WireClient client = connect().accepted()) {
            client.subscribe(filter, 1);

            assertThat(client.isClosedByHub()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"REFUSE, 128", "IGNORE, 1"})
    void anotherFilterIsAnsweredAsTheSettingSays(HubSettings.UnknownSubscription setting, int granted) {
        HubSettings settings = HubSettings.defaults().unknownSubscription(setting);
        try (IotHubEmulator lenient =
                        IotHubEmulator.builder().settings(settings).start();
                WireClient client =
                        ProvisioningWire.connect(lenient, "reg-1", key).accepted()) {
            assertThat(client.subscribed("$iothub/twin/res/#", 1)).isEqualTo(granted);
        }
    }

    @Test
    void aSubscriptionAtQualityOfService2IsGranted1() {
        try (WireClient client = connect().accepted()) {
            assertThat(client.subscribed(ProvisioningWire.RESPONSES, 2)).isEqualTo(1);
        }
    }

    @Test
    void aRequestAtQualityOfService1IsAcknowledgedBeforeTheResponse() {
        try (ProvisioningWire device = ProvisioningWire.open(hub, "reg-1", key)) {
            device.client()
                    .publishAcknowledged(
                            "$dps/registrations/PUT/iotdps-register/?$rid=x%20y", "{\"registrationId\":\"reg-1\"}");

            ProvisioningWire.Answer answer = device.read();
            assertThat(answer.status()).isEqualTo(202);
            assertThat(answer.rid()).isEqualTo("x%20y");
        }
    }

    @Test
    void withoutASubscriptionThereIsNoResponse() {
        try (WireClient client = connect().accepted()) {
            client.publishAcknowledged(
                    "$dps/registrations/PUT/iotdps-register/?$rid=1", "{\"registrationId\":\"reg-1\"}");
            client.ping();
            client.subscribed(ProvisioningWire.RESPONSES, 1);
            client.unsubscribed(ProvisioningWire.RESPONSES);
            client.publishAcknowledged(
                    "$dps/registrations/PUT/iotdps-register/?$rid=1", "{\"registrationId\":\"reg-1\"}");
            client.ping();
        }
        assertThat(hub.awaitEvent(e -> e.kind() == HubEvent.Kind.WARNING, SOON).description())
                .contains("not subscribed");
    }

    @Test
    void thereAreNoSessionsAndNoWills() {
        try (WireClient client =
                connect().will("devices/reg-1/messages/events/", "gone").accepted()) {
            client.subscribed(ProvisioningWire.RESPONSES, 1);
        }
        hub.awaitEvent(e -> e.description().startsWith("disconnected"), SOON);
        assertThat(hub.telemetry()).isEmpty();

        String resource = "0ne00000001%2Fregistrations%2Freg-1";
        WireClient.Connect unclean = WireClient.device(hub, "reg-1")
                .userName("0ne00000001/registrations/reg-1/api-version=2019-03-31")
                .password(Tokens.signed(resource, key, Instant.now().plusSeconds(3600), "registration"));
        unclean.accepted().close();
        try (WireClient again = unclean.accepted()) {
            assertThat(again.sessionPresent()).isFalse();
        }
    }

    @Test
    void aSecondConnectionOfTheSameDeviceEndsTheFirst() {
        try (ProvisioningWire first = ProvisioningWire.open(hub, "reg-1", key);
                ProvisioningWire second = ProvisioningWire.open(hub, "reg-1", key)) {
            assertThat(first.client().isClosedByHub()).isTrue();
            assertThat(second.register(null).status()).isEqualTo(202);
        }
    }

    @Test
    void aDeviceMayAskOnAnotherConnectionAboutItsRegistration() {
        ProvisioningWire.Answer first;
        try (ProvisioningWire device = ProvisioningWire.open(hub, "reg-1", key)) {
            first = device.register(null);
        }
        try (ProvisioningWire device = ProvisioningWire.open(hub, "reg-1", key)) {
            assertThat(device.poll(first.operationId()).status()).isEqualTo(200);
        }
    }

    @Test
    void theServiceIsThereOverWebSocketToo() {
        WireClient.Connect connect = connect().overWebSocket("/$iothub/websocket");

        try (ProvisioningWire device = ProvisioningWire.open(connect, "reg-1")) {
            assertThat(device.toTheEnd(device.register(null)).status()).isEqualTo(200);
        }
    }

    @Test
    void anOutageEndsConnectionsToTheService() {
        try (ProvisioningWire device = ProvisioningWire.open(hub, "reg-1", key)) {
            hub.restart();

            assertThat(device.client().isClosedByHub()).isTrue();
        }
    }

    private WireClient.Connect connect() {
        return ProvisioningWire.connect(hub, "reg-1", key);
    }
}
