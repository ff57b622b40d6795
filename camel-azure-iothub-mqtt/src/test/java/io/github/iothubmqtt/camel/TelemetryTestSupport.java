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

import io.github.iothubmqtt.emulator.IotHubEmulator;
import io.github.iothubmqtt.emulator.TelemetryMessage;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.apache.camel.Exchange;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/** A route from {@code direct:send} to the telemetry of {@code dev1}, and what to say about an exchange that went through it. */
abstract class TelemetryTestSupport extends HubTestSupport {

    @RegisterExtension
    static final IotHubExtension HUB = IotHubExtension.create().withDevice("dev1");

    @Override
    IotHubExtension hub() {
        return HUB;
    }

    @Override
    protected RoutesBuilder createRouteBuilder() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:send").to(device("dev1"));
            }
        };
    }

    /** Sends and returns the exchange as it came out of the route, failed or not. */
    Exchange send(Object body, Map<String, Object> headers) {
        return template.send("direct:send", exchange -> {
            exchange.getMessage().setBody(body);
            exchange.getMessage().setHeaders(new HashMap<>(headers));
        });
    }

    /** Sends what the hub must take, and returns what it has stored. */
    TelemetryMessage sent(Object body, Map<String, Object> headers) {
        assertThat(send(body, headers).getException()).isNull();
        return lastTelemetry();
    }

    TelemetryMessage sentWith(String header, Object value) {
        return sent("body", Map.of(header, value));
    }

    TelemetryMessage lastTelemetry() {
        IotHubEmulator hub = HUB.emulator();
        return hub.telemetry().get(hub.telemetry().size() - 1);
    }

    /** Sends what cannot be sent: nothing arrives, the next message does, on the same connection. Returns the failure. */
    Exception refused(Object body, Map<String, Object> headers) {
        Exception failure = send(body, headers).getException();
        assertThat(failure).as("failure of the exchange").isNotNull();
        assertThat(sent("next", Map.of()).bodyText()).isEqualTo("next");
        assertThat(HUB.emulator().telemetry("dev1")).hasSize(1);
        assertThat(HUB.emulator().acceptedConnects("dev1")).isEqualTo(1);
        return failure;
    }

    Exception refusedWith(String header, Object value) {
        return refused("body", Map.of(header, value));
    }
}
