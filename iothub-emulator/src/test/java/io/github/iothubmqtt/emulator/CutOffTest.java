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

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Connections that the hub ends by itself, for time has run out. */
class CutOffTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    private final TestClock clock = new TestClock(Instant.now());

    @Test
    void theConnectionIsCutWhenTheTokenAndTheGraceHaveRunOut() {
        try (IotHubEmulator hub = start(HubSettings.defaults());
                WireClient client = device(hub).accepted()) {
            clock.advance(Duration.ofHours(1).plusSeconds(290));
            client.ping();

            clock.advance(Duration.ofSeconds(10));

            assertThat(client.isClosedByHub()).isTrue();
            assertThat(hub.awaitEvent(e -> e.kind() == HubEvent.Kind.DISCONNECTED, SOON)
                            .logCode())
                    .isEqualTo(401003);
        }
    }

    @Test
    void withoutGraceTheConnectionIsCutAtExpiry() {
        try (IotHubEmulator hub = start(HubSettings.defaults().expiryGrace(Duration.ZERO));
                WireClient client = device(hub).accepted()) {
            clock.advance(Duration.ofHours(1));

            assertThat(client.isClosedByHub()).isTrue();
        }
    }

    @Test
    void aSilentClientIsCutAfterOneAndAHalfTimesItsKeepAlive() {
        try (IotHubEmulator hub = start(HubSettings.defaults());
                WireClient client = device(hub)
                        .keepAlive(1)
                        .will("devices/dev1/messages/events/", "silent")
                        .accepted()) {
            assertThat(client.isClosedByHub()).isTrue();
            HubEvent event = hub.awaitEvent(e -> e.kind() == HubEvent.Kind.DISCONNECTED, SOON);
            assertThat(event.logCode()).isEqualTo(404104);
            assertThat(event.description()).isEqualTo("no packet came for 1.5 s (keep-alive 1 s)");
            assertThat(hub.awaitTelemetry(1, SOON).get(0).bodyText()).isEqualTo("silent");
        }
    }

    @Test
    void theCapHoldsForLongKeepAlivesAndForNone() {
        try (IotHubEmulator hub = start(HubSettings.defaults().maxKeepAliveTimeout(Duration.ofMillis(200)))) {
            for (int keepAlive : new int[] {0, 3600}) {
                try (WireClient client = device(hub).keepAlive(keepAlive).accepted()) {
                    assertThat(client.isClosedByHub()).isTrue();
                }
            }
            hub.awaitEvent(e -> e.description().equals("no packet came for 0.2 s (keep-alive 0 s)"), SOON);
            hub.awaitEvent(e -> e.description().equals("no packet came for 0.2 s (keep-alive 3600 s)"), SOON);
        }
    }

    @Test
    void aClientThatDoesNotConnectIsCut() throws Exception {
        try (IotHubEmulator hub = start(HubSettings.defaults().connectTimeout(Duration.ofSeconds(1)));
                var socket = hub.sslContext().getSocketFactory().createSocket("localhost", hub.mqttPort())) {
            socket.setSoTimeout((int) SOON.toMillis());

            assertThat(socket.getInputStream().read()).isNegative();
        }
    }

    private IotHubEmulator start(HubSettings settings) {
        IotHubEmulator hub =
                IotHubEmulator.builder().clock(clock).settings(settings).start();
        hub.addDevice("dev1");
        return hub;
    }

    private WireClient.Connect device(IotHubEmulator hub) {
        return WireClient.device(hub, "dev1").tokenExpiry(clock.instant().plus(Duration.ofHours(1)));
    }
}
