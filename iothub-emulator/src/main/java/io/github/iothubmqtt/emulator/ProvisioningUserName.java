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

/**
 * The user name of a CONNECT to the provisioning service: {@code {idScope}/registrations/{registrationId}/api-version=…}, which may go
 * on with further parameters. A value.
 */
record ProvisioningUserName(String idScope, String registrationId) {

    private static final String REGISTRATIONS = "registrations";

    /**
     * Whether it is meant for the provisioning service. A device of the hub may be called {@code registrations}, but its user name
     * starts with a name of the hub.
     */
    static boolean isOne(String userName, HostNames hostNames) {
        String[] segments = userName.split("/", -1);
        return segments.length >= 3 && segments[1].equals(REGISTRATIONS) && !hostNames.matches(segments[0]);
    }

    /** {@code userName} is one; whatever else is wrong with it is a ConnectRefused. */
    static ProvisioningUserName parse(String userName) {
        String[] segments = userName.split("/", -1);
        String query = segments[segments.length - 1];
        if (segments.length != 4 || !query.matches("(.*&)?api-version=[^&]+(&.*)?")) {
            throw ConnectRefused.notAuthorized("the user name is '" + userName
                    + "', which is not of the form idScope/registrations/registrationId/api-version=…");
        }
        if (!RegistrationId.isValid(segments[2])) {
            throw ConnectRefused.notAuthorized("'" + segments[2] + "' is no registration id: " + RegistrationId.RULE);
        }
        return new ProvisioningUserName(segments[0], segments[2]);
    }

    /** What the token must be for. */
    String resource() {
        return idScope + "/" + REGISTRATIONS + "/" + registrationId;
    }
}
