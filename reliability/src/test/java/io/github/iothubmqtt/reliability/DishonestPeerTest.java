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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/** The whole harness, with clients that do wrong with one message in a few hundred: each is found out. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class DishonestPeerTest {

    /** How a client treats the message that it is to send. */
    private interface Vice {
        void send(Peer honest, Sample sample, Consumer<Throwable> report) throws Exception;
    }

    private static final int BAD = 150;

    @Test
    void aLostMessageIsFound() throws Exception {
        assertThat(breachesOf((honest, sample, report) -> {
                    if (sample.number() == BAD) {
                        report.accept(null);
                    } else {
                        honest.send(sample, report);
                    }
                }))
                .containsEntry(Rule.LOST, 1)
                .containsEntry(Rule.DONE_TOO_EARLY, 1);
    }

    @Test
    void aLostMessageIsFoundByWhateverWayItsDeviceLogsIn() throws Exception {
        int devices = Login.Way.values().length;

        assertThat(breachesOf(plan(devices, true), (honest, sample, report) -> {
                    if (sample.number() == BAD) {
                        report.accept(null);
                    } else {
                        honest.send(sample, report);
                    }
                }))
                .containsEntry(Rule.LOST, devices)
                .containsEntry(Rule.DONE_TOO_EARLY, devices);
    }

    @Test
    void aMisorderedMessageIsFound() throws Exception {
        Map<Integer, Consumer<Throwable>> held = new HashMap<>();
        assertThat(breachesOf((honest, sample, report) -> {
                    if (sample.number() == BAD) {
                        held.put(BAD, report);
                        return;
                    }
                    honest.send(sample, report);
                    if (sample.number() == BAD + 1) {
                        honest.send(Sample.of(7, 0, BAD), held.get(BAD));
                    }
                }))
                .isEqualTo(Map.of(Rule.MISORDERED, 1));
    }

    @Test
    void anExtraMessageIsFound() throws Exception {
        assertThat(breachesOf((honest, sample, report) -> {
                    honest.send(sample, report);
                    if (sample.number() == BAD) {
                        honest.send(Sample.of(7, 0, 1_000_000), failure -> {});
                    }
                }))
                .isEqualTo(Map.of(Rule.EXTRA, 1));
    }

    @Test
    void messagesThatAreSentTwiceAreFound() throws Exception {
        assertThat(breachesOf((honest, sample, report) -> {
                    honest.send(sample, report);
                    honest.send(sample, failure -> {});
                }))
                .isEqualTo(Map.of(Rule.DUPLICATES, 1));
    }

    @Test
    void aDeviceboundMessageThatIsSwallowedIsFound() throws Exception {
        Breaches breaches = new Breaches();
        new Session(
                        plan(),
                        (hub, plan, route) -> IotHubMqttPeer.factory().start(hub, plan, (device, body, properties) -> {
                            if (!properties.get("number").equals("3")) {
                                route.process(device, body, properties);
                            }
                        }),
                        breaches)
                .run();

        assertThat(breaches.counts()).isEqualTo(Map.of(Rule.ACKNOWLEDGED_TOO_EARLY, 1, Rule.DEVICEBOUND_LOST, 1));
    }

    private static Map<Rule, Integer> breachesOf(Vice vice) throws Exception {
        return breachesOf(plan(), vice);
    }

    private static Map<Rule, Integer> breachesOf(Plan plan, Vice vice) throws Exception {
        Breaches breaches = new Breaches();
        new Session(
                        plan,
                        (hub, planned, route) ->
                                dishonest(IotHubMqttPeer.factory().start(hub, planned, route), vice),
                        breaches)
                .run();
        return breaches.counts();
    }

    private static Plan plan() {
        return plan(1, false);
    }

    private static Plan plan(int devices, boolean logins) {
        Duration limit = Duration.ofSeconds(30);
        return new Plan(7, devices, 300, limit, 0, List.of(), 20, 50, 0, false, logins, limit);
    }

    private static Peer dishonest(Peer honest, Vice vice) {
        return new Peer() {
            @Override
            public void send(Sample sample, Consumer<Throwable> report) throws Exception {
                vice.send(honest, sample, report);
            }

            @Override
            public Logins logins() {
                return honest.logins();
            }

            @Override
            public void close() throws Exception {
                honest.close();
            }
        };
    }
}
