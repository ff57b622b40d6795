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
package io.github.iothubmqtt.quarkus.deployment;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

import io.github.iothubmqtt.emulator.DeviceboundMessage;
import io.github.iothubmqtt.emulator.EmulatedDevice;
import io.github.iothubmqtt.emulator.HubStartException;
import io.github.iothubmqtt.emulator.IotHubEmulator;
import io.github.iothubmqtt.emulator.TelemetryMessage;
import io.github.iothubmqtt.quarkus.DevHub;
import io.quarkus.deployment.builditem.Startable;
import io.quarkus.dev.console.DevConsoleManager;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.jboss.logging.Logger;

/**
 * The hub of Dev Services: an emulator with the identities of its plan, and the configuration that points the component at it.
 * Quarkus starts and closes it. One key serves all identities, so that it can be given once, on the component.
 */
final class HubService implements Startable {

    static final String HUB = "camel.component.iothub-mqtt.hub";
    static final String SHARED_ACCESS_KEY = "camel.component.iothub-mqtt.shared-access-key";

    private static final Logger LOG = Logger.getLogger(HubService.class);

    private static final String TLS = "iothubMqttDevServices";
    private static final String TLS_BEAN = "camel.beans." + TLS;
    private static final String TRUST_STORE = TLS_BEAN + ".trustManagers.keyStore.";
    /** The store holds the certificate of an authority that nobody else trusts; a PKCS #12 file needs some password. */
    private static final String TRUST_STORE_PASSWORD = "devservices";

    /**
     * By properties alone, so that it works for a packaged application, too; and by a bean that nothing but the component refers to,
     * so that no other trust in the application changes.
     */
    static final Map<String, Function<HubService, String>> CONFIGURATION = Map.ofEntries(
            entry(HUB, HubService::getConnectionInfo),
            entry(SHARED_ACCESS_KEY, hub -> hub.key),
            entry("camel.component.iothub-mqtt.ssl-context-parameters", hub -> "#bean:" + TLS),
            entry(TLS_BEAN, hub -> "#class:" + SSLContextParameters.class.getName()),
            entry(TRUST_STORE + "type", hub -> "PKCS12"),
            entry(TRUST_STORE + "password", hub -> TRUST_STORE_PASSWORD),
            entry(TRUST_STORE + "resource", hub -> "file:" + hub.trustStore));

    private final HubPlan plan;
    private final String key;
    private final BiFunction<String, Map<String, Object>, Object> remote = this::call;
    private IotHubEmulator emulator;
    private Path trustStore;

    HubService(HubPlan plan) {
        this.plan = plan;
        this.key = plan.sharedAccessKey().orElseGet(HubService::newKey);
    }

    private static Map.Entry<String, Function<HubService, String>> entry(
            String name, Function<HubService, String> value) {
        return Map.entry(name, value);
    }

    private static String newKey() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return Base64.getEncoder().encodeToString(bytes);
    }

    @Override
    public void start() {
        emulator = startEmulator();
        try {
            plan.identities().forEach(this::register);
            trustStore = write(emulator.trustStore());
        } catch (RuntimeException e) {
            close();
            throw e;
        }
        DevConsoleManager.setGlobal(DevHub.GLOBAL, Optional.of(remote));
    }

    private IotHubEmulator startEmulator() {
        try {
            return IotHubEmulator.builder().mqttPort(plan.port().orElse(0)).start();
        } catch (HubStartException | IllegalArgumentException e) {
            throw new IllegalStateException(
                    "Dev Services cannot start an IoT Hub emulator: " + e.getMessage()
                            + ". Change or remove quarkus.camel.iothub-mqtt.devservices.port, or configure a hub",
                    e);
        }
    }

    private void register(String identity) {
        String[] ids = identity.split("/", 2);
        try {
            EmulatedDevice device = emulator.device(ids[0]).orElseGet(() -> emulator.addDevice(ids[0], key));
            if (ids.length == 2) {
                device.addModule(ids[1], key);
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(
                    "Dev Services cannot register '" + identity + "': " + e.getMessage()
                            + ". Change quarkus.camel.iothub-mqtt.devservices.devices or " + SHARED_ACCESS_KEY,
                    e);
        }
    }

    /** A file, which is short in the list of properties that Camel logs at each start. */
    private static Path write(KeyStore store) {
        try {
            Path file = Files.createTempFile("iothub-mqtt-devservices", ".p12");
            // Quarkus leaves the services of the last tests to the end of the JVM.
            file.toFile().deleteOnExit();
            try (OutputStream out = Files.newOutputStream(file)) {
                store.store(out, TRUST_STORE_PASSWORD.toCharArray());
            }
            return file;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("The trust store of the IoT Hub emulator cannot be written", e);
        }
    }

    /** Host and port, as the component's option {@code hub} takes them. */
    @Override
    public String getConnectionInfo() {
        return emulator.hostName() + ":" + emulator.mqttPort();
    }

    /** There is no container: it runs in this JVM. */
    @Override
    public String getContainerId() {
        return null;
    }

    /** Of every identity, in the plan's order. */
    List<String> connectionStrings() {
        return plan.identities().stream().map(this::connectionString).toList();
    }

    private String connectionString(String identity) {
        String[] ids = identity.split("/", 2);
        String module = ids.length == 2 ? ";ModuleId=" + ids[1] : "";
        return "HostName=" + getConnectionInfo() + ";DeviceId=" + ids[0] + module + ";SharedAccessKey=" + key;
    }

    /** What {@link DevHub} calls from another class loader, which does not know the emulator's types. */
    @SuppressWarnings("unchecked")
    private Object call(String method, Map<String, Object> parameters) {
        String deviceId = (String) parameters.get("deviceId");
        return switch (method) {
            case "telemetry" ->
                emulator.telemetry(deviceId).stream().map(HubService::asMap).toList();
            case "stopListening" -> run(emulator::stopListening);
            case "startListening" -> run(emulator::startListening);
            case "unacknowledged" -> emulator.deviceboundQueue(deviceId).size();
            case "sendDevicebound" ->
                send(deviceId, (String) parameters.get("body"), (Map<String, String>) parameters.get("properties"));
            default -> throw new IllegalArgumentException(method);
        };
    }

    private static Object run(Runnable action) {
        action.run();
        return null;
    }

    private String send(String deviceId, String body, Map<String, String> properties) {
        DeviceboundMessage message = DeviceboundMessage.of(body);
        for (Map.Entry<String, String> property : properties.entrySet()) {
            message = message.property(property.getKey(), property.getValue());
        }
        return emulator.sendDevicebound(deviceId, message);
    }

    private static Map<String, Object> asMap(TelemetryMessage message) {
        Map<String, Object> map = new HashMap<>();
        map.put("deviceId", message.deviceId());
        map.put("moduleId", message.moduleId());
        map.put("body", message.bodyText());
        map.put("properties", message.properties());
        map.put("systemProperties", message.systemProperties());
        return map;
    }

    @Override
    public void close() {
        if (Optional.of(remote).equals(DevConsoleManager.getGlobal(DevHub.GLOBAL))) {
            DevConsoleManager.setGlobal(DevHub.GLOBAL, Optional.empty());
        }
        emulator.close();
        deleteTrustStore();
    }

    private void deleteTrustStore() {
        if (trustStore == null) {
            return;
        }
        try {
            Files.deleteIfExists(trustStore);
        } catch (IOException e) {
            LOG.debugf(e, "The trust store of the IoT Hub emulator cannot be deleted: %s", trustStore);
        }
    }
}
