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

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.iothubmqtt.emulator.EmulatedTwin;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Routes that follow the desired properties of {@code dev1}, with a hub of its own for each test. */
abstract class DesiredTestSupport extends HubTestSupport {

    @RegisterExtension
    final IotHubExtension hub = IotHubExtension.create().withDevice("dev1");

    /** What the route had, in order: version, "all" or "part", and body. */
    final List<String> received = new CopyOnWriteArrayList<>();

    @Override
    IotHubExtension hub() {
        return hub;
    }

    EmulatedTwin twin() {
        return hub.twin("dev1");
    }

    String desired(String... options) {
        return device("dev1", options) + "&channel=desired";
    }

    void receive(Exchange exchange) {
        received.add(described(exchange));
    }

    static String described(Exchange exchange) {
        return exchange.getMessage().getHeader(IotHubMqttConstants.DESIRED_VERSION)
                + (exchange.getMessage().getHeader(IotHubMqttConstants.DESIRED_COMPLETE, boolean.class)
                        ? " all "
                        : " part ")
                + exchange.getMessage().getBody();
    }

    void awaitReceived(String... all) {
        await().atMost(SOON).untilAsserted(() -> assertThat(received).containsExactly(all));
    }

    void awaitLast(String last) {
        await().atMost(SOON).untilAsserted(() -> assertThat(received).last().isEqualTo(last));
    }

    void awaitVersion(long last) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(received).last().asString().startsWith(last + " "));
    }

    void assertConnects(int times) {
        assertThat(hub.emulator().acceptedConnects("dev1")).isEqualTo(times);
    }
}
