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
package io.github.iothubmqtt.camel;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.iothubmqtt.device.ConnectionHandle;
import io.github.iothubmqtt.device.TokenProvider;
import io.github.iothubmqtt.emulator.ClientCertificate;
import io.github.iothubmqtt.emulator.EmulatedDevice;
import io.github.iothubmqtt.emulator.Enrollment;
import io.github.iothubmqtt.emulator.Fault;
import io.github.iothubmqtt.emulator.FaultPoint;
import io.github.iothubmqtt.emulator.HubSettings;
import io.github.iothubmqtt.emulator.IotHubEmulator;
import io.github.iothubmqtt.protocol.DeviceIdentity;
import io.github.iothubmqtt.protocol.SasToken;
import io.github.iothubmqtt.protocol.SharedAccessKey;
import io.github.iothubmqtt.transport.Proxy;
import io.github.iothubmqtt.transport.TestProxy;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.jsse.KeyManagersParameters;
import org.apache.camel.support.jsse.KeyStoreParameters;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.commons.codec.digest.DigestUtils;

/**
 * A program of its own, as {@link SecretsSession} is: devices that log in by each way there is, straight and through proxies, well and
 * badly. Prints all that a user could have printed of them. Its arguments are a directory, and a file into which it writes the secrets
 * that it has used, one a line.
 */
final class LoginSecretsSession {

    private static final String PROXY_USER = "proxy-user-7f3a";
    private static final String PROXY_PASSWORD = "proxy-password-9c1d";
    private static final String STORE_PASSWORD = "store-password-51e2";
    /** Of the file in the test resources. */
    private static final String PEM_PASSWORD = "top secret";

    private final IotHubEmulator hub;
    private final Path directory;
    private final List<String> networks;
    private final List<String> secrets = new ArrayList<>();
    private final DefaultCamelContext context = new DefaultCamelContext();
    private final Map<String, String> running = new LinkedHashMap<>();
    private int failures;

    private LoginSecretsSession(IotHubEmulator hub, Path directory, TestProxy http, TestProxy socks) {
        this.hub = hub;
        this.directory = directory;
        this.networks = List.of(
                "hub=localhost:" + hub.mqttPort(),
                "hub=localhost:" + hub.httpsPort() + "&transport=websocket",
                "hub=localhost:" + hub.mqttPort() + proxy(http, PROXY_PASSWORD),
                "hub=localhost:" + hub.mqttPort() + proxy(socks, PROXY_PASSWORD),
                "hub=localhost:" + hub.httpsPort() + "&transport=websocket" + proxy(http, PROXY_PASSWORD),
                "hub=localhost:" + hub.httpsPort() + "&transport=websocket" + proxy(socks, PROXY_PASSWORD));
    }

    public static void main(String[] args) throws Exception {
        SecretsSession.logEverythingOfJavaUtilLogging();
        HubSettings settings = HubSettings.defaults().provisioningRetryAfter(Duration.ZERO);
        try (IotHubEmulator hub =
                        IotHubEmulator.builder().httpsPort(0).settings(settings).start();
                TestProxy http = TestProxy.of(Proxy.Type.HTTP, PROXY_USER, PROXY_PASSWORD);
                TestProxy socks = TestProxy.of(Proxy.Type.SOCKS5, PROXY_USER, PROXY_PASSWORD)) {
            LoginSecretsSession session = new LoginSecretsSession(hub, Path.of(args[0]), http, socks);
            session.run(http, socks);
            Files.write(Path.of(args[1]), session.secrets, StandardCharsets.UTF_8);
        }
        System.out.println("The session has come to its end.");
    }

    private void run(TestProxy http, TestProxy socks) throws Exception {
        secret(PROXY_USER, PROXY_PASSWORD, PROXY_USER + ":" + PROXY_PASSWORD, STORE_PASSWORD, PEM_PASSWORD);
        context.getRegistry().bind("hubTls", HubTls.trusting(hub));
        context.start();
        keys();
        tokens();
        certificates();
        provisioning();
        String key = "&sharedAccessKey=RAW(" + device("refused").primaryKey() + ")";
        secret("wrong-password-3b7e");
        bad("refused", "hub=localhost:" + hub.mqttPort() + proxy(http, "wrong-password-3b7e") + key);
        bad("refused", "hub=localhost:" + hub.mqttPort() + proxy(socks, "wrong-password-3b7e") + key);
        hub.restart();
        for (String deviceId : running.keySet()) {
            send(deviceId);
        }
        show();
        context.stop();
        for (String deviceId : running.keySet()) {
            if (hub.telemetry(deviceId).size() < 2) {
                throw new IllegalStateException(deviceId + " has not sent what it should: " + hub.report());
            }
        }
    }

    // ---- the ways

    private void keys() throws Exception {
        for (String network : networks) {
            String id = "key-" + running.size();
            good(id, network + "&sharedAccessKey=RAW(" + device(id).primaryKey() + ")");
        }
        String connectionString = device("string").connectionString();
        bad("string", "connectionString=RAW(" + connectionString + ";Bogus=1)");
        bad("string", "connectionString=RAW(" + connectionString.replace(";", "") + ")");
        good("string", "connectionString=RAW(" + connectionString + ")");
        String policyKey = secret(hub.policyKey("device"));
        String urlSafe = secret(policyKey.replace('/', '_').replace('+', '-'));
        String rawKey = "&sharedAccessKey=RAW(" + policyKey + ")";
        device("policy");
        bad("unknown", networks.get(0) + "&sharedAccessKeyName=device" + rawKey);
        bad("policy", networks.get(2) + "&sharedAccessKeyName=service" + rawKey);
        bad("policy", networks.get(0) + "&sharedAccessKeyName=device&sharedAccessKey=" + urlSafe + "%20");
        good("policy", networks.get(1) + "&sharedAccessKeyName=device" + rawKey);
    }

    private void tokens() throws Exception {
        String half = secret("SharedAccessSignature sr=localhost&sig=aGFsZi1hLXRva2VuLWhhbGYtYS10b2tlbg");
        context.getRegistry().bind("halfVault", (TokenProvider) request -> half);
        bad("provider", networks.get(0) + "&tokenProvider=#halfVault");
        String key = device("provider").primaryKey();
        context.getRegistry().bind("vault", (TokenProvider) request -> secret(SasToken.sign(
                        request.encodedResource(), SharedAccessKey.parse(key), request.expiry(), request.keyName())
                .text()));
        good("provider", networks.get(4) + "&tokenProvider=#vault");
        Instant past = Instant.now().minusSeconds(600);
        Instant future = Instant.now().plusSeconds(600);
        bad("token", networks.get(0) + "&sasSignature=RAW(" + half + ")");
        bad("token", networks.get(5) + "&sasSignature=RAW(" + token("token", past) + ")");
        good("token", networks.get(3) + "&sasSignature=RAW(" + token("token", future) + ")");
        String string = "HostName=localhost:" + hub.mqttPort() + ";DeviceId=token-string;SharedAccessSignature=";
        good("token-string", "connectionString=RAW(" + string + token("token-string", future) + ")");
    }

    private String token(String deviceId, Instant expiry) {
        EmulatedDevice device = hub.device(deviceId).orElseGet(() -> device(deviceId));
        return secret(SasToken.sign(
                        new DeviceIdentity("localhost", deviceId, null),
                        SharedAccessKey.parse(device.primaryKey()),
                        expiry)
                .text());
    }

    private void certificates() throws Exception {
        ClientCertificate own = certificate("files");
        Path chain = Files.writeString(directory.resolve("files.crt"), own.certificatePem());
        Path key = Files.writeString(directory.resolve("files.key"), own.privateKeyPem());
        Path damaged = Files.writeString(
                directory.resolve("damaged.key"), own.privateKeyPem().replaceFirst("\n.{8}", "\nAAAAAAAA"));
        bad("files", networks.get(0) + "&certificateFile=" + chain + "&privateKeyFile=" + damaged);
        bad("files", networks.get(0) + "&certificateFile=" + key + "&privateKeyFile=" + key);
        good("files", networks.get(5) + "&certificateFile=" + chain + "&privateKeyFile=" + key);
        String encrypted =
                "&certificateFile=classpath:pem/ec-certificate.pem&privateKeyFile=classpath:pem/ec-aes256.pem";
        secretLines(resource("ec-aes256.pem"));
        device("encrypted").authenticateByThumbprint(thumbprint("ec-certificate.pem"), null);
        String wrong = secret("wrong-password-81aa");
        bad("encrypted", networks.get(0) + encrypted + "&privateKeyPassword=RAW(" + wrong + ")");
        good("encrypted", networks.get(0) + encrypted + "&privateKeyPassword=RAW(" + PEM_PASSWORD + ")");

        context.getRegistry().bind("store", keyStore(certificate("store"), STORE_PASSWORD));
        good("store", networks.get(1), "store");
        String other = secret("wrong-password-44c0");
        context.getRegistry().bind("wrongStore", keyStore(certificate("wrong-store"), other));
        bad("wrong-store", networks.get(0), "wrongStore");
    }

    private ClientCertificate certificate(String deviceId) {
        ClientCertificate certificate = ClientCertificate.selfSigned(deviceId);
        secretLines(certificate.privateKeyPem());
        device(deviceId).authenticateByThumbprint(certificate.thumbprint(), null);
        return certificate;
    }

    /** @param opened the password that is given; that of the store is always the right one */
    private SSLContextParameters keyStore(ClientCertificate certificate, String opened)
            throws GeneralSecurityException, IOException {
        Path file = directory.resolve(opened + ".p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            certificate.keyStore(STORE_PASSWORD.toCharArray()).store(out, STORE_PASSWORD.toCharArray());
        }
        KeyStoreParameters store = new KeyStoreParameters();
        store.setResource("file:" + file);
        store.setPassword(opened);
        store.setType("PKCS12");
        KeyManagersParameters managers = new KeyManagersParameters();
        managers.setKeyStore(store);
        managers.setKeyPassword(opened);
        SSLContextParameters tls = HubTls.trusting(hub);
        tls.setKeyManagers(managers);
        return tls;
    }

    private void provisioning() throws Exception {
        Enrollment group = hub.provisioning().enrollGroup("presses");
        secret(group.primaryKey(), group.keyFor("press-1"), group.keyFor("press-2"));
        String service =
                "idScope=" + hub.provisioning().idScope() + "&provisioningEndpoint=localhost:" + hub.mqttPort();
        String groupKey = "&deriveDeviceKey=true&sharedAccessKey=RAW(" + group.primaryKey() + ")";
        hub.faults().at(FaultPoint.PROVISIONING_REGISTER).then(Fault.answerStatus(429, Duration.ZERO));
        hub.faults().at(FaultPoint.PROVISIONING_POLL).then(Fault.answerStatus(500, Duration.ZERO));
        good(
                "press-1",
                service + groupKey + networks.get(2).substring(networks.get(2).indexOf('&')));
        bad("press-2", service + "&sharedAccessKey=RAW(" + group.primaryKey() + ")");
        group.fail(400207, "Custom allocation failed");
        bad("press-2", service + groupKey);
        group.succeed().disable();
        bad("press-2", service + groupKey);
        Enrollment single = hub.provisioning().enroll("single");
        good("single", service + "&sharedAccessKey=RAW(" + secret(single.primaryKey()) + ")");
    }

    // ---- what happens with each

    private void good(String deviceId, String options) throws Exception {
        good(deviceId, options, "hubTls");
    }

    private void good(String deviceId, String options, String tls) throws Exception {
        start("direct:" + deviceId, deviceId, options, tls);
        running.put(deviceId, uri(deviceId, options, tls));
        send(deviceId);
    }

    /** Before the same device does well: its routes must agree on their options. */
    private void bad(String deviceId, String options) {
        bad(deviceId, options, "hubTls");
    }

    private void bad(String deviceId, String options, String tls) {
        try {
            start("direct:bad-" + ++failures, deviceId, options, tls);
        } catch (Exception e) {
            e.printStackTrace();
            return;
        }
        throw new IllegalStateException("This was to fail for " + deviceId);
    }

    private void start(String entry, String deviceId, String options, String tls) throws Exception {
        String uri = uri(deviceId, options, tls);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(entry).to(uri);
            }
        });
    }

    private static String uri(String deviceId, String options, String tls) {
        return "iothub-mqtt:" + deviceId + "?sslContextParameters=#" + tls
                + "&reconnectBackoffMin=10ms&reconnectBackoffMax=50ms&" + options;
    }

    private void send(String deviceId) {
        context.createProducerTemplate().sendBody("direct:" + deviceId, "a");
    }

    private void show() throws Exception {
        for (String uri : running.values()) {
            IotHubMqttEndpoint endpoint = context.getEndpoint(uri, IotHubMqttEndpoint.class);
            ConnectionHandle handle = endpoint.join();
            HealthCheck.Result health = ConnectionHealthCheck.ofProducer(handle).call();
            for (Object thing : List.of(
                    endpoint,
                    endpoint.getServiceUrl(),
                    endpoint.getServiceMetadata(),
                    endpoint.getConfiguration(),
                    endpoint.createProducer(),
                    handle,
                    handle.status(),
                    health,
                    health.getDetails())) {
                System.out.println(thing);
            }
            endpoint.leave(handle);
        }
    }

    // ---- secrets

    private EmulatedDevice device(String deviceId) {
        EmulatedDevice device = hub.addDevice(deviceId);
        secret(device.primaryKey(), device.secondaryKey());
        return device;
    }

    /** Also in the forms in which it could travel. @return the first */
    private String secret(String... values) {
        for (String value : values) {
            secrets.add(value);
            secrets.add(URLEncoder.encode(value, StandardCharsets.UTF_8));
            secrets.add(Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)));
        }
        return values[0];
    }

    private void secretLines(String pem) {
        pem.lines().filter(line -> !line.startsWith("-----")).forEach(this::secret);
    }

    private static String proxy(TestProxy proxy, String password) {
        return "&proxyHost=localhost&proxyPort=" + proxy.port() + "&proxyType="
                + (proxy.proxy().type() == Proxy.Type.HTTP ? "http" : "socks5") + "&proxyUser=" + PROXY_USER
                + "&proxyPassword=RAW(" + password + ")";
    }

    private static String thumbprint(String resource) throws Exception {
        return DigestUtils.sha256Hex(
                PemKey.certificates(resource(resource)).get(0).getEncoded());
    }

    private static String resource(String name) throws IOException {
        try (var stream = LoginSecretsSession.class.getResourceAsStream("/pem/" + name)) {
            return new String(stream.readAllBytes(), StandardCharsets.US_ASCII);
        }
    }
}
