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

    SasVerifier(HostNames hostNames, AccessPolicies policies, Clock clock, Duration clockSkew) {
        this.hostNames = hostNames;
        this.policies = policies;
        this.clock = clock;
        this.clockSkew = clockSkew;
    }

    /** {@code keys} are those of the identity itself. */
    Grant verify(String password, Identity identity, SharedAccessKeys keys) {
        SasToken token = SasToken.parse(password);
        if (token.expiry().plus(clockSkew).isBefore(clock.instant())) {
            throw ConnectRefused.notAuthorized(
                    "the token expired at " + token.expiry() + ", the hub's clock says " + clock.instant());
        }
        if (token.policy() != null) {
            return verifyPolicy(token, identity);
        }
        if (!token.isSignedWith(keys)) {
            throw ConnectRefused.notAuthorized("the token is signed with neither key of " + identity);
        }
        if (!covers(token.resource(), identity, false)) {
            throw ConnectRefused.notAuthorized("the token is for '" + token.resource() + "', not for " + identity);
        }
        return new Grant(token.expiry(), identity.isModule() ? "module" : "device");
    }

    private Grant verifyPolicy(SasToken token, Identity identity) {
        SharedAccessKeys keys = policies.keysOfPolicyThatMayConnect(token.policy());
        if (keys == null) {
            throw ConnectRefused.notAuthorized(
                    "'" + token.policy() + "' is no shared access policy with the permission DeviceConnect");
        }
        if (!token.isSignedWith(keys)) {
            throw ConnectRefused.notAuthorized("the token is signed with neither key of policy " + token.policy());
        }
        if (!covers(token.resource(), identity, true)) {
            throw ConnectRefused.notAuthorized(
                    "the token is for '" + token.resource() + "', which does not cover " + identity);
        }
        return new Grant(token.expiry(), "hub");
    }

    /** Ids are encoded once or twice, depending on the SDK: both readings count. */
    private boolean covers(String resource, Identity identity, boolean parentsToo) {
        String once = PercentDecoder.decode(resource);
        return coversDecoded(once, identity, parentsToo)
                || coversDecoded(PercentDecoder.decode(once), identity, parentsToo);
    }

    private boolean coversDecoded(String resource, Identity identity, boolean parentsToo) {
        String audience = withoutTail(resource);
        int slash = audience.indexOf('/');
        String host = slash < 0 ? audience : audience.substring(0, slash);
        String path = slash < 0 ? "" : audience.substring(slash + 1);
        if (!hostNames.matches(host)) {
            return false;
        }
        String wanted = identity.resourcePath();
        return wanted.equals(path) || (parentsToo && (path.isEmpty() || wanted.startsWith(path + "/")));
    }

    /** Some tools end the resource with a slash or with an api-version segment; the hub overlooks both. */
    private static String withoutTail(String resource) {
        String text = resource.endsWith("/") ? resource.substring(0, resource.length() - 1) : resource;
        int slash = text.lastIndexOf('/');
        return slash >= 0 && text.startsWith("api-version=", slash + 1) ? text.substring(0, slash) : text;
    }
}
