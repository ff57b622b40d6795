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
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps what of a hub is to survive it, under names of its own in a {@link StateStore}: identities with their twins, sessions, queues, the
 * keys of policies, certificate authorities. {@link StateReader} reads it again. Thread-safe.
 */
final class StateKeeper {

    static final String AUTHORITY = "authority";
    static final String CLIENT_AUTHORITY = "clientAuthority";
    static final String ADDED_AUTHORITY = "addedAuthority/";
    static final String POLICY = "policy/";
    static final String IDENTITY = "identity/";
    static final String TWIN = "twin/";
    static final String SESSION = "session/";
    static final String MESSAGE = "message/";
    static final String DELIVERED = "delivered/";
    static final String ENROLLMENT = "enrollment/";
    static final String ENROLLMENT_GROUP = "enrollmentGroup/";
    static final String REGISTRATION = "registration/";

    private final StateStore store;
    private final DeviceRegistry registry;
    /** So that no change of an identity is kept after its removal was. */
    private final ReentrantLock identities = new ReentrantLock();

    StateKeeper(StateStore store, DeviceRegistry registry) {
        this.store = store;
        this.registry = registry;
    }

    void keepAuthority(CertificateAuthority authority) {
        store.put(AUTHORITY, stateOf(authority));
    }

    /** The hub's own, which issues certificates to devices. */
    void keepClientAuthority(CertificateAuthority authority) {
        store.put(CLIENT_AUTHORITY, stateOf(authority));
    }

    private static Map<String, Object> stateOf(CertificateAuthority authority) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("privateKey", authority.privateKeyPem());
        json.put("certificate", authority.certificatePem());
        return json;
    }

    /** One that was added. */
    void keepClientAuthority(X509Certificate authority) {
        store.put(
                ADDED_AUTHORITY + ClientCertificate.thumbprint(authority),
                new LinkedHashMap<>(Map.of("certificate", Pem.of(authority))));
    }

    void keepPolicy(String name, SharedAccessKeys keys) {
        store.put(POLICY + name, keysOf(keys));
    }

    /** The identity and the state of its registration. */
    void keep(EmulatedDevice device) {
        whileRegistered(device, () -> {
            Map<String, Object> json = keysOf(device.keys());
            json.put("generationId", device.generationId());
            json.put("enabled", device.isEnabled());
            json.put("statusUpdateTime", text(device.statusUpdateTime()));
            json.put("changes", device.changes());
            json.put("notes", device.notes().state());
            store.put(IDENTITY + device.deviceId(), json);
        });
    }

    void keep(EmulatedModule module) {
        EmulatedDevice device = registry.find(module.deviceId());
        whileRegistered(device, () -> {
            if (device.module(module.moduleId()) != module) {
                return;
            }
            Map<String, Object> json = keysOf(module.keys());
            json.put("generationId", module.generationId());
            json.put("changes", module.changes());
            json.put("notes", module.notes().state());
            store.put(IDENTITY + module.deviceId() + "/" + module.moduleId(), json);
        });
    }

    void keepTwin(Identity identity, Twin twin) {
        EmulatedDevice device = registry.find(identity.deviceId());
        whileRegistered(device, () -> {
            if (twin == (identity.isModule() ? twinOf(device.module(identity.moduleId())) : device.ownTwin())) {
                store.put(TWIN + identity.clientId(), twin.state());
            }
        });
    }

    private static Twin twinOf(EmulatedModule module) {
        return module == null ? null : module.ownTwin();
    }

    private void whileRegistered(EmulatedDevice device, Runnable keep) {
        identities.lock();
        try {
            if (device != null && registry.find(device.deviceId()) == device) {
                keep.run();
            }
        } finally {
            identities.unlock();
        }
    }

    /** The device is not registered any more; sessions and queues are forgotten by others. */
    void forget(EmulatedDevice device) {
        identities.lock();
        try {
            device.moduleIds().forEach(id -> forgetIdentity(new Identity(device.deviceId(), id)));
            forgetIdentity(Identity.device(device.deviceId()));
        } finally {
            identities.unlock();
        }
    }

    /** The module is not registered any more. */
    void forget(Identity module) {
        identities.lock();
        try {
            forgetIdentity(module);
        } finally {
            identities.unlock();
        }
    }

    private void forgetIdentity(Identity identity) {
        store.remove(IDENTITY + identity.clientId());
        store.remove(TWIN + identity.clientId());
    }

    void keepSession(Identity identity, Session session) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("filters", new LinkedHashMap<>(session.grants()));
        store.put(SESSION + identity.clientId(), json);
    }

    void forgetSession(Identity identity) {
        store.remove(SESSION + identity.clientId());
    }

    void keepMessage(Identity identity, DeviceboundQueue.Entry entry) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("messageId", entry.message().messageId());
        json.put("ack", entry.message().ack().name());
        json.put("topic", entry.topic());
        json.put("expiry", entry.expiry().toString());
        json.put("body", Base64.getEncoder().encodeToString(entry.message().body()));
        store.put(key(MESSAGE, identity, entry), json);
    }

    void keepDelivery(Identity identity, DeviceboundQueue.Entry entry) {
        store.put(key(DELIVERED, identity, entry), Map.of("count", entry.deliveryCount()));
    }

    void forgetMessage(Identity identity, DeviceboundQueue.Entry entry) {
        store.remove(key(MESSAGE, identity, entry));
        store.remove(key(DELIVERED, identity, entry));
    }

    /** Ids have no blanks. */
    private static String key(String kind, Identity identity, DeviceboundQueue.Entry entry) {
        return kind + identity.clientId() + " " + entry.sequence();
    }

    void keep(Enrollment enrollment, LinkedHubs hubs) {
        store.put(key(enrollment), EnrollmentState.of(enrollment, hubs));
    }

    void forget(Enrollment enrollment) {
        store.remove(key(enrollment));
    }

    private static String key(Enrollment enrollment) {
        return (enrollment.isGroup() ? ENROLLMENT_GROUP : ENROLLMENT) + enrollment.id();
    }

    void keep(RegistrationState registration, LinkedHubs hubs) {
        store.put(key(registration), RegistrationFile.of(registration, hubs));
    }

    void forget(RegistrationState registration) {
        store.remove(key(registration));
    }

    /** Devices do not always write their ids in the same way. */
    private static String key(RegistrationState registration) {
        return REGISTRATION + RegistrationId.key(registration.registrationId());
    }

    private static Map<String, Object> keysOf(SharedAccessKeys keys) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("primaryKey", keys.primary());
        json.put("secondaryKey", keys.secondary());
        return json;
    }

    private static String text(Instant instant) {
        return instant == null ? null : instant.toString();
    }

    void close() {
        store.close();
    }
}
