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

import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;

import io.github.iothubmqtt.device.ConnectionSettings;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/** Options whose effect is a matter of time: how the connection heeds them is proved with a fake clock, here is that it gets them. */
class OptionsOfRenewalTest extends HubTestSupport {

    @RegisterExtension
    final IotHubExtension hub =
            IotHubExtension.create().withDevice("dev1").withDevice("dev2").withDevice("dev3");

    @Override
    IotHubExtension hub() {
        return hub;
    }

    @Test
    void sasRenewAtSaysWhenAConnectionIsMadeAnewAndTheWillStaysUnsaid() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:early").to(device("dev1", "sasTimeToLive=60s", "sasRenewAt=10", "willMessage=gone"));
            }
        });

        // By default the renewal is due after 48 seconds, which is not so soon.
        await().atMost(SOON).until(() -> hub.emulator().acceptedConnects("dev1") >= 2);
        assertThat(hub.emulator().telemetry()).isEmpty();
    }

    @Test
    void theTimeLimitsOfTheConnectionReachIt() {
        assertThat(settings(options -> {}).pubackTimeout()).isEqualTo(Duration.ofSeconds(20));
        assertThat(settings(options -> options.setPubackTimeout(Duration.ofSeconds(3)))
                        .pubackTimeout())
                .isEqualTo(Duration.ofSeconds(3));
        assertThat(settings(options -> {}).handOverTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings(options -> options.setHandOverTimeout(Duration.ofSeconds(4)))
                        .handOverTimeout())
                .isEqualTo(Duration.ofSeconds(4));
        assertThat(settings(options -> {}).sasRenewAt()).isEqualTo(85);
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThatThrownBy(() -> settings(options -> options.setSasRenewAt(96)))
                .hasMessage("sasRenewAt must be from 10 to 95 percent of sasTimeToLive");
        assertThatThrownBy(() -> settings(options -> options.setPubackTimeout(Duration.ZERO)))
                .hasMessageContaining("pubackTimeout");
        assertThatThrownBy(() -> settings(options -> options.setHandOverTimeout(Duration.ofSeconds(-1))))
                .hasMessageContaining("handOverTimeout");
        assertThatThrownBy(() -> settings(options -> options.setConcurrentConsumers(0)))
                .hasMessageContaining("concurrentConsumers");
        assertThatThrownBy(() -> new IotHubMqttComponent().setMaxConnectsPerSecond(0))
                .hasMessageContaining("maxConnectsPerSecond");
    }

    @Test
    void maxConnectsPerSecondSpacesTheConnectsOfAllDevices() throws Exception {
        try (CamelContext slow = new DefaultCamelContext()) {
            slow.getRegistry().bind("hubTls", HubTls.trusting(hub.emulator()));
            slow.getComponent("iothub-mqtt", IotHubMqttComponent.class).setMaxConnectsPerSecond(2);
            slow.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:1").to(device("dev1"));
                    from("direct:2").to(device("dev2"));
                    from("direct:3").to(device("dev3"));
                }
            });
            long start = System.nanoTime();
            slow.start();

            // A lower bound holds on any machine: the third attempt is due a second after the first.
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        }
    }

    private static ConnectionSettings settings(Consumer<IotHubMqttConfiguration> change) {
        IotHubMqttConfiguration options = new IotHubMqttConfiguration();
        options.setHub("contoso.azure-devices.net");
        options.setSharedAccessKey("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
        change.accept(options);
        try {
            return new ConnectionSettingsReader(options, "dev1", null, new TlsSettings(null, null, false), Set.of())
                    .read(SSLContext.getDefault());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
