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

import java.time.Duration;
import java.time.Instant;

import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

/** Who is let in, who is not, and what the hub's log says about it. */
class ConnectTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    @RegisterExtension
    final IotHubExtension hub = IotHubExtension.create().withDevice("dev1").withDevice("dev2");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost/dev1/?api-version=2021-04-12",
                "localhost/dev1/?api-version=2020-09-30&DeviceClientType=azsdk-c%2F1.4.0",
                "localhost/dev1/api-version=2016-11-14",
                "localhost:18883/dev1/?api-version=2021-04-12",
                "127.0.0.1/dev1/?api-version=2021-04-12",
                "localhost/dev1"
            })
    void userNamesThatOpenTheHub(String userName) {
        try (WireClient client = device("dev1").userName(userName).accepted()) {
            client.ping();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "localhost/dev1/?api-version=2021-04-12, Dev1",
        "localhost/dev1/?api-version=2021-04-12, dev2",
        "localhost/dev1/?api-version=2021-04-12, dev1/mod1",
        "localhost/dev2/?api-version=2021-04-12, dev1",
        "fabrikam.azure-devices.net/dev1/?api-version=2021-04-12, dev1",
        "dev1, dev1"
    })
    void aClientIdOrUserNameOfAnotherIdentityIsRefusedWithCode5(String userName, String clientId) {
        assertThat(device("dev1").userName(userName).clientId(clientId).refused())
                .isEqualTo(5);
    }

    @Test
    void aRefusalIsInTheLogWithItsReasonAndWithoutTheToken() {
        String token = Tokens.forDevice("localhost", "dev2", hub.device("dev1").primaryKey(), inAnHour());

        assertThat(device("dev1").password(token).refused()).isEqualTo(5);

        HubEvent event = hub.emulator().awaitEvent(e -> e.kind() == HubEvent.Kind.REFUSED, SOON);
        assertThat(event.deviceId()).isEqualTo("dev1");
        assertThat(event.logCode()).isEqualTo(401003);
        assertThat(event.description()).isEqualTo("the token is for 'localhost%2Fdevices%2Fdev2', not for dev1");
        assertThat(hub.emulator().acceptedConnects("dev1")).isZero();
    }

    @Test
    void anEmptyClientIdIsRefused() {
        assertThat(device("dev1").clean().clientId("").refused()).isEqualTo(5);
        assertThat(device("dev1").clientId("").refused()).isEqualTo(2);
    }

    @Test
    void anUnknownDeviceIsRefusedWithCode5() {
        assertThat(device("nobody").refused()).isEqualTo(5);
        assertThat(hub.emulator().events().get(0).logCode()).isEqualTo(404001);
    }

    @Test
    void noPasswordIsRefusedWithCode5() {
        assertThat(device("dev1").password(null).refused()).isEqualTo(5);
        assertThat(device("dev1").password("").refused()).isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource({"MQIsdp, 3, 1", "MQTT, 5, 132", "MQTT, 6, 1"})
    void anotherProtocolLevelIsRefused(String name, int level, int code) {
        assertThat(device("dev1").level(name, level).refused()).isEqualTo(code);
    }

    @Test
    void aDisabledDeviceIsRefusedWithCode3UntilItIsEnabled() {
        EmulatedDevice device = hub.emulator().addDevice("sleeper");
        try (WireClient client = device("sleeper").accepted()) {
            device.disable();
            assertThat(client.isClosedByHub()).isTrue();
        }

        assertThat(device("sleeper").refused()).isEqualTo(3);

        device.enable();
        device("sleeper").accepted().close();
    }

    @Test
    void aWrongTokenOfADisabledDeviceIsRefusedForTheToken() {
        EmulatedDevice device = hub.emulator().addDevice("sleeper2");
        device.disable();

        assertThat(device("sleeper2").password("x").refused()).isEqualTo(5);
    }

    @Test
    void theSettingChoosesTheCodeForADisabledDevice() {
        try (IotHubEmulator strict = IotHubEmulator.builder()
                .settings(HubSettings.defaults().disabledDeviceCode(5).requireApiVersion(true))
                .start()) {
            strict.addDevice("dev1").disable();

            assertThat(WireClient.device(strict, "dev1").refused()).isEqualTo(5);
            assertThat(WireClient.device(strict, "dev1")
                            .userName("localhost/dev1")
                            .refused())
                    .isEqualTo(5);
            assertThat(strict.events()).extracting(HubEvent::logCode).containsExactly(403012, 401003);
        }
    }

    @Test
    void theSettingChoosesTheCodeForCredentialsThatDoNotHoldAndForNothingElse() {
        try (IotHubEmulator other = IotHubEmulator.builder()
                .settings(HubSettings.defaults().authFailureCode(4).disabledDeviceCode(5))
                .start()) {
            EmulatedDevice device = other.addDevice("dev1");

            assertThat(WireClient.device(other, "dev1").password("x").refused()).isEqualTo(4);
            assertThat(WireClient.device(other, "nobody").refused()).isEqualTo(4);
            assertThat(WireClient.device(other, "dev1").level("MQIsdp", 3).refused())
                    .isEqualTo(1);
            device.authenticateByCertificateAuthority();
            assertThat(WireClient.device(other, "dev1").password(null).refused())
                    .isEqualTo(4);
            device.authenticateBySharedAccessKey();
            device.disable();
            assertThat(WireClient.device(other, "dev1").refused()).isEqualTo(5);
        }
    }

    @Test
    void aRefusalHasACodeOfMqtt() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HubSettings.defaults().authFailureCode(0))
                .withMessageContaining("from 1 to 5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HubSettings.defaults().disabledDeviceCode(6))
                .withMessageContaining("from 1 to 5");
    }

    @Test
    void aRemovedDeviceIsCutOffAndUnknown() {
        hub.emulator().addDevice("goner");
        try (WireClient client = device("goner").accepted()) {
            hub.emulator().removeDevice("goner");

            assertThat(client.isClosedByHub()).isTrue();
        }
        assertThat(device("goner").refused()).isEqualTo(5);
        assertThat(hub.emulator().device("goner")).isEmpty();
    }

    @Test
    void newKeysCutTheConnectionOff() {
        EmulatedDevice device = hub.emulator().addDevice("rekeyed");
        String oldToken = Tokens.forDevice("localhost", "rekeyed", device.primaryKey(), inAnHour());
        try (WireClient client = device("rekeyed").accepted()) {
            device.regenerateKeys();

            assertThat(client.isClosedByHub()).isTrue();
        }
        assertThat(device("rekeyed").password(oldToken).refused()).isEqualTo(5);
        device("rekeyed").accepted().close();
    }

    @Test
    void oneOfTwoKeysIsReplacedWhileTheOtherHolds() {
        EmulatedDevice device = hub.emulator().addDevice("rolled");
        String ofThePrimary = Tokens.forDevice("localhost", "rolled", device.primaryKey(), inAnHour());
        String ofTheSecondary = Tokens.forDevice("localhost", "rolled", device.secondaryKey(), inAnHour());
        try (WireClient client = device("rolled").accepted()) {
            device.setKeys("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", device.secondaryKey());

            assertThat(client.isClosedByHub()).isTrue();
        }
        assertThat(device("rolled").password(ofThePrimary).refused()).isEqualTo(5);
        device("rolled").password(ofTheSecondary).accepted().close();
    }

    @Test
    void aModuleConnectsWithItsOwnKey() {
        EmulatedModule module = hub.device("dev2").addModule("mod1");
        String token =
                Tokens.signed("localhost%2Fdevices%2Fdev2%2Fmodules%2Fmod1", module.primaryKey(), inAnHour(), null);
        WireClient.Connect connect =
                device("dev2").clientId("dev2/mod1").userName("localhost/dev2/mod1/?api-version=2021-04-12");

        try (WireClient client = connect.password(token).accepted()) {
            client.publishAcknowledged("devices/dev2/modules/mod1/messages/events/a=b/", "hi");
        }

        TelemetryMessage message = hub.awaitTelemetry(1, SOON).get(0);
        assertThat(message.moduleId()).isEqualTo("mod1");
        assertThat(message.annotations()).containsEntry("iothub-connection-module-id", "mod1");
        assertThat(connect.password(Tokens.forDevice(
                                "localhost", "dev2", hub.device("dev2").primaryKey(), inAnHour()))
                        .refused())
                .isEqualTo(5);
    }

    @Test
    void aPolicysTokenOpensEveryDeviceAndShowsInTheAnnotations() {
        String token = Tokens.signed("localhost", hub.emulator().policyKey("device"), inAnHour(), "device");

        try (WireClient client = device("dev1").password(token).accepted()) {
            client.publishAcknowledged("devices/dev1/messages/events/", "hi");
        }

        assertThat(hub.awaitTelemetry(1, SOON).get(0).annotations().get("iothub-connection-auth-method"))
                .contains("\"scope\":\"hub\"");
    }

    @Test
    void aWillWithQos2IsRefusedWithoutAnAnswer() {
        try (WireClient client = device("dev1")
                .will("devices/dev1/messages/events/", "x")
                .willQos(2)
                .send()) {
            assertThat(client.isClosedByHub()).isTrue();
        }
    }

    @Test
    void aSecondConnectClosesTheConnection() {
        try (WireClient client = device("dev1").accepted()) {
            client.write(1, 0, out -> out.write(new byte[] {0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 60, 0, 1, 'x'}));

            assertThat(client.isClosedByHub()).isTrue();
        }
    }

    @Test
    void aPacketThatIsNoneClosesTheConnection() {
        try (WireClient client = device("dev1").accepted()) {
            client.write(0, 0, out -> {});

            assertThat(client.isClosedByHub()).isTrue();
        }
    }

    @Test
    void connectionsTellWhoIsThere() {
        Instant before = Instant.now();
        try (WireClient client = device("dev1")
                .keepAlive(77)
                .userName("localhost/dev1/?api-version=2021-04-12&model-id=dtmi:a;1")
                .accepted()) {
            client.subscribed("devices/dev1/messages/devicebound/#", 1);

            ConnectionInfo info = hub.emulator().connections().get(0);
            assertThat(info.deviceId()).isEqualTo("dev1");
            assertThat(info.keepAliveSeconds()).isEqualTo(77);
            assertThat(info.cleanSession()).isFalse();
            assertThat(info.modelId()).isEqualTo("dtmi:a;1");
            assertThat(info.subscriptions()).containsExactly("devices/dev1/messages/devicebound/#");
            assertThat(info.tokenExpiry()).isAfter(before);
            client.disconnect();
        }
        hub.emulator().awaitEvent(e -> e.kind() == HubEvent.Kind.DISCONNECTED, SOON);
        assertThat(hub.emulator().events())
                .extracting(HubEvent::kind, HubEvent::deviceId, HubEvent::logCode)
                .containsExactly(
                        tuple(HubEvent.Kind.CONNECTED, "dev1", 0), tuple(HubEvent.Kind.DISCONNECTED, "dev1", 404104));
        assertThat(hub.emulator().connections()).isEmpty();
    }

    private WireClient.Connect device(String deviceId) {
        return WireClient.device(hub.emulator(), deviceId);
    }

    private static Instant inAnHour() {
        return Instant.now().plus(Duration.ofHours(1));
    }
}
