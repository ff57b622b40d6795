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

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.github.iothubmqtt.protocol.TwinTopics;

/** A request about the twin until the hub has answered it for good. Confined to the event loop. */
final class TwinRequest {

    /** Whose stop cancels it. */
    final Object endpoint;
    /** Null for a request to read the twin. */
    final byte[] patch;

    final Long expectedVersion;
    /** In the event loop's nanoseconds. */
    final long deadline;

    final CompletableFuture<TwinAnswer> result = new CompletableFuture<>();

    /** The id of the attempt that is under way; null when none is. */
    private String requestId;

    /** The ids of all attempts on the present link that were not answered: an answer may be late and still come. */
    private final Set<String> unanswered = new HashSet<>();

    /** Ends the wait for the answer to the attempt that is under way. */
    private Runnable answerTimer = () -> {};

    /** Attempts that the hub has answered, but not for good. */
    int answeredAttempts;

    /** How the hub has refused it last; null when an answer was lost since. */
    TwinRequestException lastAnswer;
    /** Whether an attempt was sent whose answer was lost, with its connection or without. */
    boolean outcomeUnknown;
    /** Whether it waits for a while before its next attempt. */
    boolean backingOff;

    /** Cancels the timer of its deadline. */
    Runnable limit = () -> {};
    /** Cancels the timer of its next attempt. */
    Runnable retry = () -> {};

    TwinRequest(Object endpoint, byte[] patch, Long expectedVersion, long deadline) {
        this.endpoint = endpoint;
        this.patch = patch;
        this.expectedVersion = expectedVersion;
        this.deadline = deadline;
    }

    boolean isUpdate() {
        return patch != null;
    }

    boolean isUnderWay() {
        return requestId != null;
    }

    /** @param timer cancels what happens when the answer does not come */
    void begin(String id, Runnable timer) {
        requestId = id;
        unanswered.add(id);
        answerTimer = timer;
    }

    boolean isAnsweredBy(String id) {
        return unanswered.contains(id);
    }

    /** The hub has answered, or an answer is of no use any more. */
    void endAttempts() {
        requestId = null;
        unanswered.clear();
        answerTimer.run();
    }

    /** The answer to the attempt that is under way has not come in time. */
    void answerIsLate() {
        requestId = null;
        lastAnswer = null;
        outcomeUnknown = true;
    }

    /** No answer can come any more. */
    void linkLost() {
        if (isUnderWay()) {
            answerIsLate();
        }
        endAttempts();
    }

    String topic() {
        return isUpdate() ? TwinTopics.reported(requestId, expectedVersion) : TwinTopics.get(requestId);
    }

    byte[] payload() {
        return isUpdate() ? patch : new byte[0];
    }

    /** As it stands in a sentence. */
    String what() {
        return isUpdate() ? "the twin update" : "the request for the twin";
    }
}
