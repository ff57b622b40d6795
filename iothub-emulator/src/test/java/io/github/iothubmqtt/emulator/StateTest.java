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

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What a hub with a state directory knows of the one before it. */
class StateTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String DEVICEBOUND = "devices/dev1/messages/devicebound/#";

    @TempDir
    Path directory;

    @Test
    void devicesAndModulesAreThereWithTheirKeys() {
        String key;
        String secondary;
        String moduleKey;
        String generation;
        try (IotHubEmulator hub = start()) {
            EmulatedDevice device = hub.addDevice("dev1");
            key = device.primaryKey();
            secondary = device.secondaryKey();
            generation = device.generationId();
            moduleKey = device.addModule("mod1").primaryKey();
            hub.addDevice("dev2").disable();
            hub.addDevice("gone").addModule("mod1");
            hub.removeDevice("gone");
        }

        try (IotHubEmulator hub = start()) {
            assertThat(hub.devices()).extracting(EmulatedDevice::deviceId).containsExactly("dev1", "dev2");
            EmulatedDevice device = hub.device("dev1").orElseThrow();
            assertThat(device.primaryKey()).isEqualTo(key);
            assertThat(device.secondaryKey()).isEqualTo(secondary);
            assertThat(device.generationId()).isEqualTo(generation);
            assertThat(device.isEnabled()).isTrue();
            assertThat(device.module("mod1").primaryKey()).isEqualTo(moduleKey);
            assertThat(hub.device("dev2").orElseThrow().isEnabled()).isFalse();
            WireClient.device(hub, "dev1").accepted().close();
        }
    }

    @Test
    void aChangedKeyIsTheOneThatCounts() {
        String key;
        try (IotHubEmulator hub = start()) {
            EmulatedDevice device = hub.addDevice("dev1");
            device.regenerateKeys();
            key = device.primaryKey();
        }
        try (IotHubEmulator hub = start()) {
            assertThat(hub.device("dev1").orElseThrow().primaryKey()).isEqualTo(key);
        }
    }

    @Test
    void clientsGoOnTrustingTheHub() throws Exception {
        String ca;
        SSLContext trusting;
        try (IotHubEmulator hub = start()) {
            ca = hub.caCertificatePem();
            trusting = hub.sslContext();
        }
        try (IotHubEmulator hub = start()) {
            assertThat(hub.caCertificatePem()).isEqualTo(ca);
            try (SSLSocket socket = (SSLSocket) trusting.getSocketFactory().createSocket("localhost", hub.mqttPort())) {
                socket.startHandshake();
            }
        }
    }

    @Test
    void policiesKeepTheirKeysUnlessTheBuilderSaysOtherwise() {
        String service;
        try (IotHubEmulator hub = start()) {
            service = hub.policyKey("service");
        }
        String given = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
        try (IotHubEmulator hub = IotHubEmulator.builder()
                .stateDirectory(directory)
                .policyKey("device", given)
                .start()) {
            assertThat(hub.policyKey("service")).isEqualTo(service);
            assertThat(hub.policyKey("device")).isEqualTo(given);
        }
        try (IotHubEmulator hub = start()) {
            assertThat(hub.policyKey("device")).isEqualTo(given);
        }
    }

    @Test
    void twinsAreAsTheyWere() {
        String before;
        String module;
        try (IotHubEmulator hub = start()) {
            EmulatedDevice device = hub.addDevice("dev1");
            device.twin().updateDesired("{\"interval\":5,\"list\":[1,2.5,{\"a\":null}],\"big\":4503599627370495}");
            device.twin().updateTags("{\"site\":\"b43\"}");
            EmulatedModule own = device.addModule("mod1");
            own.twin().updateDesired("{\"m\":true}");
            before = device.twin().json();
            module = own.twin().json();
        }
        try (IotHubEmulator hub = start()) {
            EmulatedDevice device = hub.device("dev1").orElseThrow();
            assertThat(device.twin().json()).isEqualTo(before);
            assertThat(device.module("mod1").twin().json()).isEqualTo(module);
        }
    }

    @Test
    void reportedPropertiesAreAsTheDeviceHasLeftThem() {
        try (IotHubEmulator hub = start()) {
            hub.addDevice("dev1");
            try (WireClient client = WireClient.device(hub, "dev1").accepted()) {
                client.subscribed("$iothub/twin/res/#", 0);
                client.publish("$iothub/twin/PATCH/properties/reported/?$rid=1", "{\"battery\":55}");
                assertThat(client.expect(WireClient.PUBLISH).topic()).startsWith("$iothub/twin/res/204/");
            }
        }
        try (IotHubEmulator hub = start()) {
            assertThat(hub.device("dev1").orElseThrow().twin().json()).contains("\"battery\":55");
        }
    }

    @Test
    void aSessionAndItsQueueSurvive() {
        try (IotHubEmulator hub = start()) {
            hub.addDevice("dev1");
            try (WireClient client = WireClient.device(hub, "dev1").accepted()) {
                client.subscribed(DEVICEBOUND, 1);
                hub.sendDevicebound("dev1", DeviceboundMessage.of("done"));
                client.puback(client.expect(WireClient.PUBLISH).packetId());
                hub.sendDevicebound("dev1", DeviceboundMessage.of("open").property("room", "k"));
                client.expect(WireClient.PUBLISH);
                client.ping();
            }
            hub.awaitEvent(event -> event.kind() == HubEvent.Kind.DISCONNECTED, SOON);
            hub.sendDevicebound(
                    "dev1",
                    DeviceboundMessage.of(new byte[] {0, (byte) 0xFF})
                            .messageId("m-3")
                            .ack(DeviceboundMessage.Ack.FULL));
        }

        try (IotHubEmulator hub = start();
                WireClient client = WireClient.device(hub, "dev1").accepted()) {
            assertThat(client.sessionPresent()).isTrue();
            WireClient.Packet open = client.expect(WireClient.PUBLISH);
            assertThat(open.payload()).isEqualTo("open");
            assertThat(open.topic()).endsWith("&room=k");
            assertThat(open.duplicate()).isTrue();
            WireClient.Packet second = client.expect(WireClient.PUBLISH);
            assertThat(second.duplicate()).isFalse();
            assertThat(second.body()).endsWith(0, 0xFF);
            client.puback(open.packetId());
            client.puback(second.packetId());
            assertThat(hub.awaitFeedback("m-3", SOON).statusCode()).isEqualTo(Feedback.StatusCode.SUCCESS);
        }

        try (IotHubEmulator hub = start()) {
            assertThat(hub.deviceboundQueue("dev1")).isEmpty();
        }
    }

    @Test
    void theOrderOfTheQueueIsTheOldOne() {
        try (IotHubEmulator hub = start()) {
            hub.addDevice("dev1");
            for (int i = 0; i < 12; i++) {
                hub.sendDevicebound("dev1", DeviceboundMessage.of("x").messageId("m-" + i));
            }
        }
        try (IotHubEmulator hub = start()) {
            hub.sendDevicebound("dev1", DeviceboundMessage.of("x").messageId("m-12"));

            assertThat(hub.deviceboundQueue("dev1"))
                    .extracting(QueuedMessage::messageId)
                    .containsExactly(
                            "m-0", "m-1", "m-2", "m-3", "m-4", "m-5", "m-6", "m-7", "m-8", "m-9", "m-10", "m-11",
                            "m-12");
        }
    }

    @Test
    void aMessageThatExpiredMeanwhileIsGoneWithFeedback() {
        try (IotHubEmulator hub = start()) {
            hub.addDevice("dev1");
            hub.sendDevicebound(
                    "dev1",
                    DeviceboundMessage.of("x")
                            .messageId("m-1")
                            .ack(DeviceboundMessage.Ack.NEGATIVE)
                            .expiry(Instant.now().plusSeconds(1000)));
        }
        TestClock later = new TestClock(Instant.now().plusSeconds(2000));
        try (IotHubEmulator hub =
                IotHubEmulator.builder().stateDirectory(directory).clock(later).start()) {
            assertThat(hub.awaitFeedback("m-1", SOON).statusCode()).isEqualTo(Feedback.StatusCode.EXPIRED);
            assertThat(hub.deviceboundQueue("dev1")).isEmpty();
        }
    }

    @Test
    void aCleanSessionIsNotKept() {
        try (IotHubEmulator hub = start()) {
            hub.addDevice("dev1");
            try (WireClient client = WireClient.device(hub, "dev1").accepted()) {
                client.subscribed(DEVICEBOUND, 1);
            }
            try (WireClient client = WireClient.device(hub, "dev1").clean().accepted()) {
                client.subscribed(DEVICEBOUND, 1);
            }
        }
        try (IotHubEmulator hub = start();
                WireClient client = WireClient.device(hub, "dev1").accepted()) {
            assertThat(client.sessionPresent()).isFalse();
        }
    }

    @Test
    void nothingOfARemovedDeviceComesBackWithItsName() {
        try (IotHubEmulator hub = start()) {
            hub.addDevice("dev1").twin().updateTags("{\"old\":1}");
            hub.sendDevicebound("dev1", DeviceboundMessage.of("old"));
            WireClient.device(hub, "dev1").accepted().close();
            hub.removeDevice("dev1");
            hub.addDevice("dev1");
        }
        try (IotHubEmulator hub = start();
                WireClient client = WireClient.device(hub, "dev1").accepted()) {
            assertThat(client.sessionPresent()).isFalse();
            assertThat(hub.deviceboundQueue("dev1")).isEmpty();
            assertThat(hub.device("dev1").orElseThrow().twin().json()).doesNotContain("old");
        }
    }

    @Test
    void aStateThatIsLostOnPurposeStaysLost() {
        try (IotHubEmulator hub = start()) {
            hub.addDevice("dev1");
            WireClient.device(hub, "dev1").accepted().close();
            hub.sendDevicebound("dev1", DeviceboundMessage.of("lost"));
            hub.restartWithoutState();
        }
        try (IotHubEmulator hub = start();
                WireClient client = WireClient.device(hub, "dev1").accepted()) {
            assertThat(client.sessionPresent()).isFalse();
            assertThat(hub.deviceboundQueue("dev1")).isEmpty();
        }
    }

    @Test
    void aStartThatFailsLetsGoOfTheDirectory() {
        try (IotHubEmulator inTheWay = IotHubEmulator.start()) {
            assertThatThrownBy(() -> IotHubEmulator.builder()
                            .stateDirectory(directory)
                            .mqttPort(inTheWay.mqttPort())
                            .start())
                    .isInstanceOf(HubStartException.class);
        }
        start().close();
    }

    private IotHubEmulator start() {
        return IotHubEmulator.builder().stateDirectory(directory).start();
    }
}
