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
package io.github.iothubmqtt.transport;

import java.util.Objects;

/**
 * The message that the hub publishes when the connection ends without DISCONNECT.
 *
 * @param topic a topic name
 * @param payload its payload; may be empty, not null; at most 65,535 bytes, as its length has two bytes in CONNECT
 * @param qos 0 or 1
 */
public record Will(String topic, byte[] payload, int qos) {

    private static final int LONGEST_PAYLOAD = 65_535;

    public Will {
        Objects.requireNonNull(topic, "topic");
        if (payload.length > LONGEST_PAYLOAD) {
            throw new IllegalArgumentException(
                    "a will of " + payload.length + " bytes: MQTT allows " + LONGEST_PAYLOAD + ", make it shorter");
        }
    }
}
