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
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/** The ledger's short form: both directions, under faults, counted to the last message. */
@Timeout(value = 5, unit = TimeUnit.MINUTES) // of a hang; it takes seconds
class LedgerTest {

    private static final int DEVICES = 3;

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
        Balance balance = audit(4711, 10_000, 60, true, PeerName.IOTHUB_MQTT);

        assertThat(balance.done()).isEqualTo(balance.handedOver());
        assertThat(balance.twins().reports()).isPositive();
        assertThat(balance.twins().changesReached()).isPositive();
        assertThat(balance.twins().answers()).isPositive();
    }

    @Test
    void soTheyDoOverWebSocket() throws Exception {
        Balance balance = audit(815, 10_000, 30, false, PeerName.IOTHUB_MQTT_WEBSOCKET);

        assertThat(balance.faults()).isBetween(27L, 30L);
        assertThat(balance.done()).isEqualTo(balance.handedOver()).isGreaterThanOrEqualTo(10_000);
        assertThat(balance.deviceboundProcessed())
                .isEqualTo(balance.deviceboundSent())
                .isPositive();
    }

    private static Balance audit(long seed, int messages, int faults) throws Exception {
        return audit(seed, messages, faults, false, PeerName.IOTHUB_MQTT);
    }

    private static Balance audit(long seed, int messages, int faults, boolean twins, PeerName peer) throws Exception {
        Breaches breaches = new Breaches();
        Plan plan = new Plan(
                seed,
                DEVICES,
                (messages + DEVICES - 1) / DEVICES,
                Duration.ofMinutes(1),
                messages / faults,
                Mishap.of(twins),
                50,
                40,
                4,
                twins,
                Duration.ofMinutes(1));
        Balance balance = new Audit(plan, peer.factory(), breaches).run(System.out);
        assertThat(breaches.told())
                .as(
                        "breaches; to replay: --seed %d --devices %d --messages %d --cuts %d%s --peer %s",
                        seed, DEVICES, messages, faults, twins ? " --twins" : "", peer)
                .isEmpty();
        return balance;
    }
}
