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

/** The topics of device twins (spec 7.1). The identity does not stand in them: the connection tells whose twin it is. */
public final class TwinTopics {

    /** What to subscribe to before the first request. */
    public static final String RESPONSE_FILTER = "$iothub/twin/res/#";

    /** What to subscribe to for changes of the desired properties. */
    public static final String DESIRED_FILTER = "$iothub/twin/PATCH/properties/desired/#";

    private static final String RESPONSE = "$iothub/twin/res/";
    private static final String DESIRED = "$iothub/twin/PATCH/properties/desired/";

    private TwinTopics() {}

    /** @param requestId letters, digits and hyphens */
    public static String get(String requestId) {
        return "$iothub/twin/GET/?$rid=" + requestId;
    }

    /**
     * @param requestId letters, digits and hyphens
     * @param expectedVersion the version that the reported properties must have, or null for any
     */
    public static String reported(String requestId, Long expectedVersion) {
        String topic = "$iothub/twin/PATCH/properties/reported/?$rid=" + requestId;
        return expectedVersion == null ? topic : topic + "&$version=" + expectedVersion;
    }

    public static boolean isResponse(String topic) {
        return topic.startsWith(RESPONSE);
    }

    public static boolean isDesired(String topic) {
        return topic.startsWith(DESIRED);
    }

    /** @return empty when the topic is another, or lacks status or request id */
    public static Optional<Response> response(String topic) {
        return ResponseTopic.parse(RESPONSE, topic)
                .map(answer ->
                        new Response(answer.status(), answer.requestId(), answer.wholeNumber(TopicQuery.VERSION)));
    }

    /** @return the version that the desired properties have after the change; empty when the topic is another or names none */
    public static Optional<Long> desiredVersion(String topic) {
        return isDesired(topic)
                ? Optional.ofNullable(TopicQuery.wholeNumber(
                        TopicQuery.read(topic.substring(DESIRED.length())).get(TopicQuery.VERSION)))
                : Optional.empty();
    }

    /**
     * The hub's answer to a request.
     *
     * @param status as in HTTP
     * @param version of the reported properties after a patch; null when the hub names none
     */
    public record Response(int status, String requestId, Long version) {}
}
