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

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;

import io.github.iothubmqtt.emulator.ClientCertificate;
import io.github.iothubmqtt.emulator.HubStartException;
import io.github.iothubmqtt.emulator.IotHubEmulator;
import picocli.CommandLine;

/** Makes a certificate for a device and writes it to files, with its private key. */
@CommandLine.Command(
        name = "certificate",
        mixinStandardHelpOptions = true,
        usageHelpWidth = 110,
        description = "Makes a certificate for a device, or for a module as DEVICE/MODULE, and writes it as PEM.")
final class CertificateCommand implements Callable<Integer> {

    /** Devices whose clocks are behind take it, too. */
    private static final Duration BEFORE = Duration.ofDays(1);

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @CommandLine.Parameters(index = "0", paramLabel = "ID", description = "The common name in the certificate.")
    private String commonName;

    @CommandLine.Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "TIME-TO-LIVE",
            defaultValue = "P365D",
            description = "Seconds, or ISO 8601 such as P30D. Default: ${DEFAULT-VALUE}.")
    private Duration timeToLive;

    @CommandLine.Option(
            names = "--state-dir",
            paramLabel = "DIRECTORY",
            description =
                    "Has it issued by the authority of the emulator that keeps its state there and does not run at"
                            + " the moment. Default: it is signed by itself.")
    private Path stateDirectory;

    @CommandLine.Option(
            names = "--out",
            paramLabel = "PATH",
            description = "Where to write PATH.pem and PATH.key.pem. Default: the id, in the current directory.")
    private Path out;

    @Override
    public Integer call() {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
        ClientCertificate certificate = make();
        Path stem = out == null ? Path.of(commonName.replaceAll("[^A-Za-z0-9._-]", "_")) : out;
        Path certificateFile = sibling(stem, ".pem");
        Path keyFile = sibling(stem, ".key.pem");
        try {
            write(keyFile, certificate.privateKeyPem(), ownerOnly());
            write(certificateFile, certificate.certificatePem());
        } catch (IOException e) {
            throw new UsageException(
                    "The certificate cannot be written to " + certificateFile + " and " + keyFile + " (--out): "
                            + UsageException.reason(e),
                    e);
        }
        tell(certificate, certificateFile, keyFile);
        return CommandLine.ExitCode.OK;
    }

    private ClientCertificate make() {
        Instant now = Instant.now();
        Instant notAfter = now.plus(timeToLive);
        try {
            if (stateDirectory == null) {
                return ClientCertificate.selfSigned(commonName, now.minus(BEFORE), notAfter);
            }
            try (IotHubEmulator hub =
                    IotHubEmulator.builder().stateDirectory(stateDirectory).start()) {
                return hub.issueCertificate(commonName, now.minus(BEFORE), notAfter);
            }
        } catch (HubStartException e) {
            throw new UsageException(
                    e.getMessage() + ". An emulator that runs issues certificates by POST /emulator/certificates", e);
        } catch (IllegalArgumentException e) {
            throw new UsageException(e.getMessage(), e);
        }
    }

    private static Path sibling(Path stem, String suffix) {
        return stem.resolveSibling(stem.getFileName() + suffix).toAbsolutePath();
    }

    /** Files that are there already are written anew, so that nobody's permissions are inherited. */
    private static void write(Path file, String text, FileAttribute<?>... attributes) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, attributes);
        Files.writeString(file, text, StandardCharsets.US_ASCII);
    }

    private static FileAttribute<?>[] ownerOnly() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    private void tell(ClientCertificate certificate, Path certificateFile, Path keyFile) {
        PrintWriter printed = spec.commandLine().getOut();
        printed.println("Certificate  " + certificateFile);
        printed.println("Private key  " + keyFile);
        printed.println("Thumbprint   " + certificate.thumbprint());
        if (!commonName.contains("/")) {
            printed.println("Register     --device=" + commonName + "=x509:"
                    + (stateDirectory == null ? certificate.thumbprint() : "ca"));
        }
        printed.flush();
    }
}
