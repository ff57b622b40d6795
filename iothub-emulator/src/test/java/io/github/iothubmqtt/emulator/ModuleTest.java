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

import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The inputs and outputs of modules. */
class ModuleTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String INPUTS = "devices/dev1/modules/m/inputs/#";

    @RegisterExtension
    final IotHubExtension hub = IotHubExtension.create().withDevice("dev1");

    private EmulatedModule module;

    @BeforeEach
    void addModule() {
        module = hub.device("dev1").addModule("m");
    }

    @ParameterizedTest
    @ValueSource(strings = {INPUTS, "devices/dev1/modules/m/#"})
    void aMessageReachesItsInput(String filter) {
        try (WireClient client = connected()) {
            assertThat(client.subscribed(filter, 1)).isEqualTo(1);
            hub.sendToInput(
                    "dev1",
                    "m",
                    "temp",
                    DeviceboundMessage.of("21")
                            .messageId("m1")
                            .contentType("application/json")
                            .property("$.cmid", "sensor")
                            .property("room", "living room"));

            WireClient.Packet message = client.expect(WireClient.PUBLISH);
            assertThat(message.topic())
                    .isEqualTo("devices/dev1/modules/m/inputs/temp/%24.mid=m1&%24.ct=application%2Fjson&%24.cdid=dev1"
                            + "&%24.cmid=sensor&room=living%20room");
            assertThat(message.payload()).isEqualTo("21");
            assertThat(message.qos()).isEqualTo(1);
        }
    }

    @Test
    void aMessageWaitsUntilTheModuleHasAcknowledgedIt() {
        String id = module.sendToInput("temp", DeviceboundMessage.of("early"));
        try (WireClient client = connected()) {
            client.ping();
            client.subscribed(INPUTS, 1);
            assertThat(client.expect(WireClient.PUBLISH).payload()).isEqualTo("early");
            client.ping();
            assertThat(hub.emulator().inputQueue("dev1", "m"))
                    .extracting(QueuedMessage::messageId)
                    .containsExactly(id);
        }
        hub.emulator()
                .awaitEvent(event -> event.kind() == HubEvent.Kind.DISCONNECTED && "m".equals(event.moduleId()), SOON);
        try (WireClient again = connected()) {
            WireClient.Packet message = again.expect(WireClient.PUBLISH);
            assertThat(message.duplicate()).isTrue();
            again.puback(message.packetId());
            again.ping();
            assertThat(hub.emulator().inputQueue("dev1", "m")).isEmpty();
        }
    }

    @Test
    void aCleanSessionDoesNotEmptyTheQueueOfInputs() {
        module.sendToInput("temp", DeviceboundMessage.of("kept"));
        try (WireClient client =
                WireClient.module(hub.emulator(), module).clean().accepted()) {
            client.subscribed(INPUTS, 1);
            assertThat(client.expect(WireClient.PUBLISH).payload()).isEqualTo("kept");
        }
    }

    @Test
    void atQos0SendingIsEnough() {
        try (WireClient client = connected()) {
            client.subscribed(INPUTS, 0);
            module.sendToInput("temp", DeviceboundMessage.of("21"));
            assertThat(client.expect(WireClient.PUBLISH).qos()).isZero();
            assertThat(hub.emulator().inputQueue("dev1", "m")).isEmpty();
        }
    }

    @Test
    void messagesOfInputsComeInOrder() {
        try (WireClient client = connected()) {
            client.subscribed(INPUTS, 1);
            for (int i = 0; i < 40; i++) {
                module.sendToInput(i % 2 == 0 ? "even" : "odd", DeviceboundMessage.of("" + i));
            }
            for (int i = 0; i < 40; i++) {
                WireClient.Packet message = client.expect(WireClient.PUBLISH);
                assertThat(message.payload()).isEqualTo("" + i);
                client.puback(message.packetId());
            }
        }
    }

    @Test
    void theFaultsOfDeviceboundMessagesStrikeInputsAsWell() {
        hub.emulator().faults().next(FaultPoint.DEVICEBOUND, Fault.duplicate());
        try (WireClient client = connected()) {
            client.subscribed(INPUTS, 1);
            module.sendToInput("temp", DeviceboundMessage.of("21"));
            assertThat(client.expect(WireClient.PUBLISH).payload()).isEqualTo("21");
            assertThat(client.expect(WireClient.PUBLISH).payload()).isEqualTo("21");
        }
    }

    @Test
    void devicesGetNothingFromTheInputsOfTheirModules() {
        try (WireClient device = WireClient.device(hub.emulator(), "dev1").accepted();
                WireClient client = connected()) {
            device.subscribed("devices/dev1/messages/devicebound/#", 1);
            client.subscribed(INPUTS, 1);
            module.sendToInput("temp", DeviceboundMessage.of("21"));
            client.expect(WireClient.PUBLISH);
            hub.sendDevicebound("dev1", DeviceboundMessage.of("on"));
            assertThat(device.expect(WireClient.PUBLISH).payload()).isEqualTo("on");
            client.ping();
        }
    }

    @Test
    void theHubRefusesWhatCannotReachAnInput() {
        DeviceboundMessage message = DeviceboundMessage.of("21");
        for (String name : new String[] {"", "a/b", "a+", "#"}) {
            assertThatThrownBy(() -> module.sendToInput(name, message)).hasMessageStartingWith("400004");
        }
        assertThatThrownBy(() -> hub.sendToInput("other", "m", "temp", message)).hasMessageStartingWith("404001");
        assertThatThrownBy(() -> hub.sendToInput("dev1", "x", "temp", message)).hasMessageStartingWith("404010");
        assertThatThrownBy(() -> module.sendToInput("temp", DeviceboundMessage.of(new byte[262_144])))
                .hasMessageStartingWith("413001");
        for (int i = 0; i < 50; i++) {
            module.sendToInput("temp", message);
        }
        assertThatThrownBy(() -> module.sendToInput("temp", message)).hasMessageStartingWith("403004");
    }

    @Test
    void aModuleThatIsRegisteredAgainFindsNoOldMessages() {
        module.sendToInput("temp", DeviceboundMessage.of("old"));
        hub.emulator().removeDevice("dev1");
        hub.emulator().addDevice("dev1");
        addModule();
        assertThat(hub.emulator().inputQueue("dev1", "m")).isEmpty();
    }

    @Test
    void whatAnOutputSendsCanBeReadByItsName() {
        try (WireClient client = connected()) {
            client.publishAcknowledged("devices/dev1/modules/m/messages/events/%24.on=alert&level=2/", "hot");
            client.publishAcknowledged("devices/dev1/modules/m/messages/events/%24.on=log", "21");
        }
        assertThat(hub.emulator().telemetry("dev1", "m", "alert"))
                .singleElement()
                .satisfies(message -> {
                    assertThat(message.bodyText()).isEqualTo("hot");
                    assertThat(message.properties()).containsEntry("level", "2");
                });
        assertThat(hub.emulator().telemetry("dev1", "other", "alert")).isEmpty();
    }

    private WireClient connected() {
        return WireClient.module(hub.emulator(), module).accepted();
    }
}
