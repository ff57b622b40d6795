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
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import com.microsoft.azure.sdk.iot.device.DeviceClient;
import com.microsoft.azure.sdk.iot.device.IotHubClientProtocol;
import com.microsoft.azure.sdk.iot.device.Message;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

/** What Microsoft's device client for Java sends, as consumers see it. */
class MicrosoftDeviceTelemetryTest {

    private static final Duration SOON = MicrosoftDevices.SOON;

    private static final TestClock CLOCK = TestClock.running();

    @RegisterExtension
    @Order(1)
    static final IotHubExtension hub = IotHubExtension.create(
            MicrosoftDevices.within(IotHubEmulator.builder().clock(CLOCK)));

    @RegisterExtension
    @Order(2)
    static final MicrosoftDevices devices = MicrosoftDevices.of(hub);

    @OverMqttAndWebSocket
    void allItsSystemPropertiesArrive(IotHubClientProtocol protocol, EmulatedDevice device) throws Exception {
        Message message = new Message("{\"temperature\":21}");
        message.setMessageId("m-1");
        message.setCorrelationId("c/7&?");
        message.setUserId("käthe");
        message.setContentType("application/json;charset=utf-8");
        message.setContentEncoding("utf-8");
        message.setCreationTimeUTC(Date.from(Instant.parse("2026-01-31T10:00:00Z")));
        message.setComponentName("thermostat1");
        message.setOutputName("alerts");

        devices.open(protocol, device).sendEvent(message);

        TelemetryMessage seen = hub.emulator().telemetry().get(0);
        assertThat(seen.bodyText()).isEqualTo("{\"temperature\":21}");
        assertThat(seen.systemProperties())
                .contains(
                        entry("message-id", "m-1"),
                        entry("correlation-id", "c/7&?"),
                        entry("user-id", "käthe"),
                        entry("content-type", "application/json;charset=utf-8"),
                        entry("content-encoding", "utf-8"),
                        entry("iothub-creation-time-utc", "2026-01-31T10:00:00.0000000Z"),
                        entry("dt-subject", "thermostat1"));
        assertThat(seen.annotations()).containsEntry("iothub-connection-device-id", device.deviceId());
        assertThat(seen.properties()).isEmpty();
    }

    @OverMqttAndWebSocket
    void aSecurityMessageCarriesItsInterface(IotHubClientProtocol protocol, EmulatedDevice device) throws Exception {
        Message message = new Message("{}");
        message.setAsSecurityMessage();

        devices.open(protocol, device).sendEvent(message);

        assertThat(hub.emulator().telemetry().get(0).systemProperties())
                .containsEntry("iothub-interface-id", "urn:azureiot:Security:SecurityAgent:1");
    }

    @OverMqttAndWebSocket
    void hostileApplicationPropertiesArriveUnharmed(IotHubClientProtocol protocol, EmulatedDevice device)
            throws Exception {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("unicode", "grüße 温度 \uD83C\uDF21");
        properties.put("名前", "a name that is no ASCII");
        properties.put("percent", "100 % of %41 and %zz");
        properties.put("ampersand", "a&b&");
        properties.put("equals", "=a=b=");
        properties.put("plus", "1+1 = 2");
        properties.put("blank", " ");
        properties.put("blanks in it", "  before and after  ");
        properties.put("dollar", "$.mid");
        properties.put("quotes", "\"double\" 'single'");
        properties.put("slashes", "/a/../b\\c?d#e");
        properties.put("wildcards", "+/#");
        properties.put("line", "one\r\ntwo\tthree");
        properties.put("na&me=/+#?", "a name as hostile as values");
        Message message = new Message("hi");
        properties.forEach(message::setProperty);

        devices.open(protocol, device).sendEvent(message);

        assertThat(hub.emulator().telemetry().get(0).properties()).isEqualTo(properties);
    }

    /** It leaves them out, and so the hub never learns of them. */
    @OverMqttAndWebSocket
    void itDoesNotSendApplicationPropertiesWithAnEmptyValue(IotHubClientProtocol protocol, EmulatedDevice device)
            throws Exception {
        Message message = new Message("hi");
        message.setProperty("empty", "");
        message.setProperty("full", "x");

        devices.open(protocol, device).sendEvent(message);

        assertThat(hub.emulator().telemetry().get(0).properties()).containsExactly(entry("full", "x"));
    }

    /** It looks through its queue for messages that have expired, and what comes meanwhile overtakes the others. */
    @OverMqttAndWebSocket
    void whatItSendsWithoutWaitingArrivesInSomeOrder(IotHubClientProtocol protocol, EmulatedDevice device)
            throws Exception {
        List<String> bodies =
                IntStream.range(0, 100).mapToObj(Integer::toString).toList();
        DeviceClient client = devices.open(protocol, device);

        for (String body : bodies) {
            client.sendEventAsync(new Message(body), (sent, failure, context) -> {}, null);
        }

        assertThat(hub.awaitTelemetry(bodies.size(), SOON))
                .extracting(TelemetryMessage::bodyText)
                .containsExactlyInAnyOrderElementsOf(bodies);
    }

    @OverMqttAndWebSocket
    void aMessageOf256KilobytesArrives(IotHubClientProtocol protocol, EmulatedDevice device) throws Exception {
        Message message = new Message(new byte[256 * 1024 - 128]);

        devices.open(protocol, device).sendEvent(message);

        assertThat(hub.emulator().telemetry().get(0).body()).hasSize(256 * 1024 - 128);
    }

    @OverMqttAndWebSocket
    void itSendsAgainWhatWasNotAcknowledged(IotHubClientProtocol protocol, EmulatedDevice device) throws Exception {
        DeviceClient client = devices.open(protocol, device);
        hub.emulator()
                .faults()
                .at(FaultPoint.STORED)
                .forDevice(device.deviceId())
                .then(Fault.cut());
        Message message = new Message("twice");
        message.setMessageId("m-1");

        client.sendEvent(message);

        assertThat(hub.emulator().telemetry()).hasSize(2).allSatisfy(seen -> assertThat(seen.systemProperties())
                .containsEntry("message-id", "m-1"));
    }

    /** The hub's fault properties, as Microsoft's own tests of this client use them. */
    @ParameterizedTest
    @CsvSource({"MQTT,KillTcp", "MQTT_WS,KillTcp", "MQTT,ShutDownMqtt", "MQTT_WS,ShutDownMqtt"})
    void itRecoversFromTheFaultThatItAskedFor(IotHubClientProtocol protocol, String fault, EmulatedDevice device)
            throws Exception {
        DeviceClient client = devices.open(protocol, device);
        ConnectionStates states = ConnectionStates.of(client);

        client.sendEvent(faultMessage(fault, Duration.ZERO));
        states.awaitRecovery();
        client.sendEvent(new Message("after"));

        assertThat(hub.emulator().events()).anySatisfy(event -> assertThat(event.description())
                .contains("the device asked for the fault " + fault));
        assertThat(hub.emulator().telemetry())
                .extracting(TelemetryMessage::bodyText)
                .containsExactly("fault", "after");
    }

    @ParameterizedTest
    @CsvSource({
        "MQTT,InvokeThrottling,429001",
        "MQTT_WS,InvokeThrottling,429001",
        "MQTT,InvokeMaxMessageQuota,403002",
        "MQTT,InvokeAuthError,401003",
        "MQTT_WS,InvokeAuthError,401003"
    })
    void itComesBackWhenItIsLetInAgain(IotHubClientProtocol protocol, String fault, int logCode, EmulatedDevice device)
            throws Exception {
        DeviceClient client = devices.open(protocol, device);
        ConnectionStates states = ConnectionStates.of(client);

        Duration duration = Duration.ofSeconds(60);

        client.sendEvent(faultMessage(fault, duration));
        HubEvent refusal = hub.emulator().awaitEvent(event -> event.kind() == HubEvent.Kind.REFUSED, SOON);
        CLOCK.advance(duration);
        states.awaitRecovery();
        client.sendEvent(new Message("after"));

        assertThat(refusal.logCode()).isEqualTo(logCode);
        assertThat(hub.emulator().telemetry())
                .extracting(TelemetryMessage::bodyText)
                .containsExactly("fault", "after");
    }

    private static Message faultMessage(String fault, Duration duration) {
        Message message = new Message("fault");
        message.setProperty("AzIoTHub_FaultOperationType", fault);
        message.setProperty("AzIoTHub_FaultOperationCloseReason", "test");
        message.setProperty("AzIoTHub_FaultOperationDelayInSecs", "0");
        message.setProperty("AzIoTHub_FaultOperationDurationInSecs", Long.toString(duration.toSeconds()));
        return message;
    }
}
