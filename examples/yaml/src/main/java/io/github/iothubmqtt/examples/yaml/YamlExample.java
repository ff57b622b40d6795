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
package io.github.iothubmqtt.examples.yaml;

import io.github.iothubmqtt.device.IotHubException;
import org.apache.camel.main.Main;

/**
 * Runs what is in the resources: {@code application.properties} and the routes in {@code camel/*.yaml}. Without the environment
 * variable {@code IOTHUB_HOST} it starts a hub of its own in this JVM. An application that needs no such hub needs no class at
 * all: its main class is Camel's own.
 */
public final class YamlExample {

    private YamlExample() {}

    public static void main(String[] args) {
        try {
            if (System.getenv("IOTHUB_HOST") == null) {
                runWithLocalHub();
            } else {
                new Main().run();
            }
        } catch (Exception e) {
            // The component's errors are sentences; Camel wraps them.
            System.err.println("The example ends: " + rootCause(e).getMessage());
            System.exit(1);
        }
    }

    private static void runWithLocalHub() throws Exception {
        try (LocalHub hub = LocalHub.start()) {
            Main camel = new Main();
            hub.standInFor(camel);
            camel.run();
        }
    }

    private static Throwable rootCause(Throwable failure) {
        return failure.getCause() == null || failure instanceof IotHubException
                ? failure
                : rootCause(failure.getCause());
    }
}
