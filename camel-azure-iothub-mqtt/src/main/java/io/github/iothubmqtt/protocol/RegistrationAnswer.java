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
package io.github.iothubmqtt.protocol;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What the provisioning service says of a registration (spec 9.3).
 *
 * @param operationId what to ask for next; null when the service names none
 * @param status {@code assigning}, {@code assigned}, {@code failed}, {@code disabled} or {@code unassigned}; null when missing
 * @param substatus how the assignment came about; null when missing
 * @param assignedHub as the service writes it, which may be nonsense; null when missing
 * @param deviceId null when missing
 * @param errorCode 0 when there is none
 * @param errorMessage null when there is none
 */
public record RegistrationAnswer(
        String operationId,
        String status,
        String substatus,
        String assignedHub,
        String deviceId,
        int errorCode,
        String errorMessage) {

    /** @return empty when the body is no JSON object */
    public static Optional<RegistrationAnswer> parse(byte[] body) {
        return Json.tree(body).filter(JsonNode::isObject).map(RegistrationAnswer::of);
    }

    private static RegistrationAnswer of(JsonNode answer) {
        JsonNode state = answer.path("registrationState");
        String message = state.path("errorMessage").textValue();
        return new RegistrationAnswer(
                answer.path("operationId").textValue(),
                answer.path("status").textValue(),
                state.path("substatus").textValue(),
                state.path("assignedHub").textValue(),
                state.path("deviceId").textValue(),
                state.path("errorCode").asInt(answer.path("errorCode").asInt()),
                message == null ? answer.path("message").textValue() : message);
    }

    /**
     * The body of the request to register.
     *
     * @param payload JSON that a custom allocation of the service gets; null for none
     * @throws IllegalArgumentException when the payload is no JSON
     */
    public static byte[] request(String registrationId, String payload) {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("registrationId", registrationId);
        if (payload != null) {
            request.put(
                    "payload",
                    Json.tree(payload)
                            .orElseThrow(() -> new IllegalArgumentException(
                                    "provisioningPayload is no JSON value: write it as {\"name\": \"value\"}, and in a URI"
                                            + " within RAW(...)")));
        }
        return Json.write(request);
    }
}
