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
import java.util.Map;

import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.vertx.mqtt.MqttAuth;
import io.vertx.mqtt.MqttEndpoint;

/** Decides on a CONNECT: who it is and whether the credentials hold. Stateless; everything it refuses is a {@link ConnectRefused}. */
final class Gatekeeper {

    private static final int MQTT_3_1_1 = 4;
    private static final int MQTT_5 = 5;

    /**
     * What the hub knows of a client that it let in.
     *
     * @param tokenExpiry null when it came with a certificate
     * @param apiVersion null when the user name has none
     * @param annotations what is stamped on each telemetry message of this connection
     */
    record Admission(
            Identity identity,
            Instant tokenExpiry,
            String apiVersion,
            String modelId,
            Map<String, String> annotations) {}

    private final DeviceRegistry registry;
    private final HostNames hostNames;
    private final SasVerifier tokens;
    private final CertificateVerifier certificates;
    private final HubSettings settings;

    Gatekeeper(
            DeviceRegistry registry,
            HostNames hostNames,
            SasVerifier tokens,
            CertificateVerifier certificates,
            HubSettings settings) {
        this.registry = registry;
        this.hostNames = hostNames;
        this.tokens = tokens;
        this.certificates = certificates;
        this.settings = settings;
    }

    Admission admit(MqttEndpoint connect, ClientProof proof) {
        checkProtocol(connect.protocolVersion());
        MqttAuth auth = connect.auth();
        if (auth == null) {
            throw ConnectRefused.notAuthorized("the CONNECT has no user name");
        }
        MqttUserName userName = MqttUserName.parse(auth.getUsername());
        checkUserName(userName, connect.clientIdentifier());
        Identity identity = userName.identity();
        EmulatedDevice device = registry.find(identity.deviceId());
        if (device == null) {
            throw ConnectRefused.notAuthorized(HubCode.DEVICE_NOT_FOUND, "there is no device " + identity.deviceId());
        }
        Registration registration = registration(device, identity);
        Credentials credentials = check(auth.getPassword(), proof, identity, registration);
        if (!device.isEnabled()) {
            throw new ConnectRefused(
                    settings.disabledDeviceReturnCode(), HubCode.DEVICE_DISABLED, "the device is disabled");
        }
        Map<String, String> annotations = Annotations.ofConnection(
                identity, registration.generationId(), credentials.method(), userName.modelId());
        return new Admission(
                identity, credentials.tokenExpiry(), userName.apiVersion(), userName.modelId(), annotations);
    }

    /** Credentials that hold: when they end, null for never, and what is stamped on telemetry about them. */
    private record Credentials(Instant tokenExpiry, String method) {}

    /**
     * A password is a token, whatever TLS has shown; only without one does a certificate count. The way in is the one that the identity is
     * registered with, and no other.
     */
    private Credentials check(String password, ClientProof proof, Identity identity, Registration registration) {
        IdentityNotes notes = registration.notes();
        if (notes.isSas() && password.isEmpty()) {
            throw ConnectRefused.notAuthorized("the CONNECT has no password, so no token"
                    + (proof.isEmpty()
                            ? ""
                            : ", and the authentication of " + identity
                                    + " is of type sas, so no certificate lets it in"));
        }
        if (notes.isSas()) {
            SasVerifier.Grant grant = tokens.verify(password, identity, registration.keys());
            return new Credentials(grant.expiry(), Annotations.tokenMethod(grant.scope()));
        }
        if (!password.isEmpty() || !notes.isX509()) {
            throw ConnectRefused.notAuthorized("the authentication of " + identity + " is of type "
                    + notes.authenticationType() + ", so no " + (password.isEmpty() ? "certificate" : "token")
                    + " lets it in");
        }
        certificates.verify(proof, identity, notes);
        return new Credentials(null, Annotations.certificateMethod(identity));
    }

    private record Registration(SharedAccessKeys keys, String generationId, IdentityNotes notes) {}

    private static Registration registration(EmulatedDevice device, Identity identity) {
        if (!identity.isModule()) {
            return new Registration(device.keys(), device.generationId(), device.notes());
        }
        EmulatedModule module = device.module(identity.moduleId());
        if (module == null) {
            throw ConnectRefused.notAuthorized(HubCode.MODULE_NOT_FOUND, "there is no module " + identity);
        }
        return new Registration(module.keys(), module.generationId(), module.notes());
    }

    static void checkProtocol(int level) {
        if (level == MQTT_3_1_1) {
            return;
        }
        // Vert.x answers in the client's version, where MQTT 5 has a code of its own for this.
        MqttConnectReturnCode code = level == MQTT_5
                ? MqttConnectReturnCode.CONNECTION_REFUSED_UNSUPPORTED_PROTOCOL_VERSION
                : MqttConnectReturnCode.CONNECTION_REFUSED_UNACCEPTABLE_PROTOCOL_VERSION;
        throw new ConnectRefused(
                code, HubCode.INVALID_PROTOCOL_VERSION, "the hub speaks MQTT 3.1.1 (level 4), not level " + level);
    }

    private void checkUserName(MqttUserName userName, String clientId) {
        if (!hostNames.matches(userName.host())) {
            throw ConnectRefused.notAuthorized(
                    "the user name is for host " + userName.host() + ", this hub is called " + hostNames.names());
        }
        if (!userName.identity().clientId().equals(clientId)) {
            throw ConnectRefused.notAuthorized(
                    "the client id is '" + clientId + "', the user name says '" + userName.identity() + "'");
        }
        if (settings.requireApiVersion() && userName.apiVersion() == null) {
            throw ConnectRefused.notAuthorized("the user name has no api-version");
        }
    }
}
