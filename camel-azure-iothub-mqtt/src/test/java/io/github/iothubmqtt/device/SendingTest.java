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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.github.iothubmqtt.transport.TransportException.Reason;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class SendingTest {

    private final DeviceHarness device = new DeviceHarness();

    @Test
    void aMessageIsDoneWhenTheHubHasAcknowledgedItAndNotBefore() {
        ConnectionHandle handle = device.connected();
        CompletableFuture<Void> sent = device.send(handle, "a");
        assertThat(device.transport.last().bodies()).containsExactly("a");
        assertThat(sent).isNotDone();

        device.puback(0);
        assertThat(sent).isCompleted();
    }

    @Test
    void noMoreMessagesAreInFlightThanTheWindowAllows() {
        ConnectionHandle handle = device.connected();
        List.of("a", "b", "c", "d").forEach(body -> device.send(handle, body));
        assertThat(device.transport.last().bodies()).containsExactly("a", "b");

        device.puback(1);
        assertThat(device.transport.last().bodies()).containsExactly("a", "b", "c");
    }

    @Test
    void whatWasNotAcknowledgedIsSentAgainInOrderBeforeWhatWaited() {
        device.window = 3;
        ConnectionHandle handle = device.connected();
        List<CompletableFuture<Void>> results = new ArrayList<>();
        List.of("a", "b", "c", "d", "e").forEach(body -> results.add(device.send(handle, body)));
        device.puback(1);
        device.loop.advance(Duration.ofSeconds(10));
        device.lose();
        device.accept();

        assertThat(device.transport.last().bodies()).containsExactly("a", "c", "d");
        for (int i = 0; i < 4; i++) {
            device.puback(i);
        }
        assertThat(results).allMatch(CompletableFuture::isDone).noneMatch(CompletableFuture::isCompletedExceptionally);
    }

    @Test
    void messagesWaitThroughAnOutage() {
        ConnectionHandle handle = device.connected();
        device.loop.advance(Duration.ofSeconds(10));
        device.lose();
        CompletableFuture<Void> sent = device.send(handle, "a");
        for (int i = 0; i < 3; i++) {
            device.transport.last().connack.completeExceptionally(FakeTransport.lossOf(Reason.UNREACHABLE));
            device.loop.advance(Duration.ofSeconds(8));
        }
        device.accept();
        device.puback(0);

        assertThat(sent).isCompleted();
    }

    @Test
    void anAnswerThatComesOnAnOldLinkCountsForNothing() {
        ConnectionHandle handle = device.connected();
        CompletableFuture<Void> sent = device.send(handle, "a");
        FakeTransport.FakeLink old = device.transport.last();
        device.loop.advance(Duration.ofSeconds(10));
        old.lose();
        device.accept();
        old.sent.get(0).puback().complete(null);
        device.loop.run();

        assertThat(sent).isNotDone();
    }

    @Test
    void aMessageFailsAtItsDeadlineAndSaysThatItMayHaveArrived() {
        device.pubackTimeout = Duration.ofHours(1);
        ConnectionHandle handle = device.connected();
        CompletableFuture<Void> sent = device.send(handle, "a");
        device.loop.advance(DeviceHarness.TIMEOUT.minusMillis(1));
        assertThat(sent).isNotDone();

        device.loop.advance(Duration.ofMillis(1));
        assertThatThrownBy(sent::join)
                .hasCauseInstanceOf(SendTimeoutException.class)
                .hasMessageContaining("it was sent and may have arrived");
    }

    @Test
    void aMessageThatFailedIsNotSentAgainAfterALoss() {
        ConnectionHandle handle = device.connected();
        device.send(handle, "a");
        device.loop.advance(DeviceHarness.TIMEOUT);
        CompletableFuture<Void> next = device.send(handle, "b");
        device.lose();
        device.accept();

        assertThat(device.transport.last().bodies()).containsExactly("b");
        device.puback(0);
        assertThat(next).isCompleted();
    }

    @Test
    void aDeadlineDuringAnOutageNamesTheCause() {
        ConnectionHandle handle = device.connected();
        device.loop.advance(Duration.ofSeconds(10));
        device.lose();
        device.transport.last().connack.completeExceptionally(FakeTransport.lossOf(Reason.UNREACHABLE));
        CompletableFuture<Void> sent = device.send(handle, "a");
        device.loop.advance(DeviceHarness.TIMEOUT);

        assertThatThrownBy(sent::join)
                .hasCauseInstanceOf(SendTimeoutException.class)
                .hasMessageContaining("there is no connection: the test says UNREACHABLE");
    }

    @Test
    void deadlinesOfDifferentLengthAreEachKept() {
        ConnectionHandle handle = device.connected();
        CompletableFuture<Void> slow = device.send(handle, "a");
        CompletableFuture<Void> quick =
                handle.send("t", new byte[0], 1, Duration.ofSeconds(1)).toCompletableFuture();
        device.loop.advance(Duration.ofSeconds(1));
        assertThat(quick).isCompletedExceptionally();
        assertThat(slow).isNotDone();

        device.loop.advance(Duration.ofSeconds(29));
        assertThat(slow).isCompletedExceptionally();
    }

    @Test
    void aFullOutboxRefusesAtOnceAndTakesAgainWhenThereIsRoom() {
        device.maxPending = 2;
        ConnectionHandle handle = device.connected();
        device.send(handle, "a");
        device.send(handle, "b");
        assertThatThrownBy(() -> device.send(handle, "c").join())
                .hasCauseInstanceOf(OutboxFullException.class)
                .hasMessageContaining("maxPending");

        device.puback(0);
        assertThat(device.send(handle, "d")).isNotDone();
    }

    @Test
    void aReleasedHandleCancelsItsOwnMessagesOnly() {
        device.window = 1;
        ConnectionHandle stopping = device.connected();
        ConnectionHandle other = device.connections.acquire(device.settings());
        CompletableFuture<Void> sent = device.send(stopping, "a");
        CompletableFuture<Void> waiting = device.send(stopping, "b");
        CompletableFuture<Void> others = device.send(other, "c");
        stopping.release();
        device.loop.run();
        assertThatThrownBy(sent::join).hasCauseInstanceOf(SendCancelledException.class);
        assertThatThrownBy(waiting::join).hasCauseInstanceOf(SendCancelledException.class);

        device.puback(0);
        assertThat(device.transport.last().bodies()).containsExactly("a", "c");
        device.puback(1);
        assertThat(others).isCompleted();
    }

    @Test
    void atQosZeroAMessageIsDoneWhenItIsWritten() {
        ConnectionHandle handle = device.connected();
        CompletableFuture<Void> sent =
                handle.send("t", new byte[0], 0, DeviceHarness.TIMEOUT).toCompletableFuture();
        device.loop.run();
        assertThat(device.transport.last().sent.get(0).qos()).isZero();
        device.puback(0);

        assertThat(sent).isCompleted();
    }

    @Test
    void aMessageThatCanNeverBeSentFailsAloneAndTheConnectionGoesOn() {
        ConnectionHandle handle = device.connected();
        CompletableFuture<Void> bad = device.send(handle, "a");
        CompletableFuture<Void> good = device.send(handle, "b");
        device.transport.last().sent.get(0).puback().completeExceptionally(FakeTransport.lossOf(Reason.CANNOT_BE_SENT));
        device.puback(1);

        assertThatThrownBy(bad::join).hasCauseInstanceOf(UnsendableMessageException.class);
        assertThat(good).isCompleted();
        assertThat(device.transport.links).hasSize(1);
    }

    @Test
    void aLinkOnWhichPubackDoesNotComeIsMadeAnewAndTheMessageSentAgain() {
        ConnectionHandle handle = device.connected();
        device.loop.advance(Duration.ofMinutes(1));
        CompletableFuture<Void> sent = device.send(handle, "a");
        device.loop.advance(Duration.ofSeconds(20).minusNanos(1));
        assertThat(device.transport.links).hasSize(1);

        device.loop.advance(Duration.ofNanos(1));
        assertThat(device.transport.links).hasSize(2);
        assertThat(device.transport.links.get(0).cut).isTrue();
        assertThat(handle.status().cause()).contains("pubackTimeout");
        device.accept();
        device.puback(0);
        assertThat(sent).isCompleted();
        assertThat(handle.status().cause()).isNull();
    }

    @Test
    void theTimeForPubackIsThatOfTheOldestMessageInFlight() {
        ConnectionHandle handle = device.connected();
        device.send(handle, "a");
        device.loop.advance(Duration.ofSeconds(15));
        device.send(handle, "b");
        device.puback(0);
        device.loop.advance(Duration.ofSeconds(19));
        assertThat(device.transport.links).hasSize(1);

        device.loop.advance(Duration.ofSeconds(1));
        assertThat(device.transport.links).hasSize(2);
    }

    @Test
    void anHourWithoutAHubLosesNothingThatMayWaitThatLong() {
        device.maxPending = 500;
        ConnectionHandle handle = device.connected();
        device.loop.advance(Duration.ofSeconds(10));
        device.lose();
        List<CompletableFuture<Void>> results = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            results.add(handle.send("t", ("m" + i).getBytes(), 1, Duration.ofHours(2))
                    .toCompletableFuture());
        }
        long end = device.loop.nanoTime() + Duration.ofHours(1).toNanos();
        while (device.loop.nanoTime() < end) {
            device.transport.last().connack.completeExceptionally(FakeTransport.lossOf(Reason.UNREACHABLE));
            device.loop.advance(Duration.ofMinutes(2));
        }
        assertThat(handle.status().pending()).as("bounded").isEqualTo(500);
        device.accept();
        for (int i = 0; i < 500; i++) {
            device.puback(i);
        }

        assertThat(results.subList(0, 500)).allMatch(result -> result.isDone() && !result.isCompletedExceptionally());
        assertThat(results.subList(500, 600)).allMatch(CompletableFuture::isCompletedExceptionally);
        assertThat(device.transport.last().bodies())
                .hasSize(500)
                .startsWith("m0", "m1")
                .endsWith("m499");
    }
}
