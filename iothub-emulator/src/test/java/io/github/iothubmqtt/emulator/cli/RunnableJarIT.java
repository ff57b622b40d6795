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
package io.github.iothubmqtt.emulator.cli;

import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

import io.github.iothubmqtt.emulator.SasTokens;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/** The jar as its users start it: a process, talked to from outside. */
class RunnableJarIT {

    private static final String KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    /** 128 and the number of SIGTERM, as every JVM that is asked to end. */
    private static final int ENDED_BY_SIGTERM = 143;

    @TempDir
    Path directory;

    @Test
    void itSaysWhatOneNeedsToConnectAndEndsOnSigterm() throws Exception {
        try (EmulatorProcess emulator =
                EmulatorProcess.start(directory, "--host-name=localhost", "--device=dev1", "--device=dev2=" + KEY)) {

            assertThat(emulator.values("Device"))
                    .hasSize(2)
                    .allMatch(line -> line.startsWith("HostName=localhost:" + emulator.mqttPort() + ";DeviceId=dev"))
                    .anyMatch(line -> line.endsWith(";DeviceId=dev2;SharedAccessKey=" + KEY));
            assertThat(Path.of(emulator.values("CA").get(0))).content().startsWith("-----BEGIN CERTIFICATE-----");
            assertThat(emulator.lines().get(emulator.lines().size() - 1))
                    .isEqualTo("ready mqtt=" + emulator.mqttPort() + " https=" + emulator.httpsPort());
            assertThat(emulator.terminate()).isEqualTo(ENDED_BY_SIGTERM);
        }
    }

    @Test
    void aDeviceConnectsByMqttAndByWebSocket() throws Exception {
        Path ca = directory.resolve("ca.pem");
        try (EmulatorProcess emulator =
                EmulatorProcess.start(directory, "--host-name=localhost", "--device=dev1=" + KEY, "--ca-file=" + ca)) {
            publish("ssl://localhost:" + emulator.mqttPort(), ca);
            publish("wss://localhost:" + emulator.httpsPort() + "/$iothub/websocket", ca);
        }
    }

    @Test
    void aDeviceWithAFreshCertificateConnects() throws Exception {
        Process maker = new ProcessBuilder(EmulatorProcess.command("certificate", "dev1", "--out=mine"))
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(maker.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(maker.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(maker.exitValue()).as(output).isZero();
        String register = output.lines()
                .filter(line -> line.startsWith("Register "))
                .map(line -> line.substring("Register ".length()).strip())
                .findFirst()
                .orElseThrow();
        Path ca = directory.resolve("ca.pem");

        try (EmulatorProcess emulator =
                EmulatorProcess.start(directory, "--host-name=localhost", register, "--ca-file=" + ca)) {
            assertThat(emulator.values("Device"))
                    .containsExactly("HostName=localhost:" + emulator.mqttPort() + ";DeviceId=dev1;x509=true");
            MqttConnectOptions options = new MqttConnectOptions();
            options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
            options.setSocketFactory(
                    context(ca, showing("mine.pem", "mine.key.pem")).getSocketFactory());
            options.setUserName("localhost/dev1/?api-version=2021-04-12");
            publish("ssl://localhost:" + emulator.mqttPort(), options);
        }
    }

    private KeyManager[] showing(String certificateFile, String keyFile) throws Exception {
        String base64 = Files.readString(directory.resolve(keyFile)).replaceAll("-----.*-----", "");
        PrivateKey key = KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(base64)));
        char[] password = "changeit".toCharArray();
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream pem = Files.newInputStream(directory.resolve(certificateFile))) {
            Certificate certificate = CertificateFactory.getInstance("X.509").generateCertificate(pem);
            store.setKeyEntry("device", key, password, new Certificate[] {certificate});
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, password);
        return keys.getKeyManagers();
    }

    /** Returns when the hub has acknowledged a message. */
    private static void publish(String uri, Path ca) throws Exception {
        MqttConnectOptions options = new MqttConnectOptions();
        options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
        options.setSocketFactory(trusting(ca).getSocketFactory());
        options.setUserName("localhost/dev1/?api-version=2021-04-12");
        options.setPassword(SasTokens.forConnectionString(
                        "HostName=localhost;DeviceId=dev1;SharedAccessKey=" + KEY,
                        Instant.now().plusSeconds(3600))
                .toCharArray());
        publish(uri, options);
    }

    private static void publish(String uri, MqttConnectOptions options) throws Exception {
        try (MqttClient client = new MqttClient(uri, "dev1", new MemoryPersistence())) {
            client.setTimeToWait(60_000);
            client.connect(options);
            client.publish("devices/dev1/messages/events/", "hello".getBytes(), 1, false);
            client.disconnect();
        }
    }

    private static SSLContext trusting(Path ca) throws Exception {
        return context(ca, new KeyManager[0]);
    }

    private static SSLContext context(Path ca, KeyManager[] keys) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream pem = Files.newInputStream(ca)) {
            Certificate certificate = CertificateFactory.getInstance("X.509").generateCertificate(pem);
            store.setCertificateEntry("hub", certificate);
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, trust.getTrustManagers(), null);
        return context;
    }

    @Test
    void aPortThatIsTakenIsOneSentenceAndExitCode2() throws Exception {
        try (EmulatorProcess first = EmulatorProcess.start(directory)) {
            Process second = new ProcessBuilder(
                            EmulatorProcess.command("--https-port=0", "--mqtt-port=" + first.mqttPort()))
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .start();
            String output = new String(second.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(second.exitValue()).isEqualTo(2);
            assertThat(output)
                    .contains("cannot listen on 127.0.0.1:" + first.mqttPort())
                    .hasLineCount(1);
        }
    }

    @Test
    void whatWasAcknowledgedSurvivesAKill() throws Exception {
        Path ca = directory.resolve("ca.pem");
        String[] options = {"--state-dir=" + directory.resolve("state"), "--ca-file=" + ca, "--device=dev1=" + KEY};
        String firstCa;
        try (EmulatorProcess emulator = EmulatorProcess.start(directory, options)) {
            firstCa = Files.readString(ca);
            HttpClient http = HttpClient.newBuilder().sslContext(trusting(ca)).build();
            for (int i = 0; i < 20; i++) {
                HttpResponse<String> answer = http.send(
                        HttpRequest.newBuilder(devicebound(emulator))
                                .header("x-iothub-messageid", "m-" + i)
                                .POST(HttpRequest.BodyPublishers.ofString("body " + i))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                assertThat(answer.statusCode()).isEqualTo(200);
            }
            emulator.kill();
        }

        try (EmulatorProcess emulator = EmulatorProcess.start(directory, options)) {
            assertThat(Files.readString(ca)).isEqualTo(firstCa);
            HttpClient http = HttpClient.newBuilder().sslContext(trusting(ca)).build();
            String queue = http.send(
                            HttpRequest.newBuilder(devicebound(emulator)).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
            for (int i = 0; i < 20; i++) {
                assertThat(queue).contains("\"m-" + i + "\"");
            }
        }
    }

    private static URI devicebound(EmulatorProcess emulator) {
        return URI.create("https://localhost:" + emulator.httpsPort() + "/emulator/devices/dev1/messages/devicebound");
    }

    @Test
    void aTokenReadFromStandardInputIsPrinted() throws Exception {
        Process token = new ProcessBuilder(EmulatorProcess.command("token", "-", "PT1M"))
                .redirectErrorStream(true)
                .start();
        token.outputWriter()
                .append("HostName=h;DeviceId=d;SharedAccessKey=" + KEY + "\n")
                .close();

        assertThat(new String(token.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .startsWith("SharedAccessSignature sr=h%2Fdevices%2Fd&sig=")
                .hasLineCount(1);
        assertThat(token.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(token.exitValue()).isZero();
    }

    @Test
    void theLicencesOfWhatIsInsideAreInside() throws Exception {
        Process list = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "jar").toString(),
                        "tf",
                        Path.of("target", "iothub-emulator.jar")
                                .toAbsolutePath()
                                .toString()))
                .start();
        String entries = new String(list.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(entries.lines())
                .contains("META-INF/LICENSE", "META-INF/NOTICE", "META-INF/THIRD-PARTY.txt")
                .doesNotHaveDuplicates();
    }
}
