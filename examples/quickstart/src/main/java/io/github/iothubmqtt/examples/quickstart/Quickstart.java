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
package io.github.iothubmqtt.examples.quickstart;

import io.github.iothubmqtt.device.IotHubException;
import io.github.iothubmqtt.protocol.ConnectionString;
import org.apache.camel.main.Main;

/**
 * A Camel application that is a thermostat: it sends readings and obeys commands. Without the environment variable
 * {@code IOTHUB_CONNECTION_STRING} it starts a hub of its own in this JVM; with it, it is that device of that hub.
 */
public final class Quickstart {

    private Quickstart() {}

    public static void main(String[] args) {
        try {
            start(System.getenv("IOTHUB_CONNECTION_STRING"));
        } catch (Exception e) {
            // The component's errors are sentences; Camel wraps them.
            System.err.println("The quickstart ends: " + rootCause(e).getMessage());
            System.exit(1);
        }
    }

    private static void start(String connectionString) throws Exception {
        Main camel = new Main();
        camel.configure().addRoutesBuilder(new ThermostatRoutes());
        if (connectionString == null || connectionString.isBlank()) {
            try (LocalHub hub = LocalHub.start()) {
                camel.bind("localHubTls", hub.tls());
                camel.addProperty("camel.component.iothub-mqtt.ssl-context-parameters", "#localHubTls");
                run(camel, hub.connectionString());
            }
        } else {
            run(camel, connectionString);
        }
    }

    private static void run(Main camel, String connectionString) throws Exception {
        camel.addProperty("device", ConnectionString.parse(connectionString).deviceId());
        camel.addProperty("camel.component.iothub-mqtt.connection-string", connectionString);
        camel.run();
    }

    private static Throwable rootCause(Throwable failure) {
        return failure.getCause() == null || failure instanceof IotHubException
                ? failure
                : rootCause(failure.getCause());
    }
}
