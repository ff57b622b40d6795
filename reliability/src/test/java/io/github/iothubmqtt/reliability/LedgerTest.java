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
package io.github.iothubmqtt.reliability;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/** The ledger's short form: both directions, under faults, counted to the last message. */
@Timeout(value = 5, unit = TimeUnit.MINUTES) // of a hang; it takes seconds
class LedgerTest {

    @Test
    void theBooksOfTenThousandMessagesAndThirtyFaultsBalance() throws Exception {
        Balance balance = audit(42, 10_000, 30);

        assertThat(balance.faults()).isBetween(27L, 30L); // one after a device's last message leaves no trace
        assertThat(balance.done()).isEqualTo(balance.handedOver()).isGreaterThanOrEqualTo(10_000);
        assertThat(balance.deviceboundProcessed())
                .isEqualTo(balance.deviceboundSent())
                .isPositive();
    }

    @Test
    void soTheyDoWithAnySeed() throws Exception {
        Balance balance = audit(System.nanoTime() & 0xFFFFFF, 4_000, 20);

        assertThat(balance.done()).isEqualTo(balance.handedOver());
    }

    @Test
    void soTheyDoWithTwinsAndMethodsAmongThem() throws Exception {
        Balance balance = audit(plan(4711, 3, 10_000, 60, Mishap.of(true, false), true, false), PeerName.IOTHUB_MQTT);

        assertThat(balance.done()).isEqualTo(balance.handedOver());
        assertThat(balance.twins().reports()).isPositive();
        assertThat(balance.twins().changesReached()).isPositive();
        assertThat(balance.twins().answers()).isPositive();
    }

    @Test
    void soTheyDoOverWebSocket() throws Exception {
        Balance balance =
                audit(plan(815, 3, 10_000, 30, Mishap.of(false, false), false, false), PeerName.IOTHUB_MQTT_WEBSOCKET);

        assertThat(balance.faults()).isBetween(27L, 30L);
        assertThat(balance.done()).isEqualTo(balance.handedOver()).isGreaterThanOrEqualTo(10_000);
        assertThat(balance.deviceboundProcessed())
                .isEqualTo(balance.deviceboundSent())
                .isPositive();
    }

    @Test
    void soTheyDoByAllWaysToLogInWhateverBefallsThese() throws Exception {
        int devices = 2 * Login.Way.values().length;
        List<Mishap> ofLogins =
                Arrays.stream(Mishap.values()).filter(Mishap::isOfLogins).toList();
        List<Mishap> mishaps = new ArrayList<>(ofLogins);
        mishaps.add(Mishap.CUT_BEFORE_PUBACK); // for those that log in by the key of a policy
        Balance balance = audit(plan(1147, devices, 6000, 60, mishaps, false, true), PeerName.IOTHUB_MQTT);

        assertThat(balance.done()).isEqualTo(balance.handedOver()).isGreaterThanOrEqualTo(6000);
        assertThat(balance.deviceboundProcessed())
                .isEqualTo(balance.deviceboundSent())
                .isPositive();
        assertThat(balance.mishaps().keySet().stream().filter(Mishap::isOfLogins))
                .as("kinds of faults, which the seed decides")
                .hasSizeGreaterThan(5);
    }

    private static Balance audit(long seed, int messages, int faults) throws Exception {
        return audit(plan(seed, 3, messages, faults, Mishap.of(false, false), false, false), PeerName.IOTHUB_MQTT);
    }

    private static Plan plan(
            long seed, int devices, int messages, int faults, List<Mishap> mishaps, boolean twins, boolean logins) {
        return new Plan(
                seed,
                devices,
                (messages + devices - 1) / devices,
                Duration.ofMinutes(1),
                messages / faults,
                mishaps,
                50,
                40,
                4,
                twins,
                logins,
                Duration.ofMinutes(1));
    }

    private static Balance audit(Plan plan, PeerName peer) throws Exception {
        Breaches breaches = new Breaches();
        Balance balance = new Audit(plan, peer.factory(), breaches).run(System.out);
        assertThat(breaches.told())
                .as(
                        "breaches; to replay: --seed %d --devices %d --messages %d --cuts %d%s%s --peer %s",
                        plan.seed(),
                        plan.devices(),
                        plan.devices() * plan.messagesPerDevice(),
                        plan.devices() * plan.messagesPerDevice() / plan.faultEvery(),
                        plan.twins() ? " --twins" : "",
                        plan.logins() ? " --logins" : "",
                        peer)
                .isEmpty();
        return balance;
    }
}
