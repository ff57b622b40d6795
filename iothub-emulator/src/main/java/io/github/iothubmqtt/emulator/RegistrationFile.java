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
import java.util.LinkedHashMap;
import java.util.Map;

/** Registrations as they are kept, as JSON in the sense of {@link Json}. Pure functions. */
final class RegistrationFile {

    private RegistrationFile() {}

    static Map<String, Object> of(RegistrationState state, LinkedHubs hubs) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("registrationId", state.registrationId());
        json.put("enrollmentId", state.enrollmentId());
        json.put("groupId", state.attestation().groupId());
        json.put("thumbprint", state.attestation().thumbprint());
        json.put("status", state.status().name());
        json.put("substatus", state.hasHub() ? state.substatus().name() : null);
        json.put("deviceId", state.deviceId());
        json.put("hub", EnrollmentState.hub(state.hub(), hubs));
        json.put("firstHub", EnrollmentState.hub(state.firstHub(), hubs));
        json.put("errorCode", state.errorCode());
        json.put("errorMessage", state.errorMessage());
        json.put("requestPayload", state.requestPayload());
        json.put("payload", state.payload());
        json.put("created", state.created().toString());
        json.put("lastUpdated", state.lastUpdated().toString());
        return json;
    }

    /** {@code json} as of {@link #of}. */
    static RegistrationState restored(Map<String, Object> json, LinkedHubs hubs) {
        JsonMembers members = new JsonMembers(json);
        String substatus = members.text("substatus");
        return new RegistrationState(
                members.text("registrationId"),
                members.text("enrollmentId"),
                new RegistrationState.Attestation(members.text("groupId"), members.text("thumbprint")),
                Registration.Status.valueOf(members.text("status")),
                substatus == null ? null : Registration.Substatus.valueOf(substatus),
                members.text("deviceId"),
                hub(members.text("hub"), hubs),
                hub(members.text("firstHub"), hubs),
                members.integer("errorCode", 0),
                members.text("errorMessage"),
                members.text("requestPayload"),
                members.text("payload"),
                Instant.parse(members.text("created")),
                Instant.parse(members.text("lastUpdated")));
    }

    private static LinkedHub hub(String name, LinkedHubs hubs) {
        return name == null ? null : EnrollmentState.hub(hubs, name);
    }
}
