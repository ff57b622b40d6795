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
package io.github.iothubmqtt.emulator;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;

/**
 * One telemetry message as a consumer of the hub's built-in endpoint sees it.
 *
 * @param sequence 1 for the first message that the hub stored, and so on without gaps
 * @param moduleId null when the device itself sent
 * @param body do not change it; it is not copied
 * @param properties application properties in the order of the topic; a property that was sent without value is null. Holds
 *     {@code mqtt-retain} and {@code iothub-MessageType} where the hub adds them
 * @param systemProperties what came as {@code $.mid}, {@code $.ct} and so on, under the names that consumers see: {@code
 *     message-id}, {@code content-type}, …
 * @param annotations what the hub stamps on: {@code iothub-connection-device-id}, {@code iothub-connection-auth-method}, …
 * @param duplicate whether the PUBLISH had DUP=1; consumers in Azure cannot see this
 */
public record TelemetryMessage(
        long sequence,
        String deviceId,
        String moduleId,
        byte[] body,
        Map<String, String> properties,
        Map<String, String> systemProperties,
        Map<String, String> annotations,
        Instant enqueuedTime,
        boolean duplicate) {

    /** The body read as UTF-8. */
    public String bodyText() {
        return new String(body, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "TelemetryMessage[" + sequence + " from " + deviceId + (moduleId == null ? "" : "/" + moduleId) + ", "
                + body.length + " bytes, properties=" + properties + ", systemProperties=" + systemProperties + "]";
    }
}
