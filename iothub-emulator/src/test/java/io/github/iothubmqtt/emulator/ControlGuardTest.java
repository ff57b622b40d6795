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
import java.util.List;

import io.vertx.core.net.SocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static io.github.iothubmqtt.emulator.AccessPolicies.Permission.REGISTRY_READ;
import static io.github.iothubmqtt.emulator.AccessPolicies.Permission.SERVICE_CONNECT;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ControlGuardTest {

    private static final SocketAddress HERE = SocketAddress.inetSocketAddress(40_000, "127.0.0.1");
    private static final SocketAddress ELSEWHERE = SocketAddress.inetSocketAddress(40_000, "192.0.2.7");

    private final HostNames names = HostNames.of("hub.example", "0.0.0.0", List.of());
    private final AccessPolicies policies = new AccessPolicies();
    private final SasVerifier verifier = new SasVerifier(names, policies, Clock.systemUTC(), HubSettings.defaults());
    private final ControlGuard guard = new ControlGuard(names, verifier, false);

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.8.9.1", "0:0:0:0:0:0:0:1"})
    void whoIsOnThisMachineNeedsNoToken(String address) {
        assertThatCode(() -> guard.checkCaller(SocketAddress.inetSocketAddress(1, address), null, SERVICE_CONNECT))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"service", "iothubowner"})
    void anotherMachineIsLetInWithATokenOfAPolicyWithServiceConnect(String policy) {
        assertThatCode(() -> guard.checkCaller(
                        ELSEWHERE, token("hub.example", policy, Duration.ofHours(1)), SERVICE_CONNECT))
                .doesNotThrowAnyException();
    }

    @Test
    void anotherMachineWithoutATokenIsRefused() {
        refused(null, "needs a SAS token of a policy with the permission ServiceConnect");
    }

    @ParameterizedTest
    @ValueSource(strings = {"device", "registryRead", "registryReadWrite"})
    void aPolicyWithoutServiceConnectIsRefused(String policy) {
        refused(
                token("hub.example", policy, Duration.ofHours(1)),
                "no shared access policy with the permission ServiceConnect");
    }

    @Test
    void aTokenForAnotherHubIsRefused() {
        refused(token("other.example", "service", Duration.ofHours(1)), "not for the hub");
    }

    @Test
    void aTokenForOneDeviceOfTheHubIsRefused() {
        refused(token("hub.example/devices/dev1", "service", Duration.ofHours(1)), "not for the hub");
    }

    @Test
    void anExpiredTokenIsRefused() {
        refused(token("hub.example", "service", Duration.ofHours(-1)), "expired");
    }

    @Test
    void aDevicesOwnTokenIsRefused() {
        String key = policies.keysOf("service").primary();
        refused(Tokens.signed("hub.example", key, Instant.now().plusSeconds(60), null), "token is of a device");
    }

    @Test
    void aTokenWithTheKeyOfAnotherPolicyIsRefused() {
        String key = policies.keysOf("device").primary();
        refused(Tokens.signed("hub.example", key, Instant.now().plusSeconds(60), "service"), "neither key");
    }

    @Test
    void whereTheSettingSaysSoThisMachineNeedsAToken() {
        ControlGuard strict = new ControlGuard(names, verifier, true);

        assertThatThrownBy(() -> strict.checkCaller(HERE, null, SERVICE_CONNECT))
                .hasMessageContaining("needs a SAS token");
        assertThatCode(() ->
                        strict.checkCaller(HERE, token("hub.example", "service", Duration.ofHours(1)), SERVICE_CONNECT))
                .doesNotThrowAnyException();
    }

    @Test
    void whatNeedsMoreIsRefusedToATokenOfThePolicyService() {
        assertThatThrownBy(() -> guard.checkCaller(
                        ELSEWHERE, token("hub.example", "service", Duration.ofHours(1)), REGISTRY_READ))
                .hasMessageContaining("no shared access policy with the permission RegistryRead");
        assertThatCode(() -> guard.checkCaller(
                        ELSEWHERE, token("hub.example", "iothubowner", Duration.ofHours(1)), REGISTRY_READ))
                .doesNotThrowAnyException();
        assertThatCode(() -> guard.checkCaller(HERE, null, REGISTRY_READ)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LOCALHOST:8443",
                "hub.example:1",
                "127.0.0.1",
                "127.0.0.1:8443",
                "192.0.2.1:8443",
                "[::1]",
                "[2001:db8::1]:8443"
            })
    void theHubIsCalledByItsNamesAndByAddresses(String host) {
        assertThatCode(() -> guard.checkSite(host, null, null)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:8443",
                "localhost.evil.example",
                "127.0.0.1.evil.example",
                "1.2.3.4.5",
                "[::1].evil.example",
                "hub.example:x",
                ""
            })
    void aNameThatWasMadeToLeadHereIsRefused(String host) {
        assertThatThrownBy(() -> guard.checkSite(host, "https://" + host, "same-origin"))
                .isInstanceOf(HttpProblem.class)
                .hasMessageContaining("The hub is not called '" + host + "'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example",
                "null",
                "https://evil.example:8443",
                "::",
                "http://localhost:8443",
                "https://localhost",
                "https://localhost:3000",
                "https://localhost:8443.evil.example"
            })
    void aPageOfAnotherOriginIsRefusedEvenOnThisMachine(String origin) {
        assertThatThrownBy(() -> guard.checkSite("localhost:8443", origin, null))
                .isInstanceOf(HttpProblem.class)
                .hasMessageContaining("A page of " + origin + " may not use");
    }

    @Test
    void anOriginIsNotTakenForOursWhereTheHostIsMissing() {
        assertThatThrownBy(() -> guard.checkSite(null, "https://localhost", null))
                .hasMessageContaining("may not use");
    }

    @ParameterizedTest
    @ValueSource(strings = {"cross-site", "same-site", "anything"})
    void aBrowserThatFetchesForAnotherSiteIsRefused(String fetchSite) {
        assertThatThrownBy(() -> guard.checkSite("localhost:8443", null, fetchSite))
                .isInstanceOf(HttpProblem.class)
                .hasMessageContaining("A page of another site");
    }

    @Test
    void theHubsOwnPageMayUseItAndSoMayWhoEntersTheAddress() {
        assertThatCode(() -> guard.checkSite("localhost:8443", "https://localhost:8443", "same-origin"))
                .doesNotThrowAnyException();
        assertThatCode(() -> guard.checkSite("localhost:8443", null, "none")).doesNotThrowAnyException();
        assertThatCode(() -> guard.checkSite("localhost:8443", null, null)).doesNotThrowAnyException();
    }

    private String token(String resource, String policy, Duration life) {
        return Tokens.signed(
                resource, policies.keysOf(policy).primary(), Instant.now().plus(life), policy);
    }

    private void refused(String authorization, String sentence) {
        assertThatThrownBy(() -> guard.checkCaller(ELSEWHERE, authorization, SERVICE_CONNECT))
                .isInstanceOf(HttpProblem.class)
                .hasMessageContaining(sentence);
    }
}
