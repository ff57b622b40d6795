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

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command line of the ledger. Exit code 0: all books balance; 1: there is a breach; 2: the command line is wrong. */
@Command(
        name = "ledger",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Proves by counting that a Camel route that is an IoT Hub device loses no message under faults.")
public final class Ledger implements Callable<Integer> {

    @Option(
            names = "--duration",
            defaultValue = "PT1M",
            description = "How long messages are sent, at most. Default: ${DEFAULT-VALUE}")
    Duration duration;

    @Option(
            names = "--seed",
            description = "Where all that is random comes from. Default: another one each time; it is printed")
    long seed = System.nanoTime() & 0xFFFFFFL;

    @Option(names = "--devices", defaultValue = "3", description = "Default: ${DEFAULT-VALUE}")
    int devices;

    @Option(
            names = "--messages",
            defaultValue = "2147483647",
            description =
                    "Telemetry messages of all devices together, at most. Default: as many as the duration allows")
    int messages;

    @Option(
            names = "--cuts",
            description =
                    "Faults of all devices together, evenly spread over --messages. Default: one for each 1000 messages")
    Integer cuts;

    @Option(
            names = "--only",
            split = ",",
            description =
                    "Faults to draw from, to find out which of them does harm: ${COMPLETION-CANDIDATES}. Default: all")
    List<Mishap> only;

    @Option(names = "--without", split = ",", description = "Faults of these to leave out. Default: none")
    List<Mishap> without = List.of();

    @Option(
            names = "--twins",
            description =
                    "The devices also report, follow desired properties and carry out methods, with faults of these, too")
    boolean twins;

    @Option(
            names = "--logins",
            description =
                    "The devices log in by key, policy key, token provider, certificate in files and in a key store, and group key"
                            + " in turn, every second six over WebSocket, with faults of these, too")
    boolean logins;

    @Option(
            names = "--window",
            defaultValue = "100",
            description = "maxInflight of each device. Default: ${DEFAULT-VALUE}")
    int window;

    @Option(
            names = "--kills",
            defaultValue = "0",
            description =
                    "Instead of faults of the hub: kill the process with the route so many times, between a broker and the hub."
                            + " Knows --seed and --duration only")
    int kills;

    @Option(
            names = "--settling",
            defaultValue = "PT3M",
            description =
                    "How long may be waited for all to be settled after the last message. Default: ${DEFAULT-VALUE}")
    Duration settling;

    @Option(
            names = "--peer",
            defaultValue = "iothub-mqtt",
            description =
                    "Whom to test: iothub-mqtt, iothub-mqtt-websocket, camel-paho or iot-device-client. Faults within the TLS"
                            + " handshake spare the second. Default: ${DEFAULT-VALUE}")
    PeerName peer;

    @Spec
    CommandSpec specification;

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Ledger()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        if (cuts != null && messages == Integer.MAX_VALUE) {
            throw new CommandLine.ParameterException(
                    specification.commandLine(), "--cuts are spread over --messages: say how many");
        }
        Breaches breaches = new Breaches();
        System.out.println("Seed " + seed);
        if (kills > 0) {
            new KillRun(seed, kills, duration, breaches).run(System.out);
        } else {
            new Audit(plan(), peer.factory(), breaches).run(System.out);
        }
        if (breaches.isEmpty()) {
            System.out.println("No breach.");
            return 0;
        }
        breaches.counts().forEach((rule, count) -> System.out.println("BREACH " + rule + " x " + count));
        breaches.told().forEach(System.out::println);
        System.out.println("To replay: " + replay());
        return 1;
    }

    private Plan plan() {
        int perDevice = messages == Integer.MAX_VALUE ? messages : (messages + devices - 1) / devices;
        int faultEvery = cuts == null ? 1000 : cuts == 0 ? 0 : Math.max(1, messages / cuts);
        return new Plan(
                seed, devices, perDevice, duration, faultEvery, mishaps(), window, 100, 2, twins, logins, settling);
    }

    private String replay() {
        return "java -jar reliability/target/ledger.jar --seed " + seed + " --duration " + duration + " --devices "
                + devices
                + (messages == Integer.MAX_VALUE ? "" : " --messages " + messages)
                + (cuts == null ? "" : " --cuts " + cuts) + (twins ? " --twins" : "") + (logins ? " --logins" : "")
                + " --window " + window
                + drawnFrom() + " --settling "
                + settling + " --peer " + peer;
    }

    private List<Mishap> mishaps() {
        if (twins && peer != PeerName.IOTHUB_MQTT && peer != PeerName.IOTHUB_MQTT_WEBSOCKET) {
            throw new CommandLine.ParameterException(
                    specification.commandLine(), "--twins is for the peers iothub-mqtt and iothub-mqtt-websocket only");
        }
        if (logins && peer != PeerName.IOTHUB_MQTT) {
            throw new CommandLine.ParameterException(
                    specification.commandLine(), "--logins is for the peer iothub-mqtt only");
        }
        if (!logins && only != null && only.stream().anyMatch(Mishap::isOfLogins)) {
            throw new CommandLine.ParameterException(
                    specification.commandLine(),
                    "--only names faults that befall the way in which a device logs in: add --logins");
        }
        List<Mishap> mishaps = (only == null ? Mishap.of(twins, logins) : only)
                .stream().filter(mishap -> !without.contains(mishap)).toList();
        if (mishaps.isEmpty()) {
            throw new CommandLine.ParameterException(
                    specification.commandLine(),
                    "--without leaves no fault to draw from: for none at all say --cuts 0");
        }
        return mishaps;
    }

    private String drawnFrom() {
        return option("only", only == null ? List.of() : only) + option("without", without);
    }

    private static String option(String name, List<Mishap> mishaps) {
        return mishaps.isEmpty()
                ? ""
                : " --" + name + " " + mishaps.stream().map(Mishap::name).collect(Collectors.joining(","));
    }
}
