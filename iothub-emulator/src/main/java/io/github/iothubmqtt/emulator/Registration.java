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
import java.util.Locale;

/**
 * What the provisioning service knows of a device that has registered: the state of the newest attempt. A value.
 *
 * @param enrollmentId of the individual enrollment, or of the group, that let it in
 * @param substatus null unless it is assigned
 * @param deviceId null unless it is assigned
 * @param assignedHub the hub's name, with its port unless that is 8883; null unless it is assigned
 * @param errorCode 0 unless it failed
 * @param errorMessage null unless it failed
 * @param requestPayload the JSON that the device sent along, null when it sent none
 * @param payload the JSON that the device was answered, null for none
 * @param created when it was assigned for the first time
 */
public record Registration(
        String registrationId,
        String enrollmentId,
        Status status,
        Substatus substatus,
        String deviceId,
        String assignedHub,
        int errorCode,
        String errorMessage,
        String requestPayload,
        String payload,
        Instant created,
        Instant lastUpdated) {

    /** How far it has come. */
    public enum Status {
        ASSIGNING,
        ASSIGNED,
        FAILED,
        /** Its enrollment is disabled. */
        DISABLED;

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How the assignment came about. */
    public enum Substatus {
        INITIAL_ASSIGNMENT("initialAssignment"),
        /** It came from another hub, with its twin. */
        DEVICE_DATA_MIGRATED("deviceDataMigrated"),
        /** It was assigned anew and has the twin of a new device. */
        DEVICE_DATA_RESET("deviceDataReset"),
        /** It is back, with its twin, at the hub to which it was assigned first. */
        REPROVISIONED_TO_INITIAL_ASSIGNMENT("reprovisionedToInitialAssignment");

        private final String wireName;

        Substatus(String wireName) {
            this.wireName = wireName;
        }

        /** As the device is told. */
        public String wireName() {
            return wireName;
        }
    }

    public boolean isAssigned() {
        return status == Status.ASSIGNED;
    }
}
