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
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;

import io.github.iothubmqtt.emulator.HubSettings;
import io.github.iothubmqtt.emulator.IotHubEmulator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

import static org.assertj.core.api.Assertions.assertThat;

/** What the command line takes and refuses; the process itself is tested with the jar. */
class MainTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path directory;

    @Test
    void theHelpNamesEveryOptionAndEverySetting() {
        assertThat(run("--help")).isZero();

        assertThat(out.toString())
                .contains(
                        "--bind",
                        "--host-name",
                        "--mqtt-port",
                        "--https-port",
                        "--device",
                        "--id-scope",
                        "--enrollment",
                        "--enrollment-group",
                        "--policy",
                        "--ca-file",
                        "--config",
                        "--certificate-authority",
                        "token",
                        "certificate");
        for (Method setting : SettingOptions.setters()) {
            assertThat(out.toString()).contains(SettingOptions.optionName(setting));
            assertThat(SettingOptions.isDescribed(setting))
                    .as("settings.properties has a description of %s", setting.getName())
                    .isTrue();
        }
    }

    @Test
    void aSettingOfEachTypeIsRead() {
        CommandLine line = Main.commandLine();

        HubSettings settings = SettingOptions.read(line.parseArgs(
                "--c2d-lock=PT5S",
                "--expiry-grace=7",
                "--max-queue-depth=3",
                "--telemetry-store-bytes=1000",
                "--require-api-version=true",
                "--unknown-subscription=refuse"));

        assertThat(settings.c2dLock()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.expiryGrace()).isEqualTo(Duration.ofSeconds(7));
        assertThat(settings.maxQueueDepth()).isEqualTo(3);
        assertThat(settings.telemetryStoreBytes()).isEqualTo(1000);
        assertThat(settings.requireApiVersion()).isTrue();
        assertThat(settings.unknownSubscription()).isEqualTo(HubSettings.UnknownSubscription.REFUSE);
        assertThat(settings.maxC2dSize()).isEqualTo(HubSettings.defaults().maxC2dSize());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--frob | Unknown option: '--frob'",
                "--mqtt-port=high | 'high' is not an int",
                "--mqtt-port=65536 | --mqtt-port must be from 0 to 65535",
                "--https-port=-1 | --https-port must be from 0 to 65535",
                "--c2d-lock=soon | 'soon' is no duration",
                "--max-queue-depth=0 | --max-queue-depth: Must be above 0",
                "--unknown-subscription=maybe | CLOSE, REFUSE",
                "--policy=service | NAME=BASE64KEY",
                "--policy=service=short | --policy: Not a symmetric key",
                "--policy=me=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8= | 'me' is no shared access policy",
                "--device=d=c2hvcnQ= | --device d: Not a symmetric key",
                "--device=d=x509:me | --device d: 'me' is no thumbprint",
                "--device=d=x509: | --device d: '' is no thumbprint",
                "--certificate-authority=/dev/null | --certificate-authority /dev/null: There is no certificate",
                "--certificate-authority=/dev/null/ca | The file of --certificate-authority cannot be read",
                "--device=a/b | 'a/b' is no device id",
                "--id-scope=a-b | --id-scope must be 1 to 128 letters and digits",
                "--enrollment=r=c2hvcnQ= | --enrollment r: Not a symmetric key",
                "--enrollment=a/b | 'a/b' is no registration id",
                "--enrollment-group=g=c2hvcnQ= | --enrollment-group g: Not a symmetric key",
                "--ca-file=/dev/null/ca.pem | --ca-file",
                "--config=/dev/null/options | --config",
            })
    void whatIsWrongIsSaidInOneLine(String option, String sentence) {
        assertThat(run("--mqtt-port=0", "--https-port=0", option)).isEqualTo(2);

        assertThat(err.toString()).contains(sentence).hasLineCount(1).startsWith("iothub-emulator: ");
        assertThat(err.toString()).doesNotContain("c2hvcnQ=");
    }

    @Test
    void aPortThatIsTakenIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThat(run("--mqtt-port=0", "--https-port=" + taken.getLocalPort()))
                    .isEqualTo(2);

            assertThat(err.toString())
                    .contains("cannot listen on 127.0.0.1:" + taken.getLocalPort())
                    .hasLineCount(1);
        }
    }

    @Test
    void aConfigFileHoldsOptionsAndTheCommandLineOverridesThem() throws Exception {
        Path file = Files.writeString(
                directory.resolve("hub.conf"),
                "# a comment\n\nmqtt-port = 1\nmax-queue-depth=7\ndevice=a\ndevice=b=k\n");

        String[] args = ConfigFile.expand(new String[] {"--mqtt-port=0", "--config", file.toString()});
        CommandLine.ParseResult parsed = Main.commandLine().parseArgs(args);

        assertThat(parsed.<Integer>matchedOptionValue("--mqtt-port", 9)).isZero();
        assertThat(SettingOptions.read(parsed).maxQueueDepth()).isEqualTo(7);
        assertThat(parsed.matchedOption("--device").stringValues()).containsExactly("a", "b=k");
    }

    @Test
    void aBadLineOfTheConfigFileIsNamed() throws Exception {
        Path file = Files.writeString(directory.resolve("hub.conf"), "mqtt-port=0\n--verbose\n");

        assertThat(run("--config=" + file)).isEqualTo(2);

        assertThat(err.toString()).contains("Line 2 of " + file).hasLineCount(1);
    }

    @Test
    void aTokenIsPrinted() {
        assertThat(run(
                        "token",
                        "HostName=h;DeviceId=d;SharedAccessKey=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
                        "60"))
                .isZero();

        assertThat(out.toString())
                .startsWith("SharedAccessSignature sr=h%2Fdevices%2Fd&sig=")
                .hasLineCount(1);
    }

    @Test
    void aTokenWithoutAKeyIsRefused() {
        assertThat(run("token", "HostName=h;DeviceId=d")).isEqualTo(2);

        assertThat(err.toString()).contains("no SharedAccessKey").hasLineCount(1);
    }

    @Test
    void aCertificateThatIsSignedByItselfIsWritten() throws Exception {
        assertThat(run("certificate", "dev1", "P2D", "--out=" + directory.resolve("mine")))
                .isZero();

        X509Certificate certificate =
                certificates(directory.resolve("mine.pem")).get(0);
        assertThat(certificate.getSubjectX500Principal().getName()).isEqualTo("CN=dev1");
        assertThat(certificate.getNotAfter().toInstant())
                .isBetween(Instant.now().plusSeconds(86_400), Instant.now().plusSeconds(172_800));
        Path key = directory.resolve("mine.key.pem");
        assertThat(key).content().startsWith("-----BEGIN PRIVATE KEY-----");
        assertThat(Files.getPosixFilePermissions(key))
                .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
        assertThat(out.toString())
                .contains("Thumbprint   " + thumbprint(certificate), "--device=dev1=x509:" + thumbprint(certificate));
    }

    @Test
    void aCertificateIsIssuedByTheEmulatorThatKeepsItsStateThere() throws Exception {
        String state = "--state-dir=" + directory.resolve("state");

        assertThat(run("certificate", "dev1", state, "--out=" + directory.resolve("first")))
                .isZero();
        assertThat(run("certificate", "dev1/mod1", state, "--out=" + directory.resolve("second")))
                .isZero();

        List<X509Certificate> first = certificates(directory.resolve("first.pem"));
        List<X509Certificate> second = certificates(directory.resolve("second.pem"));
        assertThat(first.get(1)).isEqualTo(second.get(1));
        first.get(0).verify(first.get(1).getPublicKey());
        assertThat(second.get(0).getSubjectX500Principal().getName()).isEqualTo("CN=dev1/mod1");
        assertThat(out.toString()).contains("--device=dev1=x509:ca");
    }

    @Test
    void aStateThatIsInUseIsNamed() {
        Path state = directory.resolve("state");
        try (IotHubEmulator ignored =
                IotHubEmulator.builder().stateDirectory(state).start()) {
            assertThat(run("certificate", "dev1", "--state-dir=" + state)).isEqualTo(2);
        }

        assertThat(err.toString()).contains("POST /emulator/certificates").hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | common name",
                "dev1 --out=/dev/null/x | cannot be written to /dev/null/x.pem",
                "dev1 PT-48H --out=x | must come after its beginning"
            })
    void whatIsWrongWithACertificateIsSaidInOneLine(String arguments, String sentence) {
        String[] args = ("certificate " + arguments).split(" ", -1);

        assertThat(run(args)).isEqualTo(2);

        assertThat(err.toString()).contains(sentence).hasLineCount(1).startsWith("iothub-emulator: ");
    }

    private static List<X509Certificate> certificates(Path pem) throws Exception {
        try (InputStream in = Files.newInputStream(pem)) {
            return CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                    .map(X509Certificate.class::cast)
                    .toList();
        }
    }

    private static String thumbprint(X509Certificate certificate) {
        try {
            return HexFormat.of()
                    .withUpperCase()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private int run(String... args) {
        CommandLine line = Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return Main.run(line, args);
    }
}
