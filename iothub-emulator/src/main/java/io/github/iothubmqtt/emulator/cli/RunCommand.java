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
import java.util.Optional;
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
        subcommands = TokenCommand.class,
        description = "Runs an emulator of Azure IoT Hub for devices that speak MQTT 3.1.1.",
        footer = {
            "",
            "Durations are seconds, or ISO 8601 such as PT5M. When the hub can be used the last line of the output is",
            "'ready mqtt=PORT https=PORT'. SIGTERM ends it with exit code 143, Ctrl-C with 130; bad usage is 2."
        })
final class RunCommand implements Callable<Integer> {

    /** Not an exit code: the hub lives on. */
    static final int RUNNING = -1;

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
            paramLabel = "ID[=BASE64KEY]",
            description = "Registers a device; without a key it gets one. Repeatable.")
    private List<String> devices = new ArrayList<>();

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
            register(hub);
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

    private static int checkedPort(String option, int port) {
        if (port < 0 || port > 65_535) {
            throw new UsageException(option + " must be from 0 to 65535, not " + port);
        }
        return port;
    }

    /** Devices may be there from an earlier run; a key on the command line is the one that counts. */
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

    private static void register(IotHubEmulator hub, String id, String key) {
        Optional<EmulatedDevice> known = hub.device(id);
        if (known.isEmpty() && key == null) {
            hub.addDevice(id);
        } else if (known.isEmpty()) {
            hub.addDevice(id, key);
        } else if (key != null) {
            known.get().setPrimaryKey(key);
        }
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
