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

import io.github.iothubmqtt.protocol.DeviceIdentity;
import io.github.iothubmqtt.transport.TransportException;

/** A connection to the hub could not be made or used when an endpoint started. */
public final class HubConnectionException extends IotHubException {

    private static final long serialVersionUID = 1L;

    HubConnectionException(String message, Throwable cause) {
        super(message, cause);
    }

    static HubConnectionException connecting(DeviceIdentity identity, String peer, Exception cause) {
        return new HubConnectionException("Cannot connect " + identity + " at " + peer + ": " + explain(cause), cause);
    }

    /** A cause as a sentence that also says what to look at. */
    static String explain(Exception cause) {
        if (!(cause instanceof TransportException failure)) {
            return cause.getMessage();
        }
        String hint =
                switch (failure.connackCode()) {
                    case 3 -> ". The device may be disabled, or the hub may be busy";
                    case 4, 5 ->
                        ". Check that the device is registered at this hub and enabled, that the key or certificate is its"
                                + " own, and that this machine's clock is right";
                    default -> "";
                };
        return failure.getMessage() + hint;
    }
}
