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
import java.util.Base64;
import java.util.concurrent.atomic.AtomicLong;

/** A module of a device in the hub's identity registry, with symmetric keys and a twin of its own. Thread-safe. */
public final class EmulatedModule {

    private final Hub hub;
    private final Identity identity;
    private final String generationId;
    private final Twin twin;
    /** Of the identity. */
    private final AtomicLong changes = new AtomicLong();

    private volatile SharedAccessKeys keys;
    private volatile IdentityNotes notes = IdentityNotes.NONE;

    EmulatedModule(Hub hub, Identity identity, String generationId, SharedAccessKeys keys) {
        this.hub = hub;
        this.identity = identity;
        this.generationId = generationId;
        this.keys = keys;
        this.twin = new Twin(hub.clock(), hub.settings(), changed -> hub.state().keepTwin(identity, changed));
    }

    /** The state of a registration; {@code changes} as of {@link #changes()}. */
    void restore(long wasChanged, IdentityNotes wereNotes) {
        changes.set(wasChanged);
        notes = wereNotes;
    }

    public String deviceId() {
        return identity.deviceId();
    }

    public String moduleId() {
        return identity.moduleId();
    }

    public String primaryKey() {
        return keys.primary();
    }

    public String secondaryKey() {
        return keys.secondary();
    }

    /** {@code HostName=…;DeviceId=…;ModuleId=…;SharedAccessKey=…} with the primary key, or {@code …;x509=true}. */
    public String connectionString() {
        return "HostName=" + hub.authority() + ";DeviceId=" + deviceId() + ";ModuleId=" + moduleId()
                + notes.secret(keys);
    }

    public EmulatedTwin twin() {
        return new EmulatedTwin(hub, identity, twin);
    }

    /** See {@link IotHubEmulator#sendToInput}. */
    public String sendToInput(String inputName, DeviceboundMessage message) {
        return hub.loop().call(() -> hub.sendToInput(identity, inputName, message));
    }

    /** See {@link EmulatedDevice#authenticateByThumbprint}. */
    public void authenticateByThumbprint(String primary, String secondary) {
        authenticate(notes.withThumbprints(primary, secondary));
    }

    /** See {@link EmulatedDevice#authenticateByCertificateAuthority}; the common name must be {@code DEVICE/MODULE}. */
    public void authenticateByCertificateAuthority() {
        authenticate(notes.withCertificateAuthority());
    }

    /** See {@link EmulatedDevice#authenticateBySharedAccessKey}. */
    public void authenticateBySharedAccessKey() {
        authenticate(notes.withSharedAccessKey());
    }

    private void authenticate(IdentityNotes value) {
        notes = value;
        changes.incrementAndGet();
        hub.state().keep(this);
    }

    /** Writes anew what the service side may write, as one change; a connection with other credentials is closed. */
    void update(SharedAccessKeys newKeys, IdentityNotes newNotes) {
        boolean otherCredentials = !newKeys.equals(keys) || !newNotes.hasSameAuthentication(notes);
        keys = newKeys;
        notes = newNotes;
        changes.incrementAndGet();
        hub.state().keep(this);
        if (otherCredentials) {
            CloseCause cause = CloseCause.because(
                    HubCode.CONNECTION_CLOSED_REMOTELY, "the credentials of the module were changed");
            hub.loop().run(() -> hub.close(identity, cause));
        }
    }

    /** How often the identity was changed since it was registered. */
    long changes() {
        return changes.get();
    }

    IdentityNotes notes() {
        return notes;
    }

    /** Changes with the identity, not with the twin. */
    String etag() {
        String state = generationId + "-" + changes;
        return Base64.getEncoder().encodeToString(state.getBytes(StandardCharsets.US_ASCII));
    }

    Twin ownTwin() {
        return twin;
    }

    String generationId() {
        return generationId;
    }

    SharedAccessKeys keys() {
        return keys;
    }

    @Override
    public String toString() {
        return "EmulatedModule[" + identity + "]";
    }
}
