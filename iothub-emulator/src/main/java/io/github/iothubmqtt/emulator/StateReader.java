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

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives a new hub what a {@link StateKeeper} has kept of an earlier one. Used once, before the hub listens. */
final class StateReader {

    private static final Logger LOG = LoggerFactory.getLogger(StateReader.class);

    private final Map<String, Map<String, Object>> contents;

    StateReader(Map<String, Map<String, Object>> contents) {
        this.contents = contents;
    }

    /** Null when there is none, or when it is about to expire. */
    CertificateAuthority authority() {
        CertificateAuthority authority = authority(StateKeeper.AUTHORITY);
        if (authority != null && authority.isAboutToExpire()) {
            LOG.warn(
                    "The kept certificate authority is about to expire and is replaced: clients have to trust the new one");
            return null;
        }
        return authority;
    }

    /** The hub's own and those that were added. */
    ClientAuthorities clientAuthorities(StateKeeper state) {
        List<X509Certificate> added = below(StateKeeper.ADDED_AUTHORITY).values().stream()
                .map(json -> Pem.certificates((String) json.get("certificate")).get(0))
                .toList();
        return new ClientAuthorities(state, authority(StateKeeper.CLIENT_AUTHORITY), added);
    }

    private CertificateAuthority authority(String key) {
        Map<String, Object> json = contents.get(key);
        return json == null
                ? null
                : CertificateAuthority.of((String) json.get("privateKey"), (String) json.get("certificate"));
    }

    /** Null when there are none. */
    SharedAccessKeys policy(String name) {
        Map<String, Object> json = contents.get(StateKeeper.POLICY + name);
        return json == null ? null : keys(json);
    }

    /** Everything else. On the hub's event loop. */
    void restore(Hub hub, DeviceRegistry registry) {
        below(StateKeeper.IDENTITY).forEach((clientId, json) -> {
            if (!identity(clientId).isModule()) {
                registry.add(device(hub, clientId, json));
            }
        });
        below(StateKeeper.IDENTITY).forEach((clientId, json) -> {
            Identity identity = identity(clientId);
            if (identity.isModule()) {
                registry.find(identity.deviceId()).restore(module(hub, identity, json));
            }
        });
        below(StateKeeper.TWIN).forEach((clientId, json) -> {
            Identity identity = identity(clientId);
            hub.twins().twinOf(identity).restore(json);
        });
        below(StateKeeper.SESSION).forEach((clientId, json) -> {
            Identity identity = identity(clientId);
            hub.restoreSession(identity, Session.restored(identity, Json.object(json.get("filters"))));
        });
        below(StateKeeper.MESSAGE).forEach((place, json) -> restoreMessage(hub, place, json));
    }

    /** Who was enrolled and who had registered. */
    void restore(Enrollments enrollments) {
        below(StateKeeper.ENROLLMENT).forEach((id, json) -> enrollments.restore(id, false, json));
        below(StateKeeper.ENROLLMENT_GROUP).forEach((id, json) -> enrollments.restore(id, true, json));
        below(StateKeeper.REGISTRATION).values().forEach(enrollments::restoreRegistration);
    }

    private static EmulatedDevice device(Hub hub, String deviceId, Map<String, Object> json) {
        EmulatedDevice device = new EmulatedDevice(hub, deviceId, (String) json.get("generationId"), keys(json));
        String statusUpdateTime = (String) json.get("statusUpdateTime");
        device.restore(
                (Boolean) json.get("enabled"),
                statusUpdateTime == null ? null : Instant.parse(statusUpdateTime),
                ((Number) json.get("changes")).longValue(),
                IdentityNotes.restored(Json.object(json.get("notes"))));
        return device;
    }

    private static EmulatedModule module(Hub hub, Identity identity, Map<String, Object> json) {
        EmulatedModule module = new EmulatedModule(hub, identity, (String) json.get("generationId"), keys(json));
        Number changes = (Number) json.getOrDefault("changes", 0);
        module.restore(changes.longValue(), IdentityNotes.restored(Json.object(json.get("notes"))));
        return module;
    }

    private void restoreMessage(Hub hub, String place, Map<String, Object> json) {
        int blank = place.lastIndexOf(' ');
        Identity identity = identity(place.substring(0, blank));
        DeviceboundMessage message = DeviceboundMessage.of(Base64.getDecoder().decode((String) json.get("body")))
                .messageId((String) json.get("messageId"))
                .ack(DeviceboundMessage.Ack.valueOf((String) json.get("ack")));
        Map<String, Object> delivered = contents.get(StateKeeper.DELIVERED + place);
        hub.devicebound()
                .queueOf(identity)
                .restore(
                        Long.parseLong(place.substring(blank + 1)),
                        message,
                        (String) json.get("topic"),
                        Instant.parse((String) json.get("expiry")),
                        delivered == null ? 0 : ((Number) delivered.get("count")).intValue());
    }

    /** What is kept below the prefix, by the rest of the key, in the order in which it was kept. */
    private Map<String, Map<String, Object>> below(String prefix) {
        Map<String, Map<String, Object>> below = new LinkedHashMap<>();
        contents.forEach((key, value) -> {
            if (key.startsWith(prefix)) {
                below.put(key.substring(prefix.length()), value);
            }
        });
        return below;
    }

    private static Identity identity(String clientId) {
        int slash = clientId.indexOf('/');
        return slash < 0
                ? Identity.device(clientId)
                : new Identity(clientId.substring(0, slash), clientId.substring(slash + 1));
    }

    private static SharedAccessKeys keys(Map<String, Object> json) {
        return new SharedAccessKeys((String) json.get("primaryKey"), (String) json.get("secondaryKey"));
    }
}
