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
import java.util.concurrent.CopyOnWriteArrayList;

import com.microsoft.azure.sdk.iot.device.ConnectionStatusChangeContext;
import com.microsoft.azure.sdk.iot.device.InternalClient;
import com.microsoft.azure.sdk.iot.device.IotHubConnectionStatusChangeReason;
import com.microsoft.azure.sdk.iot.device.transport.IotHubConnectionStatus;
import org.awaitility.Awaitility;

import static com.microsoft.azure.sdk.iot.device.transport.IotHubConnectionStatus.CONNECTED;
import static com.microsoft.azure.sdk.iot.device.transport.IotHubConnectionStatus.DISCONNECTED;
import static com.microsoft.azure.sdk.iot.device.transport.IotHubConnectionStatus.DISCONNECTED_RETRYING;
import static org.assertj.core.api.Assertions.assertThat;

/** What Microsoft's client tells its user about its connection, from {@link #of} on. Thread-safe. */
final class ConnectionStates {

    private final List<ConnectionStatusChangeContext> changes = new CopyOnWriteArrayList<>();

    private ConnectionStates() {}

    static ConnectionStates of(InternalClient client) {
        ConnectionStates states = new ConnectionStates();
        client.setConnectionStatusChangeCallback(states.changes::add, null);
        return states;
    }

    /** Waits until it has lost the connection and has it again. */
    void awaitRecovery() {
        Awaitility.await().atMost(MicrosoftDevices.SOON).untilAsserted(() -> assertThat(states())
                .containsSubsequence(DISCONNECTED_RETRYING, CONNECTED));
    }

    void awaitLoss() {
        Awaitility.await().atMost(MicrosoftDevices.SOON).untilAsserted(() -> assertThat(states())
                .contains(DISCONNECTED_RETRYING));
    }

    /** Waits until it has given up, and tells why. */
    IotHubConnectionStatusChangeReason awaitEnd() {
        Awaitility.await().atMost(MicrosoftDevices.SOON).untilAsserted(() -> assertThat(states())
                .contains(DISCONNECTED));
        return changes.stream()
                .filter(change -> change.getNewStatus() == DISCONNECTED)
                .findFirst()
                .orElseThrow()
                .getNewStatusReason();
    }

    List<IotHubConnectionStatusChangeReason> reasonsOfLoss() {
        return changes.stream()
                .filter(change -> change.getNewStatus() == DISCONNECTED_RETRYING)
                .map(ConnectionStatusChangeContext::getNewStatusReason)
                .toList();
    }

    private List<IotHubConnectionStatus> states() {
        return changes.stream().map(ConnectionStatusChangeContext::getNewStatus).toList();
    }
}
