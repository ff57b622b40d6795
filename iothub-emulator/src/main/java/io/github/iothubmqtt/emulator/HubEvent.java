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
 * A line of the hub's log.
 *
 * @param deviceId null when a refused client did not even name one, and for faults in the TLS handshake
 * @param moduleId null for a device
 * @param logCode the code that Azure logs, such as 404104, 400027 or 401003; 0 where nothing is wrong
 * @param description one sentence; never holds a token or a key
 */
public record HubEvent(Instant time, Kind kind, String deviceId, String moduleId, int logCode, String description) {

    /** What happened. */
    public enum Kind {
        /** A CONNECT was answered with 0. */
        CONNECTED,
        /** A connection that had been accepted ended, from whichever side. */
        DISCONNECTED,
        /** A CONNECT was refused. */
        REFUSED,
        /** The hub overlooked something that a device should not do. */
        WARNING,
        /** A fault happened that the test had asked for; the description starts with its {@link FaultPoint} if it has one. */
        FAULT,
        /**
         * Something happened in the provisioning service: a device came or went, a registration ended. The device id is the
         * registration id.
         */
        PROVISIONING
    }

    @Override
    public String toString() {
        return time + " " + kind + " " + deviceId + (moduleId == null ? "" : "/" + moduleId)
                + (logCode == HubCode.NONE ? "" : " " + logCode) + ": " + description;
    }
}
