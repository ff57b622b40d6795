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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

import io.github.iothubmqtt.emulator.EmulatedDevice;
import io.github.iothubmqtt.emulator.HubStartException;
import io.github.iothubmqtt.emulator.IotHubEmulator;
import io.github.iothubmqtt.emulator.TestClock;
import picocli.CommandLine;

/** Starts a hub and leaves it running; the end of the process ends it. */
@CommandLine.Command(
        name = "iothub-emulator",
        mixinStandardHelpOptions = true,
        versionProvider = RunCommand.Version.class,
        sortOptions = false,
        usageHelpWidth = 110,
        subcommands = {TokenCommand.class, CertificateCommand.class},
        description = "Runs an emulator of Azure IoT Hub for devices that speak MQTT 3.1.1.",
        footer = {
            "",
            "Durations are seconds, or ISO 8601 such as PT5M. When the hub can be used the last line of the output is",
            "'ready mqtt=PORT https=PORT'. SIGTERM ends it with exit code 143, Ctrl-C with 130; bad usage is 2."
        })
final class RunCommand implements Callable<Integer> {

    /** Not an exit code: the hub lives on. */
    static final int RUNNING = -1;

    /** No key in base64 starts like this. */
    private static final String X509 = "x509:";

    private static final String DEFAULT_CA_FILE = "iothub-emulator-ca.pem";

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @CommandLine.Option(
            names = "--bind",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "The address to listen on; 0.0.0.0 for all. Default: ${DEFAULT-VALUE}.")
    private String bindAddress;

    @CommandLine.Option(
            names = "--host-name",
            paramLabel = "NAME",
            description = "What clients call the hub; the first is in connection strings, all are in the certificate."
                    + " Repeatable. Default: localhost.")
    private List<String> hostNames = new ArrayList<>();

    @CommandLine.Option(
            names = "--mqtt-port",
            paramLabel = "PORT",
            defaultValue = "8883",
            description = "MQTT over TLS; 0 for any free port. Default: ${DEFAULT-VALUE}.")
    private int mqttPort;

    @CommandLine.Option(
            names = "--https-port",
            paramLabel = "PORT",
            defaultValue = "8443",
            description = "HTTPS, and MQTT over WebSocket; 0 for any free port. Default: ${DEFAULT-VALUE}.")
    private int httpsPort;

    @CommandLine.Option(
            names = "--device",
            paramLabel = "ID[=LOGIN]",
            description = "Registers a device. LOGIN is its key in base64 (without one it gets one), x509:ca for a"
                    + " certificate of an authority, or x509:THUMBPRINT[,THUMBPRINT] for one of these certificates."
                    + " Repeatable.")
    private List<String> devices = new ArrayList<>();

    @CommandLine.Option(
            names = "--certificate-authority",
            paramLabel = "PATH",
            description =
                    "A certificate in PEM whose holder issues certificates to devices. Repeatable. The emulator has"
                            + " an authority of its own besides.")
    private List<Path> certificateAuthorities = new ArrayList<>();

    @CommandLine.Option(
            names = "--id-scope",
            paramLabel = "ID",
            description = "What devices call the provisioning service. Default: 0ne00000001.")
    private String idScope;

    @CommandLine.Option(
            names = "--enrollment",
            paramLabel = "ID[=LOGIN]",
            description = "Lets a device be provisioned. LOGIN is its key in base64 (without one it gets one), or"
                    + " x509:THUMBPRINT[,THUMBPRINT] for one of these certificates. Repeatable.")
    private List<String> enrollments = new ArrayList<>();

    @CommandLine.Option(
            names = "--enrollment-group",
            paramLabel = "NAME[=LOGIN]",
            description =
                    "Lets a group of devices be provisioned. LOGIN is the key in base64 from which theirs are derived"
                            + " (without one it gets one), or x509:ca for certificates that this emulator has issued."
                            + " Repeatable.")
    private List<String> enrollmentGroups = new ArrayList<>();

    @CommandLine.Option(
            names = "--policy",
            paramLabel = "NAME=BASE64KEY",
            description = "The key of a shared access policy: iothubowner, service, device, registryRead,"
                    + " registryReadWrite. Repeatable. Default: keys made anew.")
    private List<String> policies = new ArrayList<>();

    @CommandLine.Option(
            names = "--ca-file",
            paramLabel = "PATH",
            description = "Where to write the certificate that clients have to trust, as PEM. Default: "
                    + DEFAULT_CA_FILE + " in the directory of the state, or else in the current one.")
    private Path caFile;

    @CommandLine.Option(
            names = "--state-dir",
            paramLabel = "DIRECTORY",
            description = "Keeps devices with their keys and twins, sessions, queues, policy keys and the certificate"
                    + " authority, for the next start. Default: nothing is kept.")
    private Path stateDirectory;

    @CommandLine.Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Reads options from a file: one a line, without dashes, such as mqtt-port=0.")
    private Path config;

    @CommandLine.Option(names = "--verbose", description = "Logs connections and what ends them to standard error.")
    private boolean verbose;

    @Override
    public Integer call() {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", verbose ? "info" : "warn");
        IotHubEmulator hub = start();
        Runtime.getRuntime().addShutdownHook(new Thread(hub::close, "iothub-emulator-shutdown"));
        try {
            trustAuthorities(hub);
            register(hub);
            new EnrollmentOptions(hub).enroll(enrollments, enrollmentGroups);
            tell(hub, writeCa(hub));
        } catch (RuntimeException e) {
            hub.close();
            throw e;
        }
        return RUNNING;
    }

    private IotHubEmulator start() {
        IotHubEmulator.Builder builder = IotHubEmulator.builder()
                .bindAddress(bindAddress)
                .clock(TestClock.running())
                .mqttPort(checkedPort("--mqtt-port", mqttPort))
                .httpsPort(checkedPort("--https-port", httpsPort))
                .settings(SettingOptions.read(spec.commandLine().getParseResult()));
        if (stateDirectory != null) {
            builder.stateDirectory(stateDirectory);
        }
        if (!hostNames.isEmpty()) {
            builder.hostName(hostNames.get(0));
            hostNames.stream().skip(1).forEach(builder::otherHostName);
        }
        if (idScope != null) {
            builder.idScope(checkedIdScope(idScope));
        }
        for (String policy : policies) {
            int equals = policy.indexOf('=');
            if (equals < 1) {
                throw new UsageException("--policy must be NAME=BASE64KEY");
            }
            builder.policyKey(policy.substring(0, equals), policy.substring(equals + 1));
        }
        try {
            return builder.start();
        } catch (HubStartException e) {
            throw new UsageException(e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--policy: " + e.getMessage(), e);
        }
    }

    private static String checkedIdScope(String value) {
        if (!value.matches("[A-Za-z0-9]{1,128}")) {
            throw new UsageException("--id-scope must be 1 to 128 letters and digits, not '" + value + "'");
        }
        return value;
    }

    private static int checkedPort(String option, int port) {
        if (port < 0 || port > 65_535) {
            throw new UsageException(option + " must be from 0 to 65535, not " + port);
        }
        return port;
    }

    private void trustAuthorities(IotHubEmulator hub) {
        for (Path file : certificateAuthorities) {
            try {
                hub.addCertificateAuthority(Files.readString(file, StandardCharsets.US_ASCII));
            } catch (IOException e) {
                throw new UsageException(
                        "The file of --certificate-authority cannot be read: " + UsageException.reason(e), e);
            } catch (IllegalArgumentException e) {
                throw new UsageException("--certificate-authority " + file + ": " + e.getMessage(), e);
            }
        }
    }

    /** Devices may be there from an earlier run; what the command line says of their login is what counts. */
    private void register(IotHubEmulator hub) {
        for (String device : devices) {
            int equals = device.indexOf('=');
            String id = equals < 0 ? device : device.substring(0, equals);
            try {
                register(hub, id, equals < 0 ? null : device.substring(equals + 1));
            } catch (IllegalArgumentException e) {
                throw new UsageException("--device " + id + ": " + e.getMessage(), e);
            }
        }
    }

    /** {@code login} is null where the command line has none. */
    private static void register(IotHubEmulator hub, String id, String login) {
        if (login == null) {
            hub.device(id).orElseGet(() -> hub.addDevice(id));
        } else if (login.startsWith(X509)) {
            authenticate(hub.device(id).orElseGet(() -> hub.addDevice(id)), login.substring(X509.length()));
        } else if (hub.device(id).isEmpty()) {
            hub.addDevice(id, login);
        } else {
            EmulatedDevice device = hub.device(id).orElseThrow();
            device.setPrimaryKey(login);
            device.authenticateBySharedAccessKey();
        }
    }

    private static void authenticate(EmulatedDevice device, String certificate) {
        if (certificate.equals("ca")) {
            device.authenticateByCertificateAuthority();
            return;
        }
        String[] thumbprints = certificate.split(",", 2);
        device.authenticateByThumbprint(thumbprints[0], thumbprints.length > 1 ? thumbprints[1] : null);
    }

    private Path writeCa(IotHubEmulator hub) {
        Path file = caFile;
        if (file == null) {
            file = stateDirectory == null ? Path.of(DEFAULT_CA_FILE) : stateDirectory.resolve(DEFAULT_CA_FILE);
        }
        file = file.toAbsolutePath();
        try {
            return Files.writeString(file, hub.caCertificatePem(), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            throw new UsageException(
                    "The CA certificate cannot be written to " + file + " (--ca-file): " + UsageException.reason(e), e);
        }
    }

    private void tell(IotHubEmulator hub, Path ca) {
        PrintWriter out = spec.commandLine().getOut();
        String https = hub.hostName() + ":" + hub.httpsPort();
        out.println("MQTT       " + hub.hostName() + ":" + hub.mqttPort() + " (TLS, bound to " + bindAddress + ")");
        out.println("WebSocket  wss://" + https + "/$iothub/websocket");
        out.println("HTTPS      https://" + https + "/");
        out.println("CA         " + ca);
        hub.devices().forEach(device -> out.println("Device     " + device.connectionString()));
        new EnrollmentOptions(hub).tell(out);
        out.println("ready mqtt=" + hub.mqttPort() + " https=" + hub.httpsPort());
        out.flush();
    }

    /** The version of the jar. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = RunCommand.class.getPackage().getImplementationVersion();
            return new String[] {"iothub-emulator " + (version == null ? "(not from a jar)" : version)};
        }
    }
}
