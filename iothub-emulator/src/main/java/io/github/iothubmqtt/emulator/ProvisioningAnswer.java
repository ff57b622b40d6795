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

import java.time.Duration;

/**
 * What the provisioning service answers to one request. A value.
 *
 * @param retryAfter null for none
 */
record ProvisioningAnswer(int status, Duration retryAfter, String body) {

    static ProvisioningAnswer of(int status, String body) {
        return new ProvisioningAnswer(status, null, body);
    }

    /** The topic of the answer to the request with this id. */
    String topic(String rid) {
        return ProvisioningTopic.RESPONSES + status + "/?$rid=" + rid
                + (retryAfter == null ? "" : "&retry-after=" + retryAfter.toSeconds());
    }
}
