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

import io.github.iothubmqtt.protocol.MethodTopics;
import io.github.iothubmqtt.transport.TransportException.Reason;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What time-outs, pauses, stops and lost connections mean to calls of direct methods. */
class MethodLifeTest {

    private final DeviceHarness device = new DeviceHarness();

    @Test
    void aCallThatTakesTooLongIsAnsweredWith504OnceAndTheLateAnswerIsDropped() {
        MethodsHarness consumer = MethodsHarness.subscribed(device, 1);
        consumer.call("m", "1");
        device.loop.advance(MethodsHarness.TIMEOUT.minusNanos(1));
        assertThat(consumer.answers()).isEmpty();

        device.loop.advance(Duration.ofNanos(1));
        assertThat(consumer.answers()).containsExactly("504 1");
        assertThat(device.transport.last().bodies())
                .containsExactly("{\"message\":\"The device did not carry out the method in time.\"}");
        assertThat(consumer.calls.get(0).isAnswered()).isTrue();
        assertThat(consumer.answer(0, "late")).isFalse();
        device.pubackAll();
        device.loop.advance(Duration.ofMinutes(1));
        assertThat(consumer.answers()).hasSize(1);
    }

    @Test
    void aCallThatWaitsTooLongIsAnsweredWith504AndNotBegun() {
        MethodsHarness consumer = MethodsHarness.subscribed(device, 1);
        consumer.call("m", "1");
        device.loop.advance(Duration.ofSeconds(10));
        consumer.call("m", "2");
        device.loop.advance(Duration.ofSeconds(10));
        device.pubackAll();
        device.loop.advance(Duration.ofSeconds(10));
        assertThat(consumer.answers()).containsExactly("504 1", "504 2");

        consumer.call("m", "3");
        consumer.finished(0);
        assertThat(consumer.begun()).as("2 was given up").containsExactly("1", "3");
    }

    @Test
    void aSlowCallHoldsItsPlaceUntilItsRouteIsThrough() {
        MethodsHarness consumer = MethodsHarness.subscribed(device, 1);
        consumer.call("m", "1");
        device.loop.advance(MethodsHarness.TIMEOUT);
        consumer.call("m", "2");
        assertThat(consumer.begun()).containsExactly("1");

        consumer.finished(0);
        assertThat(consumer.begun()).containsExactly("1", "2");
    }

    @Test
    void aSuspendedConsumerAnswersWith503AlsoWhatWaits() {
        ConnectionHandle handle = device.connected();
        MethodsHarness consumer = new MethodsHarness(device).subscribe(handle, 1);
        device.grant(MethodTopics.FILTER);
        consumer.call("m", "1");
        consumer.call("m", "2");
        handle.pause();
        device.loop.run();
        consumer.call("m", "3");
        consumer.call("other", "4");
        assertThat(consumer.answers()).containsExactly("503 2", "503 3", "503 4");

        consumer.done(0);
        assertThat(consumer.answers()).as("what runs goes on").endsWith("200 1 null");
        handle.resume();
        device.loop.run();
        consumer.call("m", "5");
        assertThat(consumer.begun()).containsExactly("1", "5");
    }

    @Test
    void aConsumerThatStopsLeavesOthersAloneAndTheLastUnsubscribes() {
        ConnectionHandle first = device.connected();
        ConnectionHandle second = device.connections.acquire(device.settings());
        device.connections.acquire(device.settings());
        MethodsHarness stopping = new MethodsHarness(device).subscribe(first, 1, "a");
        MethodsHarness staying = new MethodsHarness(device).subscribe(second, 1, "b");
        device.grant(MethodTopics.FILTER);
        stopping.call("a", "1");
        stopping.call("a", "2");
        first.release();
        device.loop.run();
        staying.call("a", "3");
        staying.call("b", "4");
        stopping.done(0);
        assertThat(staying.begun()).containsExactly("4");
        assertThat(staying.answers()).containsExactly("503 2", "404 3", "200 1 null");
        assertThat(device.transport.last().unsubscribed).isEmpty();

        second.release();
        device.loop.run();
        assertThat(device.transport.last().unsubscribed).containsExactly(MethodTopics.FILTER);
    }

    @Test
    void anotherConsumerMayTakeTheMethodsOfOneThatStopped() {
        ConnectionHandle first = device.connected();
        ConnectionHandle second = device.connections.acquire(device.settings());
        new MethodsHarness(device).subscribe(first, 1, "a");
        device.grant(MethodTopics.FILTER);
        first.release();
        MethodsHarness next = new MethodsHarness(device).subscribe(second, 1, "a");
        assertThat(next.granted).isNotDone();
        device.grant(MethodTopics.FILTER);
        next.call("a", "1");

        assertThat(next.granted).isCompleted();
        assertThat(next.begun()).containsExactly("1");
    }

    @Test
    void aRefusedSubscriptionFailsTheStart() {
        MethodsHarness consumer = new MethodsHarness(device).subscribe(device.connected(), 1);
        device.refuse(MethodTopics.FILTER);

        assertThatThrownBy(consumer.granted::join)
                .hasMessageContaining("Cannot subscribe contoso.azure-devices.net/dev1 to its direct methods");
    }

    @Test
    void everyNewLinkIsSubscribedAgain() {
        MethodsHarness consumer = MethodsHarness.subscribed(device, 1);
        device.reconnect();
        assertThat(device.transport.last().filters).containsExactly(MethodTopics.FILTER);

        device.grant(MethodTopics.FILTER);
        consumer.call("m", "1");
        consumer.done(0);
        assertThat(consumer.answers()).containsExactly("200 1 null");
    }

    @Test
    void afterALossNothingIsAnsweredOnTheNextLinkAndWhatWaitedIsNotBegun() {
        MethodsHarness consumer = MethodsHarness.subscribed(device, 1);
        consumer.call("m", "1");
        consumer.call("m", "2");
        device.reconnect();
        device.grant(MethodTopics.FILTER);
        consumer.done(0);
        device.loop.advance(MethodsHarness.TIMEOUT);
        assertThat(device.transport.last().sent).isEmpty();
        assertThat(consumer.begun()).containsExactly("1");

        consumer.call("m", "2");
        assertThat(consumer.begun()).as("the hub has asked anew").containsExactly("1", "2");
    }

    @Test
    void aCallOfTheNextLinkWaitsForTheRouteThatIsStillBusyWithOneOfTheLast() {
        MethodsHarness consumer = MethodsHarness.subscribed(device, 1);
        consumer.call("m", "1");
        device.reconnect();
        device.grant(MethodTopics.FILTER);
        consumer.call("m", "1b");
        assertThat(consumer.begun()).containsExactly("1");

        consumer.done(0);
        assertThat(consumer.begun()).containsExactly("1", "1b");
    }

    @Test
    void aCallThatIsStillOnItsWayWhenItsConnectionGoesIsNotBegun() {
        MethodsHarness consumer = MethodsHarness.subscribed(device, 1);
        FakeTransport.FakeLink old = device.transport.last();
        device.reconnect();
        old.deliver("$iothub/methods/POST/m/?$rid=1", "{}", 0, 0);
        device.loop.run();

        assertThat(consumer.calls).isEmpty();
    }

    @Test
    void anAnswerThatIsNotAcknowledgedShowsThatTheLinkIsDead() {
        MethodsHarness consumer = MethodsHarness.subscribed(device, 1);
        consumer.call("m", "1");
        consumer.done(0);
        device.loop.advance(device.pubackTimeout);

        assertThat(device.transport.links).hasSize(2);
        device.accept();
        assertThat(device.transport.last().sent).as("the caller has been told").isEmpty();
    }

    @Test
    void anAnswerThatCannotBeSentHarmsNothingElse() {
        ConnectionHandle handle = device.connected();
        MethodsHarness consumer = new MethodsHarness(device).subscribe(handle, 1);
        device.grant(MethodTopics.FILTER);
        consumer.call("m", "#");
        consumer.done(0);
        device.transport.last().sent.get(0).puback().completeExceptionally(FakeTransport.lossOf(Reason.CANNOT_BE_SENT));
        device.loop.run();
        consumer.call("m", "2");
        consumer.done(1);

        assertThat(consumer.answers()).endsWith("200 2 null");
        assertThat(handle.status().isUp()).isTrue();
        assertThat(device.transport.links).hasSize(1);
    }

    @Test
    void answersGoPastTelemetryThatWaits() {
        ConnectionHandle handle = device.connected();
        MethodsHarness consumer = new MethodsHarness(device).subscribe(handle, 1);
        device.grant(MethodTopics.FILTER);
        for (int i = 0; i < 5; i++) {
            device.send(handle, "t" + i);
        }
        consumer.call("m", "1");
        consumer.answer(0, "\"now\"");

        assertThat(device.transport.last().bodies()).containsExactly("t0", "t1", "\"now\"");
    }

    @Test
    void aHandOverWaitsForTheCallsAndTheirAnswers() {
        device.timeToLive = Duration.ofSeconds(100);
        MethodsHarness consumer = MethodsHarness.subscribed(device, 1);
        FakeTransport.FakeLink old = device.transport.last();
        device.loop.advance(Duration.ofSeconds(79));
        consumer.call("m", "1");
        consumer.call("m", "2");
        device.loop.advance(Duration.ofSeconds(7));
        consumer.done(0);
        assertThat(old.disconnectSent).isFalse();

        consumer.done(1);
        assertThat(old.bodies()).hasSize(2);
        assertThat(old.disconnectSent).as("the answers are on their way").isFalse();
        device.pubackAll();
        assertThat(old.disconnectSent).isTrue();
    }

    @Test
    void aHandOverDoesNotWaitForACallForEver() {
        device.timeToLive = Duration.ofSeconds(100);
        MethodsHarness consumer = MethodsHarness.subscribed(device, 1);
        FakeTransport.FakeLink old = device.transport.last();
        device.loop.advance(Duration.ofSeconds(79));
        consumer.call("m", "1");
        device.loop.advance(Duration.ofSeconds(6).plus(device.handOverTimeout).plusSeconds(1));

        assertThat(old.disconnectSent).isTrue();
    }

    @Test
    void aHandOverDoesNotOvertakeAnAnswerThatIsOnItsWayToTheLoop() {
        device.timeToLive = Duration.ofSeconds(100);
        ConnectionHandle handle = device.connected();
        FakeTransport.FakeLink old = device.transport.last();
        MethodsHarness consumer = new MethodsHarness(device).subscribe(handle, 1);
        device.grant(MethodTopics.FILTER);
        device.loop.advance(Duration.ofSeconds(79));
        consumer.call("m", "1");
        device.loop.advance(Duration.ofSeconds(7));
        handle.send("t", new byte[0], 1, DeviceHarness.TIMEOUT); // makes the loop look whether all is done
        consumer.calls.get(0).answer(200, new byte[] {'1'});
        device.loop.run();

        assertThat(old.bodies()).containsExactly("", "1");
    }

    @Test
    void noTimerOutlivesItsCallOrItsConnection() {
        device.pubackTimeout = Duration.ofMillis(500);
        ConnectionHandle handle = device.connected();
        MethodsHarness consumer = new MethodsHarness(device).subscribe(handle, 1);
        device.grant(MethodTopics.FILTER);
        int before = device.loop.timers();
        consumer.call("m", "1");
        consumer.call("m", "2");
        consumer.done(0);
        consumer.done(1);
        device.pubackAll();
        device.loop.advance(device.pubackTimeout);
        assertThat(device.loop.timers()).isEqualTo(before);

        consumer.call("m", "3");
        consumer.call("m", "4");
        handle.release();
        device.loop.run();
        assertThat(device.loop.timers()).isZero();
    }
}
