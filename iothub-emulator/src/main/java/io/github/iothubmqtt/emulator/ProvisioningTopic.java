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

import java.util.HashMap;
import java.util.Map;

/**
 * A topic to which a device publishes that wants something of the provisioning service. A value.
 *
 * @param rid the request's id, which the response carries; as it was sent
 * @param operationId null unless it polls
 */
record ProvisioningTopic(Kind kind, String rid, String operationId) {

    enum Kind {
        REGISTER,
        POLL
    }

    static final String RESPONSES = "$dps/registrations/res/";
    static final String FILTER = RESPONSES + "#";

    private static final String REGISTER = "$dps/registrations/PUT/iotdps-register/?";
    private static final String POLL = "$dps/registrations/GET/iotdps-get-operationstatus/?";

    /** Null for a topic that the service does not have, or that lacks what it must have. */
    static ProvisioningTopic parse(String topic) {
        boolean registers = topic.startsWith(REGISTER);
        if (!registers && !topic.startsWith(POLL)) {
            return null;
        }
        Map<String, String> query = query(topic.substring((registers ? REGISTER : POLL).length()));
        String rid = query.getOrDefault("$rid", "");
        String operationId = query.getOrDefault("operationId", "");
        if (rid.isEmpty() || !registers && operationId.isEmpty()) {
            return null;
        }
        return registers
                ? new ProvisioningTopic(Kind.REGISTER, rid, null)
                : new ProvisioningTopic(Kind.POLL, rid, PercentDecoder.decode(operationId));
    }

    private static Map<String, String> query(String text) {
        Map<String, String> parameters = new HashMap<>();
        for (String parameter : text.split("&")) {
            int equals = parameter.indexOf('=');
            if (equals > 0) {
                parameters.putIfAbsent(parameter.substring(0, equals), parameter.substring(equals + 1));
            }
        }
        return parameters;
    }
}
