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
package io.github.iothubmqtt.device;

import java.util.concurrent.CompletableFuture;

/** A message on its way to the hub: what is sent, until when, for whom, and the promise that PUBACK keeps. */
final class OutgoingMessage {

    final String topic;
    final byte[] payload;
    final int qos;
    final Object owner;
    final long deadline;
    final CompletableFuture<Void> result = new CompletableFuture<>();

    /** When it was sent last, in the event loop's nanoseconds; confined to the loop. */
    Long sentAt;

    /**
     * @param owner whose stop cancels it
     * @param deadline in the event loop's nanoseconds
     */
    OutgoingMessage(String topic, byte[] payload, int qos, Object owner, long deadline) {
        this.topic = topic;
        this.payload = payload;
        this.qos = qos;
        this.owner = owner;
        this.deadline = deadline;
    }

    boolean wasSent() {
        return sentAt != null;
    }

    /** Whether nobody waits for it any more: it was cancelled or its deadline has passed. */
    boolean abandoned() {
        return result.isDone();
    }
}
