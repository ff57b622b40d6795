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
package io.github.iothubmqtt.karaf.thermostat;

import io.github.iothubmqtt.device.SendTimeoutException;
import org.apache.camel.builder.RouteBuilder;

/** The device: readings go out, and each command is answered when it is done. Both over one connection. */
final class ThermostatRoutes extends RouteBuilder {

    @Override
    public void configure() {
        onException(SendTimeoutException.class).log("The hub was not there for too long: ${exception.message}");

        from("timer:sample?period=1s&includeMetadata=true")
                .routeId("telemetry")
                .setBody(simple("{\"temperature\":21,\"reading\":${exchangeProperty.CamelTimerCounter}}"))
                .setHeader("room", constant("kitchen"))
                .to("iothub-mqtt:thermostat-7?contentType=application/json&contentEncoding=utf-8");

        from("iothub-mqtt:thermostat-7")
                .routeId("commands")
                .log("received ${body} with ${header.CamelIotHubMqttProperties}")
                .removeHeaders("CamelIotHubMqtt*")
                .transform(simple("done: ${body}"))
                .to("iothub-mqtt:thermostat-7");
    }
}
