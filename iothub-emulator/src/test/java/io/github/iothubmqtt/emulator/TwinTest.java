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

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The twin of a device: what it asks, reports and is told. */
class TwinTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String RESPONSES = "$iothub/twin/res/#";
    private static final String DESIRED = "$iothub/twin/PATCH/properties/desired/#";

    @RegisterExtension
    final IotHubExtension hub = IotHubExtension.create().withDevice("dev1").withDevice("dev2");

    @Test
    void aNewTwinIsEmptyAndHasVersion1() {
        try (WireClient client = subscribed()) {
            client.publish("$iothub/twin/GET/?$rid=1", "");

            WireClient.Packet response = client.expect(WireClient.PUBLISH);
            assertThat(response.topic()).isEqualTo("$iothub/twin/res/200/?$rid=1");
            assertThat(response.payload()).isEqualTo("{\"desired\":{\"$version\":1},\"reported\":{\"$version\":1}}");
            assertThat(response.qos()).isZero();
        }
    }

    @Test
    void whatADeviceReportsIsMergedAndItsVersionRises() {
        try (WireClient client = subscribed()) {
            assertThat(report(client, "{\"battery\":55,\"gps\":{\"lat\":1.5,\"fix\":true}}"))
                    .isEqualTo("$iothub/twin/res/204/?$rid=r&$version=2");
            assertThat(report(client, "{\"gps\":{\"fix\":null,\"lon\":2},\"mode\":\"eco\"}"))
                    .isEqualTo("$iothub/twin/res/204/?$rid=r&$version=3");

            client.publish("$iothub/twin/GET/?$rid=g", "");
            assertThat(client.expect(WireClient.PUBLISH).payload())
                    .isEqualTo("{\"desired\":{\"$version\":1},\"reported\":"
                            + "{\"battery\":55,\"gps\":{\"lat\":1.5,\"lon\":2},\"mode\":\"eco\",\"$version\":3}}");
            assertThat(hub.twin("dev1").reportedVersion()).isEqualTo(3);
        }
    }

    @Test
    void aRequestAtQos1IsAcknowledgedBeforeItIsAnswered() {
        try (WireClient client = subscribed()) {
            client.publishAtLeastOnce("$iothub/twin/GET/?$rid=1", "", 7);

            assertThat(client.expect(WireClient.PUBACK).packetId()).isEqualTo(7);
            assertThat(client.expect(WireClient.PUBLISH).topic()).startsWith("$iothub/twin/res/200/");
        }
    }

    @Test
    void aChangeOfDesiredPropertiesNotifiesTheDevice() {
        try (WireClient client = subscribed()) {
            assertThat(hub.updateDesired("dev1", "{\"interval\":\"10m\",\"mode\":null}"))
                    .isEqualTo(2);

            WireClient.Packet notification = client.expect(WireClient.PUBLISH);
            assertThat(notification.topic()).isEqualTo("$iothub/twin/PATCH/properties/desired/?$version=2");
            assertThat(notification.payload()).isEqualTo("{\"interval\":\"10m\",\"mode\":null,\"$version\":2}");
            assertThat(notification.qos()).isZero();
            assertThat(hub.twin("dev1").desiredJson()).isEqualTo("{\"interval\":\"10m\"}");
        }
    }

    @Test
    void aReplacementOfDesiredPropertiesNotifiesOfAllThatIsLeft() {
        hub.updateDesired("dev1", "{\"old\":1,\"kept\":{\"a\":1,\"b\":2}}");
        try (WireClient client = subscribed()) {
            hub.twin("dev1").replaceDesired("{\"kept\":{\"a\":1},\"none\":null}");

            assertThat(client.expect(WireClient.PUBLISH).payload()).isEqualTo("{\"kept\":{\"a\":1},\"$version\":3}");
            assertThat(hub.twin("dev1").desired()).isEqualTo(Map.of("kept", Map.of("a", 1)));
        }
    }

    @Test
    void aNotificationIsNotKeptForADeviceThatIsAway() {
        try (WireClient client = subscribed()) {
            client.disconnect();
        }
        hub.updateDesired("dev1", "{\"a\":1}");
        try (WireClient client = device().accepted()) {
            assertThat(client.sessionPresent()).isTrue();
            hub.updateDesired("dev1", "{\"a\":2}");

            assertThat(client.expect(WireClient.PUBLISH).payload()).isEqualTo("{\"a\":2,\"$version\":3}");
        }
    }

    @Test
    void aNotificationIsNotSentToADeviceThatHasNotSubscribed() {
        try (WireClient client = device().accepted()) {
            hub.updateDesired("dev1", "{\"a\":1}");
            client.ping();
            client.subscribed(DESIRED, 1);
            client.unsubscribed(DESIRED);
            hub.updateDesired("dev1", "{\"a\":2}");
            client.ping();
        }
    }

    @Test
    void twoDevicesDoNotSeeEachOthersTwins() {
        try (WireClient one = subscribed();
                WireClient two = WireClient.device(hub.emulator(), "dev2").accepted()) {
            two.subscribed(RESPONSES, 0);
            two.subscribed(DESIRED, 0);
            report(one, "{\"of\":\"dev1\"}");
            hub.updateDesired("dev1", "{\"for\":\"dev1\"}");
            one.expect(WireClient.PUBLISH);

            two.publish("$iothub/twin/GET/?$rid=1", "");
            assertThat(two.expect(WireClient.PUBLISH).payload())
                    .isEqualTo("{\"desired\":{\"$version\":1},\"reported\":{\"$version\":1}}");
            two.ping();
        }
    }

    @Test
    void aModuleHasATwinOfItsOwn() {
        EmulatedModule module = hub.device("dev1").addModule("m");
        hub.updateDesired("dev1", "{\"of\":\"device\"}");
        module.twin().updateDesired("{\"of\":\"module\"}");
        try (WireClient client = WireClient.module(hub.emulator(), module).accepted()) {
            client.subscribed(RESPONSES, 0);
            report(client, "{\"from\":\"module\"}");

            client.publish("$iothub/twin/GET/?$rid=1", "");
            assertThat(client.expect(WireClient.PUBLISH).payload())
                    .isEqualTo("{\"desired\":{\"of\":\"module\",\"$version\":2},"
                            + "\"reported\":{\"from\":\"module\",\"$version\":2}}");
            assertThat(hub.twin("dev1", "m").reported()).containsEntry("from", "module");
            assertThat(hub.device("dev1").twin().reported()).isEmpty();
        }
    }

    @Test
    void aTestCanAwaitAStateThatIsGoneAMomentLater() {
        CompletableFuture<Map<String, Object>> rebooting = CompletableFuture.supplyAsync(
                () -> hub.twin("dev1").awaitReported(state -> "rebooting".equals(state.get("state")), SOON));
        try (WireClient client = subscribed()) {
            // Whether the waiting has begun shows only in its end.
            while (!rebooting.isDone()) {
                report(client, "{\"state\":\"rebooting\",\"count\":1}");
                report(client, "{\"state\":\"idle\"}");
            }
        }
        assertThat(rebooting.join()).isEqualTo(Map.of("state", "rebooting", "count", 1));
    }

    @Test
    void waitingInVainTellsWhatIsReported() {
        try (WireClient client = subscribed()) {
            report(client, "{\"state\":\"idle\"}");
            assertThatThrownBy(() -> hub.twin("dev1").awaitReported(Map::isEmpty, Duration.ofMillis(50)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("{\"state\":\"idle\"}")
                    .hasMessageContaining("dev1");
        }
    }

    @Test
    void theBackEndSeesAllOfTheTwin() {
        TestClock clock = new TestClock(Instant.parse("2026-01-31T10:00:00Z"));
        try (IotHubEmulator still = IotHubEmulator.builder().clock(clock).start()) {
            still.addDevice("dev1");
            EmulatedTwin twin = still.twin("dev1");
            twin.updateTags("{\"site\":\"b43\"}");
            clock.advance(Duration.ofMinutes(1));
            twin.updateDesired("{\"a\":{\"b\":1,\"c\":2},\"d\":[1,null]}");
            clock.advance(Duration.ofMinutes(1));
            twin.updateDesired("{\"a\":{\"c\":3}}");
            still.sendDevicebound("dev1", DeviceboundMessage.of("x"));
            clock.advance(Duration.ofMinutes(1));

            Map<String, Object> offline = Json.parseObject(twin.json());
            assertThat(offline)
                    .containsEntry("deviceId", "dev1")
                    .containsEntry("etag", "AAAAAAAAAAQ=")
                    .containsEntry("status", "enabled")
                    .containsEntry("connectionState", "Disconnected")
                    .containsEntry("lastActivityTime", "0001-01-01T00:00:00Z")
                    .containsEntry("cloudToDeviceMessageCount", 1)
                    .containsEntry("modelId", "")
                    .containsEntry("version", 4)
                    .containsEntry("tags", Map.of("site", "b43"));
            String first = "{\"$lastUpdated\":\"2026-01-31T10:01:00Z\",\"$lastUpdatedVersion\":2}";
            String second = "\"$lastUpdated\":\"2026-01-31T10:02:00Z\",\"$lastUpdatedVersion\":3";
            Map<String, Object> properties = Json.object(offline.get("properties"));
            assertThat(Json.write(properties.get("desired")))
                    .isEqualTo("{\"a\":{\"b\":1,\"c\":3},\"d\":[1,null],\"$metadata\":{" + second + ",\"a\":{" + second
                            + ",\"b\":" + first + ",\"c\":{" + second + "}},\"d\":" + first + "},\"$version\":3}");
            assertThat(Json.write(properties.get("reported")))
                    .isEqualTo("{\"$metadata\":{\"$lastUpdated\":\"2026-01-31T10:00:00Z\"},\"$version\":1}");

            WireClient.Connect connect = WireClient.device(still, "dev1")
                    .userName("localhost/dev1/?api-version=2021-04-12&model-id=dtmi:com:example:Thermostat;1")
                    .tokenExpiry(clock.instant().plusSeconds(3600));
            try (WireClient client = connect.accepted()) {
                client.ping();
                assertThat(Json.parseObject(twin.json()))
                        .containsEntry("connectionState", "Connected")
                        .containsEntry("lastActivityTime", "2026-01-31T10:03:00Z")
                        .containsEntry("modelId", "dtmi:com:example:Thermostat;1");
            }
        }
    }

    @Test
    void etagAndVersionOfTheTwinChangeWithTheBackEndOnly() {
        EmulatedTwin twin = hub.twin("dev1");
        Object before = Json.parseObject(twin.json()).get("etag");
        try (WireClient client = subscribed()) {
            report(client, "{\"a\":1}");
        }
        assertThat(Json.parseObject(twin.json()).get("etag")).isEqualTo(before);
        twin.updateTags("{}");
        assertThat(Json.parseObject(twin.json()).get("etag")).isNotEqualTo(before);
    }

    @Test
    void theDeviceEtagChangesWithTheIdentityOnly() {
        EmulatedTwin twin = hub.twin("dev1");
        Object before = Json.parseObject(twin.json()).get("deviceEtag");
        twin.updateDesired("{\"a\":1}");
        assertThat(Json.parseObject(twin.json()).get("deviceEtag")).isEqualTo(before);

        hub.device("dev1").disable();

        assertThat(Json.parseObject(twin.json())).containsEntry("status", "disabled");
        assertThat(Json.parseObject(twin.json()).get("deviceEtag")).isNotEqualTo(before);
    }

    @Test
    void twinsSurviveRestartsEvenThoseThatLoseState() {
        hub.updateDesired("dev1", "{\"a\":1}");
        hub.emulator().restart();
        hub.emulator().restartWithoutState();
        try (WireClient client = subscribed()) {
            client.publish("$iothub/twin/GET/?$rid=1", "");
            assertThat(client.expect(WireClient.PUBLISH).payload()).contains("\"desired\":{\"a\":1,\"$version\":2}");
        }
    }

    @Test
    void aDeviceThatIsRegisteredAgainHasANewTwin() {
        EmulatedTwin old = hub.twin("dev1");
        old.updateDesired("{\"a\":1}");
        hub.emulator().removeDevice("dev1");
        assertThatThrownBy(() -> hub.twin("dev1")).hasMessageStartingWith("404001");

        hub.emulator().addDevice("dev1");

        assertThat(hub.twin("dev1").desired()).isEmpty();
        assertThatThrownBy(() -> old.updateDesired("{}")).hasMessageStartingWith("404001");
        assertThatThrownBy(() -> hub.twin("dev1", "m")).hasMessageStartingWith("404010");
    }

    @Test
    void whatTheBackEndWritesIsCheckedAsWell() {
        EmulatedTwin twin = hub.twin("dev1");
        for (String bad : List.of("[]", "{", "1", "")) {
            assertThatThrownBy(() -> twin.updateDesired(bad)).hasMessageStartingWith("400006");
        }
        assertThatThrownBy(() -> twin.replaceDesired("{\"$version\":1}")).hasMessageStartingWith("400004");
        assertThatThrownBy(() ->
                        twin.updateTags("{\"a\":\"" + "x".repeat(4096) + "\",\"b\":\"" + "x".repeat(4096) + "\"}"))
                .hasMessageStartingWith("413001");
        assertThat(twin.desiredVersion()).isEqualTo(1);
        assertThat(twin.tagsJson()).isEqualTo("{}");
    }

    private static String report(WireClient client, String patch) {
        client.publish("$iothub/twin/PATCH/properties/reported/?$rid=r", patch);
        return client.expect(WireClient.PUBLISH).topic();
    }

    private WireClient subscribed() {
        WireClient client = device().accepted();
        client.subscribed(RESPONSES, 1);
        client.subscribed(DESIRED, 1);
        return client;
    }

    private WireClient.Connect device() {
        return WireClient.device(hub.emulator(), "dev1");
    }
}
