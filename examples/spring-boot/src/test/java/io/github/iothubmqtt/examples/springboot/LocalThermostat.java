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
package io.github.iothubmqtt.examples.springboot;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

import io.github.iothubmqtt.emulator.DeviceboundMessage;
import io.github.iothubmqtt.emulator.EmulatedDevice;
import io.github.iothubmqtt.emulator.IotHubEmulator;

/**
 * Runs the application with a hub in this JVM, which prints what arrives and sends a command now and then. It lives among the tests,
 * so that the application knows no emulator.
 */
final class LocalThermostat {

    private static final String DEVICE = "thermostat-7";

    private LocalThermostat() {}

    public static void main(String[] args) {
        IotHubEmulator hub = IotHubEmulator.start();
        EmulatedDevice device = hub.addDevice(DEVICE);
        hub.onTelemetry(reading -> System.out.println("hub has #" + reading.sequence() + " of " + reading.deviceId()
                + ": " + reading.bodyText() + " " + reading.properties()));
        ScheduledExecutorService operator = Executors.newSingleThreadScheduledExecutor(LocalThermostat::daemon);
        operator.scheduleAtFixedRate(
                () -> hub.sendDevicebound(DEVICE, DeviceboundMessage.of("set-target 21")), 3, 5, TimeUnit.SECONDS);
        System.out.println("A hub runs in this JVM at localhost:" + hub.mqttPort() + " with the device " + DEVICE
                + ". Ctrl-C ends it.");

        SSLContext.setDefault(hub.sslContext()); // as if this JVM had the hub's authority among its own
        System.setProperty("device", DEVICE);
        System.setProperty("camel.component.iothub-mqtt.hub", "localhost:" + hub.mqttPort());
        System.setProperty("camel.component.iothub-mqtt.shared-access-key", device.primaryKey());
        ThermostatApplication.main(args);
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "operator");
        thread.setDaemon(true);
        return thread;
    }
}
