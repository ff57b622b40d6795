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

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/** When faults happen: how often, from when on, to whom, by what chance. */
class FaultRuleTest {

    @RegisterExtension
    final IotHubExtension hub =
            IotHubExtension.create().withDevice("dev1").withDevice("dev2").withDevice("dev3");

    @Test
    void theRuleCountsFromWhenOnAndHowOften() {
        ArmedFault fault =
                hub.emulator().faults().at(FaultPoint.PUBLISH).after(1).times(2).then(Fault.drop());

        assertThat(droppedOf("dev1", 5)).containsExactly(1, 2);
        assertThat(fault.occurrences()).isEqualTo(2);
        assertThat(hub.emulator().faults().occurrences()).isEqualTo(2);
    }

    @Test
    void theRuleIsForOneDeviceIfItSaysSo() {
        hub.emulator()
                .faults()
                .at(FaultPoint.PUBLISH)
                .forDevice("dev2")
                .always()
                .then(Fault.drop());

        assertThat(droppedOf("dev1", 2)).isEmpty();
        assertThat(droppedOf("dev2", 2)).containsExactly(0, 1);
    }

    @Test
    void theRuleIsForOneModuleIfItSaysSo() {
        EmulatedModule one = hub.device("dev1").addModule("m1");
        EmulatedModule two = hub.device("dev1").addModule("m2");
        ArmedFault fault = hub.emulator()
                .faults()
                .at(FaultPoint.CONNECT)
                .forModule("dev1", "m1")
                .always()
                .then(Fault.refuse(3));

        assertThat(WireClient.module(hub.emulator(), one).refused()).isEqualTo(3);
        WireClient.module(hub.emulator(), two).accepted().close();
        WireClient.device(hub.emulator(), "dev1").accepted().close();
        assertThat(fault.toString()).contains("for dev1/m1").contains("happened 1 times");

        hub.emulator().faults().at(FaultPoint.CONNECT).forDevice("dev1").then(Fault.refuse(4));
        assertThat(WireClient.module(hub.emulator(), two).refused()).isEqualTo(4);
    }

    @Test
    void whatWasArmedFirstGoesFirst() {
        ArmedFault first = hub.emulator().faults().next(FaultPoint.PUBLISH, Fault.drop());
        ArmedFault second = hub.emulator().faults().next(FaultPoint.PUBLISH, Fault.delay(Duration.ZERO));

        assertThat(droppedOf("dev1", 1)).containsExactly(0);
        assertThat(second.occurrences()).isZero();
        assertThat(droppedOf("dev1", 1)).isEmpty();
        assertThat(first.occurrences()).isEqualTo(1);
        assertThat(second.occurrences()).isEqualTo(1);
    }

    @Test
    void clearingAndDisarmingEndFaults() {
        ArmedFault one = hub.emulator().faults().at(FaultPoint.PUBLISH).always().then(Fault.drop());
        assertThat(droppedOf("dev1", 1)).hasSize(1);
        one.disarm();
        one.disarm();
        assertThat(droppedOf("dev1", 1)).isEmpty();

        hub.emulator().faults().next(FaultPoint.PUBLISH, Fault.drop());
        hub.emulator().faults().clear();
        assertThat(droppedOf("dev1", 1)).isEmpty();
    }

    @Test
    void chanceIsRepeatableForEachDeviceWhateverOthersDo() {
        Faults faults = hub.emulator().faults();
        faults.at(FaultPoint.PUBLISH).always().withProbability(0.5, 42).then(Fault.drop());
        List<Integer> alone = droppedOf("dev1", 30);
        faults.clear();

        faults.at(FaultPoint.PUBLISH).always().withProbability(0.5, 42).then(Fault.drop());
        List<Integer> other = droppedOf("dev2", 30);
        List<Integer> afterOther = droppedOf("dev1", 30);

        assertThat(afterOther).isEqualTo(alone).isNotEqualTo(other);
        assertThat(alone).hasSizeBetween(1, 29);
    }

    @Test
    void aScriptCutsByChance() {
        hub.emulator().faults().script(7, Map.of(FaultPoint.CONNECT, 0.0, FaultPoint.CONNACK, 1.0));
        try (WireClient client = WireClient.device(hub.emulator(), "dev1").accepted()) {
            assertThat(client.isClosedByHub()).isTrue();
        }
    }

    @Test
    void whatCannotHappenAtAPointIsRefusedWhenItIsArmed() {
        Faults faults = hub.emulator().faults();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> faults.next(FaultPoint.PUBACK, Fault.drop()))
                .withMessageStartingWith("The fault 'drop' cannot happen at PUBACK, these can: [");
        assertThatIllegalArgumentException().isThrownBy(() -> faults.next(FaultPoint.SUBSCRIBE, Fault.refuse(5)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> faults.next(FaultPoint.CONNECT, Fault.refuseSubscription()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> faults.at(FaultPoint.TLS_HANDSHAKE).forDevice("dev1"));
        assertThatIllegalArgumentException().isThrownBy(() -> Fault.refuse(6));
        assertThatIllegalArgumentException().isThrownBy(() -> faults.at().then(Fault.cut()));
    }

    /** Sends so many messages, each with its number, and says which the hub did not store. */
    private List<Integer> droppedOf(String deviceId, int count) {
        hub.emulator().clearTelemetry();
        try (WireClient client = WireClient.device(hub.emulator(), deviceId).accepted()) {
            for (int i = 0; i < count; i++) {
                client.publish("devices/" + deviceId + "/messages/events/", Integer.toString(i));
            }
            client.ping();
        }
        List<Integer> missing = new ArrayList<>();
        List<String> stored = hub.emulator().telemetry().stream()
                .map(TelemetryMessage::bodyText)
                .toList();
        for (int i = 0; i < count; i++) {
            if (!stored.contains(Integer.toString(i))) {
                missing.add(i);
            }
        }
        return missing;
    }
}
