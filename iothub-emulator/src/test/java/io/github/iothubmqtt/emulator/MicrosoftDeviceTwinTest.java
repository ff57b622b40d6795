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
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import com.microsoft.azure.sdk.iot.device.DeviceClient;
import com.microsoft.azure.sdk.iot.device.IotHubClientProtocol;
import com.microsoft.azure.sdk.iot.device.IotHubStatusCode;
import com.microsoft.azure.sdk.iot.device.Message;
import com.microsoft.azure.sdk.iot.device.exceptions.IotHubClientException;
import com.microsoft.azure.sdk.iot.device.twin.Twin;
import com.microsoft.azure.sdk.iot.device.twin.TwinCollection;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static io.github.iothubmqtt.emulator.MicrosoftDevices.answered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

/** Twins through Microsoft's device client for Java. */
class MicrosoftDeviceTwinTest {

    private static final Duration SOON = MicrosoftDevices.SOON;

    @RegisterExtension
    @Order(1)
    static final IotHubExtension hub = IotHubExtension.create(MicrosoftDevices.within(IotHubEmulator.builder()));

    @RegisterExtension
    @Order(2)
    static final MicrosoftDevices devices = MicrosoftDevices.of(hub);

    private final BlockingQueue<Twin> changes = new LinkedBlockingQueue<>();

    @OverMqttAndWebSocket
    void itReadsTheTwin(IotHubClientProtocol protocol, EmulatedDevice device) throws Exception {
        device.twin()
                .updateDesired("{\"interval\":\"10m\",\"limits\":{\"low\":1,\"high\":{\"soft\":8.5}},\"on\":true}");

        Twin twin = answered(follow(protocol, device)::getTwin);

        assertThat(twin.getDesiredProperties())
                .containsEntry("interval", "10m")
                .containsEntry("on", true)
                .containsEntry("limits", Map.of("low", 1L, "high", Map.of("soft", 8.5)));
        assertThat(twin.getDesiredProperties().getVersion())
                .isEqualTo((int) device.twin().desiredVersion());
        assertThat(twin.getReportedProperties()).isEmpty();
        assertThat(twin.getReportedProperties().getVersion()).isEqualTo(1);
    }

    @OverMqttAndWebSocket
    void itReportsAndIsToldTheNewVersion(IotHubClientProtocol protocol, EmulatedDevice device) throws Exception {
        DeviceClient client = follow(protocol, device);
        TwinCollection report = new TwinCollection();
        report.put("firmware", "1.2 grüße");
        report.put("state", Map.of("temperature", 21, "on", true));

        int version = report(client, report);

        assertThat(version).isGreaterThan(1).isEqualTo((int) device.twin().reportedVersion());
        assertThat(device.twin().reported())
                .containsOnly(entry("firmware", "1.2 grüße"), entry("state", Map.of("temperature", 21, "on", true)));
    }

    @OverMqttAndWebSocket
    void aPropertyThatIsReportedAsNullIsRemoved(IotHubClientProtocol protocol, EmulatedDevice device) throws Exception {
        DeviceClient client = follow(protocol, device);
        report(client, new TwinCollection(Map.of("one", 1, "two", 2)));
        TwinCollection removal = new TwinCollection();
        removal.put("one", null);

        report(client, removal);

        assertThat(device.twin().reported()).containsOnlyKeys("two");
    }

    @OverMqttAndWebSocket
    void itFollowsTheDesiredProperties(IotHubClientProtocol protocol, EmulatedDevice device) throws Exception {
        follow(protocol, device);

        device.twin().updateDesired("{\"interval\":\"10m\"}");
        device.twin().updateDesired("{\"interval\":null,\"mode\":{\"eco\":true}}");

        Twin first = next();
        assertThat(first.getDesiredProperties()).containsOnly(entry("interval", "10m"));
        assertThat(first.getDesiredProperties().getVersion()).isEqualTo(2);
        Twin second = next();
        Map<String, Object> expected = new HashMap<>();
        expected.put("interval", null);
        expected.put("mode", Map.of("eco", true));
        assertThat(second.getDesiredProperties()).isEqualTo(expected);
        assertThat(second.getDesiredProperties().getVersion()).isEqualTo(3);
    }

    /** It relies on the hub for that: it does not subscribe again. */
    @OverMqttAndWebSocket
    void itFollowsTheDesiredPropertiesAfterACut(IotHubClientProtocol protocol, EmulatedDevice device) throws Exception {
        DeviceClient client = follow(protocol, device);
        ConnectionStates states = ConnectionStates.of(client);
        hub.emulator().disconnect(device.deviceId());
        states.awaitRecovery();

        device.twin().updateDesired("{\"interval\":\"10m\"}");

        assertThat(next().getDesiredProperties()).containsOnly(entry("interval", "10m"));
    }

    /** It neither looks whether the hub has kept its session, nor reads the twin again. */
    @OverMqttAndWebSocket
    void itNoLongerHearsOfDesiredPropertiesWhenTheHubHasForgottenItsSession(
            IotHubClientProtocol protocol, EmulatedDevice device) throws Exception {
        DeviceClient client = follow(protocol, device);
        ConnectionStates states = ConnectionStates.of(client);
        hub.emulator().faults().forgetSession(device.deviceId());
        hub.emulator().disconnect(device.deviceId());
        states.awaitRecovery();

        device.twin().updateDesired("{\"interval\":\"10m\"}");
        // What comes after it has come: the client has had its time to hear of the change.
        client.sendEvent(new Message("done"));

        assertThat(answered(client::getTwin).getDesiredProperties()).containsEntry("interval", "10m");
        assertThat(changes).isEmpty();
        assertThat(hub.emulator().connections().get(0).subscriptions())
                .doesNotContain("$iothub/twin/PATCH/properties/desired/#");
    }

    @ParameterizedTest
    @CsvSource({
        "MQTT,400,BAD_FORMAT",
        "MQTT_WS,400,BAD_FORMAT",
        "MQTT,412,PRECONDITION_FAILED",
        "MQTT,413,REQUEST_ENTITY_TOO_LARGE",
        "MQTT,429,THROTTLED",
        "MQTT_WS,429,THROTTLED",
        "MQTT,500,INTERNAL_SERVER_ERROR",
        "MQTT,503,SERVER_BUSY"
    })
    void itUnderstandsTheStatusOfARefusal(
            IotHubClientProtocol protocol, int status, IotHubStatusCode understood, EmulatedDevice device)
            throws Exception {
        DeviceClient client = follow(protocol, device);
        hub.emulator()
                .faults()
                .at(FaultPoint.TWIN_PATCH)
                .forDevice(device.deviceId())
                .always()
                .then(Fault.answerStatus(status));

        assertThatFails(() -> report(client, new TwinCollection(Map.of("one", 1))), understood);

        assertThat(device.twin().reported()).isEmpty();
    }

    @OverMqttAndWebSocket
    void aReportThatExpectsAnotherVersionIsRefused(IotHubClientProtocol protocol, EmulatedDevice device)
            throws Exception {
        DeviceClient client = follow(protocol, device);
        TwinCollection report = new TwinCollection(Map.of("one", 1));
        report.setVersion(7);

        assertThatFails(() -> report(client, report), IotHubStatusCode.PRECONDITION_FAILED);

        assertThat(device.twin().reported()).isEmpty();
    }

    @OverMqttAndWebSocket
    void aReportThatIsTooLargeIsRefused(IotHubClientProtocol protocol, EmulatedDevice device) throws Exception {
        DeviceClient client = follow(protocol, device);
        TwinCollection report = new TwinCollection();
        for (int i = 0; i < 9; i++) {
            report.put("part" + i, "x".repeat(4000));
        }

        assertThatFails(() -> report(client, report), IotHubStatusCode.REQUEST_ENTITY_TOO_LARGE);
    }

    @OverMqttAndWebSocket
    void itTellsWhenNoAnswerCame(IotHubClientProtocol protocol, EmulatedDevice device) throws Exception {
        DeviceClient client = follow(protocol, device);
        ArmedFault dropping = hub.emulator()
                .faults()
                .at(FaultPoint.TWIN_RESPONSE)
                .forDevice(device.deviceId())
                .always()
                .then(Fault.drop());

        assertThatFails(() -> client.getTwin(300), IotHubStatusCode.DEVICE_OPERATION_TIMED_OUT);

        dropping.disarm();
        assertThat(answered(client::getTwin).getReportedProperties().getVersion())
                .isEqualTo(1);
    }

    private static int report(DeviceClient client, TwinCollection report) throws Exception {
        return answered(limit -> client.updateReportedProperties(report, limit)).getVersion();
    }

    /** The client must do so before it may report. */
    private DeviceClient follow(IotHubClientProtocol protocol, EmulatedDevice device) throws Exception {
        DeviceClient client = devices.open(protocol, device);
        client.subscribeToDesiredProperties((twin, context) -> changes.add(twin), null);
        return client;
    }

    private Twin next() throws InterruptedException {
        Twin twin = changes.poll(SOON.toSeconds(), TimeUnit.SECONDS);
        assertThat(twin).as("the next change of desired properties").isNotNull();
        return twin;
    }

    private static void assertThatFails(ThrowingCallable request, IotHubStatusCode status) {
        assertThatThrownBy(request)
                .isInstanceOfSatisfying(IotHubClientException.class, failure -> assertThat(failure.getStatusCode())
                        .isEqualTo(status));
    }
}
