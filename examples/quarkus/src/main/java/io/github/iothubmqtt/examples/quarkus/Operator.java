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

import java.util.Map;

import io.github.iothubmqtt.quarkus.DevHub;
import io.quarkus.arc.profile.IfBuildProfile;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.camel.builder.RouteBuilder;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The other side, as the cloud would be: it sends a command now and then. There is none but in dev mode. */
@ApplicationScoped
@IfBuildProfile("dev")
class Operator extends RouteBuilder {

    @ConfigProperty(name = "device")
    String device;

    @Override
    public void configure() {
        from("timer:operator?period=5s")
                .routeId("operator")
                .setBody(simple("set-target ${random(18,24)}"))
                .process(exchange -> DevHub.sendDevicebound(
                        device, exchange.getMessage().getBody(String.class), Map.of("operator", "Quarkus")));
    }
}
