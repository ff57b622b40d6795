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

import java.util.Map;
import java.util.Optional;

/**
 * The topic of an answer to a request, such as {@code $iothub/twin/res/204/?$rid=1&$version=4}.
 *
 * @param status as in HTTP
 * @param requestId that of the request
 * @param parameters all that stands behind the question mark
 */
record ResponseTopic(int status, String requestId, Map<String, String> parameters) {

    /**
     * @param prefix what stands before the status
     * @return empty when the topic begins otherwise, or lacks status or request id
     */
    static Optional<ResponseTopic> parse(String prefix, String topic) {
        int slash = topic.startsWith(prefix) ? topic.indexOf('/', prefix.length()) : -1;
        if (slash < 0) {
            return Optional.empty();
        }
        Long status = TopicQuery.wholeNumber(topic.substring(prefix.length(), slash));
        Map<String, String> parameters = TopicQuery.read(topic.substring(slash + 1));
        String requestId = parameters.get(TopicQuery.REQUEST_ID);
        return status == null || status < 100 || status > 999 || requestId == null
                ? Optional.empty()
                : Optional.of(new ResponseTopic(status.intValue(), requestId, parameters));
    }

    /** @return null when there is none of that name, or it is no whole number */
    Long wholeNumber(String parameter) {
        return TopicQuery.wholeNumber(parameters.get(parameter));
    }
}
