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

import io.github.iothubmqtt.protocol.ConnectionString;
import org.apache.camel.main.Main;

/**
 * A thermostat as a device of a hub, with you as the back end. The environment variable {@code IOTHUB_CONNECTION_STRING} makes it a
 * device of a real hub; then the terminal is not listened to, because the back end is Azure.
 */
public final class Thermostat {

    private Thermostat() {}

    public static void main(String[] args) throws Exception {
        String connectionString = System.getenv("IOTHUB_CONNECTION_STRING");
        Main camel = new Main();
        camel.configure().addRoutesBuilder(new ThermostatRoutes());
        if (connectionString != null && !connectionString.isBlank()) {
            run(camel, connectionString);
            return;
        }
        try (BackEnd backEnd = BackEnd.start()) {
            camel.bind("localHubTls", backEnd.tls());
            camel.addProperty("camel.component.iothub-mqtt.ssl-context-parameters", "#localHubTls");
            backEnd.obeyTerminal(camel::completed);
            run(camel, backEnd.connectionString());
        }
    }

    private static void run(Main camel, String connectionString) throws Exception {
        camel.addProperty("device", ConnectionString.parse(connectionString).deviceId());
        camel.addProperty("camel.component.iothub-mqtt.connection-string", connectionString);
        camel.run();
    }
}
