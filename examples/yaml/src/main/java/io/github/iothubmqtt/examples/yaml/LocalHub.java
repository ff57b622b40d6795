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
package io.github.iothubmqtt.examples.yaml;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import io.github.iothubmqtt.emulator.DeviceboundMessage;
import io.github.iothubmqtt.emulator.EmulatedDevice;
import io.github.iothubmqtt.emulator.IotHubEmulator;
import org.apache.camel.main.Main;
import org.apache.camel.support.jsse.KeyStoreParameters;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.jsse.TrustManagersParameters;

/** The other side, when there is no real hub: it prints what arrives and sends a command now and then. */
final class LocalHub implements AutoCloseable {

    private static final String DEVICE = "thermostat-7";
    private static final Duration BETWEEN_COMMANDS = Duration.ofSeconds(5);

    private final IotHubEmulator hub = IotHubEmulator.start();
    private final EmulatedDevice device = hub.addDevice(DEVICE);
    private final ScheduledExecutorService operator = Executors.newSingleThreadScheduledExecutor();

    private LocalHub() {}

    static LocalHub start() {
        LocalHub local = new LocalHub();
        local.hub.onTelemetry(reading -> System.out.println("hub has #" + reading.sequence() + " of "
                + reading.deviceId() + ": " + reading.bodyText() + " " + reading.properties()));
        local.operator.scheduleAtFixedRate(local::sendCommand, 3, BETWEEN_COMMANDS.toSeconds(), TimeUnit.SECONDS);
        System.out.println("A hub runs in this JVM at localhost:" + local.hub.mqttPort() + " with the device " + DEVICE
                + ". Ctrl-C ends it.");
        return local;
    }

    /** Overrides what the application has from the environment, and adds this hub's certificate authority. */
    void standInFor(Main camel) {
        camel.addOverrideProperty("device", DEVICE);
        camel.addOverrideProperty("camel.component.iothub-mqtt.hub", "localhost:" + hub.mqttPort());
        camel.addOverrideProperty("camel.component.iothub-mqtt.shared-access-key", device.primaryKey());
        camel.addOverrideProperty("camel.component.iothub-mqtt.ssl-context-parameters", "#localHubTls");
        camel.bind("localHubTls", tls());
    }

    private SSLContextParameters tls() {
        KeyStoreParameters store = new KeyStoreParameters();
        store.setKeyStore(hub.trustStore());
        TrustManagersParameters trust = new TrustManagersParameters();
        trust.setKeyStore(store);
        SSLContextParameters tls = new SSLContextParameters();
        tls.setTrustManagers(trust);
        return tls;
    }

    private void sendCommand() {
        hub.sendDevicebound(DEVICE, DeviceboundMessage.of("set-target 21").property("operator", "example"));
    }

    @Override
    public void close() {
        operator.shutdownNow();
        hub.close();
    }
}
