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
package io.github.iothubmqtt.examples.quickstart;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.iothubmqtt.emulator.DeviceboundMessage;
import io.github.iothubmqtt.emulator.IotHubEmulator;
import io.github.iothubmqtt.emulator.TelemetryMessage;
import org.apache.camel.support.jsse.KeyStoreParameters;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.jsse.TrustManagersParameters;

/** The other side, as the cloud would be: it prints what arrives and sends a command now and then. */
final class LocalHub implements AutoCloseable {

    private static final String DEVICE = "thermostat-7";
    private static final Duration BETWEEN_COMMANDS = Duration.ofSeconds(5);

    private final IotHubEmulator hub;
    private final ScheduledExecutorService operator = Executors.newSingleThreadScheduledExecutor();
    private final AtomicInteger commands = new AtomicInteger();

    private LocalHub(IotHubEmulator hub) {
        this.hub = hub;
    }

    static LocalHub start() {
        LocalHub local = new LocalHub(IotHubEmulator.start());
        local.hub.addDevice(DEVICE);
        local.hub.onTelemetry(LocalHub::print);
        local.operator.scheduleAtFixedRate(local::sendCommand, 3, BETWEEN_COMMANDS.toSeconds(), TimeUnit.SECONDS);
        System.out.println("A hub runs in this JVM at localhost:" + local.hub.mqttPort() + " with the device " + DEVICE
                + ". Ctrl-C ends it.");
        return local;
    }

    String connectionString() {
        return hub.device(DEVICE).orElseThrow().connectionString();
    }

    SSLContextParameters tls() {
        KeyStoreParameters store = new KeyStoreParameters();
        store.setKeyStore(hub.trustStore());
        TrustManagersParameters trust = new TrustManagersParameters();
        trust.setKeyStore(store);
        SSLContextParameters tls = new SSLContextParameters();
        tls.setTrustManagers(trust);
        return tls;
    }

    private void sendCommand() {
        hub.sendDevicebound(
                DEVICE,
                DeviceboundMessage.of("set-target " + (18 + commands.incrementAndGet() % 5))
                        .property("operator", "quickstart"));
    }

    private static void print(TelemetryMessage message) {
        System.out.println("hub has #" + message.sequence() + " of " + message.deviceId() + ": " + message.bodyText()
                + " " + message.properties() + " " + message.systemProperties());
    }

    @Override
    public void close() {
        operator.shutdownNow();
        hub.close();
    }
}
