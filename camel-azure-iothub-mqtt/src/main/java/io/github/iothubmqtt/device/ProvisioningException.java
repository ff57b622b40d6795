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

/** The provisioning service did not say which hub the device belongs to. The message says what to change. */
final class ProvisioningException extends Exception {

    private static final long serialVersionUID = 1L;

    private final boolean refusal;

    private ProvisioningException(String message, boolean refusal, Throwable cause) {
        super(message, cause);
        this.refusal = refusal;
    }

    /** The service has answered, and does not want the device. */
    static ProvisioningException refused(String message) {
        return new ProvisioningException(message, true, null);
    }

    /** There was no answer that could be used. */
    static ProvisioningException unanswered(String message, Throwable cause) {
        return new ProvisioningException(message, false, cause);
    }

    boolean isRefusal() {
        return refusal;
    }
}
