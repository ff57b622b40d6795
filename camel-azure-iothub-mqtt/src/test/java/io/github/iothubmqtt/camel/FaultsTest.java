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

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.github.iothubmqtt.emulator.ArmedFault;
import io.github.iothubmqtt.emulator.DeviceboundMessage;
import io.github.iothubmqtt.emulator.Fault;
import io.github.iothubmqtt.emulator.FaultPoint;
import io.github.iothubmqtt.emulator.IotHubEmulator;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.apache.camel.Exchange;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

/**
 * Every fault that a hub or network can have at every named moment, under telemetry and devicebound messages: what the route was told is
 * done is at the hub, first arrivals are in order both ways, nothing fails.
 */
@Timeout(120) // of a hang, which is what a lost promise looks like
class FaultsTest extends HubTestSupport {

    private static final int TELEMETRY = 60;
    private static final int DEVICEBOUND = 6;

    @RegisterExtension
    final IotHubExtension hub = IotHubExtension.create().withDevice("dev1");

    private boolean ordered = true;
    private final Set<String> received = Collections.synchronizedSet(new LinkedHashSet<>());

    @Override
    IotHubExtension hub() {
        return hub;
    }

    @Override
    protected RoutesBuilder createRouteBuilder() {
        String[] impatient = {"pubackTimeout=700ms", "connectTimeout=6s", "keepAlive=1s", "maxInflight=20"};
        return new RouteBuilder() {
            @Override
            public void configure() {
                String[] patientSender = Stream.concat(Stream.of("sendTimeout=90s"), Stream.of(impatient))
                        .toArray(String[]::new);
                from("direct:telemetry").to(device("dev1", patientSender));
                from(device("dev1", impatient))
                        .process(exchange -> received.add(exchange.getMessage().getBody(String.class)));
            }
        };
    }

    static Stream<Arguments> faultsAtPoints() {
        List<Arguments> cases = new ArrayList<>();
        for (FaultPoint point : EnumSet.range(FaultPoint.TLS_HANDSHAKE, FaultPoint.DEVICEBOUND_PUBACK)) {
            for (Fault fault : List.of(Fault.cut(), Fault.reset(), Fault.silence())) {
                cases.add(argumentSet(point + " " + fault, point, fault));
            }
        }
        EnumSet<FaultPoint> beforeAnswers =
                EnumSet.of(FaultPoint.CONNECT, FaultPoint.STORED, FaultPoint.SUBSCRIBE, FaultPoint.DEVICEBOUND);
        for (FaultPoint point : beforeAnswers) {
            for (Fault fault : List.of(Fault.drop(), Fault.cutMidPacket(), Fault.delay(Duration.ofMillis(300)))) {
                cases.add(argumentSet(point + " " + fault, point, fault));
            }
        }
        for (int code = 1; code <= 5; code++) {
            cases.add(argumentSet("CONNECT refused " + code, FaultPoint.CONNECT, Fault.refuse(code)));
        }
        cases.add(argumentSet("throttled", FaultPoint.PUBLISH, Fault.close(429001)));
        cases.add(argumentSet("PUBLISH lost", FaultPoint.PUBLISH, Fault.drop()));
        cases.add(argumentSet("TLS handshake cut within", FaultPoint.TLS_HANDSHAKE, Fault.cutMidPacket()));
        cases.add(argumentSet("SUBACK 0x80", FaultPoint.SUBSCRIBE, Fault.refuseSubscription()));
        cases.add(argumentSet("PUBACK twice", FaultPoint.STORED, Fault.duplicate()));
        cases.add(argumentSet("PUBACKs out of order", FaultPoint.STORED, Fault.reorder()));
        cases.add(argumentSet("devicebound twice", FaultPoint.DEVICEBOUND, Fault.duplicate()));
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("faultsAtPoints")
    void nothingIsLostWhateverFailsAtWhicheverPoint(FaultPoint point, Fault fault) throws Exception {
        boolean beforeMessages =
                point.compareTo(FaultPoint.PUBLISH) < 0 || point == FaultPoint.SUBSCRIBE || point == FaultPoint.SUBACK;
        ArmedFault armed = hub.emulator()
                .faults()
                .at(point)
                .after(beforeMessages ? 0 : 2)
                .times(beforeMessages ? 1 : 2)
                .then(fault);
        // A hub that loses single packets on a connection that goes on breaks the order by itself.
        boolean losesPackets = fault.toString().equals(Fault.drop().toString());
        ordered = !losesPackets || point != FaultPoint.PUBLISH && point != FaultPoint.DEVICEBOUND;

        run(ignored -> {
            if (beforeMessages) {
                hub.emulator().disconnect("dev1");
            }
        });
        assertThat(armed.occurrences()).isPositive();
    }

    static Stream<Arguments> troubles() {
        return Stream.of(
                trouble("token expired early", emulator -> emulator.faults().expireToken("dev1")),
                trouble("evicted by another client", emulator -> emulator.faults()
                        .evict("dev1")),
                trouble("session forgotten", emulator -> {
                    emulator.faults().forgetSession("dev1");
                    emulator.disconnect("dev1");
                }),
                trouble("hub restarted", IotHubEmulator::restart),
                trouble("hub gone for a while", emulator -> {
                    emulator.stopListening();
                    emulator.startListening();
                }));
    }

    private static Arguments trouble(String name, Consumer<IotHubEmulator> trouble) {
        return argumentSet(name, trouble);
    }

    @ParameterizedTest
    @MethodSource("troubles")
    void nothingIsLostWhateverBecomesOfTheHub(Consumer<IotHubEmulator> trouble) throws Exception {
        long before = hub.emulator().acceptedConnects("dev1");
        run(trouble);

        await().atMost(SOON).until(() -> hub.emulator().acceptedConnects("dev1") > before);
    }

    @Test
    void aGracefulStopWaitsForTelemetryThatIsOnItsWay() throws Exception {
        hub.emulator().faults().next(FaultPoint.STORED, Fault.delay(Duration.ofMillis(400)));
        CompletableFuture<Exchange> sent = send(0, 1).get(0);
        context.stop();

        assertThat(sent).isCompleted();
        assertThat(sent.join().getException()).isNull();
    }

    private void run(Consumer<IotHubEmulator> trouble) throws Exception {
        for (int i = 0; i < DEVICEBOUND; i++) {
            hub.sendDevicebound("dev1", DeviceboundMessage.of("d" + i).messageId("d" + i));
        }
        List<CompletableFuture<Exchange>> sent = new ArrayList<>(send(0, TELEMETRY / 2));
        trouble.accept(hub.emulator());
        sent.addAll(send(TELEMETRY / 2, TELEMETRY));
        for (CompletableFuture<Exchange> exchange : sent) {
            assertThat(exchange.join().getException()).isNull();
        }
        await().atMost(SOON).until(() -> hub.emulator().deviceboundQueue("dev1").isEmpty());

        Set<String> arrived = new LinkedHashSet<>();
        hub.emulator()
                .telemetry()
                .forEach(message -> arrived.add(message.systemProperties().get("message-id")));
        assertAll(arrived, names("t", TELEMETRY));
        assertAll(received, names("d", DEVICEBOUND));
    }

    private void assertAll(Set<String> firstArrivals, List<String> expected) {
        if (ordered) {
            assertThat(firstArrivals).containsExactlyElementsOf(expected);
        } else {
            assertThat(firstArrivals).containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    private List<CompletableFuture<Exchange>> send(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(number -> begin(
                        "direct:telemetry", message -> message.setHeader(IotHubMqttConstants.MESSAGE_ID, "t" + number)))
                .toList();
    }

    private static List<String> names(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(number -> prefix + number).toList();
    }
}
