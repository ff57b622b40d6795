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

import io.github.iothubmqtt.emulator.DeviceboundMessage;
import io.github.iothubmqtt.emulator.QueuedMessage;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Routes that consume {@code dev1}, with a hub of its own for each test, so that no queue or session is left over. */
abstract class DeviceboundTestSupport extends HubTestSupport {

    @RegisterExtension
    final IotHubExtension hub = IotHubExtension.create().withDevice("dev1");

    @Override
    IotHubExtension hub() {
        return hub;
    }

    void send(String... bodies) {
        for (String body : bodies) {
            hub.sendDevicebound("dev1", DeviceboundMessage.of(body).messageId(body));
        }
    }

    /** What the hub still has for the device. */
    List<String> queued() {
        return queue().stream().map(QueuedMessage::messageId).toList();
    }

    List<QueuedMessage> queue() {
        return hub.emulator().deviceboundQueue("dev1");
    }

    void awaitAllAcknowledged() {
        await().atMost(SOON).untilAsserted(() -> assertThat(queued()).isEmpty());
    }

    /**
     * Has a message go from the device to the hub and be acknowledged. Whatever the device had said before on this connection, a
     * PUBACK for instance, the hub knows after that. Needs a route from {@code direct:telemetry}.
     */
    void roundTrip() {
        template.sendBody("direct:telemetry", "round trip");
    }

    static String bodyOf(Exchange exchange) {
        return exchange.getMessage().getBody(String.class);
    }
}
