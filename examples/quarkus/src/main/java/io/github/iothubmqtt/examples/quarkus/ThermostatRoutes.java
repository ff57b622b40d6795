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
package io.github.iothubmqtt.examples.quarkus;

import org.apache.camel.builder.RouteBuilder;

/** The device: one route out, one route in, over one connection. */
public class ThermostatRoutes extends RouteBuilder {

    @Override
    public void configure() {
        from("timer:sample?period=2s&includeMetadata=true")
                .routeId("telemetry")
                .setBody(simple("{\"temperature\":${random(18,24)},\"reading\":${exchangeProperty.CamelTimerCounter}}"))
                .setHeader("room", constant("kitchen"))
                .to("iothub-mqtt:{{device}}?contentType=application/json&contentEncoding=utf-8")
                .log("sent     ${body} and the hub has it");

        from("iothub-mqtt:{{device}}")
                .routeId("commands")
                .log("received ${body} with ${header.CamelIotHubMqttProperties}");
    }
}
