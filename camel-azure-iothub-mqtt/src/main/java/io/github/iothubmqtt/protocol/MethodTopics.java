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

/** The topics of direct methods (spec 8.1). The identity does not stand in them: the connection tells whose method is called. */
public final class MethodTopics {

    /** What to subscribe to. The hub would take a filter per method as well, but allows five subscriptions only. */
    public static final String FILTER = "$iothub/methods/POST/#";

    private static final String REQUEST = "$iothub/methods/POST/";

    private MethodTopics() {}

    public static boolean isRequest(String topic) {
        return topic.startsWith(REQUEST);
    }

    /** @return empty when the topic is another, or lacks name or request id */
    public static Optional<Request> request(String topic) {
        if (!isRequest(topic)) {
            return Optional.empty();
        }
        String rest = topic.substring(REQUEST.length());
        int slash = rest.indexOf('/');
        if (slash <= 0) {
            return Optional.empty();
        }
        String requestId = TopicQuery.read(rest.substring(slash + 1)).get(TopicQuery.REQUEST_ID);
        return requestId == null || requestId.isEmpty()
                ? Optional.empty()
                : Optional.of(new Request(rest.substring(0, slash), requestId));
    }

    /** @param requestId that of the request, byte for byte */
    public static String response(int status, String requestId) {
        return "$iothub/methods/res/" + status + "/?$rid=" + requestId;
    }

    /**
     * A call of a method.
     *
     * @param requestId what the answer must carry, as it came
     */
    public record Request(String name, String requestId) {}
}
