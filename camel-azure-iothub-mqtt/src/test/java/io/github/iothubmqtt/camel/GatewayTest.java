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

import io.github.iothubmqtt.emulator.IotHubEmulator;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Devices that connect to an IoT Edge gateway in place of their hub. Nobody can resolve the hub's name, so whoever connects has asked
 * for the gateway, which is {@code localhost}.
 */
class GatewayTest extends HubTestSupport {

    private static final String HUB_NAME = "contoso.azure-devices.invalid";

    @RegisterExtension
    static final IotHubExtension HUB =
            IotHubExtension.create(IotHubEmulator.builder().hostName(HUB_NAME)).withDevice("dev1");

    private String gateway;
    private String key;

    @Override
    IotHubExtension hub() {
        return HUB;
    }

    @BeforeEach
    void gateway() {
        gateway = "localhost:" + HUB.emulator().mqttPort();
        key = "sharedAccessKey=RAW(" + HUB.device("dev1").primaryKey() + ")";
    }

    @Test
    void aDeviceConnectsToTheGatewayWithATokenForItsHub() throws Exception {
        send("hub=" + HUB_NAME, key, "gatewayHostName=" + gateway);

        assertThat(HUB.emulator().telemetry()).hasSize(1);
    }

    @Test
    void thePortOfTheHubIsNotThatOfTheGateway() throws Exception {
        send("hub=" + HUB_NAME + ":1", key, "gatewayHostName=" + gateway);

        assertThat(HUB.emulator().telemetry()).hasSize(1);
    }

    @Test
    void thePortOfTheGatewayMayBeAnOptionOfItsOwn() throws Exception {
        send(
                "hub=" + HUB_NAME,
                key,
                "gatewayHostName=localhost",
                "port=" + HUB.emulator().mqttPort());

        assertThat(HUB.emulator().telemetry()).hasSize(1);
    }

    @Test
    void theConnectionStringMayNameTheGateway() throws Exception {
        send(connectionString(";GatewayHostName=" + gateway));

        assertThat(HUB.emulator().telemetry()).hasSize(1);
    }

    @Test
    void theOptionMayAddAGatewayToAConnectionString() throws Exception {
        send(connectionString(""), "gatewayHostName=" + gateway);

        assertThat(HUB.emulator().telemetry()).hasSize(1);
    }

    @Test
    void withoutAGatewayTheHubItselfIsLookedUp() {
        assertThatThrownBy(() -> send(connectionString(""))).hasStackTraceContaining(HUB_NAME + " does not resolve");
    }

    @Test
    void theHubMustBeOneThatTheGatewayKnows() {
        assertThatThrownBy(() -> send("hub=other.azure-devices.invalid", key, "gatewayHostName=" + gateway))
                .hasStackTraceContaining("not authorized");
    }

    @Test
    void userNameAndTokenAreForTheHub() throws Exception {
        try (OptionsPeer peer = OptionsPeer.start(connect -> connect.accept(false))) {
            startRouteTo(peer);

            assertThat(peer.connects()).singleElement().satisfies(connect -> {
                assertThat(connect.auth().getUsername()).startsWith(HUB_NAME + "/dev1/");
                assertThat(connect.auth().getPassword()).contains("sr=" + HUB_NAME + "%2Fdevices%2Fdev1");
            });
            context.getRouteController().stopAllRoutes();
        }
    }

    @Test
    void theCertificateMustBearTheNameOfTheGateway() {
        try (OptionsPeer peer = OptionsPeer.certifiedAs(HUB_NAME)) {
            assertThatThrownBy(() -> startRouteTo(peer)).hasStackTraceContaining("No name matching localhost found");
            assertThat(peer.connects()).isEmpty();
        }
    }

    private void startRouteTo(OptionsPeer peer) throws Exception {
        context.getRegistry().bind("peerTls", peer.tls());
        routes(routes -> routes.from("direct:peer")
                .to("iothub-mqtt:dev1?hub=" + HUB_NAME + "&gatewayHostName=localhost:" + peer.port()
                        + "&sharedAccessKey=RAW(c2VjcmV0)&sslContextParameters=#peerTls"));
    }

    private String connectionString(String more) {
        return "connectionString=RAW(HostName=" + HUB_NAME + ";DeviceId=dev1;SharedAccessKey="
                + HUB.device("dev1").primaryKey() + more + ")";
    }

    private void send(String... options) throws Exception {
        routes(routes -> routes.from("direct:in")
                .to("iothub-mqtt:dev1?sslContextParameters=#hubTls&" + String.join("&", options)));
        template.sendBody("direct:in", "a");
    }
}
