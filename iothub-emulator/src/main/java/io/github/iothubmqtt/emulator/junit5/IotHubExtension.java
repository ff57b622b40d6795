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

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;

import io.github.iothubmqtt.emulator.DeviceboundMessage;
import io.github.iothubmqtt.emulator.DirectMethod;
import io.github.iothubmqtt.emulator.DirectMethodResult;
import io.github.iothubmqtt.emulator.EmulatedDevice;
import io.github.iothubmqtt.emulator.EmulatedTwin;
import io.github.iothubmqtt.emulator.Feedback;
import io.github.iothubmqtt.emulator.HubSettings;
import io.github.iothubmqtt.emulator.IotHubEmulator;
import io.github.iothubmqtt.emulator.TelemetryMessage;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Runs an {@link IotHubEmulator} for the tests of a class.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final IotHubExtension hub = IotHubExtension.create().withDevice("dev1");
 * }</pre>
 *
 * <p>In a static field one hub serves all tests of the class; before each test the records of telemetry, feedback and events are
 * emptied, while devices, twins, sessions and queues stay; after each test its faults are disarmed. In an instance field each test has a hub of its own. The hub starts before
 * the class (or test), or as soon as something asks for it, so that connection strings can be had wherever routes are made.
 */
public final class IotHubExtension
        implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

    private final List<String> deviceIds = new ArrayList<>();
    private final IotHubEmulator.Builder builder;
    private IotHubEmulator emulator;
    private final ReentrantLock lock = new ReentrantLock();
    /** Nested test classes announce their beginning and end, too; the hub is theirs as well. */
    private int classes;

    private IotHubExtension(IotHubEmulator.Builder builder) {
        this.builder = builder;
    }

    public static IotHubExtension create() {
        return create(IotHubEmulator.builder());
    }

    /** A hub with a clock, a port or a name of the test's choice. */
    public static IotHubExtension create(IotHubEmulator.Builder builder) {
        return new IotHubExtension(builder);
    }

    /** Has the device registered when the hub starts. */
    public IotHubExtension withDevice(String deviceId) {
        deviceIds.add(deviceId);
        return this;
    }

    public IotHubExtension withSettings(HubSettings value) {
        builder.settings(value);
        return this;
    }

    /** The hub itself; started if need be. */
    public IotHubEmulator emulator() {
        lock.lock();
        try {
            if (emulator == null) {
                emulator = builder.start();
                deviceIds.forEach(emulator::addDevice);
            }
            return emulator;
        } finally {
            lock.unlock();
        }
    }

    public String connectionString(String deviceId) {
        return device(deviceId).connectionString();
    }

    /** @throws IllegalArgumentException when no such device was registered */
    public EmulatedDevice device(String deviceId) {
        return emulator()
                .device(deviceId)
                .orElseThrow(() -> new IllegalArgumentException(
                        "No device '" + deviceId + "': register it by withDevice(\"" + deviceId + "\")"));
    }

    public SSLContext sslContext() {
        return emulator().sslContext();
    }

    /** See {@link IotHubEmulator#awaitTelemetry(int, Duration)}. */
    public List<TelemetryMessage> awaitTelemetry(int count, Duration timeout) {
        return emulator().awaitTelemetry(count, timeout);
    }

    /** See {@link IotHubEmulator#awaitTelemetry(Predicate, Duration)}. */
    public TelemetryMessage awaitTelemetry(Predicate<TelemetryMessage> predicate, Duration timeout) {
        return emulator().awaitTelemetry(predicate, timeout);
    }

    /** See {@link IotHubEmulator#sendDevicebound}. */
    public String sendDevicebound(String deviceId, DeviceboundMessage message) {
        return emulator().sendDevicebound(deviceId, message);
    }

    /** See {@link IotHubEmulator#sendToInput}. */
    public String sendToInput(String deviceId, String moduleId, String inputName, DeviceboundMessage message) {
        return emulator().sendToInput(deviceId, moduleId, inputName, message);
    }

    /** See {@link IotHubEmulator#twin(String)}. */
    public EmulatedTwin twin(String deviceId) {
        return emulator().twin(deviceId);
    }

    /** See {@link IotHubEmulator#twin(String, String)}. */
    public EmulatedTwin twin(String deviceId, String moduleId) {
        return emulator().twin(deviceId, moduleId);
    }

    /** See {@link EmulatedTwin#updateDesired}. */
    public long updateDesired(String deviceId, String json) {
        return emulator().updateDesired(deviceId, json);
    }

    /** See {@link IotHubEmulator#invokeMethod(String, DirectMethod)}. */
    public CompletableFuture<DirectMethodResult> invokeMethod(String deviceId, DirectMethod method) {
        return emulator().invokeMethod(deviceId, method);
    }

    /** See {@link IotHubEmulator#invokeMethod(String, String, DirectMethod)}. */
    public CompletableFuture<DirectMethodResult> invokeMethod(String deviceId, String moduleId, DirectMethod method) {
        return emulator().invokeMethod(deviceId, moduleId, method);
    }

    /** See {@link IotHubEmulator#awaitFeedback}. */
    public Feedback awaitFeedback(String messageId, Duration timeout) {
        return emulator().awaitFeedback(messageId, timeout);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        classes++;
        emulator();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        emulator().clearRecords();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (classes == 0) {
            close();
        } else {
            emulator().faults().clear();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (--classes == 0) {
            close();
        }
    }

    private void close() {
        lock.lock();
        try {
            if (emulator != null) {
                emulator.close();
                emulator = null;
            }
        } finally {
            lock.unlock();
        }
    }
}
