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
package io.github.iothubmqtt.quarkus.it;

import org.apache.camel.builder.RouteBuilder;

/** A device that reports what it was told to do: one message each way, over one connection. */
public class ThermostatRoutes extends RouteBuilder {

    @Override
    public void configure() {
        from("iothub-mqtt:thermostat-7")
                .routeId("commands")
                .setBody(simple("{\"did\":\"${body}\"}"))
                .to("iothub-mqtt:thermostat-7");
    }
}
