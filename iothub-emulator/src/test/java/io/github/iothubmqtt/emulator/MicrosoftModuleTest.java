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
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import com.microsoft.azure.sdk.iot.device.IotHubClientProtocol;
import com.microsoft.azure.sdk.iot.device.IotHubMessageResult;
import com.microsoft.azure.sdk.iot.device.Message;
import com.microsoft.azure.sdk.iot.device.ModuleClient;
import com.microsoft.azure.sdk.iot.device.twin.DirectMethodResponse;
import com.microsoft.azure.sdk.iot.device.twin.Twin;
import com.microsoft.azure.sdk.iot.device.twin.TwinCollection;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

/** A module through Microsoft's module client for Java. */
class MicrosoftModuleTest {

    private static final Duration SOON = MicrosoftDevices.SOON;

    @RegisterExtension
    @Order(1)
    static final IotHubExtension hub = IotHubExtension.create(MicrosoftDevices.within(IotHubEmulator.builder()));

    @RegisterExtension
    @Order(2)
    static final MicrosoftDevices devices = MicrosoftDevices.of(hub);

    @OverMqttAndWebSocket
    void itSendsToAnOutput(IotHubClientProtocol protocol, EmulatedDevice device) throws Exception {
        ModuleClient client = devices.client(protocol, device.addModule("m1"));
        client.open(false);
        Message message = new Message("hot");
        message.setProperty("level", "2/3");

        client.sendEvent(message, "alerts");

        assertThat(hub.emulator().telemetry(device.deviceId(), "m1", "alerts"))
                .singleElement()
                .satisfies(seen -> {
                    assertThat(seen.bodyText()).isEqualTo("hot");
                    assertThat(seen.properties()).containsOnly(entry("level", "2/3"));
                    assertThat(seen.annotations()).containsEntry("iothub-connection-module-id", "m1");
                });
        // The client subscribes as if modules had devicebound messages, and the hub lets it.
        assertThat(hub.emulator().connections().get(0).subscriptions())
                .containsExactly("devices/" + device.deviceId() + "/modules/m1/messages/devicebound/#");
    }

    @OverMqttAndWebSocket
    void itHasATwinOfItsOwn(IotHubClientProtocol protocol, EmulatedDevice device) throws Exception {
        EmulatedModule module = device.addModule("m1");
        ModuleClient client = devices.client(protocol, module);
        client.open(false);
        BlockingQueue<Twin> changes = new LinkedBlockingQueue<>();
        client.subscribeToDesiredProperties((twin, context) -> changes.add(twin), null);

        MicrosoftDevices.answered(
                limit -> client.updateReportedProperties(new TwinCollection(Map.of("firmware", "1.2")), limit));
        module.twin().updateDesired("{\"interval\":\"10m\"}");

        assertThat(changes.poll(SOON.toSeconds(), TimeUnit.SECONDS).getDesiredProperties())
                .containsOnly(entry("interval", "10m"));
        assertThat(MicrosoftDevices.answered(client::getTwin).getReportedProperties())
                .containsOnly(entry("firmware", "1.2"));
        assertThat(device.twin().reported()).isEmpty();
    }

    @OverMqttAndWebSocket
    void itAnswersACall(IotHubClientProtocol protocol, EmulatedDevice device) throws Exception {
        ModuleClient client = devices.client(protocol, device.addModule("m1"));
        client.open(false);
        client.subscribeToMethods((name, payload, context) -> new DirectMethodResponse(201, name), null);

        DirectMethodResult result = hub.invokeMethod(device.deviceId(), "m1", DirectMethod.named("reboot"))
                .get(SOON.toSeconds(), TimeUnit.SECONDS);

        assertThat(result).isEqualTo(new DirectMethodResult(201, "\"reboot\""));
    }

    @OverMqttAndWebSocket
    void aModuleAndItsDeviceAreConnectedSideBySide(IotHubClientProtocol protocol, EmulatedDevice device)
            throws Exception {
        devices.open(protocol, device).sendEvent(new Message("device"));
        ModuleClient client = devices.client(protocol, device.addModule("m1"));
        client.open(false);
        client.sendEvent(new Message("module"));

        assertThat(hub.emulator().connections()).hasSize(2);
        assertThat(hub.emulator().telemetry(device.deviceId()))
                .extracting(TelemetryMessage::moduleId)
                .containsExactly(null, "m1");
    }

    /** Only with a gateway does the client subscribe to inputs, for they come from the routes of IoT Edge. */
    @OverMqttAndWebSocket
    void behindAGatewayItTakesWhatIsSentToItsInput(IotHubClientProtocol protocol, EmulatedDevice device)
            throws Exception {
        EmulatedModule module = device.addModule("m1");
        ModuleClient client =
                devices.module(protocol, module.connectionString() + ";GatewayHostName=" + devices.hostName(protocol));
        BlockingQueue<Message> received = new LinkedBlockingQueue<>();
        client.setMessageCallback(
                "temperature",
                (message, context) -> {
                    received.add(message);
                    return IotHubMessageResult.COMPLETE;
                },
                null);
        client.open(false);

        module.sendToInput("temperature", DeviceboundMessage.of("21").property("room", "kitchen"));

        Message message = received.poll(SOON.toSeconds(), TimeUnit.SECONDS);
        assertThat(new String(message.getBytes())).isEqualTo("21");
        assertThat(message.getInputName()).isEqualTo("temperature");
        assertThat(message.getProperty("room")).isEqualTo("kitchen");
        Awaitility.await()
                .atMost(SOON)
                .until(() -> hub.emulator().inputQueue(device.deviceId(), "m1").isEmpty());
    }
}
