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
package io.github.iothubmqtt.quarkus;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

import io.quarkus.dev.console.DevConsoleManager;

/**
 * The service side of the hub that Dev Services run, for tests: what has arrived there, and messages to devices. The hub runs in the
 * JVM of the tests, also when the application is a packaged jar of its own, but in a class loader that tests do not see; therefore
 * these methods. When several hubs run, it is the one that started last. Thread-safe.
 */
public final class DevHub {

    /** Under this name both class loaders find the hub, or that there is none any more; JDK types only pass between them. */
    public static final String GLOBAL = "io.github.iothubmqtt.quarkus.DevHub";

    private DevHub() {}

    /**
     * A telemetry message as consumers of the hub see it.
     *
     * @param moduleId null when the device itself has sent it
     * @param body read as UTF-8
     * @param properties the application properties
     * @param systemProperties by the names that Azure uses, such as {@code content-type}
     */
    public record Telemetry(
            String deviceId,
            String moduleId,
            String body,
            Map<String, String> properties,
            Map<String, String> systemProperties) {}

    /** All telemetry of the device and its modules that the hub has stored, in the order of arrival. */
    public static List<Telemetry> telemetry(String deviceId) {
        List<Map<String, Object>> messages = call("telemetry", Map.of("deviceId", deviceId));
        return messages.stream().map(DevHub::telemetry).toList();
    }

    private static Telemetry telemetry(Map<String, Object> message) {
        return new Telemetry(
                (String) message.get("deviceId"),
                (String) message.get("moduleId"),
                (String) message.get("body"),
                texts(message.get("properties")),
                texts(message.get("systemProperties")));
    }

    /**
     * Sends a devicebound message, which the hub keeps until the device has acknowledged it.
     *
     * @param body goes out as UTF-8
     * @return the message id, which the hub has made
     */
    public static String sendDevicebound(String deviceId, String body, Map<String, String> properties) {
        return call("sendDevicebound", Map.of("deviceId", deviceId, "body", body, "properties", properties));
    }

    /** How many devicebound messages the device has not acknowledged yet. */
    public static int unacknowledged(String deviceId) {
        return call("unacknowledged", Map.of("deviceId", deviceId));
    }

    /** An outage: the hub closes its port and cuts every connection, and forgets nothing. Twice is no error. */
    public static void stopListening() {
        call("stopListening", Map.of());
    }

    /** Ends the outage: the hub opens the same port again. Twice is no error. */
    public static void startListening() {
        call("startListening", Map.of());
    }

    @SuppressWarnings("unchecked")
    private static Map<String, String> texts(Object map) {
        return (Map<String, String>) map;
    }

    @SuppressWarnings("unchecked")
    private static <T> T call(String method, Map<String, Object> parameters) {
        Optional<BiFunction<String, Map<String, Object>, Object>> hub = DevConsoleManager.getGlobal(GLOBAL);
        if (hub == null || hub.isEmpty()) {
            throw new IllegalStateException("Dev Services run no hub: they do so in dev and test mode when neither"
                    + " camel.component.iothub-mqtt.hub nor a connection string is set");
        }
        return (T) hub.get().apply(method, parameters);
    }
}
