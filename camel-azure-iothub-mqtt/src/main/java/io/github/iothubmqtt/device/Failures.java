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

import java.util.concurrent.CompletionException;

import io.github.iothubmqtt.transport.TransportException;
import io.github.iothubmqtt.transport.TransportException.Reason;

/** Reads why a stage of a transport failed. */
final class Failures {

    private Failures() {}

    /** @return null when it did not fail */
    static TransportException of(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause == null || cause instanceof TransportException) {
            return (TransportException) cause;
        }
        return new TransportException(Reason.CLOSED_HERE, "the MQTT client failed: " + cause, cause);
    }
}
