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

/** Devices and modules that come with a token of one of the hub's shared access policies, as behind a gateway. */
class PolicyLoginTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String DEVICE = "localhost%2Fdevices%2Fdev1";

    private final TestClock clock = TestClock.running();

    @RegisterExtension
    final IotHubExtension hub = IotHubExtension.create(IotHubEmulator.builder()
                    .clock(clock)
                    .settings(HubSettings.defaults().expiryGrace(Duration.ZERO)))
            .withDevice("dev1")
            .withDevice("dev2");

    @ParameterizedTest
    @CsvSource({
        "device, localhost",
        "device, localhost%2Fdevices",
        "device, localhost%2Fdevices%2Fdev1",
        "iothubowner, localhost",
        "iothubowner, localhost%2Fdevices%2Fdev1"
    })
    void aPolicyThatMayConnectDevicesOpensWhatItsTokenIsFor(String policy, String resource) {
        try (WireClient client = device().password(token(resource, policy)).accepted()) {
            client.publishAcknowledged("devices/dev1/messages/events/", "hi");
        }

        assertThat(hub.awaitTelemetry(1, SOON).get(0).annotations().get("iothub-connection-auth-method"))
                .isEqualTo("{\"scope\":\"hub\",\"type\":\"sas\",\"issuer\":\"iothub\",\"acceptingIpFilterRule\":null}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "localhost%2Fdevices",
                "localhost%2Fdevices%2Fdev1",
                "localhost%2Fdevices%2Fdev1%2Fmodules",
                "localhost%2Fdevices%2Fdev1%2Fmodules%2Fm1"
            })
    void itOpensModulesToo(String resource) {
        EmulatedModule module = hub.device("dev1").addModule("m1");
        try (WireClient client = WireClient.module(hub.emulator(), module)
                .password(token(resource, "device"))
                .accepted()) {
            client.publishAcknowledged("devices/dev1/modules/m1/messages/events/", "hi");
        }

        assertThat(hub.awaitTelemetry(1, SOON).get(0).annotations().get("iothub-connection-auth-method"))
                .contains("\"scope\":\"hub\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"service", "registryRead", "registryReadWrite", "nobody", "Device"})
    void aPolicyThatMayNotConnectDevicesOpensNothing(String policy) {
        String key = hub.emulator().policyKey("device");

        assertRefused(
                device().password(signed("localhost", key, policy)),
                "'" + policy + "' is no shared access policy with the permission DeviceConnect");
    }

    @Test
    void aPolicysOwnKeyDoesNotHelpAPolicyThatMayNotConnectDevices() {
        assertRefused(device().password(token("localhost", "service")), "'service' is no shared access policy with");
    }

    @Test
    void aWrongKeyOpensNothing() {
        String keyOfAnother = hub.emulator().policyKey("service");
        String keyOfTheDevice = hub.device("dev1").primaryKey();

        assertRefused(
                device().password(signed("localhost", keyOfAnother, "device")),
                "the token is signed with neither key of policy device");
        assertRefused(
                device().password(signed(DEVICE, keyOfTheDevice, "device")),
                "the token is signed with neither key of policy device");
    }

    @Test
    void aPolicysKeyWithoutItsNameIsTakenForOneOfTheDevice() {
        assertRefused(
                device().password(signed(DEVICE, hub.emulator().policyKey("device"), null)),
                "the token is signed with neither key of dev1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost%2Fdevices%2Fdev2",
                "localhost%2Fdevices%2Fdev",
                "localhost%2Fdevices%2Fdev1%2Fmodules%2Fm1",
                "localhost%2Fdev",
                "localhost%2Fmessages",
                "fabrikam.azure-devices.net"
            })
    void aTokenForSomethingElseIsRefused(String resource) {
        assertRefused(
                device().password(token(resource, "device")),
                "the token is for '" + resource + "', which does not cover dev1");
    }

    @Test
    void aPolicyMakesNoDevices() {
        assertThat(WireClient.device(hub.emulator(), "nobody")
                        .password(token("localhost", "iothubowner"))
                        .refused())
                .isEqualTo(5);
        assertThat(hub.emulator().events().get(0).logCode()).isEqualTo(404001);
    }

    @Test
    void aDeviceWithACertificateNeedsItForAPolicysTokenToo() {
        hub.device("dev1").authenticateByCertificateAuthority();

        assertRefused(device().password(token("localhost", "device")), "so no token lets it in");
    }

    @Test
    void aPolicysTokenExpiresAsAnother() {
        try (WireClient client = device().password(token("localhost", "device")).accepted()) {
            clock.advance(Duration.ofMinutes(61));

            assertThat(client.isClosedByHub()).isTrue();
        }
        clock.advance(Duration.ofMinutes(5));
        assertRefused(
                device().password(Tokens.signed(
                        "localhost", hub.emulator().policyKey("device"), Instant.now(), "device")),
                "the token expired at");
    }

    /** With its own key, a policy's, a thumbprint, an authority; the module likewise. */
    @Test
    void aDisabledDeviceAndItsModulesAreKeptOutWhateverTheyComeWith() {
        EmulatedDevice device = hub.device("dev1");
        EmulatedModule module = device.addModule("m1");
        ClientCertificate selfSigned = ClientCertificate.selfSigned("any");
        WireClient.Connect moduleConnect = WireClient.module(hub.emulator(), module);
        device.disable();

        assertDisabled(device());
        assertDisabled(device().password(token("localhost", "device")));
        assertDisabled(moduleConnect);
        assertDisabled(moduleConnect.password(token("localhost", "device")));

        device.authenticateByThumbprint(selfSigned.thumbprint(), null);
        module.authenticateByThumbprint(selfSigned.thumbprint(), null);
        assertDisabled(device().certificate(selfSigned));
        assertDisabled(moduleConnect.certificate(selfSigned));

        device.authenticateByCertificateAuthority();
        module.authenticateByCertificateAuthority();
        assertDisabled(device().certificate(hub.emulator().issueCertificate("dev1")));
        assertDisabled(moduleConnect.certificate(hub.emulator().issueCertificate("dev1/m1")));

        device.enable();
        device().certificate(hub.emulator().issueCertificate("dev1")).accepted().close();
        moduleConnect.accepted().close();
    }

    private WireClient.Connect device() {
        return WireClient.device(hub.emulator(), "dev1");
    }

    private String token(String resource, String policy) {
        return signed(resource, hub.emulator().policyKey(policy), policy);
    }

    private static String signed(String resource, String key, String policy) {
        return Tokens.signed(resource, key, Instant.now().plusSeconds(3600), policy);
    }

    private void assertDisabled(WireClient.Connect connect) {
        assertThat(connect.refused()).isEqualTo(3);
        assertThat(last().logCode()).isEqualTo(403012);
    }

    private void assertRefused(WireClient.Connect connect, String why) {
        assertThat(connect.refused()).isEqualTo(5);
        assertThat(last().logCode()).isEqualTo(HubCode.UNAUTHORIZED);
        assertThat(last().description()).contains(why);
    }

    private HubEvent last() {
        return hub.emulator().events().get(hub.emulator().events().size() - 1);
    }
}
