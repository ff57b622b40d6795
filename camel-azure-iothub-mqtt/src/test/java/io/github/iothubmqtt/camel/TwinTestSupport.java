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

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.github.iothubmqtt.emulator.EmulatedTwin;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.apache.camel.Exchange;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** Routes that read and update the twin of {@code dev1}, with a hub of its own for each test, so that each begins with a new twin. */
abstract class TwinTestSupport extends HubTestSupport {

    @RegisterExtension
    final IotHubExtension hub = IotHubExtension.create().withDevice("dev1");

    @Override
    IotHubExtension hub() {
        return hub;
    }

    @Override
    protected RoutesBuilder createRouteBuilder() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:get").to(device("dev1", "operation=twinGet"));
                from("direct:update").to(device("dev1", "operation=twinUpdate"));
                from("direct:hasty").to(device("dev1", "operation=twinUpdate", "requestTimeout=300ms"));
                from("direct:telemetry").to(device("dev1"));
            }
        };
    }

    EmulatedTwin twin() {
        return hub.twin("dev1");
    }

    Exchange get() {
        return template.request("direct:get", exchange -> {});
    }

    Exchange update(Object body) {
        return update(body, Map.of());
    }

    /** Returns the exchange as it came out of the route, failed or not. */
    Exchange update(Object body, Map<String, Object> headers) {
        return template.send("direct:update", exchange -> {
            exchange.getMessage().setBody(body);
            exchange.getMessage().setHeaders(new HashMap<>(headers));
        });
    }

    /** Without waiting for the hub. */
    CompletableFuture<Exchange> beginUpdate(Object body) {
        return begin("direct:update", message -> message.setBody(body));
    }

    static void assertDone(Exchange exchange) {
        assertThat(exchange.getException()).isNull();
    }

    static Object header(Exchange exchange, String name) {
        return exchange.getMessage().getHeader(name);
    }
}
