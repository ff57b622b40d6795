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

import java.util.List;

import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

class SubscribeTest {

    private static final List<String> FIVE = List.of(
            "devices/dev1/messages/devicebound/#",
            "$iothub/twin/res/#",
            "$iothub/twin/PATCH/properties/desired/#",
            "$iothub/methods/POST/#",
            "$iothub/methods/POST/reboot/#");

    @RegisterExtension
    final IotHubExtension hub = IotHubExtension.create().withDevice("dev1");

    @Test
    void theQosAskedForIsGrantedUpToOne() {
        try (WireClient client = device().accepted()) {
            assertThat(client.subscribed(FIVE.get(0), 0)).isZero();
            assertThat(client.subscribed(FIVE.get(0), 1)).isEqualTo(1);
            assertThat(client.subscribed(FIVE.get(0), 2)).isEqualTo(1);
        }
    }

    @Test
    void anUnknownFilterClosesTheConnection() {
        try (WireClient client = device().accepted()) {
            client.subscribe("devices/dev2/messages/devicebound/#", 1);

            assertThat(client.isClosedByHub()).isTrue();
        }
    }

    @Test
    void theSettingAnswersAnUnknownFilterWithFailure() {
        HubSettings settings = HubSettings.defaults().unknownSubscription(HubSettings.UnknownSubscription.REFUSE);
        try (IotHubEmulator refusing =
                IotHubEmulator.builder().settings(settings).start()) {
            refusing.addDevice("dev1");
            try (WireClient client = WireClient.device(refusing, "dev1").accepted()) {
                assertThat(client.subscribed("#", 1)).isEqualTo(0x80);
                assertThat(client.subscribed(FIVE.get(0), 1)).isEqualTo(1);
            }
        }
    }

    @Test
    void theSettingGrantsAnUnknownFilterOfWhichNothingComes() {
        HubSettings settings = HubSettings.defaults().unknownSubscription(HubSettings.UnknownSubscription.IGNORE);
        try (IotHubEmulator ignoring =
                IotHubEmulator.builder().settings(settings).start()) {
            ignoring.addDevice("dev1");
            try (WireClient client = WireClient.device(ignoring, "dev1").accepted()) {
                assertThat(client.subscribed("#", 1)).isEqualTo(1);
                ignoring.sendDevicebound("dev1", DeviceboundMessage.of("x"));

                client.ping();

                assertThat(ignoring.deviceboundQueue("dev1"))
                        .extracting(QueuedMessage::state)
                        .containsExactly(QueuedMessage.State.ENQUEUED);
            }
        }
    }

    @Test
    void theSixthFilterClosesTheConnection() {
        try (WireClient client = device().accepted()) {
            FIVE.forEach(filter -> assertThat(client.subscribed(filter, 1)).isEqualTo(1));
            assertThat(client.subscribed(FIVE.get(0), 1)).isEqualTo(1);

            client.subscribe("$iothub/methods/POST/other/#", 1);

            assertThat(client.isClosedByHub()).isTrue();
        }
    }

    @Test
    void theSettingSaysHowManyFiltersThereMayBe() {
        HubSettings settings = HubSettings.defaults().maxSubscriptions(6);
        try (IotHubEmulator generous =
                IotHubEmulator.builder().settings(settings).start()) {
            generous.addDevice("dev1");
            try (WireClient client = WireClient.device(generous, "dev1").accepted()) {
                FIVE.forEach(filter -> client.subscribed(filter, 1));

                assertThat(client.subscribed("$iothub/methods/POST/other/#", 1)).isEqualTo(1);
            }
        }
    }

    private WireClient.Connect device() {
        return WireClient.device(hub.emulator(), "dev1");
    }
}
