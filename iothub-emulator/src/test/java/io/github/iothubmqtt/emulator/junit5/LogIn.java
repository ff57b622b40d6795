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
package io.github.iothubmqtt.emulator.junit5;

import io.github.iothubmqtt.emulator.ClientCertificate;
import io.github.iothubmqtt.emulator.EmulatedDevice;
import io.github.iothubmqtt.emulator.IotHubEmulator;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;

/** A device with a certificate that comes and goes. */
final class LogIn {

    private LogIn() {}

    static void of(EmulatedDevice device, ClientCertificate certificate, IotHubEmulator hub) throws MqttException {
        MqttConnectOptions options = new MqttConnectOptions();
        options.setSocketFactory(hub.sslContext(certificate).getSocketFactory());
        options.setUserName("localhost/" + device.deviceId() + "/?api-version=2021-04-12");
        try (MqttClient client =
                new MqttClient("ssl://localhost:" + hub.mqttPort(), device.deviceId(), new MemoryPersistence())) {
            client.connect(options);
            client.disconnect();
        }
    }
}
