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

import java.util.List;

/**
 * What a function is told that decides to which hub a device goes.
 *
 * @param enrollmentId of the individual enrollment or of the group
 * @param payload the JSON that the device sent along, null when it sent none
 * @param linkedHubs the names of all hubs that devices can be assigned to
 */
public record AllocationRequest(String registrationId, String enrollmentId, String payload, List<String> linkedHubs) {

    public AllocationRequest {
        linkedHubs = List.copyOf(linkedHubs);
    }
}
