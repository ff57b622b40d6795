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

import java.time.Instant;

/**
 * One feedback record of the hub about a devicebound message whose sender had asked for it.
 *
 * @param enqueuedTimeUtc when the fate of the message was settled
 */
public record Feedback(
        String originalMessageId,
        String deviceId,
        String deviceGenerationId,
        StatusCode statusCode,
        String description,
        Instant enqueuedTimeUtc) {

    /** What became of the message. */
    public enum StatusCode {
        SUCCESS("Success"),
        EXPIRED("Expired"),
        DELIVERY_COUNT_EXCEEDED("DeliveryCountExceeded"),
        REJECTED("Rejected"),
        PURGED("Purged");

        private final String wireName;

        StatusCode(String wireName) {
            this.wireName = wireName;
        }

        /** The spelling in the hub's feedback messages, for instance {@code DeliveryCountExceeded}. */
        public String wireName() {
            return wireName;
        }
    }
}
