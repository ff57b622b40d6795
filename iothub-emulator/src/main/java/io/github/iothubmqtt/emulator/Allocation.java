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

import java.util.Objects;

/**
 * What a function answers that decides to which hub a device goes; see {@link Enrollment#allocatedBy}. It stands for the answer of the
 * webhook that Azure would call. A value.
 */
public final class Allocation {

    private static final int OK = 200;

    private final int status;
    private final String hubName;
    private final IotHubEmulator emulator;
    private final String payload;
    private final String initialTwin;

    private Allocation(int status, String hubName, IotHubEmulator emulator, String payload, String initialTwin) {
        this.status = status;
        this.hubName = hubName;
        this.emulator = emulator;
        this.payload = payload;
        this.initialTwin = initialTwin;
    }

    /** The hub of this name, one of {@link AllocationRequest#linkedHubs()}. */
    public static Allocation toHub(String name) {
        return new Allocation(OK, Objects.requireNonNull(name, "name"), null, null, null);
    }

    /** This hub, whether or not it was linked before. */
    public static Allocation toHub(IotHubEmulator hub) {
        return new Allocation(OK, null, Objects.requireNonNull(hub, "hub"), null, null);
    }

    /** A good answer that names no hub: the device's registration fails with 400208. */
    public static Allocation toNoHub() {
        return new Allocation(OK, null, null, null, null);
    }

    /**
     * The webhook fails with this HTTP status, 400 to 599: the device's registration fails with 400209 for 401, with 400207 for others
     * below 429. From 429 on the function is called again at the device's next poll, ten times in all.
     */
    public static Allocation failure(int httpStatus) {
        if (httpStatus < 400 || httpStatus > 599) {
            throw new IllegalArgumentException("A webhook fails with a status from 400 to 599, not " + httpStatus);
        }
        return new Allocation(httpStatus, null, null, null, null);
    }

    /** The device is answered this JSON, in place of {@link Enrollment#withPayload}. */
    public Allocation withPayload(String json) {
        return new Allocation(status, hubName, emulator, EnrollmentJson.payload(json), initialTwin);
    }

    /** The twin of a new device, in place of {@link Enrollment#withInitialTwin}, whose javadoc says what the JSON looks like. */
    public Allocation withInitialTwin(String json) {
        return new Allocation(status, hubName, emulator, payload, EnrollmentJson.initialTwin(json));
    }

    int status() {
        return status;
    }

    boolean isGood() {
        return status == OK;
    }

    /** Null where an emulator was given, or nothing. */
    String hubName() {
        return hubName;
    }

    /** Null where a name was given, or nothing. */
    IotHubEmulator emulator() {
        return emulator;
    }

    /** Null for that of the enrollment. */
    String payload() {
        return payload;
    }

    /** Null for that of the enrollment. */
    String initialTwin() {
        return initialTwin;
    }
}
