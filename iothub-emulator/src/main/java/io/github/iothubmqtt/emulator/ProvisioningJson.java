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

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** The bodies that the provisioning service answers. Pure functions. */
final class ProvisioningJson {

    /** Seven digits, as Azure has them. */
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd'T'HH:mm:ss.SSSSSSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private ProvisioningJson() {}

    static String assigning(String operationId) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("operationId", operationId);
        json.put("status", Registration.Status.ASSIGNING.wireName());
        return Json.write(json);
    }

    /** {@code withPort}: whether the name of the hub carries its port. */
    static String ended(String operationId, RegistrationState registration, boolean withPort) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("operationId", operationId);
        json.put("status", registration.status().wireName());
        json.put("registrationState", state(registration, withPort));
        return Json.write(json);
    }

    private static Map<String, Object> state(RegistrationState registration, boolean withPort) {
        Map<String, Object> attestation = new LinkedHashMap<>();
        if (registration.attestation().groupId() != null) {
            attestation.put("enrollmentGroupId", registration.attestation().groupId());
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put(registration.attestation().type(), attestation);
        json.put("registrationId", registration.registrationId());
        json.put("createdDateTimeUtc", TIME.format(registration.created()));
        if (registration.isAssigned()) {
            json.put("assignedHub", shown(registration.hub().name(), withPort));
            json.put("deviceId", registration.deviceId());
        }
        json.put("status", registration.status().wireName());
        if (registration.isAssigned()) {
            json.put("substatus", registration.substatus().wireName());
        }
        if (registration.errorCode() != 0) {
            json.put("errorCode", registration.errorCode());
            json.put("errorMessage", registration.errorMessage());
        }
        json.put("lastUpdatedDateTimeUtc", TIME.format(registration.lastUpdated()));
        json.put("etag", etag(registration.lastUpdated()));
        if (registration.isAssigned() && registration.payload() != null) {
            json.put("payload", Json.parse(registration.payload()));
        }
        return json;
    }

    private static String shown(String hubName, boolean withPort) {
        return withPort ? hubName : hubName.replaceFirst(":\\d+$", "");
    }

    private static String etag(Instant changed) {
        String quoted = '"' + Long.toHexString(changed.toEpochMilli()) + '"';
        return Base64.getEncoder().encodeToString(quoted.getBytes(StandardCharsets.US_ASCII));
    }

    static String error(int code, String message, String trackingId, Instant now) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("errorCode", code);
        json.put("trackingId", trackingId);
        json.put("message", message);
        json.put("timestampUtc", TIME.format(now));
        return Json.write(json);
    }
}
