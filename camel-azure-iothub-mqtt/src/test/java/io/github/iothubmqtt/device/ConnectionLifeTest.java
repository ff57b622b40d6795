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

import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

import io.github.iothubmqtt.protocol.DeviceIdentity;
import io.github.iothubmqtt.protocol.SasToken;
import io.github.iothubmqtt.protocol.SharedAccessKey;
import io.github.iothubmqtt.transport.Proxy;
import io.github.iothubmqtt.transport.TransportException;
import io.github.iothubmqtt.transport.TransportException.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ConnectionLifeTest {

    private final DeviceHarness device = new DeviceHarness();

    @Test
    void allHandlesOfAnIdentityShareOneConnection() {
        ConnectionHandle first = device.connected();
        ConnectionHandle second = device.connections.acquire(device.settings());
        CompletableFuture<Void> ready = second.start().toCompletableFuture();
        device.loop.run();

        assertThat(ready).isCompleted();
        assertThat(device.transport.links).hasSize(1);
        assertThat(first.status().state()).isEqualTo(ConnectionState.CONNECTED);
    }

    @Test
    void nothingConnectsBeforeAHandleStarts() {
        device.connections.acquire(device.settings());
        device.loop.run();

        assertThat(device.transport.links).isEmpty();
    }

    @Test
    void theConnectionEndsWithDisconnectWhenTheLastHandleIsReleased() {
        ConnectionHandle first = device.connected();
        ConnectionHandle second = device.connections.acquire(device.settings());
        first.release();
        device.loop.run();
        assertThat(device.transport.last().disconnectSent).isFalse();

        CompletableFuture<Void> released = second.release().toCompletableFuture();
        device.loop.run();
        assertThat(device.transport.last().disconnectSent).isTrue();
        assertThat(released).isNotDone();

        device.transport.last().disconnected.complete(null);
        device.loop.run();
        assertThat(released).isCompleted();
        assertThat(device.loop.timers()).isZero();
    }

    @Test
    void aReleaseThatIsRepeatedCountsOnce() {
        ConnectionHandle first = device.connected();
        device.connections.acquire(device.settings());
        first.release();
        first.release();
        device.loop.run();

        assertThat(device.transport.last().disconnectSent).isFalse();
    }

    @Test
    void aConnectionIsMadeAgainAfterItWasEnded() {
        device.connected().release();
        device.loop.run();
        device.transport.last().disconnected.complete(null);
        device.loop.run();
        device.connected();

        assertThat(device.transport.links).hasSize(2);
    }

    @Test
    void aSuccessorWaitsUntilTheConnectionBeforeItHasSaidGoodbye() {
        device.connected().release();
        device.loop.run();
        FakeTransport.FakeLink old = device.transport.last();
        CompletableFuture<Void> ready =
                device.connections.acquire(device.settings()).start().toCompletableFuture();
        device.loop.run();
        assertThat(device.transport.links).hasSize(1);

        old.disconnected.complete(null);
        device.accept();
        assertThat(device.transport.links).hasSize(2);
        assertThat(ready).isCompleted();
    }

    @Test
    void afterTheLoopHasEndedNothingIsPromisedThatNobodyWouldKeep() {
        ConnectionHandle handle = device.connected();
        device.loop.shutDown();

        assertThatThrownBy(() -> handle.send("t", new byte[0], 1, Duration.ofSeconds(1))
                        .toCompletableFuture()
                        .join())
                .hasCauseInstanceOf(SendCancelledException.class);
        assertThat(handle.status().pending()).isZero();
        assertThat(device.subscribe(handle, 5).granted).isCompletedExceptionally();
        assertThat(handle.pause().toCompletableFuture()).isCompleted();
        assertThat(handle.release().toCompletableFuture()).isCompleted();
        assertThat(device.connections.acquire(device.settings()).start().toCompletableFuture())
                .isCompletedExceptionally();
    }

    @Test
    void aRegistryThatWasClosedGivesNoMoreHandles() {
        device.connections.close();

        assertThatThrownBy(() -> device.connections.acquire(device.settings()))
                .hasMessageContaining("The component was stopped");
    }

    @Test
    void everySettingOfAConnectionIsComparedBeforeItIsShared() {
        Set<String> compared = device.settings().options().keySet();
        for (RecordComponent setting : ConnectionSettings.class.getRecordComponents()) {
            String name = setting.getName();
            switch (name) {
                case "identity", "clientType" -> {} // the key itself, and what is the same for all
                case "credentials" -> assertThat(compared).contains("the way of authentication", "sasTimeToLive");
                case "provisioning" ->
                    assertThat(compared)
                            .contains("idScope", "registrationId", "provisioningPayload", "provisioningTimeout");
                case "sslContext" -> assertThat(compared).contains("sslContextParameters");
                case "will" -> assertThat(compared).contains("willMessage", "willQos", "willProperties");
                case "webSocket" -> assertThat(compared).contains("transport");
                case "proxy" ->
                    assertThat(compared).contains("proxyType", "proxyHost", "proxyPort", "proxyUser", "proxyPassword");
                default -> assertThat(compared).contains(name);
            }
        }
    }

    @Test
    void theStartFailsWhenTheFirstAttemptFails() {
        ConnectionHandle handle = device.connections.acquire(device.settings());
        CompletableFuture<Void> ready = handle.start().toCompletableFuture();
        device.loop.run();
        device.transport.last().connack.completeExceptionally(TransportException.refused(5));
        device.loop.advance(Duration.ofHours(1));

        assertThatThrownBy(ready::join)
                .hasCauseInstanceOf(HubConnectionException.class)
                .hasMessageContaining("contoso.azure-devices.net/dev1")
                .hasMessageContaining("not authorized")
                .hasMessageContaining("Check that the device is registered");
        assertThat(handle.status().state()).isEqualTo(ConnectionState.CLOSED);
        assertThat(device.transport.links).as("no retry of a start").hasSize(1);
        assertThat(device.loop.timers()).isZero();
    }

    @Test
    void aFailedStartDoesNotStandInTheWayOfTheNext() {
        ConnectionHandle failed = device.connections.acquire(device.settings());
        failed.start();
        device.loop.run();
        device.transport.last().connack.completeExceptionally(TransportException.refused(5));
        device.loop.run();

        ConnectionHandle next = device.connected();
        failed.release();
        device.loop.run();

        assertThat(next.status().state()).isEqualTo(ConnectionState.CONNECTED);
    }

    @Test
    void aHandleThatIsReleasedDuringTheConnectCutsTheAttempt() {
        ConnectionHandle handle = device.connections.acquire(device.settings());
        CompletableFuture<Void> ready = handle.start().toCompletableFuture();
        device.loop.run();
        handle.release();
        device.loop.run();

        assertThat(device.transport.last().cut).isTrue();
        assertThat(ready).isCompletedExceptionally();
    }

    @Test
    void theFirstRetryAfterALossIsAtOnce() {
        ConnectionHandle handle = device.connected();
        device.loop.advance(Duration.ofMinutes(1));
        device.lose();

        assertThat(device.transport.links).hasSize(2);
        device.accept();
        assertThat(handle.status().state()).isEqualTo(ConnectionState.CONNECTED);
    }

    @Test
    void retriesNeverEndAndEachHasAFreshToken() {
        ConnectionHandle handle = device.connected();
        device.loop.advance(Duration.ofMinutes(1));
        device.lose();
        Set<String> passwords = new HashSet<>();
        for (int attempt = 0; attempt < 1000; attempt++) {
            passwords.add(device.transport.last().options.password());
            device.transport.last().connack.completeExceptionally(FakeTransport.lossOf(Reason.UNREACHABLE));
            device.loop.advance(Duration.ofMinutes(2));
        }
        device.accept();

        assertThat(handle.status().state()).isEqualTo(ConnectionState.CONNECTED);
        assertThat(device.transport.links).hasSizeGreaterThan(1000);
        assertThat(passwords).hasSize(1000);
    }

    @Test
    void byDefaultTheWayIsStraight() {
        device.connected();

        assertThat(device.transport.last().options.webSocketPath()).isNull();
        assertThat(device.transport.last().options.proxy()).isNull();
    }

    @Test
    void overWebSocketADeviceWithATokenIsNotToBeAskedForACertificate() {
        device.webSocket = true;
        device.connected();

        assertThat(device.transport.last().options.webSocketPath())
                .isEqualTo("/$iothub/websocket?iothub-no-client-cert=true");
    }

    @Test
    void overWebSocketADeviceWithoutPasswordMayBeAskedForACertificate() {
        device.webSocket = true;
        device.credentials = (audience, now, blocking) ->
                CompletableFuture.completedStage(Credentials.Credential.certificate(null, now, now.plusSeconds(3600)));
        device.connected();

        assertThat(device.transport.last().options.webSocketPath()).isEqualTo("/$iothub/websocket");
    }

    @Test
    void eachConnectGoesThroughTheProxy() {
        device.proxy = new Proxy(Proxy.Type.HTTP, "proxy.example", 3128, null, null);
        device.connected();

        assertThat(device.transport.last().options.proxy()).isEqualTo(device.proxy);
    }

    @Test
    void theDelayGrowsUpToItsLimitAndStaysRandomThere() {
        Backoff backoff = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(2), new Random(1));
        assertThat(backoff.next()).isZero();
        assertThat(backoff.next()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));
        assertThat(backoff.next()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(4));
        Set<Duration> delays = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            delays.add(backoff.next());
        }
        assertThat(delays).hasSizeGreaterThan(90).allMatch(delay -> delay.compareTo(Duration.ofMinutes(2)) <= 0);
        assertThat(delays).anyMatch(delay -> delay.compareTo(Duration.ofSeconds(60)) > 0);

        backoff.reset();
        assertThat(backoff.next()).isZero();
    }

    @Test
    void aDeviceThatIsCutOffAgainAndAgainSoonAfterConnectingComesBackMoreAndMoreSlowly() {
        device.connected();
        for (int i = 0; i < 12; i++) {
            device.lose();
            while (device.transport.last().connack.isCompletedExceptionally()
                    || device.transport.last().connack.isDone()) {
                device.loop.advance(Duration.ofSeconds(1));
            }
            device.accept();
        }

        long elapsed = Duration.ofNanos(device.loop.nanoTime()).toSeconds();
        assertThat(elapsed).as("seconds that twelve evictions took").isGreaterThan(60);
    }

    @Test
    void aReadyMadeTokenIsUsedUntilItExpiresAndThenNamedAsTheCause() {
        Instant expiry = device.loop.clock().instant().plusSeconds(60);
        device.credentials = new SasTokenCredentials(
                SasToken.sign(DeviceHarness.DEVICE, SharedAccessKey.parse(DeviceHarness.KEY), expiry));
        device.connected().release();
        device.loop.run();
        device.transport.last().disconnected.complete(null);
        device.loop.advance(Duration.ofSeconds(61));

        CompletableFuture<Void> ready =
                device.connections.acquire(device.settings()).start().toCompletableFuture();
        device.loop.run();

        assertThatThrownBy(ready::join)
                .hasMessageContaining("expired at " + expiry)
                .hasMessageContaining("make a new one");
        assertThat(device.transport.links).hasSize(1);
    }

    @Test
    void anEndpointThatDisagreesOnAnOptionIsRefusedWithBothValues() {
        device.connected();
        device.window = 7;

        assertThatThrownBy(() -> device.connections.acquire(device.settings()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("maxInflight is 2 there and 7 here");
    }

    @Test
    void anEndpointWithAnotherKeyIsRefusedWithoutShowingAKey() {
        device.connected();
        String otherKey = "MDEyMzQ1Njc4OWFiY2RlZg==";
        device.credentials = new SharedAccessKeyCredentials(SharedAccessKey.parse(otherKey), null, device.timeToLive);

        assertThatThrownBy(() -> device.connections.acquire(device.settings()))
                .hasMessageContaining("authentication")
                .hasMessageNotContaining(otherKey)
                .hasMessageNotContaining(DeviceHarness.KEY);
    }

    @Test
    void closingTheRegistryEndsEveryConnection() {
        ConnectionHandle handle = device.connected();
        CompletableFuture<Void> closed = device.connections.close().toCompletableFuture();
        device.loop.run();
        device.transport.last().disconnected.complete(null);
        device.loop.run();

        assertThat(closed).isCompleted();
        assertThat(handle.status().state()).isEqualTo(ConnectionState.CLOSED);
        assertThat(device.send(handle, "late")).isCompletedExceptionally();
    }

    @Test
    void theStatusSaysWhatIsWrongSinceWhenAndHowOftenItWasTried() {
        ConnectionHandle handle = device.connected();
        assertThat(handle.status().state()).isEqualTo(ConnectionState.CONNECTED);
        assertThat(handle.status().cause()).isNull();
        assertThat(handle.status().tokenExpiry())
                .isEqualTo(device.loop.clock().instant().plus(device.timeToLive));

        device.loop.advance(Duration.ofMinutes(1));
        device.lose();
        for (int i = 0; i < 3; i++) {
            device.transport.last().connack.completeExceptionally(TransportException.refused(5));
            device.loop.run();
            assertThat(handle.status().state()).isEqualTo(ConnectionState.WAITING);
            device.loop.advance(Duration.ofSeconds(20));
        }
        assertThat(handle.status().failedAttempts()).isEqualTo(3);
        assertThat(handle.status().cause()).contains("not authorized").contains("clock");
        assertThat(handle.status().toString()).doesNotContain(DeviceHarness.KEY).doesNotContain("sig=");

        device.accept();
        assertThat(handle.status().failedAttempts()).isZero();
        assertThat(handle.status().cause()).isNull();
        assertThat(handle.status().since()).isEqualTo(device.loop.clock().instant());
    }

    @Test
    void manyDevicesThatAreCutTogetherComeBackAtTheRateThatTheHubTakes() {
        ConnectLimiter limiter = new ConnectLimiter(100);
        long last = 0;
        for (int device = 0; device < 10_000; device++) {
            last = limiter.reserve(0).toNanos();
        }

        assertThat(Duration.ofNanos(last)).isEqualTo(Duration.ofMillis(99_990));
        assertThat(limiter.reserve(Duration.ofSeconds(200).toNanos())).isZero();
    }

    @Test
    void theLimiterHoldsBackTheConnectionsOfADeviceLayer() {
        DeviceConnections slow =
                new DeviceConnections(device.transport, device.loop, device.blocking, new Random(1), 1);
        slow.acquire(device.settings()).start();
        slow.acquire(device.settings(new DeviceIdentity("contoso.azure-devices.net", "dev2", null)))
                .start();
        device.loop.run();
        assertThat(device.transport.links).hasSize(1);

        device.loop.advance(Duration.ofSeconds(1));
        assertThat(device.transport.links).hasSize(2);
    }

    @Test
    void aFaultInTheCredentialsFailsTheStartInsteadOfLeavingItWaiting() {
        device.credentials = (audience, now, blocking) -> {
            throw new IllegalStateException("no entropy");
        };
        CompletableFuture<Void> ready =
                device.connections.acquire(device.settings()).start().toCompletableFuture();
        device.loop.run();

        assertThatThrownBy(ready::join).hasMessageContaining("no entropy");
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void everyKindOfFailureIsRetriedAndNamedInTheStatus(Reason reason) {
        ConnectionHandle handle = device.connected();
        device.loop.advance(Duration.ofMinutes(1));
        device.transport.last().lose(reason);
        device.loop.run();
        device.transport.last().connack.completeExceptionally(FakeTransport.lossOf(reason));
        device.loop.run();
        assertThat(handle.status().state()).isEqualTo(ConnectionState.WAITING);
        assertThat(handle.status().cause()).isEqualTo("the test says " + reason);

        device.loop.advance(Duration.ofSeconds(2));
        device.accept();
        assertThat(handle.status().isUp()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5})
    void everyRefusalIsRetriedAndNamedInTheStatus(int code) {
        ConnectionHandle handle = device.connected();
        device.loop.advance(Duration.ofMinutes(1));
        device.lose();
        device.transport.last().connack.completeExceptionally(TransportException.refused(code));
        device.loop.run();
        assertThat(handle.status().cause()).startsWith("the hub refused the connection: " + code);

        device.loop.advance(Duration.ofSeconds(2));
        device.accept();
        assertThat(handle.status().isUp()).isTrue();
    }
}
