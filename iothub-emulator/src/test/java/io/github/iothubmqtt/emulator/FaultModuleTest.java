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

import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** What can be done to a device can be done to one of its modules, and leaves the device and the other modules alone. */
class FaultModuleTest {

    private static final String INPUTS = "devices/dev1/modules/m1/inputs/#";
    private static final String MODULE = "\"deviceId\":\"dev1\",\"moduleId\":\"m1\"";

    @RegisterExtension
    final IotHubExtension hub =
            IotHubExtension.create(IotHubEmulator.builder().httpsPort(0)).withDevice("dev1");

    private BackEnd caller;
    private EmulatedModule module;
    private EmulatedModule other;

    @BeforeEach
    void addModules() {
        caller = new BackEnd(hub.emulator(), null);
        module = hub.device("dev1").addModule("m1");
        other = hub.device("dev1").addModule("m2");
    }

    @Test
    void aModuleIsCutOffEvictedAndLosesItsToken() {
        try (WireClient device = WireClient.device(hub.emulator(), "dev1").accepted();
                WireClient second = WireClient.module(hub.emulator(), other).accepted()) {
            assertClosed(() -> hub.emulator().faults().evict("dev1", "m1"), 400027);
            assertClosed(() -> hub.emulator().faults().expireToken("dev1", "m1"), 401003);
            assertClosed(() -> hub.emulator().disconnect("dev1", "m1"), 404104);

            device.ping();
            second.ping();
        }
        assertThat(hub.emulator().faults().evict("dev1", "m1")).isFalse();
        assertThat(hub.emulator().faults().expireToken("dev1", "m1")).isFalse();
        assertThat(hub.emulator().disconnect("dev1", "m1")).isFalse();
    }

    @Test
    void aModulesSessionIsForgotten() {
        subscribe(module);
        subscribe(other);

        hub.emulator().faults().forgetSession("dev1", "m1");

        assertThat(hasSession(module)).isFalse();
        assertThat(hasSession(other)).isTrue();
    }

    @Test
    void overHttpAModuleIsEvicted() throws Exception {
        try (WireClient device = WireClient.device(hub.emulator(), "dev1").accepted();
                WireClient client = WireClient.module(hub.emulator(), module).accepted()) {
            assertThat(caller.send("DELETE", "/emulator/connections/dev1/modules/m1", "")
                            .status())
                    .isEqualTo(204);

            assertThat(client.isClosedByHub()).isTrue();
            device.ping();
        }
        BackEnd.Answer again = caller.send("DELETE", "/emulator/connections/dev1/modules/m1", "");
        assertThat(again.status()).isEqualTo(404);
        assertThat(again.json().getString("message")).isEqualTo("Module 'dev1/m1' is not connected");
    }

    @Test
    void overHttpAFaultAtOnceIsForAModule() throws Exception {
        subscribe(module);
        subscribe(other);
        assertClosed(() -> arm("{\"fault\":\"expireToken\"," + MODULE + "}") == 204, 401003);
        assertClosed(() -> arm("{\"fault\":\"evict\"," + MODULE + "}") == 204, 400027);
        assertThat(arm("{\"fault\":\"evict\"," + MODULE + "}")).isEqualTo(404);

        assertThat(arm("{\"fault\":\"forgetSession\"," + MODULE + "}")).isEqualTo(204);

        assertThat(hasSession(module)).isFalse();
        assertThat(hasSession(other)).isTrue();
    }

    @Test
    void overHttpAFaultIsArmedForAModule() throws Exception {
        assertThat(arm("{\"at\":\"CONNECT\",\"fault\":\"refuse\",\"code\":3,\"always\":true," + MODULE + "}"))
                .isEqualTo(200);

        assertThat(WireClient.module(hub.emulator(), module).refused()).isEqualTo(3);
        WireClient.module(hub.emulator(), other).accepted().close();
        WireClient.device(hub.emulator(), "dev1").accepted().close();
    }

    @Test
    void aModuleIsOneOfADevice() throws Exception {
        BackEnd.Answer refusal =
                caller.send("POST", "/emulator/faults", "{\"at\":\"CONNECT\",\"fault\":\"cut\",\"moduleId\":\"m1\"}");

        assertThat(refusal.status()).isEqualTo(400);
        assertThat(refusal.json().getString("message")).contains("'deviceId' is needed");
    }

    private interface Blow {
        boolean strike() throws Exception;
    }

    private void assertClosed(Blow blow, int logCode) {
        try (WireClient client = WireClient.module(hub.emulator(), module).accepted()) {
            assertThat(blow.strike()).isTrue();

            assertThat(client.isClosedByHub()).isTrue();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        assertThat(hub.emulator().events()).anySatisfy(event -> {
            assertThat(event.kind()).isEqualTo(HubEvent.Kind.DISCONNECTED);
            assertThat(event.moduleId()).isEqualTo("m1");
            assertThat(event.logCode()).isEqualTo(logCode);
        });
    }

    private int arm(String json) throws Exception {
        return caller.send("POST", "/emulator/faults", json).status();
    }

    private void subscribe(EmulatedModule who) {
        try (WireClient client = WireClient.module(hub.emulator(), who).accepted()) {
            client.subscribed(INPUTS.replace("m1", who.moduleId()), 1);
            client.disconnect();
        }
    }

    private boolean hasSession(EmulatedModule who) {
        try (WireClient client = WireClient.module(hub.emulator(), who).accepted()) {
            return client.sessionPresent();
        }
    }
}
