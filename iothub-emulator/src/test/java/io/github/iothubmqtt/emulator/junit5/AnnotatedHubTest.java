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

import io.github.iothubmqtt.emulator.ClientCertificate;
import io.github.iothubmqtt.emulator.DeviceboundMessage;
import io.github.iothubmqtt.emulator.EmulatedDevice;
import io.github.iothubmqtt.emulator.Faults;
import io.github.iothubmqtt.emulator.HubSettings;
import io.github.iothubmqtt.emulator.IotHubEmulator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** {@link IotHub} as its users write it. */
@IotHub(
        devices = {"dev1", "dev2"},
        x509Devices = "dev3",
        https = true,
        configuredBy = AnnotatedHubTest.ShallowQueues.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AnnotatedHubTest {

    static final class ShallowQueues implements IotHub.Configurer {
        @Override
        public void configure(IotHubEmulator.Builder builder) {
            builder.settings(HubSettings.defaults().maxQueueDepth(2));
        }
    }

    private static IotHubEmulator first;
    private static String ownDeviceId;

    @BeforeAll
    static void theHubIsThereBeforeAll(IotHubEmulator hub) {
        first = hub;
    }

    @AfterAll
    static void theHubIsThereAfterAll(IotHubEmulator hub) {
        assertThat(hub).isSameAs(first);
    }

    @BeforeEach
    void theHubIsThereBeforeEach(IotHubEmulator hub) {
        assertThat(hub).isSameAs(first);
    }

    @Test
    @Order(1)
    void parametersAreOfTheHub(
            IotHubEmulator hub, Faults faults, @DeviceId("dev1") EmulatedDevice device, EmulatedDevice own) {
        assertThat(hub.devices()).extracting(EmulatedDevice::deviceId).contains("dev1", "dev2");
        assertThat(hub.httpsPort()).isPositive();
        assertThat(faults).isSameAs(hub.faults());
        assertThat(device).isSameAs(hub.device("dev1").orElseThrow());
        assertThat(own.deviceId()).startsWith("parametersAreOfTheHub-");
        ownDeviceId = own.deviceId();
    }

    @Test
    @Order(2)
    void aDeviceOfATestsOwnIsGoneAfterIt(IotHubEmulator hub) {
        assertThat(hub.device(ownDeviceId)).isEmpty();
    }

    @Test
    void aNamedDeviceIsRegisteredIfNeedBe(@DeviceId("dev9") EmulatedDevice device, IotHubEmulator hub) {
        assertThat(hub.device("dev9")).containsSame(device);
    }

    @Test
    void twoDevicesOfATestsOwnAreTwo(EmulatedDevice one, EmulatedDevice two) {
        assertThat(one.deviceId()).isNotEqualTo(two.deviceId());
    }

    @Test
    void theConfigurerIsHeeded(IotHubEmulator hub, EmulatedDevice device) {
        hub.sendDevicebound(device.deviceId(), DeviceboundMessage.of("1"));
        hub.sendDevicebound(device.deviceId(), DeviceboundMessage.of("2"));

        assertThat(hub.deviceboundQueue(device.deviceId())).hasSize(2);
        assertThatThrownBy(() -> hub.sendDevicebound(device.deviceId(), DeviceboundMessage.of("3")))
                .hasMessageContaining("403004");
    }

    @Test
    void aDeviceWithACertificateIsLetInByIt(
            IotHubEmulator hub,
            @DeviceId("dev3") EmulatedDevice device,
            @DeviceId("dev3") ClientCertificate certificate)
            throws Exception {
        assertThat(device.connectionString()).endsWith("x509=true");
        LogIn.of(device, certificate, hub);
        assertThat(hub.acceptedConnects("dev3")).isPositive();
    }

    @Test
    void whoseCertificateIsAskedForIsRegistered(
            IotHubEmulator hub,
            @DeviceId("dev4") ClientCertificate certificate,
            @DeviceId("dev4") EmulatedDevice device)
            throws Exception {
        LogIn.of(device, certificate, hub);
        assertThat(hub.acceptedConnects("dev4")).isPositive();
    }

    @Nested
    class InANestedClass {

        @Test
        void theHubIsTheSame(IotHubEmulator hub) {
            assertThat(hub).isSameAs(first);
        }
    }
}
