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

import io.github.iothubmqtt.device.DeviceHarness.Received;
import io.github.iothubmqtt.transport.TransportException.Reason;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class ReceivingTest {

    private final DeviceHarness device = new DeviceHarness();

    @Test
    void aConsumerIsReadyWhenTheHubHasGrantedItsSubscription() {
        Received received = device.subscribe(device.connected(), 5);
        assertThat(device.transport.last().filters).containsExactly("devices/dev1/messages/devicebound/#");
        assertThat(received.granted).isNotDone();

        device.grant();
        assertThat(received.granted).isCompleted();
    }

    @Test
    void aMessageIsAcknowledgedWhenTheRouteHasDoneItAndOnce() {
        Received received = device.subscribed(device.connected(), 5);
        device.deliver("a", 1);
        assertThat(received.bodies()).containsExactly("a");
        assertThat(device.transport.last().acknowledged).isEmpty();

        device.complete(received.last());
        device.complete(received.last());
        device.fail(received.last());
        assertThat(device.transport.last().acknowledged).containsExactly(1);
    }

    @Test
    void messagesAreHandedOverOneAfterAnother() {
        Received received = device.subscribed(device.connected(), 5);
        device.deliver("a", 1);
        device.deliver("b", 2);
        assertThat(received.bodies()).containsExactly("a");

        device.complete(received.last());
        assertThat(received.bodies()).containsExactly("a", "b");
        assertThat(device.transport.last().acknowledged).containsExactly(1);
    }

    @Test
    void aMessageIsNotAcknowledgedOnAnotherLinkThanItsOwn() {
        Received received = device.subscribed(device.connected(), 5);
        device.deliver("a", 1);
        device.loop.advance(Duration.ofSeconds(10));
        device.lose();
        device.accept();
        device.grant();
        device.deliver("a", 1);
        assertThat(received.bodies()).as("the first is still running").containsExactly("a");

        device.complete(received.last());
        assertThat(device.transport.last().acknowledged).isEmpty();
        assertThat(received.bodies()).containsExactly("a", "a");
        device.complete(received.last());
        assertThat(device.transport.last().acknowledged).containsExactly(1);
    }

    @Test
    void everyNewLinkIsSubscribedAgain() {
        device.subscribed(device.connected(), 5);
        device.loop.advance(Duration.ofSeconds(10));
        device.lose();
        device.accept();

        assertThat(device.transport.links).hasSize(2);
        assertThat(device.transport.last().filters).hasSize(1);
    }

    @Test
    void aFailedMessageStaysOpenAndComesAgainOnANewLink() {
        Received received = device.subscribed(device.connected(), 5);
        FakeTransport.FakeLink old = device.transport.last();
        device.deliver("a", 1);
        device.deliver("b", 2);
        device.fail(received.last());
        assertThat(received.bodies()).as("b would come again, too").containsExactly("a");
        assertThat(old.disconnectSent).as("after a back-off").isFalse();

        device.loop.advance(Duration.ofSeconds(2));
        assertThat(old.disconnectSent).isTrue();
        assertThat(old.acknowledged).isEmpty();
        old.disconnected.complete(null);
        device.accept();
        device.grant();
        device.deliver("a", 1);
        device.complete(received.last());
        assertThat(device.transport.last().acknowledged).containsExactly(1);
    }

    @Test
    void telemetryGoesOnWhileAFailedMessageWaitsForItsRedelivery() {
        ConnectionHandle handle = device.connected();
        Received received = device.subscribed(handle, 5);
        device.deliver("a", 1);
        device.fail(received.last());
        device.send(handle, "t");

        assertThat(device.transport.last().bodies()).containsExactly("t");
    }

    @Test
    void aMessageThatFailsTooOftenIsAcknowledgedAndReported() {
        Received received = device.subscribed(device.connected(), 2);
        for (int attempt = 1; attempt <= 2; attempt++) {
            device.deliver("a", attempt);
            device.fail(received.last());
            assertThat(device.transport.last().acknowledged).isEmpty();
            device.loop.advance(Duration.ofSeconds(10));
            device.transport.last().disconnected.complete(null);
            device.accept();
            device.grant();
        }
        device.deliver("a", 3);
        device.deliver("b", 4);
        device.fail(received.last());

        assertThat(received.givenUp).hasSize(1);
        assertThat(device.transport.last().acknowledged).containsExactly(3);
        assertThat(received.bodies()).containsExactly("a", "a", "a", "b");
    }

    @Test
    void failuresAreCountedPerMessageEvenWithoutAnId() {
        Received received = device.subscribed(device.connected(), 1);
        device.transport.last().deliver(DeviceHarness.DEVICEBOUND, "x", 1, 1);
        device.loop.run();
        device.fail(received.last());
        device.loop.advance(Duration.ofSeconds(10));
        device.transport.last().disconnected.complete(null);
        device.accept();
        device.grant();
        device.transport.last().deliver(DeviceHarness.DEVICEBOUND, "y", 1, 1);
        device.loop.run();
        device.fail(received.last());
        assertThat(received.givenUp).as("another message").isEmpty();
        device.loop.advance(Duration.ofSeconds(10));
        device.transport.last().disconnected.complete(null);
        device.accept();
        device.grant();
        device.transport.last().deliver(DeviceHarness.DEVICEBOUND, "x", 1, 1);
        device.loop.run();
        device.fail(received.last());

        assertThat(received.givenUp).hasSize(1);
    }

    @Test
    void atQosZeroAFailureCannotBeRepairedAndIsReported() {
        Received received = device.subscribed(device.connected(), 5);
        device.transport.last().deliver(DeviceHarness.DEVICEBOUND, "a", 0, 0);
        device.loop.run();
        device.fail(received.last());

        assertThat(received.givenUp).hasSize(1);
        assertThat(device.transport.last().acknowledged).isEmpty();
        device.deliver("b", 1);
        assertThat(received.bodies()).containsExactly("a", "b");
    }

    @Test
    void messagesThatComeBeforeTheirConsumerWaitForIt() {
        ConnectionHandle handle = device.connected();
        device.deliver("a", 1);
        Received received = device.subscribe(handle, 5);

        assertThat(received.bodies()).containsExactly("a");
        assertThat(device.transport.last().acknowledged).isEmpty();
    }

    @Test
    void aMessageThatArrivesBeforeTheLoopHasHeardOfConnackIsNotLost() {
        ConnectionHandle handle = device.connections.acquire(device.settings());
        handle.start();
        device.loop.run();
        device.deliver("a", 1);
        device.transport.last().connack.complete(true);
        device.loop.run();
        Received received = device.subscribed(handle, 5);
        device.deliver("b", 2);
        device.complete(received.last());
        device.complete(received.last());

        assertThat(received.bodies()).containsExactly("a", "b");
        assertThat(device.transport.last().acknowledged).containsExactly(1, 2);
    }

    @Test
    void aMessageIsNotGivenUpForAFailureAfterItsConnectionHadGone() {
        Received received = device.subscribed(device.connected(), 0);
        device.deliver("a", 1);
        device.loop.advance(Duration.ofSeconds(10));
        device.lose();
        device.accept();
        device.grant();
        device.fail(received.last());
        assertThat(received.givenUp).as("the hub still has it").isEmpty();

        device.deliver("a", 1);
        device.fail(received.last());
        assertThat(received.givenUp).hasSize(1);
    }

    @Test
    void aPausedConsumerLeavesMessagesOpen() {
        ConnectionHandle handle = device.connected();
        Received received = device.subscribed(handle, 5);
        handle.pause();
        device.deliver("a", 1);
        assertThat(received.bodies()).isEmpty();
        assertThat(device.transport.last().acknowledged).isEmpty();

        handle.resume();
        device.loop.run();
        assertThat(received.bodies()).containsExactly("a");
    }

    @Test
    void aHandOverWaitsForTheRunningExchangeAndItsAcknowledgement() {
        device.timeToLive = Duration.ofSeconds(100);
        Received received = device.subscribed(device.connected(), 5);
        FakeTransport.FakeLink old = device.transport.last();
        device.deliver("a", 1);
        device.deliver("b", 2);
        device.loop.advance(Duration.ofSeconds(86));
        assertThat(old.disconnectSent).isFalse();

        device.complete(received.last());
        assertThat(old.acknowledged).containsExactly(1);
        assertThat(old.disconnectSent).isTrue();
        assertThat(received.bodies()).as("nothing new is begun").containsExactly("a");
    }

    @Test
    void aSecondConsumerOfTheIdentityIsRefused() {
        device.subscribed(device.connected(), 5);
        ConnectionHandle other = device.connections.acquire(device.settings());

        assertThatThrownBy(() -> device.subscribe(other, 5).granted.join())
                .hasMessageContaining("Another route consumes the devicebound messages");
    }

    @Test
    void anotherConsumerMayFollowWhenTheFirstHasStopped() {
        ConnectionHandle first = device.connected();
        ConnectionHandle second = device.connections.acquire(device.settings());
        device.subscribed(first, 5);
        device.deliver("a", 1);
        first.release();
        Received received = device.subscribed(second, 5);
        device.deliver("b", 2);

        assertThat(received.bodies())
                .as("whatever becomes of the exchange that runs")
                .containsExactly("b");
        assertThat(device.transport.last().unsubscribed)
                .as("a kept session goes on collecting")
                .isEmpty();
    }

    @Test
    void withACleanSessionAStoppedConsumerUnsubscribes() {
        device.cleanSession = true;
        ConnectionHandle first = device.connected();
        device.connections.acquire(device.settings());
        device.subscribed(first, 5);
        first.release();
        device.loop.run();

        assertThat(device.transport.last().unsubscribed).hasSize(1);
    }

    @Test
    void aRefusedSubscriptionFailsTheStartOfTheConsumer() {
        Received received = device.subscribe(device.connected(), 5);
        device.transport.last().subacks.get(0).completeExceptionally(FakeTransport.lossOf(Reason.SUBSCRIPTION_REFUSED));
        device.loop.run();

        assertThatThrownBy(received.granted::join).hasMessageContaining("Cannot subscribe");
    }

    @Test
    void aSubscriptionThatIsRefusedLaterRemakesTheConnection() {
        device.subscribed(device.connected(), 5);
        device.loop.advance(Duration.ofSeconds(10));
        device.lose();
        device.accept();
        device.loop.advance(Duration.ofSeconds(10));
        device.transport.last().subacks.get(0).completeExceptionally(FakeTransport.lossOf(Reason.SUBSCRIPTION_REFUSED));
        device.loop.run();

        assertThat(device.transport.links).hasSize(3);
    }

    @Test
    void aSubackThatNeverComesRemakesTheConnection() {
        Received received = device.subscribe(device.connected(), 5);
        device.loop.advance(Duration.ofSeconds(30));
        assertThat(device.transport.links).hasSize(2);
        assertThat(device.transport.links.get(0).cut).isTrue();

        device.accept();
        device.grant();
        assertThat(received.granted).isCompleted();
    }

    @Test
    void aConsumerWhoseSubscriptionIsNeverAnsweredFailsToStart() {
        Received received = device.subscribe(device.connected(), 5);
        device.loop.advance(Duration.ofSeconds(30));
        device.accept();
        device.loop.advance(Duration.ofSeconds(30));

        assertThatThrownBy(received.granted::join).hasMessageContaining("SUBACK");
    }

    @Test
    void aMessageThatIsForNobodyDoesNotHoldUpTheOthers() {
        Received received = device.subscribed(device.connected(), 5);
        device.deliver("a", 1);
        device.transport.last().deliver("$iothub/methods/POST/reboot/?$rid=1", "", 1, 2);
        device.loop.run();
        device.deliver("b", 3);
        assertThat(device.transport.last().acknowledged).as("in order").isEmpty();

        device.complete(received.last());
        device.complete(received.last());
        assertThat(device.transport.last().acknowledged).containsExactly(1, 2, 3);
    }

    @Test
    void aHubThatSendsWithoutEndIsCutOff() {
        device.subscribed(device.connected(), 5);
        for (int i = 0; i <= Receiver.INBOX_LIMIT; i++) {
            device.deliver("m" + i, i + 1);
        }

        assertThat(device.transport.links.get(0).cut).isTrue();
    }

    @Test
    void whatIsNoMessageCountsAsWellWhenItWaitsForItsAcknowledgement() {
        device.subscribed(device.connected(), 5);
        FakeTransport.FakeLink link = device.transport.last();
        device.deliver("open", 1);
        for (int i = 1; i < Receiver.INBOX_LIMIT; i++) {
            link.deliver("$iothub/twin/res/200/?$rid=x", "", 1, i + 1);
        }
        device.loop.run();
        assertThat(link.cut).isFalse();

        link.deliver("$iothub/twin/res/200/?$rid=x", "", 1, 5000);
        device.loop.run();
        assertThat(link.cut).isTrue();
    }

    @Test
    void severalMessagesMayRunAtATimeAndAreAcknowledgedInOrderAllTheSame() {
        device.concurrency = 2;
        Received received = device.subscribed(device.connected(), 5);
        device.deliver("a", 1);
        device.deliver("b", 2);
        device.deliver("c", 3);
        assertThat(received.bodies()).containsExactly("a", "b");

        device.complete(received.deliveries.get(1));
        assertThat(device.transport.last().acknowledged).as("a is not done").isEmpty();
        assertThat(received.bodies()).containsExactly("a", "b", "c");
        device.complete(received.deliveries.get(0));
        assertThat(device.transport.last().acknowledged).containsExactly(1, 2);
    }

    @Test
    void aMessageThatIsFinishedButNotSettledStaysOpenAndLetsTheNextCome() {
        Received received = device.subscribed(device.connected(), 5);
        device.deliver("a", 1);
        device.deliver("b", 2);
        received.last().finished();
        device.loop.run();
        assertThat(received.bodies()).containsExactly("a", "b");
        device.complete(received.last());
        assertThat(device.transport.last().acknowledged).isEmpty();

        received.deliveries.get(0).acknowledge();
        device.loop.run();
        assertThat(device.transport.last().acknowledged).containsExactly(1, 2);
    }

    @Test
    void theStatusTellsWhetherTheSubscriptionIsGranted() {
        ConnectionHandle handle = device.connected();
        device.subscribe(handle, 5);
        assertThat(handle.status().subscribed()).isFalse();
        device.grant();
        assertThat(handle.status().subscribed()).isTrue();

        device.loop.advance(Duration.ofSeconds(10));
        device.lose();
        assertThat(handle.status().subscribed()).isFalse();
        assertThat(handle.status().isUp()).isFalse();
    }
}
