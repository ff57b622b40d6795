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
import java.util.concurrent.CompletableFuture;

import io.github.iothubmqtt.transport.TransportException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class HandOverTest {

    private final DeviceHarness device = new DeviceHarness();

    @Test
    void aPlannedReconnectCountsAsUpUntilItFails() {
        device.timeToLive = Duration.ofSeconds(100);
        ConnectionHandle handle = device.connected();
        device.subscribed(handle, 5);
        FakeTransport.FakeLink old = device.transport.last();
        device.loop.advance(Duration.ofSeconds(86));
        assertThat(old.disconnectSent).isTrue();
        assertThat(handle.status().isUp()).isTrue();
        assertThat(handle.status().subscribed()).isTrue();

        old.disconnected.complete(null);
        device.loop.run();
        assertThat(handle.status().state()).isEqualTo(ConnectionState.RENEWING);
        device.transport.last().connack.completeExceptionally(TransportException.refused(3));
        device.loop.run();
        assertThat(handle.status().isUp()).isFalse();
        assertThat(handle.status().subscribed()).isFalse();
    }

    @Test
    void aHandOverOfAHealthyConnectionForgetsOldTroubles() {
        device.timeToLive = Duration.ofSeconds(1000);
        device.connected();
        device.loop.advance(Duration.ofMinutes(1));
        device.lose();
        for (int i = 0; i < 10; i++) {
            device.transport.last().connack.completeExceptionally(TransportException.refused(3));
            device.loop.advance(Duration.ofMinutes(2));
        }
        FakeTransport.FakeLink healthy = device.accept();
        device.loop.advance(Duration.ofSeconds(851));
        healthy.disconnected.complete(null);
        device.loop.run();
        int links = device.transport.links.size();
        device.transport.last().connack.completeExceptionally(TransportException.refused(3));
        device.loop.run();

        assertThat(device.transport.links).as("the first retry is at once").hasSize(links + 1);
    }

    @Test
    void telemetryFlowsWhileAHandOverWaitsForAnExchange() {
        device.timeToLive = Duration.ofSeconds(100);
        ConnectionHandle handle = device.connected();
        DeviceHarness.Received received = device.subscribed(handle, 5);
        FakeTransport.FakeLink old = device.transport.last();
        device.deliver("a", 1);
        device.loop.advance(Duration.ofSeconds(86));
        assertThat(handle.status().state()).isEqualTo(ConnectionState.HANDING_OVER);
        CompletableFuture<Void> sent = device.send(handle, "t");
        assertThat(old.bodies()).containsExactly("t");

        device.complete(received.last());
        assertThat(old.disconnectSent).as("t is on its way").isFalse();
        device.puback(0);
        assertThat(sent).isCompleted();
        assertThat(old.disconnectSent).isTrue();
    }

    @Test
    void aTokenIsRenewedBeforeItExpires() {
        ConnectionHandle handle = device.connected();
        FakeTransport.FakeLink old = device.transport.last();
        device.loop.advance(Duration.ofMinutes(48).minusSeconds(1));
        assertThat(old.disconnectSent).isFalse();

        device.loop.advance(Duration.ofMinutes(3).plusSeconds(1));
        assertThat(old.disconnectSent).as("at 85 % of the life").isTrue();
        assertThat(device.transport.links)
                .as("not before the old one is closed")
                .hasSize(1);

        old.disconnected.complete(null);
        device.accept();
        assertThat(device.transport.links).hasSize(2);
        assertThat(device.transport.last().options.password()).isNotEqualTo(old.options.password());
        assertThat(handle.status().state()).isEqualTo(ConnectionState.CONNECTED);
    }

    @Test
    void aHandOverHoldsNewMessagesAndWaitsForThoseInFlight() {
        device.timeToLive = Duration.ofSeconds(100);
        ConnectionHandle handle = device.connected();
        FakeTransport.FakeLink old = device.transport.last();
        device.loop.advance(Duration.ofSeconds(79));
        CompletableFuture<Void> inFlight = device.send(handle, "a");
        device.loop.advance(Duration.ofSeconds(6));
        CompletableFuture<Void> held = device.send(handle, "b");
        assertThat(old.bodies()).containsExactly("a");
        assertThat(old.disconnectSent).isFalse();

        old.sent.get(0).puback().complete(null);
        device.loop.run();
        assertThat(inFlight).isCompleted();
        assertThat(old.disconnectSent).isTrue();
        old.disconnected.complete(null);
        device.accept();
        device.puback(0);

        assertThat(device.transport.last().bodies()).containsExactly("b");
        assertThat(held).isCompleted();
    }

    @Test
    void aHandOverDoesNotWaitForeverForPuback() {
        device.timeToLive = Duration.ofSeconds(100);
        device.handOverTimeout = Duration.ofSeconds(3);
        ConnectionHandle handle = device.connected();
        FakeTransport.FakeLink old = device.transport.last();
        device.loop.advance(Duration.ofSeconds(79));
        CompletableFuture<Void> unanswered = device.send(handle, "a");
        device.loop.advance(Duration.ofSeconds(6).plus(device.handOverTimeout).plus(DeviceConnection.DRAIN_LIMIT));
        assertThat(old.disconnectSent).isTrue();
        old.disconnected.complete(null);
        device.accept();
        assertThat(device.transport.last().bodies()).containsExactly("a");
        device.puback(0);

        assertThat(unanswered).isCompleted();
    }

    @Test
    void theMomentOfTheRenewalCanBeChosen() {
        device.sasRenewAt = 50;
        device.connected();
        FakeTransport.FakeLink old = device.transport.last();
        device.loop.advance(Duration.ofMinutes(27).minusSeconds(1));
        assertThat(old.disconnectSent).as("not before 45 %").isFalse();

        device.loop.advance(Duration.ofMinutes(3).plusSeconds(1));
        assertThat(old.disconnectSent).isTrue();
    }
}
