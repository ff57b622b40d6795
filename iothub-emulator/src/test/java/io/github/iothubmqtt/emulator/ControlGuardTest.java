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

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ControlGuardTest {

    private static final SocketAddress HERE = SocketAddress.inetSocketAddress(40_000, "127.0.0.1");
    private static final SocketAddress ELSEWHERE = SocketAddress.inetSocketAddress(40_000, "192.0.2.7");

    private final HostNames names = HostNames.of("hub.example", "0.0.0.0", List.of());
    private final AccessPolicies policies = new AccessPolicies();
    private final ControlGuard guard =
            new ControlGuard(names, new SasVerifier(names, policies, Clock.systemUTC(), Duration.ofMinutes(5)));

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.8.9.1", "0:0:0:0:0:0:0:1"})
    void whoIsOnThisMachineNeedsNoToken(String address) {
        assertThatCode(() -> guard.check(SocketAddress.inetSocketAddress(1, address), null, null))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"service", "iothubowner"})
    void anotherMachineIsLetInWithATokenOfAPolicyWithServiceConnect(String policy) {
        assertThatCode(() -> guard.check(ELSEWHERE, null, token("hub.example", policy, Duration.ofHours(1))))
                .doesNotThrowAnyException();
    }

    @Test
    void anotherMachineWithoutATokenIsRefused() {
        refused(null, "needs a SAS token of the policy 'service'");
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

    @ParameterizedTest
    @ValueSource(strings = {"https://evil.example", "null", "https://evil.example:8443", "::"})
    void aPageOfAnotherSiteIsRefusedEvenOnThisMachine(String origin) {
        assertThatThrownBy(() -> guard.check(HERE, origin, null)).hasMessageContaining("may not use");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://localhost:8443", "https://hub.example", "https://127.0.0.1:1"})
    void aPageOfTheHubMayUseIt(String origin) {
        assertThatCode(() -> guard.check(HERE, origin, null)).doesNotThrowAnyException();
    }

    private String token(String resource, String policy, Duration life) {
        return Tokens.signed(
                resource, policies.keysOf(policy).primary(), Instant.now().plus(life), policy);
    }

    private void refused(String authorization, String sentence) {
        assertThatThrownBy(() -> guard.check(ELSEWHERE, null, authorization))
                .isInstanceOf(HttpProblem.class)
                .hasMessageContaining(sentence);
    }
}
