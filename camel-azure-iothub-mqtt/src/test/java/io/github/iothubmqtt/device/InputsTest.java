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
import io.github.iothubmqtt.protocol.Topics;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class InputsTest {

    private static final String FILTER = Topics.inputFilter(DeviceHarness.MODULE);

    private final DeviceHarness device = new DeviceHarness();

    @BeforeEach
    void connect() {
        device.connected(DeviceHarness.MODULE);
    }

    @Test
    void allInputsShareOneSubscription() {
        Received first = ask(another(), "a", 1, 5);
        assertThat(device.transport.last().filters).containsExactly("devices/dev1/modules/mod1/inputs/#");
        assertThat(first.granted).isNotDone();
        Received second = ask(another(), "b", 1, 5);
        assertThat(second.granted).isNotDone();

        device.grant(FILTER);
        assertThat(first.granted).isCompleted();
        assertThat(second.granted).isCompleted();
        assertThat(subscribe(null).granted).isCompleted();
        assertThat(device.transport.last().filters).hasSize(1);
    }

    @Test
    void aMessageGoesToTheConsumerOfItsInputOrElseToTheOneOfAll() {
        Received all = subscribe(null);
        Received a = subscribe("a");
        toInput("a", "1", 1);
        toInput("b", "2", 2);
        toInput("A", "3", 3);
        device.complete(all.last());

        assertThat(a.bodies()).containsExactly("1");
        assertThat(all.bodies()).containsExactly("2", "3");
        assertThat(a.last().input()).isEqualTo("a");
        assertThat(all.last().input()).isEqualTo("A");
        assertThat(a.last().message().properties()).containsEntry("from", "test");
    }

    @Test
    void theNameOfAnInputIsDecoded() {
        Received odd = subscribe("a b/c");
        toInput("a%20b%2Fc", "1", 1);

        assertThat(odd.bodies()).containsExactly("1");
    }

    @Test
    void inputsRunAtTheSameTimeAndAreAcknowledgedInTheOrderOfTheirArrival() {
        Received a = subscribe("a");
        Received b = subscribe("b");
        toInput("a", "1", 1);
        toInput("b", "2", 2);
        toInput("a", "3", 3);
        toInput("b", "4", 4);
        assertThat(a.bodies()).containsExactly("1");
        assertThat(b.bodies()).containsExactly("2");

        device.complete(b.last());
        device.complete(b.last());
        assertThat(b.bodies()).containsExactly("2", "4");
        assertThat(device.transport.last().acknowledged).as("1 is not done").isEmpty();
        device.complete(a.last());
        assertThat(device.transport.last().acknowledged).containsExactly(1, 2);
        device.complete(a.last());
        assertThat(device.transport.last().acknowledged).containsExactly(1, 2, 3, 4);
    }

    @Test
    void aMessageToAnInputOfNobodyWaitsAndIsThenDropped() {
        Received a = subscribe("a");
        toInput("x", "1", 1);
        toInput("a", "2", 2);
        assertThat(a.bodies()).as("nobody waits for it").containsExactly("2");
        device.complete(a.last());
        device.loop.advance(Duration.ofSeconds(60).minusNanos(1));
        assertThat(device.transport.last().acknowledged).as("in order").isEmpty();

        device.loop.advance(Duration.ofNanos(1));
        assertThat(device.transport.last().acknowledged).containsExactly(1, 2);
        assertThat(subscribe("x").bodies()).isEmpty();
    }

    @Test
    void aConsumerThatStartsInTimeGetsWhatWaitedForIt() {
        subscribe("a");
        toInput("x", "1", 1);
        toInput("x", "2", 2);
        device.loop.advance(Duration.ofSeconds(59));
        Received x = subscribe("x");
        assertThat(x.bodies()).containsExactly("1");
        device.loop.advance(Duration.ofSeconds(10));
        assertThat(device.transport.last().acknowledged)
                .as("it has not done the first")
                .isEmpty();

        device.complete(x.last());
        device.complete(x.last());
        assertThat(x.bodies()).containsExactly("1", "2");
        assertThat(device.transport.last().acknowledged).containsExactly(1, 2);
    }

    @Test
    void asLongAsThereIsNoConsumerAtAllMessagesWait() {
        toInput("a", "1", 1);
        device.loop.advance(Duration.ofMinutes(10));
        assertThat(device.transport.last().acknowledged).isEmpty();

        Received a = subscribe("a");
        assertThat(a.bodies()).containsExactly("1");
    }

    @Test
    void theFirstConsumerStartsTheTimeOfWhatIsForOthers() {
        toInput("x", "1", 1);
        device.loop.advance(Duration.ofMinutes(10));
        subscribe("a");
        device.loop.advance(Duration.ofSeconds(59));
        assertThat(device.transport.last().acknowledged).isEmpty();

        device.loop.advance(Duration.ofSeconds(1));
        assertThat(device.transport.last().acknowledged).containsExactly(1);
    }

    @Test
    void aConsumerThatStopsLeavesTheOthersAlone() {
        ConnectionHandle stopping = device.connections.acquire(device.settings(DeviceHarness.MODULE));
        Received a = subscribe(stopping, "a", 1, 5);
        Received b = subscribe("b");
        toInput("a", "1", 1);
        toInput("a", "2", 2);
        toInput("b", "3", 3);
        device.complete(b.last());
        stopping.release();
        device.loop.run();
        assertThat(device.transport.last().unsubscribed).isEmpty();
        device.complete(a.last());
        assertThat(device.transport.last().acknowledged).containsExactly(1);
        assertThat(a.bodies()).containsExactly("1");

        device.loop.advance(Receiver.HUB_LOCK);
        assertThat(device.transport.last().acknowledged).as("2 was given up").containsExactly(1, 2, 3);
        toInput("b", "4", 4);
        assertThat(b.bodies()).containsExactly("3", "4");
    }

    @Test
    void whatWasForAConsumerThatStoppedGoesToTheOneOfAll() {
        ConnectionHandle stopping = device.connections.acquire(device.settings(DeviceHarness.MODULE));
        subscribe(stopping, "a", 1, 5);
        Received all = subscribe(null);
        toInput("a", "1", 1);
        toInput("a", "2", 2);
        stopping.release();
        device.loop.run();

        assertThat(all.bodies()).containsExactly("2");
    }

    @Test
    void theLastConsumerThatStopsLeavesMessagesInAKeptSession() {
        ConnectionHandle stopping = device.connections.acquire(device.settings(DeviceHarness.MODULE));
        subscribe(stopping, "a", 1, 5);
        stopping.release();
        device.loop.run();
        toInput("a", "1", 1);
        device.loop.advance(Duration.ofMinutes(2));

        assertThat(device.transport.last().unsubscribed).isEmpty();
        assertThat(device.transport.last().acknowledged).isEmpty();
    }

    @Test
    void consumersThatDisagreeOnQosOrClaimTheSameInputAreRefused() {
        subscribe("a");
        subscribe(null);

        assertThatThrownBy(() -> subscribe(another(), "b", 0, 5).granted.join())
                .hasMessageContaining("must agree on its options, but qos is 1 there and 0 here");
        assertThatThrownBy(() -> subscribe("a").granted.join())
                .hasMessageContaining(
                        "Another route consumes the input 'a' of" + " contoso.azure-devices.net/dev1/mod1 already");
        assertThatThrownBy(() -> subscribe(null).granted.join())
                .hasMessageContaining("Another route consumes all inputs of");
        toInput("b", "1", 1);
        assertThat(device.transport.last().acknowledged).isEmpty();
    }

    @Test
    void aFailedMessageComesAgainAndWhatFollowedItToo() {
        Received a = subscribe("a");
        Received b = subscribe("b");
        FakeTransport.FakeLink old = device.transport.last();
        toInput("a", "1", 1);
        device.fail(a.last());
        toInput("b", "2", 2);
        assertThat(b.bodies()).as("it would come again").isEmpty();

        device.loop.advance(Duration.ofSeconds(2));
        assertThat(old.disconnectSent).isTrue();
        assertThat(old.acknowledged).isEmpty();
        old.disconnected.complete(null);
        device.accept();
        device.grant(FILTER);
        toInput("a", "1", 1);
        toInput("b", "2", 2);
        device.complete(a.last());
        device.complete(b.last());
        assertThat(device.transport.last().acknowledged).containsExactly(1, 2);
        assertThat(a.bodies()).containsExactly("1", "1");
    }

    @Test
    void eachConsumerHasItsOwnLimitOfRedeliveries() {
        Received patient = subscribe("a");
        Received strict = subscribe(another(), "b", 1, 0);
        toInput("b", "1", 1);
        device.fail(strict.last());
        assertThat(strict.givenUp).hasSize(1);
        assertThat(device.transport.last().acknowledged).containsExactly(1);

        toInput("a", "2", 2);
        device.fail(patient.last());
        assertThat(patient.givenUp).isEmpty();
        assertThat(device.transport.last().acknowledged).containsExactly(1);
    }

    @Test
    void aPausedConsumerHoldsUpOnlyItself() {
        ConnectionHandle paused = another();
        Received a = subscribe(paused, "a", 1, 5);
        Received b = subscribe("b");
        paused.pause();
        device.loop.run();
        toInput("a", "1", 1);
        toInput("b", "2", 2);
        device.loop.advance(Duration.ofMinutes(2));
        assertThat(a.bodies()).isEmpty();
        assertThat(b.bodies()).containsExactly("2");
        assertThat(device.transport.last().acknowledged)
                .as("its consumer is there")
                .isEmpty();

        paused.resume();
        device.loop.run();
        assertThat(a.bodies()).containsExactly("1");
    }

    @Test
    void whatIsForNoInputIsAcknowledgedAndHandedToNobody() {
        Received all = subscribe(null);
        device.transport.last().deliver("devices/dev1/modules/mod1/inputs//a=b", "x", 1, 1);
        device.transport.last().deliver("devices/dev1/modules/mod2/inputs/a/", "x", 1, 2);
        device.transport.last().deliver("devices/dev1/modules/mod1/messages/devicebound/", "x", 1, 3);
        device.transport.last().deliver("devices/dev1/messages/devicebound/", "x", 1, 4);
        device.loop.run();

        assertThat(all.deliveries).isEmpty();
        assertThat(device.transport.last().acknowledged).containsExactly(1, 2, 3, 4);
    }

    @Test
    void aLostConnectionTakesTheWaitingMessagesAndTheirTimersWithIt() {
        subscribe("a");
        int before = device.loop.timers();
        toInput("x", "1", 1);
        toInput("x", "2", 2);
        assertThat(device.loop.timers()).isEqualTo(before + 2);
        device.loop.advance(Duration.ofSeconds(10));
        device.lose();
        device.accept();
        device.loop.advance(Duration.ofMinutes(2));
        assertThat(device.transport.last().acknowledged).isEmpty();

        device.connections.close();
        device.loop.run();
        assertThat(device.loop.timers()).isZero();
    }

    private ConnectionHandle another() {
        return device.connections.acquire(device.settings(DeviceHarness.MODULE));
    }

    private Received subscribe(String input) {
        return subscribe(another(), input, 1, 5);
    }

    private Received subscribe(ConnectionHandle handle, String input, int qos, int maxRedeliveries) {
        Received received = ask(handle, input, qos, maxRedeliveries);
        device.grant(FILTER);
        return received;
    }

    private Received ask(ConnectionHandle handle, String input, int qos, int maxRedeliveries) {
        Received received = new Received();
        received.granted =
                handle.subscribeInput(input, qos, 1, maxRedeliveries, received).toCompletableFuture();
        device.loop.run();
        return received;
    }

    private void toInput(String input, String body, int packetId) {
        device.transport
                .last()
                .deliver("devices/dev1/modules/mod1/inputs/" + input + "/from=test&%24.mid=" + body, body, 1, packetId);
        device.loop.run();
    }
}
