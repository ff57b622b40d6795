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

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Enrollments as JSON, in the sense of {@link Json}: as they are kept, and as they are read and written over HTTP. Pure functions but for
 * the enrollments that they change.
 */
final class EnrollmentState {

    private static final String PRIMARY_KEY = "primaryKey";
    private static final String SECONDARY_KEY = "secondaryKey";
    private static final String THUMBPRINTS = "thumbprints";
    private static final String AUTHORITIES = "certificateAuthorities";
    private static final String ENABLED = "enabled";
    private static final String DEVICE_ID = "deviceId";
    private static final String PAYLOAD = "payload";
    private static final String INITIAL_TWIN = "initialTwin";
    private static final String REPROVISIONING = "reprovisioning";
    private static final String HUB = "hub";
    private static final String ERROR_CODE = "errorCode";
    private static final String ERROR_MESSAGE = "errorMessage";
    private static final Set<String> NAMES = Set.of(
            PRIMARY_KEY,
            SECONDARY_KEY,
            THUMBPRINTS,
            AUTHORITIES,
            ENABLED,
            DEVICE_ID,
            PAYLOAD,
            INITIAL_TWIN,
            REPROVISIONING,
            HUB,
            ERROR_CODE,
            ERROR_MESSAGE);

    /** Instead of the name of the emulator's own hub, which may have another port the next time. */
    private static final String OWN = "";

    private EnrollmentState() {}

    /** All but the function that allocates. */
    static Map<String, Object> of(Enrollment enrollment, LinkedHubs hubs) {
        Map<String, Object> json = new LinkedHashMap<>();
        EnrollmentAttestation attestation = enrollment.attestation();
        if (attestation instanceof EnrollmentAttestation.Keys known) {
            json.put(PRIMARY_KEY, known.keys().primary());
            json.put(SECONDARY_KEY, known.keys().secondary());
        } else if (attestation instanceof EnrollmentAttestation.Thumbprints known) {
            List<Object> both = new ArrayList<>(List.of(known.primary()));
            if (known.secondary() != null) {
                both.add(known.secondary());
            }
            json.put(THUMBPRINTS, both);
        } else if (attestation instanceof EnrollmentAttestation.Authorities known) {
            json.put(AUTHORITIES, known.certificates().stream().map(Pem::of).collect(Collectors.joining()));
        }
        json.put(ENABLED, enrollment.isEnabled());
        json.put(DEVICE_ID, enrollment.deviceId());
        json.put(PAYLOAD, parsed(enrollment.payload()));
        json.put(INITIAL_TWIN, parsed(enrollment.initialTwin()));
        json.put(REPROVISIONING, wireName(enrollment.reprovisioning()));
        json.put(HUB, hub(enrollment.hub(), hubs));
        json.put(ERROR_CODE, enrollment.failureCode());
        json.put(ERROR_MESSAGE, enrollment.failureMessage());
        return json;
    }

    private static Object parsed(String json) {
        return json == null ? null : Json.parse(json);
    }

    /** {@code migrateTwin} for MIGRATE_TWIN. */
    private static String wireName(Reprovisioning policy) {
        String[] words = policy.name().toLowerCase(Locale.ROOT).split("_");
        return words.length == 1
                ? words[0]
                : words[0] + words[1].substring(0, 1).toUpperCase(Locale.ROOT) + words[1].substring(1);
    }

    /** Null for any linked hub. */
    static String hub(LinkedHub hub, LinkedHubs hubs) {
        if (hub == null) {
            return null;
        }
        return hub.equals(hubs.own()) ? OWN : hub.name();
    }

    static LinkedHub hub(LinkedHubs hubs, String name) {
        return name.equals(OWN) ? hubs.own() : hubs.link(name);
    }

    /**
     * Changes what the object names, and leaves the rest.
     *
     * @throws IllegalArgumentException or a HubException with a sentence on what is wrong; some of it may have been changed by then
     */
    static void change(Enrollment enrollment, LinkedHubs hubs, JsonMembers json) {
        Set<String> unknown = new TreeSet<>(json.names());
        unknown.removeAll(NAMES);
        if (!unknown.isEmpty()) {
            throw JsonMembers.invalid("Unknown: " + unknown + ", there are " + new TreeSet<>(NAMES));
        }
        try {
            changeAttestation(enrollment, json);
            changeRest(enrollment, hubs, json);
        } catch (IllegalStateException notOfThisKind) {
            throw JsonMembers.invalid(notOfThisKind.getMessage());
        }
    }

    private static void changeAttestation(Enrollment enrollment, JsonMembers json) {
        String primary = json.text(PRIMARY_KEY);
        if (primary != null && json.text(SECONDARY_KEY) != null) {
            enrollment.withKeys(primary, json.text(SECONDARY_KEY));
        } else if (primary != null) {
            enrollment.withKey(primary);
        }
        if (json.value(THUMBPRINTS) instanceof List<?> prints && !prints.isEmpty() && prints.size() < 3) {
            enrollment.withThumbprints(
                    String.valueOf(prints.get(0)), prints.size() == 1 ? null : String.valueOf(prints.get(1)));
        } else if (json.value(THUMBPRINTS) != null) {
            throw JsonMembers.invalid("'" + THUMBPRINTS + "' must be an array of one or two");
        }
        if (json.text(AUTHORITIES) != null) {
            enrollment.withCertificateAuthority(json.text(AUTHORITIES));
        }
    }

    private static void changeRest(Enrollment enrollment, LinkedHubs hubs, JsonMembers json) {
        if (json.truth(ENABLED, enrollment.isEnabled())) {
            enrollment.enable();
        } else {
            enrollment.disable();
        }
        if (json.text(DEVICE_ID) != null) {
            enrollment.withDeviceId(json.text(DEVICE_ID));
        }
        if (json.has(PAYLOAD)) {
            enrollment.withPayload(written(json.value(PAYLOAD)));
        }
        if (json.has(INITIAL_TWIN)) {
            enrollment.withInitialTwin(written(json.value(INITIAL_TWIN)));
        }
        if (json.text(REPROVISIONING) != null) {
            enrollment.onReprovisioning(policy(json.text(REPROVISIONING)));
        }
        if (json.has(HUB)) {
            enrollment.toHub(json.text(HUB) == null ? null : hub(hubs, json.text(HUB)));
        }
        int code = json.integer(ERROR_CODE, enrollment.failureCode());
        if (code == 0) {
            enrollment.succeed();
        } else {
            String message = json.text(ERROR_MESSAGE);
            enrollment.fail(code, message == null ? "The assignment failed" : message);
        }
    }

    private static String written(Object json) {
        return json == null ? null : Json.write(json);
    }

    private static Reprovisioning policy(String name) {
        return Arrays.stream(Reprovisioning.values())
                .filter(policy -> wireName(policy).equals(name))
                .findFirst()
                .orElseThrow(() -> JsonMembers.invalid("'" + REPROVISIONING + "' is one of "
                        + Arrays.stream(Reprovisioning.values())
                                .map(EnrollmentState::wireName)
                                .toList()));
    }
}
