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
package io.github.iothubmqtt.emulator.junit5;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.iothubmqtt.emulator.DeviceboundMessage;
import io.github.iothubmqtt.emulator.EmulatedDevice;
import io.github.iothubmqtt.emulator.Fault;
import io.github.iothubmqtt.emulator.FaultPoint;
import io.github.iothubmqtt.emulator.Feedback;
import io.github.iothubmqtt.emulator.IotHubEmulator;
import io.github.iothubmqtt.emulator.SasTokens;
import org.eclipse.paho.client.mqttv3.MqttClient;
import org.eclipse.paho.client.mqttv3.MqttConnectOptions;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.eclipse.paho.client.mqttv3.persist.MemoryPersistence;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.testkit.engine.EngineExecutionResults;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

/** What the extension does around tests that fail, and around tests that run side by side. The classes inside are run by hand. */
class FailingTestsTest {

    @Test
    void aFailureTellsWhatTheHubSaw() {
        Throwable failure = failure(run(OneFails.class));

        assertThat(failure).hasMessage("the route test failed");
        // Paho adds that it was closed while it was connected.
        Throwable[] suppressed = failure.getSuppressed();
        assertThat(suppressed[suppressed.length - 1].toString())
                .startsWith("What the hub saw:")
                .contains("dev1 since")
                .contains("REFUSED dev1 401003: the password is not")
                .contains("dev1 was sent CONNACK 5")
                .contains("dev1 sent PUBLISH QoS 1 #1 to 'devices/dev1/messages/events/a=b'")
                .contains("dev1 was sent PUBACK #1")
                .doesNotContain("sig=");
    }

    @IotHub(devices = "dev1")
    static final class OneFails {
        @Test
        void test(IotHubEmulator hub) throws Exception {
            connect(hub, "wrong").close();
            try (MqttClient client = connect(hub, token(hub))) {
                client.publish("devices/dev1/messages/events/a=b", "x".getBytes(), 1, false);
                fail("the route test failed");
            }
        }

        private static String token(IotHubEmulator hub) {
            return SasTokens.forConnectionString(
                    hub.device("dev1").orElseThrow().connectionString(),
                    Instant.now().plusSeconds(600));
        }

        private static MqttClient connect(IotHubEmulator hub, String password) throws Exception {
            String host = "localhost:" + hub.mqttPort();
            MqttConnectOptions options = new MqttConnectOptions();
            options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
            options.setSocketFactory(hub.sslContext().getSocketFactory());
            options.setUserName(host + "/dev1/?api-version=2021-04-12");
            options.setPassword(password.toCharArray());
            MqttClient client = new MqttClient("ssl://" + host, "dev1", new MemoryPersistence());
            try {
                client.connect(options);
            } catch (MqttException refused) {
                assertThat(refused.getReasonCode()).isEqualTo(5);
            }
            return client;
        }
    }

    @Test
    void aFailureThatTellsAlreadyIsLeftAlone() {
        Throwable failure = failure(run(OneAwaits.class));

        assertThat(failure).hasMessageContaining("The hub's log is empty");
        assertThat(failure.getSuppressed()).isEmpty();
    }

    @IotHub(devices = "dev1")
    static final class OneAwaits {
        @Test
        void test(IotHubEmulator hub) {
            hub.awaitTelemetry(1, Duration.ofMillis(1));
        }
    }

    @Test
    void anAssumptionIsNoFailure() {
        run(OneIsAborted.class)
                .testEvents()
                .assertStatistics(statistics -> statistics.aborted(1).failed(0));
    }

    @IotHub
    static final class OneIsAborted {
        @Test
        void test(IotHubEmulator hub) {
            Assumptions.assumeTrue(hub.devices().size() == 7);
        }
    }

    @Test
    void aHubPerTestIsNoneForTheWholeClass() {
        EngineExecutionResults results = run(OneAsksTooEarly.class);

        assertThat(results.containerEvents().failed().list()).hasSize(1);
        assertThat(throwable(results.containerEvents().failed().list().get(0))).hasMessageContaining("perTest = true");
    }

    @IotHub(perTest = true)
    static final class OneAsksTooEarly {
        @BeforeAll
        static void ask(IotHubEmulator hub) {}

        @Test
        void test() {}
    }

    @Test
    void eachTestCanHaveAHubOfItsOwn() {
        EachHasItsOwn.HUBS.clear();
        run(EachHasItsOwn.class).testEvents().assertStatistics(statistics -> statistics.succeeded(2));

        assertThat(EachHasItsOwn.HUBS).hasSize(2);
    }

    @IotHub(perTest = true, devices = "dev1")
    static final class EachHasItsOwn {
        static final Set<IotHubEmulator> HUBS = ConcurrentHashMap.newKeySet();

        @Test
        void one(IotHubEmulator hub, @DeviceId("dev1") EmulatedDevice device) {
            assertThat(hub.device("dev1")).containsSame(device);
            HUBS.add(hub);
        }

        @Test
        void two(IotHubEmulator hub) {
            HUBS.add(hub);
        }
    }

    /** One test runs all the time, the others begin and end beside it. */
    @Test
    void testsThatRunSideBySideLeaveEachOthersRecordsAndFaultsAlone() {
        EngineExecutionResults results = EngineTestKit.engine("junit-jupiter")
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
                .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
                .configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", "2")
                .selectors(DiscoverySelectors.selectClass(SideBySide.class))
                .execute();

        results.testEvents()
                .assertStatistics(
                        statistics -> statistics.succeeded(SHORT_TESTS + 1).failed(0));
    }

    private static final int SHORT_TESTS = 6;

    @IotHub
    @Execution(ExecutionMode.CONCURRENT)
    static final class SideBySide {
        private static final CountDownLatch WRITTEN = new CountDownLatch(1);
        private static final AtomicInteger SHORT_TESTS_BEGUN = new AtomicInteger();

        @Test
        void isLong(IotHubEmulator hub, EmulatedDevice device) throws Exception {
            EmulatedDevice gone = hub.addDevice("gone");
            hub.sendDevicebound("gone", DeviceboundMessage.of("x").ack(DeviceboundMessage.Ack.FULL));
            hub.removeDevice(gone.deviceId());
            hub.faults().at(FaultPoint.CONNECT).forDevice(device.deviceId()).then(Fault.refuse(3));
            WRITTEN.countDown();

            // The hub has a device for each test that runs.
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> SHORT_TESTS_BEGUN.get() == SHORT_TESTS
                            && hub.devices().size() == 1);
            assertThat(hub.feedback()).extracting(Feedback::deviceId).containsExactly("gone");
            assertThat(refusal(hub, device)).isEqualTo(3);
        }

        /** The first of them, wherever it is begun, lets the long one go first; so the rest begins beside that. */
        @RepeatedTest(SHORT_TESTS)
        void isShort(EmulatedDevice device) throws Exception {
            if (SHORT_TESTS_BEGUN.incrementAndGet() == 1) {
                WRITTEN.await(60, TimeUnit.SECONDS);
            }
        }

        private static int refusal(IotHubEmulator hub, EmulatedDevice device) throws Exception {
            String host = "localhost:" + hub.mqttPort();
            MqttConnectOptions options = new MqttConnectOptions();
            options.setMqttVersion(MqttConnectOptions.MQTT_VERSION_3_1_1);
            options.setSocketFactory(hub.sslContext().getSocketFactory());
            options.setUserName(host + "/" + device.deviceId() + "/?api-version=2021-04-12");
            options.setPassword(SasTokens.forConnectionString(
                            device.connectionString(), Instant.now().plusSeconds(600))
                    .toCharArray());
            try (MqttClient client = new MqttClient("ssl://" + host, device.deviceId(), new MemoryPersistence())) {
                client.connect(options);
                return 0;
            } catch (MqttException refused) {
                return refused.getReasonCode();
            }
        }
    }

    private static EngineExecutionResults run(Class<?> testClass) {
        return EngineTestKit.engine("junit-jupiter")
                .selectors(DiscoverySelectors.selectClass(testClass))
                .execute();
    }

    private static Throwable failure(EngineExecutionResults results) {
        List<Event> failed = results.testEvents().failed().list();
        assertThat(failed).hasSize(1);
        return throwable(failed.get(0));
    }

    private static Throwable throwable(Event event) {
        return event.getRequiredPayload(TestExecutionResult.class)
                .getThrowable()
                .orElseThrow();
    }
}
