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
package io.github.iothubmqtt.device;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;

import io.github.iothubmqtt.device.CertificateCredentials.Certified;
import io.github.iothubmqtt.device.TokenProvider.TokenRequest;
import io.github.iothubmqtt.protocol.SasToken;
import io.github.iothubmqtt.protocol.SharedAccessKey;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What is presented at each connect, where it comes from, and what becomes of the connection when it does not come. */
class CredentialsTest {

    private static final SharedAccessKey KEY = SharedAccessKey.parse(DeviceHarness.KEY);

    private final DeviceHarness device = new DeviceHarness();
    private final List<TokenRequest> requests = new ArrayList<>();

    // policy keys

    @Test
    void theKeyOfAPolicyIsNamedInTheToken() {
        device.credentials = new SharedAccessKeyCredentials(KEY, "gate way", Duration.ofHours(1));
        device.start();

        assertThat(password())
                .startsWith("SharedAccessSignature sr=contoso.azure-devices.net%2Fdevices%2Fdev1&")
                .endsWith("&skn=gate%20way");
    }

    // token providers

    @Test
    void aTokenProviderIsAskedBeforeEachConnectForTheDeviceAndALifetime() {
        provide(this::sign);
        device.start();
        assertThat(device.transport.links).as("connects without a token").isEmpty();
        device.unblock();
        String first = password();
        device.accept();
        device.loop.advance(Duration.ofMinutes(1));
        device.lose();
        device.unblock();

        assertThat(password()).isNotEqualTo(first);
        assertThat(requests).hasSize(2);
        assertThat(requests.get(0))
                .isEqualTo(new TokenRequest(
                        "contoso.azure-devices.net/devices/dev1",
                        "contoso.azure-devices.net%2Fdevices%2Fdev1",
                        null,
                        Duration.ofHours(1),
                        Instant.parse("2026-01-31T11:00:00Z")));
        assertThat(first)
                .isEqualTo(SasToken.sign(DeviceHarness.DEVICE, KEY, Instant.parse("2026-01-31T11:00:00Z"))
                        .text());
    }

    @Test
    void aProvidedTokenIsRenewedInTime() {
        provide(this::sign);
        device.start();
        device.unblock();
        device.accept();
        device.loop.advance(Duration.ofMinutes(51));
        device.transport.last().disconnected.complete(null);
        device.loop.run();
        device.unblock();

        assertThat(device.transport.links).hasSize(2);
        assertThat(password()).contains("se=" + requests.get(1).expiry().getEpochSecond());
    }

    @Test
    void whileAProviderThinksAnotherDeviceConnects() {
        provide(this::sign);
        device.start();
        device.credentials = null;
        ConnectionHandle other = device.connections.acquire(device.settings(DeviceHarness.MODULE));
        other.start();
        device.accept();

        assertThat(other.status().state()).isEqualTo(ConnectionState.CONNECTED);
    }

    @Test
    void aProviderThatTakesTooLongFailsTheAttemptAndIsNotAskedTwiceAtATime() {
        provide(this::sign);
        device.start();
        device.unblock();
        ConnectionStatus[] seen = new ConnectionStatus[1];
        ConnectionHandle handle = device.connections.acquire(device.settings());
        device.accept();
        device.lose();
        assertThat(device.blocked).hasSize(1);
        device.loop.advance(Duration.ofSeconds(30));
        seen[0] = handle.status();
        device.loop.advance(Duration.ofMinutes(2));

        assertThat(seen[0].state()).isEqualTo(ConnectionState.WAITING);
        assertThat(seen[0].cause())
                .contains("no token or certificate for contoso.azure-devices.net/devices/dev1 within 30000 ms");
        assertThat(device.blocked).as("questions that wait for an answer").hasSize(1);

        device.unblock();
        device.accept();
        assertThat(handle.status().state()).isEqualTo(ConnectionState.CONNECTED);
        assertThat(requests).hasSize(2);
    }

    @Test
    void aProviderThatFailsIsAskedAgainLater() {
        List<Exception> failures = new ArrayList<>();
        provide(request -> {
            if (!failures.isEmpty()) {
                throw failures.remove(0);
            }
            return sign(request);
        });
        device.start();
        device.unblock();
        device.accept();
        ConnectionHandle handle = device.connections.acquire(device.settings());
        failures.add(new IllegalStateException("the HSM is locked"));
        device.lose();
        device.unblock();
        assertThat(handle.status().cause())
                .isEqualTo("the tokenProvider has no token for contoso.azure-devices.net/devices/dev1:"
                        + " java.lang.IllegalStateException: the HSM is locked");

        device.loop.advance(Duration.ofMinutes(2));
        device.unblock();
        device.accept();
        assertThat(handle.status().state()).isEqualTo(ConnectionState.CONNECTED);
    }

    @Test
    void aTokenThatCameTooLateServesTheNextAttempt() {
        provide(this::sign);
        device.start();
        device.unblock();
        ConnectionHandle handle = device.connections.acquire(device.settings());
        device.accept();
        device.lose();
        device.loop.advance(Duration.ofSeconds(30));
        assertThat(handle.status().state()).isEqualTo(ConnectionState.WAITING);
        device.unblock();
        assertThat(handle.status().state()).as("until the back-off is over").isEqualTo(ConnectionState.WAITING);
        device.loop.advance(Duration.ofMinutes(2));

        assertThat(device.blocked).as("questions").isEmpty();
        assertThat(requests).hasSize(2);
        assertThat(password()).contains("se=" + requests.get(1).expiry().getEpochSecond());
    }

    @Test
    void aTokenThatCameTooLateAndHasExpiredSinceServesNobody() {
        provide(request -> sign(request, request.expiry().minus(Duration.ofMinutes(59))));
        device.start();
        device.unblock();
        ConnectionHandle handle = device.connections.acquire(device.settings());
        device.accept();
        device.lose();
        device.loop.advance(Duration.ofSeconds(62));
        assertThat(handle.status().state()).isEqualTo(ConnectionState.WAITING);
        device.unblock();
        assertThat(device.blocked).isEmpty();
        device.loop.advance(Duration.ofSeconds(10));

        assertThat(device.blocked).as("questions").hasSize(1);
    }

    @Test
    void whileTheProviderOfTheNextTokenHangsOrFailsTheConnectionGoesOn() {
        List<Exception> failures = new ArrayList<>();
        provide(request -> {
            if (!failures.isEmpty()) {
                throw failures.remove(0);
            }
            return sign(request);
        });
        device.start();
        device.unblock();
        FakeTransport.FakeLink old = device.accept();
        ConnectionHandle handle = device.connections.acquire(device.settings());
        device.loop.advance(Duration.ofMinutes(52));
        assertThat(device.blocked).as("it is asked in time").hasSize(1);
        assertThat(old.disconnectSent).as("before it has answered").isFalse();
        assertThat(handle.status().state()).isEqualTo(ConnectionState.CONNECTED);
        CompletableFuture<Void> sent = device.send(handle, "a");
        device.puback(0);
        assertThat(sent).isCompleted();

        failures.add(new IllegalStateException("the vault is sealed"));
        device.unblock();
        assertThat(handle.status().state()).isEqualTo(ConnectionState.CONNECTED);
        for (int i = 0; i < 12; i++) {
            device.loop.advance(Duration.ofSeconds(10));
            device.unblock();
        }
        assertThat(old.disconnectSent).as("now there is a token").isTrue();
        old.disconnected.complete(null);
        device.accept();
        assertThat(password()).contains("se=" + requests.get(1).expiry().getEpochSecond());
        assertThat(device.transport.links).hasSize(2);
    }

    @Test
    void whoeverGivesTheSameTokenAgainIsAskedLaterAndNothingIsConnectedForIt() {
        Instant expiry = Instant.parse("2026-01-31T10:10:00Z");
        provide(request -> sign(request, expiry));
        device.start();
        device.unblock();
        FakeTransport.FakeLink old = device.accept();
        ConnectionHandle handle = device.connections.acquire(device.settings());
        for (int second = 0; second < 599; second++) {
            device.loop.advance(Duration.ofSeconds(1));
            device.unblock();
        }

        assertThat(device.transport.links).hasSize(1);
        assertThat(old.disconnectSent).isFalse();
        assertThat(handle.status().state()).isEqualTo(ConnectionState.CONNECTED);
        assertThat(requests).as("questions").hasSizeBetween(3, 15);
    }

    @Test
    void aConnectionThatIsLostWhileItsNextTokenIsMadeUsesThat() {
        provide(this::sign);
        device.start();
        device.unblock();
        device.accept();
        device.loop.advance(Duration.ofMinutes(52));
        device.lose();
        assertThat(device.blocked).as("questions").hasSize(1);
        device.unblock();
        device.accept();

        assertThat(device.transport.links).hasSize(2);
        assertThat(requests).hasSize(2);
    }

    @Test
    void whatIsNoTokenIsRefusedWithoutShowingIt() {
        assertThat(startProvidedWith(request -> null)).contains("the tokenProvider gave null for");
        assertThat(startProvidedWith(request -> "top secret"))
                .contains("the tokenProvider gave no usable token for")
                .doesNotContain("top secret");
        assertThat(startProvidedWith(request -> SasToken.sign(
                                request.encodedResource(), KEY, Instant.parse("2026-01-31T09:59:59Z"), null)
                        .text()))
                .contains("that expired at 2026-01-31T09:59:59Z: let it make one for each call");
    }

    @Test
    void aConnectionThatEndsInterruptsItsProvider() {
        List<Boolean> interrupted = new ArrayList<>();
        CompletableFuture<Void> asking = new CompletableFuture<>();
        CompletableFuture<Void> over = new CompletableFuture<>();
        device.credentials = new TokenProviderCredentials(
                request -> {
                    asking.complete(null);
                    try {
                        Thread.sleep(60_000);
                    } catch (InterruptedException e) {
                        interrupted.add(true);
                    } finally {
                        over.complete(null);
                    }
                    return null;
                },
                Duration.ofHours(1));
        ConnectionHandle handle = device.connections.acquire(device.settings());
        handle.start();
        device.loop.run();
        Thread provider = new Thread(device.blocked.remove(0));
        provider.start();
        asking.join();
        CompletableFuture<Void> released = handle.release().toCompletableFuture();
        device.loop.run();
        over.join();

        assertThat(interrupted).containsExactly(true);
        assertThat(released).isCompleted();
        assertThat(device.transport.links).isEmpty();
    }

    @Test
    void twoEndpointsWithOneProviderShareAConnectionAndWithTwoTheyDoNot() {
        TokenProvider provider = this::sign;
        device.credentials = new TokenProviderCredentials(provider, Duration.ofHours(1));
        device.connections.acquire(device.settings());
        device.credentials = new TokenProviderCredentials(provider, Duration.ofHours(1));
        device.connections.acquire(device.settings());
        device.credentials = new TokenProviderCredentials(provider, Duration.ofHours(2));
        assertThatThrownBy(() -> device.connections.acquire(device.settings()))
                .hasMessageContaining("sasTimeToLive is PT1H there and PT2H here");
        device.credentials = new TokenProviderCredentials(request -> "", Duration.ofHours(1));

        assertThatThrownBy(() -> device.connections.acquire(device.settings()))
                .hasMessageContaining("the way of authentication");
    }

    // certificates

    @Test
    void aCertificateIsReadBeforeEachConnectAndPresentedWithoutPassword() throws Exception {
        List<SSLContext> contexts = new ArrayList<>();
        device.credentials = new CertificateCredentials(() -> {
            contexts.add(SSLContext.getInstance("TLS"));
            return new Certified(contexts.get(contexts.size() - 1), Instant.parse("2027-01-01T00:00:00Z"));
        });
        device.start();
        device.unblock();
        device.accept();
        assertThat(device.transport.last().options.sslContext()).isSameAs(contexts.get(0));
        assertThat(password()).isNull();
        device.lose();
        device.unblock();

        assertThat(device.transport.last().options.sslContext()).isSameAs(contexts.get(1));
    }

    @Test
    void aConnectionByCertificateIsNotRenewedForItButTellsItsExpiry() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        device.credentials =
                new CertificateCredentials(() -> new Certified(context, Instant.parse("2026-01-31T11:00:00Z")));
        device.start();
        device.unblock();
        device.accept();
        ConnectionHandle handle = device.connections.acquire(device.settings());
        device.loop.advance(Duration.ofHours(2));

        assertThat(device.transport.links).hasSize(1);
        assertThat(handle.status().certificateExpiry()).isEqualTo("2026-01-31T11:00:00Z");
        assertThat(handle.status().tokenExpiry()).isNull();
    }

    @Test
    void aCertificateThatCannotBeReadIsReadAgainLater() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        List<Exception> failures = new ArrayList<>();
        device.credentials = new CertificateCredentials(() -> {
            if (!failures.isEmpty()) {
                throw failures.remove(0);
            }
            return new Certified(context, null);
        });
        device.start();
        device.unblock();
        device.accept();
        ConnectionHandle handle = device.connections.acquire(device.settings());
        failures.add(new IllegalStateException("device.pem does not exist: correct the path"));
        device.lose();
        device.unblock();
        assertThat(handle.status().cause())
                .isEqualTo("the client certificate cannot be used: device.pem does not exist: correct the path");

        device.loop.advance(Duration.ofMinutes(2));
        device.unblock();
        device.accept();
        assertThat(handle.status().state()).isEqualTo(ConnectionState.CONNECTED);
    }

    private void provide(TokenProvider provider) {
        device.credentials = new TokenProviderCredentials(provider, Duration.ofHours(1));
    }

    private String sign(TokenRequest request) {
        return sign(request, request.expiry());
    }

    private String sign(TokenRequest request, Instant expiry) {
        requests.add(request);
        return SasToken.sign(request.encodedResource(), KEY, expiry, null).text();
    }

    /** What a start fails with. */
    private static String startProvidedWith(TokenProvider provider) {
        DeviceHarness device = new DeviceHarness();
        device.credentials = new TokenProviderCredentials(provider, Duration.ofHours(1));
        CompletableFuture<Void> ready = device.start();
        device.unblock();
        Throwable[] failure = new Throwable[1];
        ready.whenComplete((done, cause) -> failure[0] = cause);
        return failure[0].toString();
    }

    private String password() {
        return device.transport.last().options.password();
    }
}
