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
import java.time.Duration;
import java.time.Instant;

/**
 * Decides whether a token lets an identity in: signature, expiry, audience, in the order in which the hub looks. Stateless, any
 * thread. Every refusal says why, and never quotes a token or a key.
 */
final class SasVerifier {

    /**
     * What a good token gave.
     *
     * @param scope {@code device}, {@code module} or {@code hub}: whose key signed
     */
    record Grant(Instant expiry, String scope) {}

    private final HostNames hostNames;
    private final AccessPolicies policies;
    private final Clock clock;
    private final Duration clockSkew;
    private final boolean strictAudience;

    SasVerifier(HostNames hostNames, AccessPolicies policies, Clock clock, HubSettings settings) {
        this.hostNames = hostNames;
        this.policies = policies;
        this.clock = clock;
        this.clockSkew = settings.clockSkew();
        this.strictAudience = settings.audienceCheck() == HubSettings.AudienceCheck.STRICT;
    }

    /** {@code keys} are those of the identity itself. */
    Grant verify(String password, Identity identity, SharedAccessKeys keys) {
        SasToken token = unexpired(password);
        if (token.policy() != null) {
            return verifyPolicy(token, identity);
        }
        if (!token.isSignedWith(keys)) {
            throw ConnectRefused.notAuthorized("the token is signed with neither key of " + identity);
        }
        if (!covers(token.resource(), identity.resourcePath(), false)) {
            throw ConnectRefused.notAuthorized("the token is for '" + token.resource() + "', not for " + identity);
        }
        return new Grant(token.expiry(), identity.isModule() ? "module" : "device");
    }

    /** Verifies what a back end sent as its authorization: a token of a policy with this permission, for the whole hub. */
    void verifyService(String authorization, AccessPolicies.Permission permission) {
        SasToken token = unexpired(authorization);
        if (token.policy() == null) {
            throw ConnectRefused.notAuthorized("the token is of a device: a shared access policy is needed (skn)");
        }
        checkPolicy(token, permission);
        if (!covers(token.resource(), "", true)) {
            throw ConnectRefused.notAuthorized("the token is for '" + token.resource() + "', not for the hub");
        }
    }

    SasToken unexpired(String text) {
        SasToken token = SasToken.parse(text);
        checkAge(token);
        return token;
    }

    void checkAge(SasToken token) {
        if (token.expiry().plus(clockSkew).isBefore(clock.instant())) {
            throw ConnectRefused.notAuthorized(
                    "the token expired at " + token.expiry() + ", the hub's clock says " + clock.instant());
        }
    }

    private Grant verifyPolicy(SasToken token, Identity identity) {
        checkPolicy(token, AccessPolicies.Permission.DEVICE_CONNECT);
        if (!covers(token.resource(), identity.resourcePath(), true)) {
            throw ConnectRefused.notAuthorized(
                    "the token is for '" + token.resource() + "', which does not cover " + identity);
        }
        return new Grant(token.expiry(), "hub");
    }

    private void checkPolicy(SasToken token, AccessPolicies.Permission permission) {
        SharedAccessKeys keys = policies.keysOfPolicyThatMay(permission, token.policy());
        if (keys == null) {
            throw ConnectRefused.notAuthorized(
                    "'" + token.policy() + "' is no shared access policy with the permission " + permission);
        }
        if (!token.isSignedWith(keys)) {
            throw ConnectRefused.notAuthorized("the token is signed with neither key of policy " + token.policy());
        }
    }

    /** Ids are encoded once or twice, depending on the SDK: both readings count, unless only what is documented does. */
    private boolean covers(String resource, String wanted, boolean parentsToo) {
        String once = PercentDecoder.decode(resource);
        if (strictAudience) {
            return coversDecoded(once, wanted, parentsToo);
        }
        return coversDecoded(withoutTail(once), wanted, parentsToo)
                || coversDecoded(withoutTail(PercentDecoder.decode(once)), wanted, parentsToo);
    }

    private boolean coversDecoded(String audience, String wanted, boolean parentsToo) {
        int slash = audience.indexOf('/');
        String host = slash < 0 ? audience : audience.substring(0, slash);
        String path = slash < 0 ? "" : audience.substring(slash + 1);
        if (!hostNames.matches(host)) {
            return false;
        }
        return wanted.equals(path) || (parentsToo && (path.isEmpty() || wanted.startsWith(path + "/")));
    }

    /** Some tools end the resource with a slash or with an api-version segment; the hub overlooks both. */
    private static String withoutTail(String resource) {
        String text = resource.endsWith("/") ? resource.substring(0, resource.length() - 1) : resource;
        int slash = text.lastIndexOf('/');
        return slash >= 0 && text.startsWith("api-version=", slash + 1) ? text.substring(0, slash) : text;
    }
}
