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
package io.github.iothubmqtt.examples.thermostat;

import java.util.Map;

import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.dataformat.JsonLibrary;

/** Everything that a device does on a hub, as routes. They share one connection. */
final class ThermostatRoutes extends RouteBuilder {

    private final Heating heating = new Heating();

    @Override
    public void configure() {
        from("timer:sample?period=2s")
                .routeId("telemetry")
                .bean(heating, "read")
                .marshal()
                .json(JsonLibrary.Jackson)
                .to("iothub-mqtt:{{device}}?contentType=application/json&contentEncoding=utf-8");

        from("iothub-mqtt:{{device}}?channel=desired")
                .routeId("desired")
                .log("desired properties, version ${header.CamelIotHubMqttDesiredVersion}: ${body}")
                .unmarshal()
                .json(JsonLibrary.Jackson, Map.class)
                .bean(heating, "obey")
                .filter(body().isNotNull())
                .to("iothub-mqtt:{{device}}?operation=twinUpdate");

        from("iothub-mqtt:{{device}}?channel=methods&methodName=reboot")
                .routeId("reboot")
                .log("reboot ${body}")
                .bean(heating, "reboot");

        from("timer:started?repeatCount=1")
                .routeId("report")
                .setBody(constant("{\"firmware\":\"1.4.2\"}"))
                .to("iothub-mqtt:{{device}}?operation=twinUpdate")
                .to("iothub-mqtt:{{device}}?operation=twinGet")
                .log("the twin is ${body}");
    }
}
