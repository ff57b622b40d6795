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

import java.nio.charset.StandardCharsets;

/** What the device answers when no route does. The bodies are fixed: they must not tell a caller about the inside of the device. */
public enum MethodAnswers {
    /** The payload is no JSON. */
    BAD_REQUEST(400, "The payload is no JSON value."),
    /** No route carries out a method of this name. */
    NOT_FOUND(404, "The device has no method of this name."),
    /** The route has failed. */
    FAILED(500, "The device could not carry out the method."),
    /** The route is suspended, or too many calls wait. */
    UNAVAILABLE(503, "The device does not carry out methods at the moment."),
    /** The route took longer than methodTimeout. */
    TIMED_OUT(504, "The device did not carry out the method in time.");

    private final int status;
    private final byte[] body;

    MethodAnswers(int status, String message) {
        this.status = status;
        this.body = ("{\"message\":\"" + message + "\"}").getBytes(StandardCharsets.UTF_8);
    }

    /** Answers a call so. @return false when it was answered already */
    public boolean to(MethodCall call) {
        return call.answer(status, body);
    }
}
