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
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** One connection for one identity, and what survives between connections. */
class SessionTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String DEVICEBOUND = "devices/dev1/messages/devicebound/#";

    @RegisterExtension
    final IotHubExtension hub = IotHubExtension.create().withDevice("dev1");

    @Test
    void theNewestConnectionWins() {
        try (WireClient older =
                        device().will("devices/dev1/messages/events/", "gone").accepted();
                WireClient newer = device().accepted()) {
            assertThat(older.isClosedByHub()).isTrue();
            newer.ping();

            assertThat(hub.emulator().connections()).hasSize(1);
            assertThat(hub.awaitTelemetry(1, SOON).get(0).bodyText()).isEqualTo("gone");
            assertThat(hub.emulator().events()).extracting(HubEvent::logCode).containsExactly(0, 400027, 0);
        }
    }

    @Test
    void clientsThatEvictEachOtherDoNotWearTheHubOut() {
        int connectsEach = 250;

        CompletableFuture<?>[] rivals = Stream.generate(() -> CompletableFuture.runAsync(() -> {
                    for (int i = 0; i < connectsEach; i++) {
                        device().accepted().close();
                    }
                }))
                .limit(4)
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(rivals).join();

        assertThat(hub.emulator().acceptedConnects("dev1")).isEqualTo(4L * connectsEach);
        try (WireClient last = device().accepted()) {
            last.publishAcknowledged("devices/dev1/messages/events/", "still there");
            assertThat(hub.emulator().connections()).hasSize(1);
        }
    }

    @Test
    void subscriptionsSurviveWithoutCleanSession() {
        try (WireClient first = device().accepted()) {
            assertThat(first.sessionPresent()).isFalse();
            first.subscribed(DEVICEBOUND, 1);
            first.disconnect();
        }
        hub.sendDevicebound("dev1", DeviceboundMessage.of("while away"));

        try (WireClient second = device().accepted()) {
            assertThat(second.sessionPresent()).isTrue();
            assertThat(second.expect(WireClient.PUBLISH).payload()).isEqualTo("while away");
        }
    }

    @Test
    void unsubscribingLasts() {
        try (WireClient first = device().accepted()) {
            first.subscribed(DEVICEBOUND, 1);
            first.unsubscribed(DEVICEBOUND);
            hub.sendDevicebound("dev1", DeviceboundMessage.of("unwanted"));
            first.ping();
            first.disconnect();
        }
        try (WireClient second = device().accepted()) {
            second.ping();
            assertThat(hub.emulator().connections().get(0).subscriptions()).isEmpty();
        }
    }

    @Test
    void cleanSessionForgetsSubscriptionsAndQueue() {
        try (WireClient first = device().accepted()) {
            first.subscribed(DEVICEBOUND, 1);
            first.disconnect();
        }
        String id = hub.sendDevicebound("dev1", DeviceboundMessage.of("lost").ack(DeviceboundMessage.Ack.NEGATIVE));

        try (WireClient second = device().clean().accepted()) {
            assertThat(second.sessionPresent()).isFalse();
            second.subscribed(DEVICEBOUND, 1);
            second.ping();
            second.disconnect();
        }
        assertThat(hub.awaitFeedback(id, SOON).statusCode()).isEqualTo(Feedback.StatusCode.PURGED);
        try (WireClient third = device().accepted()) {
            assertThat(third.sessionPresent()).isFalse();
        }
    }

    @Test
    void theSettingKeepsTheQueueOverACleanSession() {
        HubSettings settings = HubSettings.defaults().cleanSessionPurgesC2d(false);
        try (IotHubEmulator keeping =
                IotHubEmulator.builder().settings(settings).start()) {
            keeping.addDevice("dev1");
            keeping.sendDevicebound("dev1", DeviceboundMessage.of("kept"));

            try (WireClient client = WireClient.device(keeping, "dev1").clean().accepted()) {
                client.subscribed(DEVICEBOUND, 1);
                assertThat(client.expect(WireClient.PUBLISH).payload()).isEqualTo("kept");
            }
        }
    }

    @Test
    void theSettingDropsWhatIsSentBeforeTheFirstSubscription() {
        HubSettings settings = HubSettings.defaults().queueBeforeFirstSubscription(false);
        try (IotHubEmulator dropping =
                IotHubEmulator.builder().settings(settings).start()) {
            dropping.addDevice("dev1");
            dropping.sendDevicebound("dev1", DeviceboundMessage.of("too early"));
            try (WireClient client = WireClient.device(dropping, "dev1").accepted()) {
                client.subscribed(DEVICEBOUND, 1);
                client.disconnect();
            }
            dropping.sendDevicebound("dev1", DeviceboundMessage.of("in time"));

            try (WireClient client = WireClient.device(dropping, "dev1").accepted()) {
                assertThat(client.expect(WireClient.PUBLISH).payload()).isEqualTo("in time");
            }
        }
    }

    @Test
    void aModuleAndItsDeviceAreTwoIdentities() {
        EmulatedModule module = hub.device("dev1").addModule("m");
        String token = Tokens.signed(
                "localhost/devices/dev1/modules/m",
                module.primaryKey(),
                Instant.now().plusSeconds(3600),
                null);
        try (WireClient deviceItself = device().accepted();
                WireClient itsModule = device().clientId("dev1/m")
                        .userName("localhost/dev1/m/?api-version=2021-04-12")
                        .password(token)
                        .accepted()) {
            deviceItself.ping();
            itsModule.ping();
            assertThat(List.copyOf(hub.emulator().connections())).hasSize(2);
        }
    }

    private WireClient.Connect device() {
        return WireClient.device(hub.emulator(), "dev1");
    }
}
