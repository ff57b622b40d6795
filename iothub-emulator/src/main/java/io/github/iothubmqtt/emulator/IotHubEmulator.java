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

import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;

/**
 * An Azure IoT Hub inside this JVM: real TLS, real tokens, real MQTT 3.1.1, for tests and examples. Devices connect to it as to Azure;
 * the test plays the service side through this class: it registers devices, reads their telemetry, sends them messages and sees
 * what the hub saw.
 *
 * <pre>{@code
 * try (IotHubEmulator hub = IotHubEmulator.start()) {
 *     EmulatedDevice device = hub.addDevice("dev1");
 *     // connect with device.connectionString() and hub.sslContext() …
 *     TelemetryMessage first = hub.awaitTelemetry(1, Duration.ofSeconds(10)).get(0);
 * }
 * }</pre>
 *
 * <p>Thread-safe. Each emulator has one thread of its own on which everything in the hub happens, so what the hub records has one
 * order; methods of this class wait for that thread. After {@link #close()} the records can still be read.
 */
public final class IotHubEmulator implements AutoCloseable {

    private final String hostName;
    private final TlsIdentity tls;
    private final HubLoop loop;
    /** Has the hub look at its clock. */
    private final Runnable clockWatcher = this::runWhatIsDue;

    private final DeviceRegistry registry = new DeviceRegistry();
    private final AccessPolicies policies = new AccessPolicies();
    private final StateKeeper state;
    private final Hub hub;
    private final Identities identities;
    private final ClientAuthorities clientAuthorities;
    private final Provisioning provisioning;
    private final Ports ports;
    private final Port mqttPort;
    /** Null without HTTPS. */
    private final Port httpsPort;

    private IotHubEmulator(Builder builder) {
        hostName = builder.hostName;
        Map<String, Map<String, Object>> kept = new LinkedHashMap<>();
        StateStore store =
                builder.stateDirectory == null ? StateStore.NONE : StateFile.open(builder.stateDirectory, kept);
        state = new StateKeeper(store, registry);
        StateReader reader = new StateReader(kept);
        HostNames names = HostNames.of(hostName, builder.bindAddress, builder.otherHostNames);
        HubLoop started = null;
        try {
            setPolicies(builder.policyKeys, reader);
            clientAuthorities = reader.clientAuthorities(state);
            CompletableFuture<TlsIdentity> identity = TlsIdentity.make(names, () -> authority(reader));
            started = new HubLoop(builder.clock);
            loop = started;
            SasVerifier verifier = new SasVerifier(names, policies, builder.clock, builder.settings);
            Gatekeeper gatekeeper = new Gatekeeper(
                    registry,
                    names,
                    verifier,
                    new CertificateVerifier(clientAuthorities, builder.clock),
                    builder.settings);
            hub = new Hub(loop, builder.clock, builder.settings, registry, gatekeeper, hostName, state);
            identities = new Identities(hub, registry, state);
            Enrollments enrollments = new Enrollments(new LinkedHubs(linkedHub()), state);
            provisioning = provisioning(names, verifier, enrollments, builder);
            loop.run(() -> reader.restore(hub, registry));
            reader.restore(enrollments);
            tls = identity.join();
            String address = builder.bindAddress;
            MqttFront mqtt = new MqttFront(hub, address, tls);
            ports = new Ports(hub);
            mqttPort = ports.add(new Port(loop, address, builder.mqttPort, mqtt));
            if (builder.httpsPort == null) {
                httpsPort = null;
            } else {
                HttpsFront https = new HttpsFront(hub, address, tls, mqtt);
                ControlGuard guard = new ControlGuard(names, verifier, builder.settings.controlTokenOnLoopback());
                new ControlApi(hub, identities, clientAuthorities, new ProvisioningApi(provisioning, enrollments))
                        .mount(https.router(), guard);
                new WebPage(tls.authority().certificatePem()).mount(https.router());
                new ServiceApi(hub, identities, verifier).mount(https.router());
                httpsPort = ports.add(new Port(loop, address, builder.httpsPort, https));
            }
            ports.listen();
            hub.listeningOn(mqttPort.number());
            if (builder.clock instanceof TestClock clock) {
                clock.onAdvance(clockWatcher);
            }
        } catch (RuntimeException e) {
            if (started != null) {
                started.close();
            }
            state.close();
            throw e;
        }
    }

    private Provisioning provisioning(HostNames names, SasVerifier verifier, Enrollments enrollments, Builder builder) {
        ProvisioningGate gate =
                new ProvisioningGate(names, builder.idScope, verifier, enrollments, builder.clock, builder.settings);
        ProvisioningService service = new ProvisioningService(hub, gate, enrollments);
        hub.sharedWith(service);
        return new Provisioning(hub, service, enrollments, builder.idScope);
    }

    ClientAuthorities clientAuthorities() {
        return clientAuthorities;
    }

    LinkedHub linkedHub() {
        return new LinkedHub.Emulated(hub, identities);
    }

    private void runWhatIsDue() {
        if (!loop.isClosed()) {
            loop.run(loop::sweep);
        }
    }

    /** What the builder says counts more than what was kept, and that more than chance. */
    private void setPolicies(Map<String, String> primaryKeys, StateReader reader) {
        for (String name : policies.names()) {
            SharedAccessKeys keys = reader.policy(name);
            if (keys != null) {
                policies.setKeys(name, keys);
            }
        }
        primaryKeys.forEach(policies::setPrimaryKey);
        policies.names().forEach(name -> state.keepPolicy(name, policies.keysOf(name)));
    }

    private CertificateAuthority authority(StateReader reader) {
        CertificateAuthority kept = reader.authority();
        if (kept != null) {
            return kept;
        }
        CertificateAuthority fresh = CertificateAuthority.forServers();
        state.keepAuthority(fresh);
        return fresh;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** An emulator called {@code localhost} on a free port of 127.0.0.1. */
    public static IotHubEmulator start() {
        return builder().start();
    }

    // where it is

    public String hostName() {
        return hostName;
    }

    public int mqttPort() {
        return mqttPort.number();
    }

    /**
     * Where the hub takes HTTPS, and MQTT over WebSocket at {@code /$iothub/websocket}.
     *
     * @throws IllegalStateException when the builder was not asked for it
     */
    public int httpsPort() {
        if (httpsPort == null) {
            throw new IllegalStateException("This emulator has no HTTPS port: ask for one with builder().httpsPort(0)");
        }
        return httpsPort.number();
    }

    /** The certificate that clients have to trust. */
    public String caCertificatePem() {
        return tls.authority().certificatePem();
    }

    /** Trusts this emulator and nothing else. */
    public SSLContext sslContext() {
        return tls.clientContext();
    }

    /** Trusts this emulator and nothing else, and shows this certificate to it. */
    public SSLContext sslContext(ClientCertificate certificate) {
        return tls.authority().clientContext(certificate);
    }

    /** Holds the certificate that clients have to trust, for whatever wants a key store; a new one at each call. */
    public KeyStore trustStore() {
        return tls.authority().trustStore();
    }

    /** The primary key of a shared access policy that every hub has: {@code iothubowner}, {@code service}, {@code device}, … */
    public String policyKey(String policyName) {
        SharedAccessKeys keys = policies.keysOf(policyName);
        if (keys == null) {
            throw new IllegalArgumentException("There is no shared access policy '" + policyName + "'");
        }
        return keys.primary();
    }

    // certificates of devices

    /**
     * Issues a certificate to a client: to a device, whose id is the common name, or to a module with {@code DEVICE/MODULE}. It is
     * valid from yesterday for a year, by the hub's clock. Its issuer is an authority of this emulator, but not the one of
     * {@link #caCertificatePem()}, which vouches for the hub.
     *
     * @see EmulatedDevice#authenticateByCertificateAuthority()
     */
    public ClientCertificate issueCertificate(String commonName) {
        Instant now = hub.clock().instant();
        return issueCertificate(commonName, now.minus(ClientCertificate.BEFORE), now.plus(ClientCertificate.AFTER));
    }

    /** One that is valid in this time, which may be over or not have come; fractions of a second are cut off. */
    public ClientCertificate issueCertificate(String commonName, Instant notBefore, Instant notAfter) {
        return clientAuthorities.issue(commonName, notBefore, notAfter);
    }

    /**
     * Has the hub trust the certificates that this authority issues to devices, as uploading it to Azure does. Twice is no error.
     *
     * @param pem one certificate or several; each may be at the root of a chain or in the midst
     */
    public void addCertificateAuthority(String pem) {
        clientAuthorities.add(pem);
    }

    // devices

    /** Registers a device with fresh keys. */
    public EmulatedDevice addDevice(String deviceId) {
        return addDevice(deviceId, SharedAccessKeys.generate());
    }

    /** Registers a device with this primary key, base64 of 16 to 64 bytes, and a fresh secondary one. */
    public EmulatedDevice addDevice(String deviceId, String primaryKey) {
        return addDevice(deviceId, SharedAccessKeys.withPrimary(primaryKey));
    }

    private EmulatedDevice addDevice(String deviceId, SharedAccessKeys keys) {
        return identities.add(deviceId, keys);
    }

    /** All registered devices, in the order of their ids. */
    public List<EmulatedDevice> devices() {
        return registry.all();
    }

    public Optional<EmulatedDevice> device(String deviceId) {
        return Optional.ofNullable(registry.find(deviceId));
    }

    /** Closes the device's connections and forgets its session, its queue and its twin. Nothing happens for an unknown device. */
    public void removeDevice(String deviceId) {
        identities.remove(deviceId);
    }

    // provisioning

    /** The Device Provisioning Service on the emulator's ports: enroll devices here that are to be told their hub. */
    public Provisioning provisioning() {
        return provisioning;
    }

    // telemetry

    /** All telemetry stored since the last {@link #clearTelemetry()}, in the order of arrival. */
    public List<TelemetryMessage> telemetry() {
        return hub.telemetry().journal().snapshot();
    }

    /** The telemetry of one device and its modules. */
    public List<TelemetryMessage> telemetry(String deviceId) {
        return telemetry().stream()
                .filter(message -> message.deviceId().equals(deviceId))
                .toList();
    }

    /** What one output of a module has sent. */
    public List<TelemetryMessage> telemetry(String deviceId, String moduleId, String outputName) {
        return telemetry(deviceId).stream()
                .filter(message -> moduleId.equals(message.moduleId()))
                .filter(message -> outputName.equals(message.systemProperties().get(SystemProperties.OUTPUT_NAME)))
                .toList();
    }

    public void clearTelemetry() {
        hub.telemetry().journal().clear();
    }

    /**
     * Waits until at least so many messages were stored since the last {@link #clearTelemetry()}, and returns all of them.
     *
     * @throws AssertionError after the timeout; tells what the hub saw
     */
    public List<TelemetryMessage> awaitTelemetry(int count, Duration timeout) {
        if (!hub.telemetry().journal().awaitCount(count, timeout)) {
            throw new AssertionError(
                    "The hub has stored " + hub.telemetry().journal().count() + " telemetry messages after " + timeout
                            + ", not " + count + ". " + hub.report());
        }
        return telemetry();
    }

    /**
     * Waits for a message, stored already or to come, that the predicate likes, and returns the first.
     *
     * @throws AssertionError after the timeout; tells what the hub saw
     */
    public TelemetryMessage awaitTelemetry(Predicate<TelemetryMessage> predicate, Duration timeout) {
        return hub.telemetry()
                .journal()
                .awaitMatch(predicate, timeout)
                .orElseThrow(() -> new AssertionError(
                        "None of the " + hub.telemetry().journal().count()
                                + " telemetry messages was the one awaited for " + timeout + ". " + hub.report()));
    }

    /**
     * Calls the listener for each telemetry message, in order, on the hub's own thread: after the message was stored and before it
     * is acknowledged. It must not block; it may call this emulator, even to {@link #disconnect} the sender so that the
     * acknowledgement is never sent.
     */
    public void onTelemetry(Consumer<TelemetryMessage> listener) {
        hub.telemetry().onTelemetry(Objects.requireNonNull(listener, "listener"));
    }

    // devicebound

    /**
     * Puts a message into the device's queue, from where it is sent once the device is connected and has subscribed.
     *
     * @return the message id, made by the hub if the message had none
     * @throws HubException with code 404001 for an unknown or disabled device, 403004 when the queue is full, 413001 when the
     *     message is too large, 403009 when it is expired already
     */
    public String sendDevicebound(String deviceId, DeviceboundMessage message) {
        return loop.call(() -> hub.sendDevicebound(deviceId, message));
    }

    /** What waits in the device's queue or is on the way without PUBACK, oldest first. */
    public List<QueuedMessage> deviceboundQueue(String deviceId) {
        return loop.call(() -> hub.devicebound().queued(Identity.device(deviceId)));
    }

    /** The feedback records that senders of devicebound messages had asked for. */
    public List<Feedback> feedback() {
        return hub.devicebound().feedback().snapshot();
    }

    /**
     * Waits for the feedback about one message. It must have been sent with a {@link DeviceboundMessage#ack}.
     *
     * @throws AssertionError after the timeout; tells what the hub saw
     */
    public Feedback awaitFeedback(String messageId, Duration timeout) {
        return hub.devicebound()
                .feedback()
                .awaitMatch(record -> record.originalMessageId().equals(messageId), timeout)
                .orElseThrow(() -> new AssertionError(
                        "No feedback about message " + messageId + " within " + timeout + ". " + hub.report()));
    }

    // modules

    /**
     * Sends a message to an input of a module, as an IoT Edge hub does when a route leads there. It waits in a queue of the module as
     * devicebound messages do: it is sent when the module is connected and has subscribed to its inputs, again on the next connection
     * if it was not acknowledged, and is gone after PUBACK.
     *
     * @return the message id, made by the hub if the message had none
     * @throws HubException as {@link #sendDevicebound}, with code 404010 for an unknown module, 400004 for a bad input name
     */
    public String sendToInput(String deviceId, String moduleId, String inputName, DeviceboundMessage message) {
        Identity module = module(deviceId, moduleId);
        return loop.call(() -> hub.sendToInput(module, inputName, message));
    }

    /** What waits for the module or is on the way to its inputs without PUBACK, oldest first. */
    public List<QueuedMessage> inputQueue(String deviceId, String moduleId) {
        return loop.call(() -> hub.devicebound().queued(module(deviceId, moduleId)));
    }

    private static Identity module(String deviceId, String moduleId) {
        return new Identity(deviceId, Objects.requireNonNull(moduleId, "moduleId"));
    }

    // twins

    /**
     * The twin of a device.
     *
     * @throws HubException with code 404001 for an unknown device
     */
    public EmulatedTwin twin(String deviceId) {
        return twin(Identity.device(deviceId));
    }

    /**
     * The twin of a module.
     *
     * @throws HubException with code 404001 for an unknown device, 404010 for an unknown module
     */
    public EmulatedTwin twin(String deviceId, String moduleId) {
        return twin(module(deviceId, moduleId));
    }

    private EmulatedTwin twin(Identity identity) {
        return new EmulatedTwin(hub, identity, hub.twins().twinOf(identity));
    }

    /** See {@link EmulatedTwin#updateDesired}. */
    public long updateDesired(String deviceId, String json) {
        return twin(deviceId).updateDesired(json);
    }

    // direct methods

    /**
     * Calls a direct method of a device. The result is completed on the hub's own thread: what is chained to it without an executor must
     * not block.
     *
     * @return fails with a {@link HubException}: 404103 when the device is not connected or has not subscribed to the method, or goes
     *     before it has answered; 504101 when it does not answer in time; 404001 for an unknown or disabled device; 400004 for a bad
     *     name or timeout; 400006 for a payload that is no JSON; 413001 for one over 128 KB; 403800 for too many calls at once;
     *     400000 when the device answers with a status that is no integer, 502000 with what is no JSON or too large
     */
    public CompletableFuture<DirectMethodResult> invokeMethod(String deviceId, DirectMethod method) {
        return invokeMethod(Identity.device(deviceId), method);
    }

    /** As {@link #invokeMethod(String, DirectMethod)}, of a module; 404010 when there is none of this name. */
    public CompletableFuture<DirectMethodResult> invokeMethod(String deviceId, String moduleId, DirectMethod method) {
        return invokeMethod(module(deviceId, moduleId), method);
    }

    private CompletableFuture<DirectMethodResult> invokeMethod(Identity identity, DirectMethod method) {
        Objects.requireNonNull(method, "method");
        return loop.call(() -> hub.methods().invoke(identity, method));
    }

    // connections

    /** The connections that are open now, the oldest first. */
    public List<ConnectionInfo> connections() {
        return loop.call(hub::connectionInfos);
    }

    /** How many CONNECTs of the device and its modules were answered with 0. */
    public long acceptedConnects(String deviceId) {
        return loop.call(() -> hub.acceptedConnects(deviceId));
    }

    /** The hub's log: who connected, who was refused and why, which connection ended and why. */
    public List<HubEvent> events() {
        return hub.log().events().snapshot();
    }

    /** Waits for an event, past or to come; an AssertionError after the timeout tells what the hub saw. */
    public HubEvent awaitEvent(Predicate<HubEvent> predicate, Duration timeout) {
        return hub.log()
                .events()
                .awaitMatch(predicate, timeout)
                .orElseThrow(
                        () -> new AssertionError("The event did not come within " + timeout + ". " + hub.report()));
    }

    /**
     * Cuts the TCP connection of a device as a fault in the network would; its will is published.
     *
     * @return false when the device is not connected
     */
    public boolean disconnect(String deviceId) {
        return loop.call(() -> hub.close(Identity.device(deviceId), CloseCause.CUT));
    }

    /** As {@link #disconnect(String)}, of a module. */
    public boolean disconnect(String deviceId, String moduleId) {
        Identity module = module(deviceId, moduleId);
        return loop.call(() -> hub.close(module, CloseCause.CUT));
    }

    /** What a failing test should tell: who is connected, the end of the hub's log with the reasons of refusals, the last packets. */
    public String report() {
        return hub.report();
    }

    /** Empties telemetry, feedback, events and the count of connects. Devices, sessions, queues and connections stay. */
    public void clearRecords() {
        loop.run(hub::clearRecords);
    }

    // faults

    /** Makes the hub fail where and when a test wants it to. */
    public Faults faults() {
        return hub.faults();
    }

    /**
     * An outage: closes the ports and cuts every connection, so that connecting is refused by TCP until {@link #startListening()}.
     * Nothing is forgotten, and messages can be sent to devices meanwhile. Twice is no error.
     */
    public void stopListening() {
        ports.stop(CloseCause.HUB_STOPPED);
    }

    /** Opens the same ports again. Twice is no error. */
    public void startListening() {
        ports.listen();
    }

    /** Cuts every connection and starts again on the same ports; devices, twins, sessions and queues are as they were. */
    public void restart() {
        stopListening();
        startListening();
    }

    /** As {@link #restart()}, but sessions and queues are lost; devices, their twins and the test's records stay. */
    public void restartWithoutState() {
        stopListening();
        loop.run(hub::forgetSessionsAndQueues);
        startListening();
    }

    /** Closes all connections and ends the emulator's thread. Twice is no error. */
    @Override
    public void close() {
        if (hub.clock() instanceof TestClock clock) {
            clock.removeListener(clockWatcher);
        }
        loop.run(hub::closeEverything);
        ports.release();
        loop.close();
        state.close();
    }

    @Override
    public String toString() {
        return "IotHubEmulator[" + hub.authority() + "]";
    }

    /** What an emulator is made of. Not thread-safe. */
    public static final class Builder {

        private final List<String> otherHostNames = new ArrayList<>();
        private final Map<String, String> policyKeys = new HashMap<>();
        private String hostName = "localhost";
        private String bindAddress = "127.0.0.1";
        private int mqttPort;
        private Integer httpsPort;
        private String idScope = "0ne00000001";
        private Path stateDirectory;
        private Clock clock = Clock.systemUTC();
        private HubSettings settings = HubSettings.defaults();

        private Builder() {}

        /** The hub's name in connection strings, user names and tokens. Default {@code localhost}, which is always accepted, too. */
        public Builder hostName(String value) {
            hostName = Objects.requireNonNull(value, "hostName");
            return this;
        }

        /** One more name by which clients may call the hub; it is in the server certificate, too. */
        public Builder otherHostName(String value) {
            otherHostNames.add(Objects.requireNonNull(value, "otherHostName"));
            return this;
        }

        /** Default 127.0.0.1: nobody else can reach the emulator. */
        public Builder bindAddress(String value) {
            bindAddress = Objects.requireNonNull(value, "bindAddress");
            return this;
        }

        /** Default 0: any free port. */
        public Builder mqttPort(int value) {
            mqttPort = value;
            return this;
        }

        /**
         * Has the hub listen for HTTPS, too, on this port or on any that is free if 0. Default: it does not, for most tests have no
         * use for it.
         */
        public Builder httpsPort(int value) {
            httpsPort = value;
            return this;
        }

        /**
         * The primary key, base64 of 16 to 64 bytes, of a shared access policy that every hub has. Default: keys made anew.
         *
         * @see IotHubEmulator#policyKey
         */
        public Builder policyKey(String policyName, String primaryKey) {
            policyKeys.put(policyName, primaryKey);
            return this;
        }

        /** What devices call the provisioning service of this emulator, letters and digits. Default {@code 0ne00000001}. */
        public Builder idScope(String value) {
            if (!value.matches("[A-Za-z0-9]{1,128}")) {
                throw new IllegalArgumentException(
                        "An id scope has 1 to 128 letters and digits, this is '" + value + "'");
            }
            idScope = value;
            return this;
        }

        /**
         * Where the hub keeps what is to survive it: devices and modules with their keys and twins, sessions, queues, the keys of
         * policies, the certificate authorities, enrollments and registrations. A hub that starts with the same directory goes on with
         * them. What was acknowledged to a client is kept before that, so it survives the end of the process at any moment.
         * Telemetry, feedback and events are not kept. Default: nothing is.
         */
        public Builder stateDirectory(Path value) {
            stateDirectory = Objects.requireNonNull(value, "stateDirectory");
            return this;
        }

        /**
         * The hub's clock, for expiry of tokens, messages and client certificates: a {@link TestClock}, say. Default: the system's.
         * The hub's own certificate does not heed it.
         */
        public Builder clock(Clock value) {
            clock = Objects.requireNonNull(value, "clock");
            return this;
        }

        public Builder settings(HubSettings value) {
            settings = Objects.requireNonNull(value, "settings");
            return this;
        }

        /**
         * Starts the emulator, which takes a fraction of a second.
         *
         * @throws HubStartException when the address and port or the state directory cannot be had; nothing is left behind then
         */
        public IotHubEmulator start() {
            return new IotHubEmulator(this);
        }
    }
}
