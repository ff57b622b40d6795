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

/** The hub refuses a request, with the error code that Azure documents for it. */
public final class HubException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int code;
    private final String hubMessage;

    HubException(int code, String message) {
        super(code + ": " + message);
        this.code = code;
        this.hubMessage = message;
    }

    /** For instance 403004 when the devicebound queue is full, 404001 for an unknown or disabled device, 413001 for too large. */
    public int code() {
        return code;
    }

    /** The HTTP status that goes with the code: 404 for 404001. */
    public int httpStatus() {
        return code / 1000;
    }

    /** What the hub says, without the code. */
    public String hubMessage() {
        return hubMessage;
    }
}
