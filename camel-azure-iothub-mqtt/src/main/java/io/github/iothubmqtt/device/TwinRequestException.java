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

import io.github.iothubmqtt.protocol.HubError;

/** The hub has refused a twin request. */
public sealed class TwinRequestException extends IotHubException permits TwinVersionMismatchException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final int errorCode;

    TwinRequestException(String sentence, int status, HubError error) {
        super(sentence + ": " + described(status, error), null);
        this.status = status;
        this.errorCode = error.errorCode();
    }

    /** As in HTTP, such as 400 or 429. */
    public int status() {
        return status;
    }

    /** The hub's own, more exact number, such as 400004; 0 when it gave none. */
    public int errorCode() {
        return errorCode;
    }

    private static String described(int status, HubError error) {
        return "status " + status + (error.errorCode() == 0 ? "" : ", error code " + error.errorCode())
                + (error.message() == null ? "" : ", '" + error.message() + "'");
    }
}
