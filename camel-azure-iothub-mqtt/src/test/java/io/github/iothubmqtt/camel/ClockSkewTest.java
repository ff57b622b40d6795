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

import java.time.Clock;
import java.time.Duration;

import io.github.iothubmqtt.emulator.EmulatedDevice;
import io.github.iothubmqtt.emulator.HubSettings;
import io.github.iothubmqtt.emulator.IotHubEmulator;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** A device whose clock is not the hub's. */
class ClockSkewTest {

    private final CamelContext camel = new DefaultCamelContext();
    private IotHubEmulator hub;

    @AfterEach
    void stop() throws Exception {
        camel.close();
        hub.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {-10, 10})
    void tenMinutesDoNotKeepADeviceWithTheUsualTokensAway(int minutes) throws Exception {
        start(Duration.ofMinutes(minutes), Duration.ofSeconds(300), "");
        camel.createProducerTemplate().sendBody("direct:telemetry", "a");

        assertThat(hub.telemetry()).hasSize(1);
        assertThat(hub.acceptedConnects("dev1")).isEqualTo(1);
    }

    @Test
    void aHubThatIsAheadCutsTheConnectionEarlyAndNothingFails() throws Exception {
        // Valid for two seconds or, as tokens know whole seconds, a little less by the hub's clock. The device thinks
        // of ten minutes more.
        start(Duration.ofMinutes(10), Duration.ZERO, "&sasTimeToLive=602s");
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            camel.createProducerTemplate().sendBody("direct:telemetry", "a");
            return hub.acceptedConnects("dev1") >= 3;
        });
        assertThat(hub.telemetry()).isNotEmpty();
    }

    @Test
    void aTokenThatIsExpiredByTheHubsClockIsRefusedAndTheClockIsNamed() {
        assertThatThrownBy(() -> start(Duration.ofMinutes(10), Duration.ZERO, "&sasTimeToLive=4m"))
                .hasStackTraceContaining("not authorized")
                .hasStackTraceContaining("that this machine's clock is right");
    }

    private void start(Duration ahead, Duration grace, String options) throws Exception {
        hub = IotHubEmulator.builder()
                .clock(Clock.offset(Clock.systemUTC(), ahead))
                .settings(HubSettings.defaults().expiryGrace(grace).clockSkew(Duration.ZERO))
                .start();
        EmulatedDevice device = hub.addDevice("dev1");
        camel.getRegistry().bind("hubTls", HubTls.trusting(hub));
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:telemetry")
                        .to(
                                "iothub-mqtt:dev1?sslContextParameters=#hubTls&reconnectBackoffMin=20ms&reconnectBackoffMax=200ms"
                                        + options + "&connectionString=RAW(" + device.connectionString() + ")");
            }
        });
        camel.start();
    }
}
