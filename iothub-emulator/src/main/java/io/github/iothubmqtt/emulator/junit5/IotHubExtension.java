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

import java.lang.reflect.Method;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;

import io.github.iothubmqtt.emulator.ClientCertificate;
import io.github.iothubmqtt.emulator.DeviceboundMessage;
import io.github.iothubmqtt.emulator.DirectMethod;
import io.github.iothubmqtt.emulator.DirectMethodResult;
import io.github.iothubmqtt.emulator.EmulatedDevice;
import io.github.iothubmqtt.emulator.EmulatedTwin;
import io.github.iothubmqtt.emulator.Enrollment;
import io.github.iothubmqtt.emulator.Faults;
import io.github.iothubmqtt.emulator.Feedback;
import io.github.iothubmqtt.emulator.HubSettings;
import io.github.iothubmqtt.emulator.IotHubEmulator;
import io.github.iothubmqtt.emulator.Provisioning;
import io.github.iothubmqtt.emulator.TelemetryMessage;
import io.github.iothubmqtt.emulator.TestClock;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.TestAbortedException;

/**
 * Runs an {@link IotHubEmulator} for the tests of a class; {@link IotHub} does the same as an annotation.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final IotHubExtension hub = IotHubExtension.create().withDevice("dev1");
 * }</pre>
 *
 * <p>In a static field one hub serves all tests of the class; before each test the records of telemetry, feedback and events are
 * emptied, while devices, twins, sessions and queues stay; after each test its faults are disarmed. In an instance field each test has
 * a hub of its own. The hub starts before the class (or test), or as soon as something asks for it, so that connection strings can be
 * had wherever routes are made.
 *
 * <p>Tests may have parameters of type {@link IotHubEmulator}, {@link Faults} and {@link EmulatedDevice}: the device that
 * {@link DeviceId} names, or without that a device of the test's own, which is removed after it. A {@link ClientCertificate} is the
 * {@link #certificate} of the device that {@link DeviceId} names. When a test fails its stack trace
 * holds, as a suppressed exception, what the hub saw.
 *
 * <p>Safe under parallel tests. While tests of one hub run side by side its records are not emptied and faults not disarmed under
 * their hands, so each should have a device of its own and look for its own messages; faults that are not for one device strike anybody.
 */
public final class IotHubExtension
        implements BeforeAllCallback,
                BeforeEachCallback,
                AfterEachCallback,
                AfterAllCallback,
                ParameterResolver,
                TestExecutionExceptionHandler,
                LifecycleMethodExecutionExceptionHandler {

    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(IotHubExtension.class);

    private final List<String> deviceIds = new ArrayList<>();
    /** By the id of the device; null where the hub is to issue it. */
    private final Map<String, ClientCertificate> x509Devices = new LinkedHashMap<>();

    private final Map<String, ClientCertificate> certificates = new ConcurrentHashMap<>();
    private final List<Consumer<Provisioning>> enrollments = new ArrayList<>();
    private final IotHubEmulator.Builder builder;
    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicLong lastOwnDevice = new AtomicLong();
    private IotHubEmulator emulator;
    /** Nested test classes announce their beginning and end, too; the hub is theirs as well. */
    private int classes;
    /** Tests that run now. */
    private int tests;

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

    /**
     * Has the device registered when the hub starts, and let in by a certificate that the hub issues: {@link #certificate} has it.
     *
     * @see EmulatedDevice#authenticateByCertificateAuthority()
     */
    public IotHubExtension withX509Device(String deviceId) {
        x509Devices.put(deviceId, null);
        return this;
    }

    /**
     * Has the device registered when the hub starts, and let in by the thumbprint of this certificate.
     *
     * @see EmulatedDevice#authenticateByThumbprint
     */
    public IotHubExtension withX509Device(String deviceId, ClientCertificate certificate) {
        x509Devices.put(deviceId, Objects.requireNonNull(certificate, "certificate"));
        return this;
    }

    /** Has the device enrolled for provisioning when the hub starts; see {@link #enrollment}. */
    public IotHubExtension withEnrollment(String registrationId) {
        return withEnrollment(registrationId, enrollment -> {});
    }

    /** The same with an enrollment that differs from the default. */
    public IotHubExtension withEnrollment(String registrationId, Consumer<Enrollment> different) {
        enrollments.add(provisioning -> different.accept(provisioning.enroll(registrationId)));
        return this;
    }

    /** Has a group of devices enrolled for provisioning when the hub starts. */
    public IotHubExtension withEnrollmentGroup(String name, Consumer<Enrollment> different) {
        enrollments.add(provisioning -> different.accept(provisioning.enrollGroup(name)));
        return this;
    }

    /** Gives the hub an HTTPS port, for WebSocket and for the control API. */
    public IotHubExtension withHttps() {
        builder.httpsPort(0);
        return this;
    }

    /** The hub's clock, a {@link TestClock} for instance. */
    public IotHubExtension withClock(Clock clock) {
        builder.clock(clock);
        return this;
    }

    IotHubExtension configuredBy(IotHub.Configurer configurer) {
        configurer.configure(builder);
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
                certificates.clear();
                x509Devices.forEach(this::register);
                enrollments.forEach(each -> each.accept(emulator.provisioning()));
            }
            return emulator;
        } finally {
            lock.unlock();
        }
    }

    private void register(String deviceId, ClientCertificate certificate) {
        EmulatedDevice device = emulator.addDevice(deviceId);
        if (certificate == null) {
            device.authenticateByCertificateAuthority();
        } else {
            device.authenticateByThumbprint(certificate.thumbprint(), null);
            certificates.put(deviceId, certificate);
        }
    }

    /**
     * The certificate of a device: the one it was registered with, or one that the hub issues, the same at each call.
     *
     * @throws IllegalArgumentException when no such device was registered
     */
    public ClientCertificate certificate(String deviceId) {
        return certificates.computeIfAbsent(device(deviceId).deviceId(), emulator()::issueCertificate);
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

    /** See {@link IotHubEmulator#provisioning}. */
    public Provisioning provisioning() {
        return emulator().provisioning();
    }

    /** @throws IllegalArgumentException when no such device was enrolled */
    public Enrollment enrollment(String registrationId) {
        return provisioning()
                .enrollment(registrationId)
                .orElseThrow(() -> new IllegalArgumentException("No enrollment '" + registrationId
                        + "': make one by withEnrollment(\"" + registrationId + "\")"));
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
        lock.lock();
        try {
            classes++;
            emulator();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        lock.lock();
        try {
            if (tests++ == 0) {
                emulator().clearRecords();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        ownDevices(context).forEach(device -> emulator().removeDevice(device.deviceId()));
        lock.lock();
        try {
            if (--tests > 0) {
                return;
            }
            if (classes == 0) {
                close();
            } else {
                emulator().faults().clear();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        lock.lock();
        try {
            if (--classes == 0) {
                close();
            }
        } finally {
            lock.unlock();
        }
    }

    // parameters

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return isSupported(parameter);
    }

    static boolean isSupported(ParameterContext parameter) {
        Class<?> type = parameter.getParameter().getType();
        return type == IotHubEmulator.class
                || type == Faults.class
                || type == EmulatedDevice.class
                || (type == ClientCertificate.class && parameter.isAnnotated(DeviceId.class));
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        if (type == IotHubEmulator.class) {
            return emulator();
        }
        if (type == Faults.class) {
            return emulator().faults();
        }
        if (type == ClientCertificate.class) {
            String deviceId =
                    parameter.findAnnotation(DeviceId.class).orElseThrow().value();
            return certificate(namedX509Device(deviceId).deviceId());
        }
        return parameter
                .findAnnotation(DeviceId.class)
                .map(named -> namedDevice(named.value()))
                .orElseGet(() -> ownDevice(context));
    }

    private EmulatedDevice namedDevice(String deviceId) {
        lock.lock();
        try {
            return emulator().device(deviceId).orElseGet(() -> emulator().addDevice(deviceId));
        } finally {
            lock.unlock();
        }
    }

    private EmulatedDevice namedX509Device(String deviceId) {
        lock.lock();
        try {
            return emulator().device(deviceId).orElseGet(() -> {
                EmulatedDevice added = emulator().addDevice(deviceId);
                added.authenticateByCertificateAuthority();
                return added;
            });
        } finally {
            lock.unlock();
        }
    }

    private EmulatedDevice ownDevice(ExtensionContext context) {
        String owner = context.getTestMethod().map(Method::getName).orElseGet(() -> context.getRequiredTestClass()
                .getSimpleName());
        String readable = owner.replaceAll("[^A-Za-z0-9]", "-");
        EmulatedDevice device = emulator()
                .addDevice(readable.substring(0, Math.min(100, readable.length())) + "-"
                        + lastOwnDevice.incrementAndGet());
        ownDevices(context).add(device);
        return device;
    }

    /** Those of the test, or of the class outside of tests. */
    @SuppressWarnings("unchecked")
    private List<EmulatedDevice> ownDevices(ExtensionContext context) {
        Object key = List.of(this, context.getUniqueId());
        return (List<EmulatedDevice>) context.getStore(NAMESPACE)
                .getOrComputeIfAbsent(key, created -> new CopyOnWriteArrayList<EmulatedDevice>());
    }

    // failures

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw withReport(failure);
    }

    @Override
    public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        throw withReport(failure);
    }

    private Throwable withReport(Throwable failure) {
        boolean tellsAlready = String.valueOf(failure.getMessage()).contains("The hub's log");
        if (!tellsAlready && !(failure instanceof TestAbortedException)) {
            failure.addSuppressed(new WhatTheHubSaw(emulator().report()));
        }
        return failure;
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
