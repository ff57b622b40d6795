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
 * A message that waits in its device's or module's queue, or is on its way without PUBACK so far.
 *
 * @param deliveryCount how often it was sent, on whatever connection
 * @param expiry when the hub gives it up
 */
public record QueuedMessage(String messageId, State state, int deliveryCount, Instant expiry) {

    /** Where the message is in its life. */
    public enum State {
        /** Waits to be sent, or to be sent again on the next connection. */
        ENQUEUED,
        /** Sent and locked: the device may still acknowledge it. */
        INVISIBLE
    }
}
