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
package io.github.iothubmqtt.reliability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

import io.github.iothubmqtt.emulator.EmulatedDevice;
import io.github.iothubmqtt.emulator.Enrollment;
import io.github.iothubmqtt.emulator.IotHubEmulator;
import io.github.iothubmqtt.reliability.Login.Way;
import org.apache.camel.support.jsse.KeyManagersParameters;
import org.apache.camel.support.jsse.KeyStoreParameters;
import org.apache.camel.support.jsse.SSLContextParameters;

/**
 * The devices of a run, which log in by all {@linkplain Way ways} in turn, and then by the same ways over WebSocket. The devices are
 * there when this is made; their certificates are in files until it is closed.
 */
final class Logins implements AutoCloseable {

    /** Short, so that connections are also renewed while faults strike. */
    private static final String LIFE = "&sasTimeToLive=20s";

    private final IotHubEmulator hub;
    private final Path directory = Files.createTempDirectory("ledger");
    private final Enrollment group;
    private final List<Login> all = new ArrayList<>();

    Logins(IotHubEmulator hub, List<String> deviceIds) throws IOException {
        this.hub = hub;
        this.group = hub.provisioning().enrollGroup("ledger");
        for (String deviceId : deviceIds) {
            all.add(login(wayOf(all.size()), hub.device(deviceId).orElseThrow()));
        }
    }

    static Way wayOf(int device) {
        return Way.values()[device % Way.values().length];
    }

    /** The provisioning service names the hub with the port of MQTT over TLS, so who comes by it is not led to another one. */
    static boolean isOverWebSocket(int device) {
        return device / Way.values().length % 2 == 1 && wayOf(device) != Way.GROUP_KEY;
    }

    Login of(int device) {
        return all.get(device);
    }

    private Login login(Way way, EmulatedDevice device) {
        String id = device.deviceId();
        return switch (way) {
            case KEY ->
                new Login(way, id, atTheHub(key(device.primaryKey())), null, null, new DeviceKeys(device, null), null);
            case POLICY_KEY -> {
                String options = "sharedAccessKeyName=device&" + key(hub.policyKey("device")) + LIFE;
                yield new Login(way, id, atTheHub(options), null, null, null, null);
            }
            case TOKEN_PROVIDER -> {
                Vault vault = new Vault(device.primaryKey());
                DeviceKeys keys = new DeviceKeys(device, vault);
                yield new Login(way, id, atTheHub("tokenProvider=#vault-" + id + LIFE), null, vault, keys, null);
            }
            case CERTIFICATE_FILES -> {
                CertificateOnDisk certificate = new CertificateOnDisk(device, directory);
                String options = "certificateFile=" + certificate.chain() + "&privateKeyFile=" + certificate.key();
                yield new Login(way, id, atTheHub(options), null, null, null, certificate);
            }
            case KEY_STORE -> {
                CertificateOnDisk certificate = new CertificateOnDisk(device, directory);
                yield new Login(way, id, atTheHub(""), keyManagers(certificate), null, null, certificate);
            }
            case GROUP_KEY -> {
                String options = "idScope=" + hub.provisioning().idScope() + "&provisioningEndpoint=localhost:"
                        + hub.mqttPort() + "&deriveDeviceKey=true&" + key(group.primaryKey());
                yield new Login(way, id, options, null, null, null, null);
            }
        };
    }

    private static String key(String key) {
        return "sharedAccessKey=RAW(" + key + ")";
    }

    private String atTheHub(String options) {
        String address = isOverWebSocket(all.size())
                ? "transport=websocket&hub=localhost:" + hub.httpsPort()
                : "hub=localhost:" + hub.mqttPort();
        return options.isEmpty() ? address : address + "&" + options;
    }

    private SSLContextParameters keyManagers(CertificateOnDisk certificate) {
        KeyStoreParameters store = new KeyStoreParameters();
        store.setResource("file:" + certificate.store());
        store.setPassword(CertificateOnDisk.PASSWORD);
        store.setType("PKCS12");
        KeyManagersParameters managers = new KeyManagersParameters();
        managers.setKeyStore(store);
        managers.setKeyPassword(CertificateOnDisk.PASSWORD);
        SSLContextParameters tls = IotHubMqttPeer.trusting(hub);
        tls.setKeyManagers(managers);
        return tls;
    }

    @Override
    public void close() throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
