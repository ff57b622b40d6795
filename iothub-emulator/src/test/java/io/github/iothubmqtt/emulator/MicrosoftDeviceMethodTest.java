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
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import com.microsoft.azure.sdk.iot.device.DeviceClient;
import com.microsoft.azure.sdk.iot.device.IotHubClientProtocol;
import com.microsoft.azure.sdk.iot.device.twin.DirectMethodResponse;
import com.microsoft.azure.sdk.iot.device.twin.MethodCallback;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Direct methods, answered by Microsoft's device client for Java. */
class MicrosoftDeviceMethodTest {

    private static final Duration SOON = MicrosoftDevices.SOON;

    @RegisterExtension
    @Order(1)
    static final IotHubExtension hub = IotHubExtension.create(MicrosoftDevices.within(
            IotHubEmulator.builder().settings(HubSettings.defaults().minMethodResponseTimeout(Duration.ofMillis(1)))));

    @RegisterExtension
    @Order(2)
    static final MicrosoftDevices devices = MicrosoftDevices.of(hub);

    /** What a device does that knows one method. */
    private static final MethodCallback THERMOSTAT = (name, payload, context) -> switch (name) {
        case "echo" -> new DirectMethodResponse(200, payload.getPayloadAsJsonElement());
        case "fail" -> new DirectMethodResponse(500, Map.of("reason", "kaputt"));
        default -> new DirectMethodResponse(404, List.of("echo", "fail"));
    };

    @OverMqttAndWebSocket
    void itAnswersACall(IotHubClientProtocol protocol, EmulatedDevice device) throws Exception {
        answering(protocol, device, THERMOSTAT);

        for (String payload : List.of("{\"delay\":5,\"text\":\"grüße\"}", "[1,2]", "\"text\"", "17", "true", "null")) {
            DirectMethodResult result = call(device, DirectMethod.named("echo").payload(payload));
            assertThat(result).isEqualTo(new DirectMethodResult(200, payload));
        }
    }

    @OverMqttAndWebSocket
    void aCallWithoutPayloadIsNullForIt(IotHubClientProtocol protocol, EmulatedDevice device) throws Exception {
        answering(protocol, device, THERMOSTAT);

        assertThat(call(device, DirectMethod.named("echo"))).isEqualTo(new DirectMethodResult(200, "null"));
    }

    @OverMqttAndWebSocket
    void itSaysWhichMethodItDoesNotKnow(IotHubClientProtocol protocol, EmulatedDevice device) throws Exception {
        answering(protocol, device, THERMOSTAT);

        assertThat(call(device, DirectMethod.named("reboot")))
                .isEqualTo(new DirectMethodResult(404, "[\"echo\",\"fail\"]"));
    }

    @OverMqttAndWebSocket
    void itAnswersWithAnErrorOfItsOwn(IotHubClientProtocol protocol, EmulatedDevice device) throws Exception {
        answering(protocol, device, THERMOSTAT);

        assertThat(call(device, DirectMethod.named("fail")))
                .isEqualTo(new DirectMethodResult(500, "{\"reason\":\"kaputt\"}"));
    }

    @OverMqttAndWebSocket
    void aCallThatItDoesNotAnswerInTimeFails(IotHubClientProtocol protocol, EmulatedDevice device) throws Exception {
        CountDownLatch tooLate = new CountDownLatch(1);
        answering(protocol, device, (name, payload, context) -> {
            await(tooLate);
            return new DirectMethodResponse(200, null);
        });

        assertThatFails(device, DirectMethod.named("reboot").responseTimeout(Duration.ofMillis(200)), 504101);

        tooLate.countDown();
    }

    @OverMqttAndWebSocket
    void aCallOfADeviceThatHasNotSubscribedFails(IotHubClientProtocol protocol, EmulatedDevice device)
            throws Exception {
        devices.open(protocol, device);

        assertThatFails(device, DirectMethod.named("echo"), 404103);
    }

    @OverMqttAndWebSocket
    void itAnswersAfterACut(IotHubClientProtocol protocol, EmulatedDevice device) throws Exception {
        DeviceClient client = answering(protocol, device, THERMOSTAT);
        ConnectionStates states = ConnectionStates.of(client);
        hub.emulator().disconnect(device.deviceId());
        states.awaitRecovery();

        assertThat(call(device, DirectMethod.named("echo").payload("1")).status())
                .isEqualTo(200);
    }

    /** It neither looks whether the hub has kept its session, nor subscribes again. */
    @OverMqttAndWebSocket
    void itCannotBeCalledAnyMoreWhenTheHubHasForgottenItsSession(IotHubClientProtocol protocol, EmulatedDevice device)
            throws Exception {
        DeviceClient client = answering(protocol, device, THERMOSTAT);
        ConnectionStates states = ConnectionStates.of(client);
        hub.emulator().faults().forgetSession(device.deviceId());
        hub.emulator().disconnect(device.deviceId());
        states.awaitRecovery();

        assertThatFails(device, DirectMethod.named("echo"), 404103);
    }

    private static DeviceClient answering(IotHubClientProtocol protocol, EmulatedDevice device, MethodCallback callback)
            throws Exception {
        DeviceClient client = devices.open(protocol, device);
        client.subscribeToMethods(callback, null);
        return client;
    }

    private static DirectMethodResult call(EmulatedDevice device, DirectMethod method) throws Exception {
        return hub.invokeMethod(device.deviceId(), method).get(SOON.toSeconds(), TimeUnit.SECONDS);
    }

    private static void assertThatFails(EmulatedDevice device, DirectMethod method, int code) {
        assertThatThrownBy(() -> hub.invokeMethod(device.deviceId(), method)
                        .orTimeout(SOON.toSeconds(), TimeUnit.SECONDS)
                        .join())
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(HubException.class, failure -> assertThat(failure.code())
                        .isEqualTo(code));
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(SOON.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
