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
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.apache.camel.Exchange;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

class NestedSendTest extends HubTestSupport {

    /** More than the pool has threads to begin with. */
    private static final int EXCHANGES = 25;

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
                from("direct:outer").to(device("dev1")).process(exchange -> template.sendBody("direct:inner", "inner"));
                from("direct:inner").to(device("dev1"));
            }
        };
    }

    @Test
    @Timeout(120)
    void routesThatWaitForOtherExchangesOfTheComponentDoNotWaitForEver() throws Exception {
        List<CompletableFuture<Exchange>> sent = IntStream.range(0, EXCHANGES)
                .mapToObj(number -> begin("direct:outer", message -> message.setBody("outer")))
                .toList();

        assertThat(sent).allMatch(exchange -> exchange.join().getException() == null);
        assertThat(hub.emulator().telemetry()).hasSize(2 * EXCHANGES);
    }
}
