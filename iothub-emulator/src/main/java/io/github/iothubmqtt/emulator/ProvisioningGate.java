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

import io.vertx.mqtt.MqttAuth;
import io.vertx.mqtt.MqttEndpoint;

/**
 * Decides who may talk to the provisioning service, and whose enrollment it is. A CONNECT is asked for a token of the right form that has
 * not expired; whether the key is the right one is found out when the device registers, as in Azure. Stateless.
 */
final class ProvisioningGate {

    private static final String POLICY = "registration";
    private static final String UNAUTHORIZED = "Unauthorized";

    /** A device that was let in, and what it proves itself with. */
    record Guest(String registrationId, SasToken token) {}

    private final HostNames hostNames;
    private final String idScope;
    private final SasVerifier verifier;
    private final Enrollments enrollments;
    private final HubSettings settings;

    ProvisioningGate(
            HostNames hostNames, String idScope, SasVerifier verifier, Enrollments enrollments, HubSettings settings) {
        this.hostNames = hostNames;
        this.idScope = idScope;
        this.verifier = verifier;
        this.enrollments = enrollments;
        this.settings = settings;
    }

    /** Whether this CONNECT is for the provisioning service and not for the hub. */
    boolean isMeant(MqttAuth auth) {
        return auth != null && auth.getUsername() != null && ProvisioningUserName.isOne(auth.getUsername(), hostNames);
    }

    Guest admit(MqttEndpoint connect) {
        Gatekeeper.checkProtocol(connect.protocolVersion());
        ProvisioningUserName userName =
                ProvisioningUserName.parse(connect.auth().getUsername());
        if (!userName.idScope().equals(idScope)) {
            throw ConnectRefused.notAuthorized(
                    "the id scope is '" + userName.idScope() + "', this provisioning service has " + idScope);
        }
        if (!userName.registrationId().equals(connect.clientIdentifier())) {
            throw ConnectRefused.notAuthorized("the client id is '" + connect.clientIdentifier()
                    + "', the user name says '" + userName.registrationId() + "'");
        }
        Guest guest = new Guest(userName.registrationId(), token(connect.auth().getPassword(), userName));
        if (settings.provisioningKeyCheck() == HubSettings.ProvisioningKeyCheck.CONNECT) {
            checkAtConnect(guest);
        }
        return guest;
    }

    private SasToken token(String password, ProvisioningUserName userName) {
        if (password == null || password.isEmpty()) {
            throw ConnectRefused.notAuthorized("the CONNECT has no password, which must be a token");
        }
        SasToken token = verifier.unexpired(password);
        String resource = PercentDecoder.decode(token.resource());
        if (!resource.equals(userName.resource())) {
            throw ConnectRefused.notAuthorized(
                    "the token is for '" + token.resource() + "', not for " + userName.resource());
        }
        if (!POLICY.equals(token.policy())) {
            throw ConnectRefused.notAuthorized(
                    "the token's 'skn' is '" + token.policy() + "', the provisioning service wants " + POLICY);
        }
        return token;
    }

    private void checkAtConnect(Guest guest) {
        try {
            enrollmentOf(guest);
        } catch (HubException e) {
            throw ConnectRefused.notAuthorized(e.code(), e.hubMessage());
        }
    }

    /**
     * The enrollment that lets the device in.
     *
     * @throws HubException with code 404201 when there is none, 401000 when the device has no key of it
     */
    Enrollment enrollmentOf(Guest guest) {
        verifyAge(guest.token());
        Enrollment individual = enrollments.find(guest.registrationId(), false);
        if (individual != null) {
            if (guest.token().isSignedWith(individual.keysFor(guest.registrationId()))) {
                return individual;
            }
            throw new HubException(HubCode.PROVISIONING_UNAUTHORIZED, UNAUTHORIZED);
        }
        for (Enrollment group : enrollments.all(true)) {
            if (guest.token().isSignedWith(group.keysFor(guest.registrationId()))) {
                return group;
            }
        }
        // Without the group's name Azure cannot tell a wrong key from a group that is not there.
        throw enrollments.all(true).isEmpty()
                ? new HubException(HubCode.ENROLLMENT_NOT_FOUND, "Enrollment not found")
                : new HubException(HubCode.PROVISIONING_UNAUTHORIZED, UNAUTHORIZED);
    }

    private void verifyAge(SasToken token) {
        try {
            verifier.checkAge(token);
        } catch (ConnectRefused expired) {
            throw new HubException(HubCode.PROVISIONING_UNAUTHORIZED, UNAUTHORIZED);
        }
    }
}
