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
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A device in the hub's identity registry, with symmetric keys and a twin. It logs in with a token of a key unless it was told to do so with
 * a certificate. Thread-safe; holds while it is registered.
 */
public final class EmulatedDevice {

    private final Hub hub;
    private final String deviceId;
    private final String generationId;
    private final Map<String, EmulatedModule> modules = new ConcurrentHashMap<>();
    private final Twin twin;
    /** Of the identity: its keys and its status. */
    private final AtomicLong changes = new AtomicLong();

    private volatile SharedAccessKeys keys;
    private volatile boolean enabled = true;
    private volatile Instant statusUpdateTime;
    private volatile IdentityNotes notes = IdentityNotes.NONE;

    EmulatedDevice(Hub hub, String deviceId, String generationId, SharedAccessKeys keys) {
        this.hub = hub;
        this.deviceId = deviceId;
        this.generationId = generationId;
        this.keys = keys;
        this.twin = new Twin(
                hub.clock(), hub.settings(), changed -> hub.state().keepTwin(Identity.device(deviceId), changed));
    }

    /** The state of a registration that was kept; {@code changes} as of {@link #changes()}. */
    void restore(boolean wasEnabled, Instant wasUpdated, long wasChanged, IdentityNotes wereNotes) {
        enabled = wasEnabled;
        statusUpdateTime = wasUpdated;
        changes.set(wasChanged);
        notes = wereNotes;
    }

    void restore(EmulatedModule module) {
        modules.put(module.moduleId(), module);
    }

    public String deviceId() {
        return deviceId;
    }

    /** Tells this registration from an earlier one with the same id; stamped on telemetry and feedback. */
    public String generationId() {
        return generationId;
    }

    /** Base64, as in a connection string. */
    public String primaryKey() {
        return keys.primary();
    }

    /** Base64, as in a connection string. */
    public String secondaryKey() {
        return keys.secondary();
    }

    /**
     * {@code HostName=…;DeviceId=…;SharedAccessKey=…} with the primary key, or {@code …;x509=true} for a device with a certificate; the host
     * name carries the port unless it is 8883.
     */
    public String connectionString() {
        return "HostName=" + hub.authority() + ";DeviceId=" + deviceId + notes.secret(keys);
    }

    public boolean isEnabled() {
        return enabled;
    }

    /** Closes the device's connections and refuses new ones until {@link #enable()}. */
    public void disable() {
        setEnabled(false);
        hub.closeAll(deviceId, "the device was disabled");
    }

    public void enable() {
        setEnabled(true);
    }

    private void setEnabled(boolean value) {
        enabled = value;
        statusUpdateTime = hub.clock().instant();
        changed();
    }

    /** Writes anew what the service side may write, as one change; connections that the new state does not allow are closed. */
    void update(SharedAccessKeys newKeys, boolean nowEnabled, IdentityNotes newNotes) {
        boolean otherCredentials = !newKeys.equals(keys) || !newNotes.hasSameAuthentication(notes);
        keys = newKeys;
        notes = newNotes;
        if (nowEnabled == enabled) {
            changed();
        } else {
            setEnabled(nowEnabled);
        }
        if (!nowEnabled) {
            hub.closeAll(deviceId, "the device was disabled");
        } else if (otherCredentials) {
            hub.closeAll(deviceId, "the credentials of the device were changed");
        }
    }

    private void changed() {
        changes.incrementAndGet();
        hub.state().keep(this);
    }

    /** How often the identity was changed since it was registered. */
    long changes() {
        return changes.get();
    }

    IdentityNotes notes() {
        return notes;
    }

    /** Null when the device was enabled all the time. */
    Instant statusUpdateTime() {
        return statusUpdateTime;
    }

    /** Changes with the identity, not with the twin. */
    String etag() {
        String state = generationId + "-" + changes;
        return Base64.getEncoder().encodeToString(state.getBytes(StandardCharsets.US_ASCII));
    }

    public EmulatedTwin twin() {
        return new EmulatedTwin(hub, Identity.device(deviceId), twin);
    }

    Twin ownTwin() {
        return twin;
    }

    /** Makes both keys anew and closes the device's connections: tokens of the old keys are worth nothing from now on. */
    public void regenerateKeys() {
        setKeys(SharedAccessKeys.generate());
    }

    /**
     * Gives the device this primary key, base64 of 16 to 64 bytes, and a fresh secondary one, as {@link #regenerateKeys()} does.
     * Nothing happens when the key is the primary one already.
     */
    public void setPrimaryKey(String primaryKey) {
        if (!primaryKey.equals(keys.primary())) {
            setKeys(SharedAccessKeys.withPrimary(primaryKey));
        }
    }

    /** Gives the device these keys, base64 of 16 to 64 bytes each, as {@link #regenerateKeys()} does: one that stays the same holds on. */
    public void setKeys(String primaryKey, String secondaryKey) {
        setKeys(new SharedAccessKeys(primaryKey, secondaryKey));
    }

    private void setKeys(SharedAccessKeys value) {
        keys = value;
        changed();
        hub.closeAll(deviceId, "the keys of the device were regenerated");
    }

    /**
     * From the next CONNECT on, only a certificate with one of these thumbprints lets the device in. Who is connected stays so, here and
     * below.
     *
     * @param primary SHA-1 or SHA-256 of the certificate in hexadecimal digits of any case, with or without colons
     * @param secondary the same of another one, null for none
     */
    public void authenticateByThumbprint(String primary, String secondary) {
        authenticate(notes.withThumbprints(primary, secondary));
    }

    /**
     * From the next CONNECT on, only a certificate with the id of the device as its common name lets it in, which is issued by the emulator
     * ({@link IotHubEmulator#issueCertificate}) or by an authority that was added ({@link IotHubEmulator#addCertificateAuthority}).
     */
    public void authenticateByCertificateAuthority() {
        authenticate(notes.withCertificateAuthority());
    }

    /** From the next CONNECT on, only a token lets the device in, as it does when nothing else was said. */
    public void authenticateBySharedAccessKey() {
        authenticate(notes.withSharedAccessKey());
    }

    private void authenticate(IdentityNotes value) {
        notes = value;
        changed();
    }

    /** Registers a module of this device, with keys of its own. */
    public EmulatedModule addModule(String moduleId) {
        return addModule(moduleId, SharedAccessKeys.generate(), IdentityNotes.NONE);
    }

    /** Registers a module with this primary key, base64 of 16 to 64 bytes, and a fresh secondary one. */
    public EmulatedModule addModule(String moduleId, String primaryKey) {
        return addModule(moduleId, SharedAccessKeys.withPrimary(primaryKey), IdentityNotes.NONE);
    }

    EmulatedModule addModule(String moduleId, SharedAccessKeys moduleKeys, IdentityNotes moduleNotes) {
        Identity.checkedId("module id", moduleId);
        EmulatedModule module =
                new EmulatedModule(hub, new Identity(deviceId, moduleId), hub.newGenerationId(), moduleKeys);
        module.restore(0, moduleNotes);
        if (modules.putIfAbsent(moduleId, module) != null) {
            throw new IllegalArgumentException("Module " + deviceId + "/" + moduleId + " exists already");
        }
        hub.state().keep(module);
        hub.state().keepTwin(new Identity(deviceId, moduleId), module.ownTwin());
        return module;
    }

    /** Null for an unknown module. The rest of the hub has to be told. */
    EmulatedModule removeModule(String moduleId) {
        return modules.remove(moduleId);
    }

    Set<String> moduleIds() {
        return Set.copyOf(modules.keySet());
    }

    /** Null for an unknown module. */
    EmulatedModule module(String moduleId) {
        return modules.get(moduleId);
    }

    SharedAccessKeys keys() {
        return keys;
    }

    @Override
    public String toString() {
        return "EmulatedDevice[" + deviceId + (enabled ? "" : ", disabled") + "]";
    }
}
