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

import io.github.iothubmqtt.emulator.DeviceboundMessage;
import io.github.iothubmqtt.emulator.EmulatedModule;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.apache.camel.spi.Registry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Routes that are the module {@code mod1} of {@code dev1}, with a hub of its own for each test. */
abstract class ModuleTestSupport extends HubTestSupport {

    @RegisterExtension
    final IotHubExtension hub = IotHubExtension.create().withDevice("dev1");

    final Reports reports = new Reports();

    private EmulatedModule module;

    @Override
    IotHubExtension hub() {
        return hub;
    }

    @BeforeEach
    void addModule() {
        module = hub.device("dev1").addModule("mod1");
    }

    @Override
    protected void bindToRegistry(Registry registry) {
        super.bindToRegistry(registry);
        registry.bind("reports", reports);
    }

    String mod1(String... options) {
        return module(module, options);
    }

    void sendTo(String input, String... bodies) {
        for (String body : bodies) {
            module.sendToInput(input, DeviceboundMessage.of(body).messageId(body));
        }
    }

    void awaitAllAcknowledged() {
        await().atMost(SOON).untilAsserted(() -> assertThat(hub.emulator().inputQueue("dev1", "mod1"))
                .isEmpty());
    }
}
