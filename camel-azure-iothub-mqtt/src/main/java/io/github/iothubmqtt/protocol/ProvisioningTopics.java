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

import java.util.Optional;

/** How a device talks to the provisioning service (spec 9.1, 9.2). */
public final class ProvisioningTopics {

    /** What to subscribe to before the first request. */
    public static final String RESPONSE_FILTER = "$dps/registrations/res/#";

    private static final String RESPONSE = "$dps/registrations/res/";
    private static final String API_VERSION = "2019-03-31";
    private static final String RETRY_AFTER = "retry-after";

    private ProvisioningTopics() {}

    /**
     * The MQTT user name.
     *
     * @param clientVersion what the client calls itself; null or blank to say nothing
     */
    public static String userName(String idScope, String registrationId, String clientVersion) {
        String userName = idScope + "/registrations/" + registrationId + "/api-version=" + API_VERSION;
        return clientVersion == null || clientVersion.isBlank()
                ? userName
                : userName + "&ClientVersion=" + PercentEncoding.encode(clientVersion);
    }

    /** Whom a token for the service is for. */
    public static Audience audience(String idScope, String registrationId) {
        return new Audience(idScope + "/registrations/" + registrationId, "registration");
    }

    /** @param requestId letters and digits */
    public static String register(String requestId) {
        return "$dps/registrations/PUT/iotdps-register/?$rid=" + requestId;
    }

    /** @param operationId as the service gave it */
    public static String poll(String requestId, String operationId) {
        return "$dps/registrations/GET/iotdps-get-operationstatus/?$rid=" + requestId + "&operationId=" + operationId;
    }

    /** @return empty when the topic is another, or lacks status or request id */
    public static Optional<Response> response(String topic) {
        return ResponseTopic.parse(RESPONSE, topic)
                .map(answer -> new Response(answer.status(), answer.requestId(), answer.wholeNumber(RETRY_AFTER)));
    }

    /**
     * The service's answer to a request.
     *
     * @param status as in HTTP
     * @param retryAfter seconds; null when the service names none
     */
    public record Response(int status, String requestId, Long retryAfter) {}
}
