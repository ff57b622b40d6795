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

import java.time.Clock;
import java.util.List;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The hub's log: kept for tests to read and written through slf4j, once each. Thread-safe. Never given a token or a key. */
final class HubLog {

    private static final Logger LOG = LoggerFactory.getLogger(HubLog.class);
    private static final int RECORDS = 100_000;

    private final Clock clock;
    private final Journal<HubEvent> events = Journal.ofEntries(RECORDS);

    HubLog(Clock clock) {
        this.clock = clock;
    }

    Journal<HubEvent> events() {
        return events;
    }

    void connected(Identity identity, boolean sessionPresent) {
        String what = sessionPresent ? "connected, session present" : "connected, no session present";
        append(HubEvent.Kind.CONNECTED, identity, HubCode.NONE, what);
        LOG.info("{} {}", identity, what);
    }

    void disconnected(Identity identity, CloseCause cause) {
        append(HubEvent.Kind.DISCONNECTED, identity, cause.logCode(), cause.why());
        LOG.info("{} disconnected: {}", identity, cause.why());
    }

    /** {@code clientId} is what the client says of itself; null if it says nothing. */
    void refused(String clientId, int logCode, String why) {
        List<String> ids = clientId == null ? List.of() : List.of(clientId.split("/", 2));
        events.append(new HubEvent(
                clock.instant(),
                HubEvent.Kind.REFUSED,
                ids.isEmpty() ? null : ids.get(0),
                ids.size() > 1 ? ids.get(1) : null,
                logCode,
                why));
        LOG.info("Refused '{}': {}", clientId, why);
    }

    /** The emulator itself is at fault: what a user should report. */
    void fault(String clientId, Throwable e) {
        LOG.error("The emulator failed while it served '{}'", clientId, e);
    }

    void warning(Identity identity, int logCode, String what) {
        append(HubEvent.Kind.WARNING, identity, logCode, what);
        LOG.warn("{}: {}", identity, what);
    }

    /** A fault that the test has asked for; {@code identity} is null where no device is known yet. */
    void fault(Identity identity, String what) {
        events.append(new HubEvent(
                clock.instant(),
                HubEvent.Kind.FAULT,
                identity == null ? null : identity.deviceId(),
                identity == null ? null : identity.moduleId(),
                HubCode.NONE,
                what));
        LOG.info("{}: fault at {}", identity == null ? "An unknown client" : identity, what);
    }

    void provisioning(Identity registration, int logCode, String what) {
        append(HubEvent.Kind.PROVISIONING, registration, logCode, what);
        LOG.info("Provisioning of {}: {}", registration, what);
    }

    /** A registration has ended. */
    void provisioning(RegistrationState ended) {
        String what =
                switch (ended.status()) {
                    case ASSIGNED ->
                        "assigned to " + ended.hub().name() + " as " + ended.deviceId() + " ("
                                + ended.substatus().wireName() + ")";
                    case FAILED -> "failed: " + ended.errorMessage();
                    default -> ended.status().wireName();
                };
        provisioning(Identity.device(ended.registrationId()), ended.errorCode(), what);
    }

    private void append(HubEvent.Kind kind, Identity identity, int logCode, String what) {
        events.append(new HubEvent(clock.instant(), kind, identity.deviceId(), identity.moduleId(), logCode, what));
    }
}
