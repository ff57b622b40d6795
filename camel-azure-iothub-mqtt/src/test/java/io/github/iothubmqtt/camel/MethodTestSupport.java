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

import java.util.concurrent.CompletableFuture;

import io.github.iothubmqtt.emulator.DirectMethod;
import io.github.iothubmqtt.emulator.DirectMethodResult;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.apache.camel.spi.Registry;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Routes that carry out direct methods of {@code dev1}, with a hub of its own for each test. */
abstract class MethodTestSupport extends HubTestSupport {

    /** What the device answers when the route has failed, whatever the failure was. */
    static final DirectMethodResult FAILED =
            new DirectMethodResult(500, "{\"message\":\"The device could not carry out the method.\"}");

    static final DirectMethodResult NOT_FOUND =
            new DirectMethodResult(404, "{\"message\":\"The device has no method of this name.\"}");

    static final DirectMethodResult UNAVAILABLE =
            new DirectMethodResult(503, "{\"message\":\"The device does not carry out methods at the moment.\"}");

    static final DirectMethodResult TIMED_OUT =
            new DirectMethodResult(504, "{\"message\":\"The device did not carry out the method in time.\"}");

    @RegisterExtension
    final IotHubExtension hub = IotHubExtension.create().withDevice("dev1");

    final Reports reports = new Reports();

    @Override
    IotHubExtension hub() {
        return hub;
    }

    @Override
    protected void bindToRegistry(Registry registry) {
        super.bindToRegistry(registry);
        registry.bind("reports", reports);
    }

    String methods(String... options) {
        return device("dev1", options) + "&channel=methods&exceptionHandler=#reports";
    }

    CompletableFuture<DirectMethodResult> begin(String method) {
        return hub.invokeMethod("dev1", DirectMethod.named(method));
    }

    DirectMethodResult call(String method) throws Exception {
        return call("dev1", DirectMethod.named(method));
    }

    DirectMethodResult call(String method, String payload) throws Exception {
        return call("dev1", DirectMethod.named(method).payload(payload));
    }

    /** The one failure that the exception handler is told of, a moment after the answer. */
    Throwable reported() {
        await().atMost(SOON).untilAsserted(() -> assertThat(reports.failures).hasSize(1));
        return reports.failures.get(0);
    }

    static DirectMethodResult ok(String payload) {
        return new DirectMethodResult(200, payload);
    }
}
