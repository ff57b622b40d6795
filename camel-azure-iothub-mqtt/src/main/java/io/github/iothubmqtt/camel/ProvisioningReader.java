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
package io.github.iothubmqtt.camel;

import java.util.Objects;
import java.util.regex.Pattern;

import io.github.iothubmqtt.device.Provisioning;
import io.github.iothubmqtt.protocol.HubAddress;
import io.github.iothubmqtt.protocol.RegistrationAnswer;

/** Reads the options of provisioning, and refuses what cannot work with a sentence. */
final class ProvisioningReader {

    private static final Pattern ID_SCOPE = Pattern.compile("[A-Za-z0-9_-]{1,128}");
    /** Spec 9.1. */
    private static final Pattern REGISTRATION_ID = Pattern.compile("[A-Za-z0-9._:-]{0,127}[A-Za-z0-9-]");

    /** Bytes (spec 9.5). */
    private static final int MAX_REQUEST = 96 * 1024;

    private final IotHubMqttConfiguration options;
    private final String deviceId;
    private final String moduleId;

    ProvisioningReader(IotHubMqttConfiguration options, String deviceId, String moduleId) {
        this.options = options;
        this.deviceId = deviceId;
        this.moduleId = moduleId;
    }

    /** What the device is enrolled as; its own id unless another is given. */
    String registrationId() {
        return Objects.requireNonNullElse(options.getRegistrationId(), deviceId);
    }

    /**
     * @param defaultPort of the provisioning service and of hubs
     * @return null when the device is not to be provisioned
     */
    Provisioning read(int defaultPort) {
        if (options.getIdScope() == null) {
            refuse(options.getRegistrationId() != null && !options.isDeriveDeviceKey(), "registrationId");
            refuse(options.getProvisioningPayload() != null, "provisioningPayload");
            return null;
        }
        require(
                options.getHub() == null && options.getConnectionString() == null,
                "idScope is given besides hub or connectionString: leave one out, because the provisioning service names the"
                        + " hub");
        require(moduleId == null, "idScope is given for a module: only devices are provisioned, so give its hub");
        require(
                options.getGatewayHostName() == null,
                "idScope and gatewayHostName are both given: behind a gateway, give the hub in place of idScope");
        require(
                options.getSharedAccessKeyName() == null,
                "idScope and sharedAccessKeyName are both given: the provisioning service wants the key of an enrolment, not"
                        + " that of a policy of a hub");
        require(
                options.getSasSignature() == null,
                "idScope and sasSignature are both given: a token fits the provisioning service or one hub; give the key, or a"
                        + " tokenProvider");
        require(
                ID_SCOPE.matcher(options.getIdScope()).matches(),
                "idScope is not one: copy the ID scope of the provisioning service, such as 0ne00000000");
        requireRegistrationId();
        require(
                RegistrationAnswer.request(registrationId(), options.getProvisioningPayload()).length <= MAX_REQUEST,
                "provisioningPayload is too long: the provisioning service takes 96 KB, so shorten it");
        HubAddress endpoint = endpoint();
        return new Provisioning(
                endpoint.host(),
                endpoint.port() == 0 ? defaultPort : endpoint.port(),
                options.getIdScope(),
                registrationId(),
                options.getProvisioningPayload(),
                options.getProvisioningTimeout(),
                options.getPort() == 0 ? defaultPort : options.getPort());
    }

    private void requireRegistrationId() {
        require(
                REGISTRATION_ID.matcher(registrationId()).matches(),
                (options.getRegistrationId() == null
                                ? "the device id cannot be a registration id: give registrationId, "
                                : "registrationId is not one: give ")
                        + "up to 128 letters, digits and . _ : - of which the last is a letter, a digit or -");
    }

    private HubAddress endpoint() {
        try {
            return HubAddress.parse(options.getProvisioningEndpoint());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("provisioningEndpoint cannot be used: " + e.getMessage(), e);
        }
    }

    private static void refuse(boolean given, String option) {
        require(!given, option + " is given without idScope: give both, or none");
    }

    private static void require(boolean condition, String sentence) {
        if (!condition) {
            throw new IllegalArgumentException(sentence);
        }
    }
}
