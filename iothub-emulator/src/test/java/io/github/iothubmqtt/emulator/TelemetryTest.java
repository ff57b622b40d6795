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
package io.github.iothubmqtt.emulator;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What the hub takes as telemetry, how it is counted and stored, and what it closes the connection for. */
class TelemetryTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String EVENTS = "devices/dev1/messages/events/";

    @RegisterExtension
    final IotHubExtension hub = IotHubExtension.create().withDevice("dev1");

    @ParameterizedTest
    @ValueSource(strings = {"devices/dev1/messages/events", EVENTS, EVENTS + "/", EVENTS + "a=b", EVENTS + "a=b/"})
    void topicsThatAreTelemetry(String topic) {
        try (WireClient client = device().accepted()) {
            client.publishAcknowledged(topic, "hi");
        }
        assertThat(hub.awaitTelemetry(1, SOON).get(0).bodyText()).isEqualTo("hi");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "devices/dev2/messages/events/",
                "/devices/dev1/messages/events/",
                "devices/dev1/messages/eventsx/",
                "devices/dev1/messages/devicebound/",
                "devices/dev1/modules/m/messages/events/",
                "devices/Dev1/messages/events/",
                "some/topic",
                "$iothub/unknown"
            })
    void aTopicThatIsNotTheDevicesOwnClosesTheConnection(String topic) {
        assertClosedAfter(client -> client.publish(topic, "x".getBytes(StandardCharsets.UTF_8), 2, 1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"=v", "a=b&", "a=b&&c=d", "a=b=c"})
    void aBadBagClosesTheConnection(String bag) {
        assertClosedAfter(client -> client.publish(EVENTS + bag, "x".getBytes(StandardCharsets.UTF_8), 2, 1));
        assertThat(hub.emulator().events().get(1).description()).contains("the property bag '" + bag + "'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"=v&a=b&", "&a=b", "a=b&c=d=e"})
    void theSettingHasABadPairIgnoredAndTheRestTaken(String bag) {
        try (IotHubEmulator patient = IotHubEmulator.builder()
                .settings(HubSettings.defaults().badBag(HubSettings.BadBag.IGNORE))
                .start()) {
            patient.addDevice("dev1");
            try (WireClient client = WireClient.device(patient, "dev1").accepted()) {
                client.publishAcknowledged(EVENTS + bag, "hi");
            }

            TelemetryMessage message = patient.awaitTelemetry(1, SOON).get(0);
            assertThat(message.properties()).containsOnly(Map.entry("a", "b"));
            assertThat(patient.events())
                    .filteredOn(event -> event.kind() == HubEvent.Kind.WARNING)
                    .isNotEmpty()
                    .allSatisfy(event -> assertThat(event.description())
                            .startsWith("a part of what it sent was ignored: the property bag '" + bag + "'"));
        }
    }

    @Test
    void qos2ClosesTheConnection() {
        assertClosedAfter(client -> client.publish(EVENTS, "x".getBytes(StandardCharsets.UTF_8), 4, 1));
    }

    @Test
    void theLargestMessageIsTakenAndOneByteMoreClosesTheConnection() {
        int properties = "message id".length() + "name".length() + "value".length();
        byte[] largest = new byte[262_144 - properties];
        String topic = EVENTS + "$.mid=message%20id&name=value";
        try (WireClient client = device().accepted()) {
            client.publish(topic, largest, 2, 1);
            client.expect(WireClient.PUBACK);
        }
        hub.emulator().clearRecords();

        assertClosedAfter(client -> client.publish(topic, new byte[largest.length + 1], 2, 1));
        assertThat(hub.emulator().awaitEvent(e -> e.logCode() == 413001, SOON).description())
                .contains("262145 bytes");
    }

    @Test
    void aPacketFarTooLargeClosesTheConnection() {
        try (WireClient client = device().accepted()) {
            assertThatThrownBy(() -> {
                        client.publish(EVENTS, new byte[4_000_000], 2, 1);
                        client.expect(WireClient.PUBACK);
                    })
                    .isInstanceOf(UncheckedIOException.class);
        }
        assertThat(hub.emulator().telemetry()).isEmpty();
    }

    @Test
    void retainIsNotKeptButTold() {
        try (WireClient client = device().accepted()) {
            client.publish(EVENTS, "x".getBytes(StandardCharsets.UTF_8), 3, 1);
            client.expect(WireClient.PUBACK);
        }
        assertThat(hub.awaitTelemetry(1, SOON).get(0).properties()).containsEntry("mqtt-retain", "true");
    }

    @Test
    void systemPropertiesAreToldApartUnderTheNamesOfConsumers() {
        String bag = "$.mid=1&%24.cid=c%2F7&$.ct=application%2Fjson&$.ce=utf-8&$.ctime=2026-01-31T10:00:00Z&$.sub=comp"
                + "&$.uid=u&$.exp=e&$.ifid=i&$.cdid=forged&$.unknown=x&empty=&bare&room=a%20b&a!'()*=1";
        try (WireClient client = device().userName("localhost/dev1/?api-version=2021-04-12&model-id=dtmi:a;1")
                .accepted()) {
            client.publishAcknowledged(EVENTS + bag, "{}");
        }

        TelemetryMessage message = hub.awaitTelemetry(1, SOON).get(0);
        assertThat(message.systemProperties())
                .containsEntry("message-id", "1")
                .containsEntry("correlation-id", "c/7")
                .containsEntry("user-id", "u")
                .containsEntry("content-type", "application/json")
                .containsEntry("content-encoding", "utf-8")
                .containsEntry("absolute-expiry-time", "e")
                .containsEntry("iothub-creation-time-utc", "2026-01-31T10:00:00Z")
                .hasSize(9);
        assertThat(message.properties())
                .containsEntry("room", "a b")
                .containsEntry("empty", null)
                .containsEntry("bare", null)
                .containsEntry("a!'()*", "1")
                .hasSize(4);
        assertThat(message.annotations())
                .containsEntry("iothub-connection-device-id", "dev1")
                .containsEntry("dt-subject", "comp")
                .containsEntry("iothub-interface-id", "i")
                .containsEntry("dt-dataschema", "dtmi:a;1");
    }

    @Test
    void aQuestionMarkIsPartOfTheFirstName() {
        try (WireClient client = device().accepted()) {
            client.publishAcknowledged(EVENTS + "?a=b", "x");
        }
        assertThat(hub.awaitTelemetry(1, SOON).get(0).properties()).containsOnlyKeys("?a");
    }

    @Test
    void dupIsRecorded() {
        try (WireClient client = device().accepted()) {
            client.publishAcknowledged(EVENTS, "x");
            client.publish(EVENTS, "x".getBytes(StandardCharsets.UTF_8), 10, 7);
            client.expect(WireClient.PUBACK);
        }
        assertThat(hub.awaitTelemetry(2, SOON))
                .extracting(TelemetryMessage::duplicate)
                .containsExactly(false, true);
    }

    @Test
    void theWillIsTelemetryWhenTheConnectionIsCut() {
        try (WireClient client = device().will(EVENTS + "a=b", "farewell")
                .willQos(1)
                .willRetain()
                .accepted()) {
            assertThat(hub.emulator().disconnect("dev1")).isTrue();
            assertThat(client.isClosedByHub()).isTrue();
        }
        TelemetryMessage will = hub.awaitTelemetry(1, SOON).get(0);
        assertThat(will.bodyText()).isEqualTo("farewell");
        assertThat(will.properties())
                .containsEntry("iothub-MessageType", "Will")
                .containsEntry("mqtt-retain", "true")
                .containsEntry("a", "b");
        assertThat(hub.emulator().disconnect("dev1")).isFalse();
    }

    @Test
    void theWillIsTelemetryWhenTheDeviceVanishes() {
        device().will(EVENTS, "farewell").accepted().close();

        assertThat(hub.awaitTelemetry(1, SOON).get(0).bodyText()).isEqualTo("farewell");
    }

    @Test
    void disconnectSuppressesTheWill() {
        device().will(EVENTS, "farewell").accepted().disconnect();

        hub.emulator().awaitEvent(e -> e.kind() == HubEvent.Kind.DISCONNECTED, SOON);
        assertThat(hub.emulator().telemetry()).isEmpty();
    }

    @Test
    void aRefusedClientHasNoWill() {
        device().will(EVENTS, "farewell").password("x").refused();

        assertThat(hub.emulator().telemetry()).isEmpty();
    }

    @Test
    void aWillForAnotherTopicIsDroppedWhenItIsDue() {
        device().will("some/topic", "farewell").accepted().close();

        assertThat(hub.emulator()
                        .awaitEvent(e -> e.kind() == HubEvent.Kind.WARNING, SOON)
                        .description())
                .contains("some/topic");
        assertThat(hub.emulator().telemetry()).isEmpty();
    }

    @Test
    void aListenerMayCutTheConnectionBeforeTheMessageIsAcknowledged() {
        hub.emulator().onTelemetry(message -> hub.emulator().disconnect(message.deviceId()));
        try (WireClient client = device().accepted()) {
            client.publish(EVENTS, "x".getBytes(StandardCharsets.UTF_8), 2, 1);

            assertThat(client.isClosedByHub()).isTrue();
        }
        assertThat(hub.awaitTelemetry(1, SOON)).hasSize(1);
    }

    @Test
    void aListenerThatFailsHarmsNobody() {
        List<String> heard = new CopyOnWriteArrayList<>();
        hub.emulator().onTelemetry(message -> {
            throw new IllegalStateException("not my day");
        });
        hub.emulator().onTelemetry(message -> heard.add(message.bodyText()));
        try (WireClient client = device().accepted()) {
            client.publishAcknowledged(EVENTS, "x");
        }
        assertThat(heard).containsExactly("x");
    }

    @Test
    void parallelPublishersKeepEachTheirOrder() {
        int devices = 8;
        int each = 500;
        IntStream.range(0, devices).forEach(i -> hub.emulator().addDevice("p" + i));

        CompletableFuture<?>[] publishers = IntStream.range(0, devices)
                .mapToObj(i -> CompletableFuture.runAsync(() -> {
                    try (WireClient client =
                            WireClient.device(hub.emulator(), "p" + i).accepted()) {
                        for (int n = 0; n < each; n++) {
                            client.publish("devices/p" + i + "/messages/events/", Integer.toString(n));
                        }
                        client.ping();
                    }
                }))
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(publishers).join();

        List<TelemetryMessage> all = hub.awaitTelemetry(devices * each, SOON);
        assertThat(all)
                .extracting(TelemetryMessage::sequence)
                .isEqualTo(
                        LongStream.rangeClosed(1, (long) devices * each).boxed().toList());
        List<String> inOrder =
                IntStream.range(0, each).mapToObj(Integer::toString).toList();
        IntStream.range(0, devices).forEach(i -> assertThat(hub.emulator().telemetry("p" + i))
                .extracting(TelemetryMessage::bodyText)
                .isEqualTo(inOrder));
    }

    @Test
    void aTimeoutTellsWhatTheHubSaw() {
        device().password("x").refused();

        assertThatThrownBy(() -> hub.awaitTelemetry(1, Duration.ZERO))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("0 telemetry messages")
                .hasMessageContaining("Nobody is connected")
                .hasMessageContaining("REFUSED dev1 401003");
        assertThatThrownBy(() -> hub.awaitTelemetry(m -> true, Duration.ZERO)).isInstanceOf(AssertionError.class);
    }

    @Test
    void theSettingIgnoresUnknownTopics() {
        HubSettings settings = HubSettings.defaults().unknownPublishTopic(HubSettings.UnknownPublishTopic.IGNORE);
        try (IotHubEmulator ignoring =
                IotHubEmulator.builder().settings(settings).start()) {
            ignoring.addDevice("dev1");
            try (WireClient client = WireClient.device(ignoring, "dev1").accepted()) {
                client.publishAcknowledged("some/topic", "x");
            }
            assertThat(ignoring.telemetry()).isEmpty();
        }
    }

    @Test
    void theStoreIsBounded() {
        HubSettings settings = HubSettings.defaults().telemetryStoreBytes(10_000);
        try (IotHubEmulator small = IotHubEmulator.builder().settings(settings).start()) {
            small.addDevice("dev1");
            try (WireClient client = WireClient.device(small, "dev1").accepted()) {
                for (int i = 1; i <= 100; i++) {
                    client.publishAcknowledged(EVENTS, "message " + i);
                }
            }
            List<TelemetryMessage> kept = small.awaitTelemetry(100, SOON);
            assertThat(kept).hasSizeLessThan(100);
            assertThat(kept.get(kept.size() - 1).bodyText()).isEqualTo("message 100");
        }
    }

    private void assertClosedAfter(Consumer<WireClient> deed) {
        try (WireClient client = device().accepted()) {
            deed.accept(client);

            assertThat(client.isClosedByHub()).isTrue();
        }
        assertThat(hub.emulator().telemetry()).isEmpty();
    }

    private WireClient.Connect device() {
        return WireClient.device(hub.emulator(), "dev1");
    }
}
