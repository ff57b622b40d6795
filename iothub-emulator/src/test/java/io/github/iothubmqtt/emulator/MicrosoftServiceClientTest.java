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
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;

import com.azure.core.credential.AzureSasCredential;
import com.microsoft.azure.sdk.iot.service.exceptions.IotHubException;
import com.microsoft.azure.sdk.iot.service.exceptions.IotHubNotFoundException;
import com.microsoft.azure.sdk.iot.service.exceptions.IotHubPreconditionFailedException;
import com.microsoft.azure.sdk.iot.service.exceptions.IotHubUnauthorizedException;
import com.microsoft.azure.sdk.iot.service.methods.DirectMethodRequestOptions;
import com.microsoft.azure.sdk.iot.service.methods.DirectMethodResponse;
import com.microsoft.azure.sdk.iot.service.methods.DirectMethodsClient;
import com.microsoft.azure.sdk.iot.service.query.QueryClient;
import com.microsoft.azure.sdk.iot.service.query.QueryPageOptions;
import com.microsoft.azure.sdk.iot.service.query.RawQueryResponse;
import com.microsoft.azure.sdk.iot.service.query.TwinQueryResponse;
import com.microsoft.azure.sdk.iot.service.registry.Device;
import com.microsoft.azure.sdk.iot.service.registry.DeviceStatus;
import com.microsoft.azure.sdk.iot.service.registry.Module;
import com.microsoft.azure.sdk.iot.service.registry.RegistryClient;
import com.microsoft.azure.sdk.iot.service.twin.Twin;
import com.microsoft.azure.sdk.iot.service.twin.TwinClient;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Microsoft's own service client for Java against the service API. It takes a host with a port when it is given a token in place of a
 * connection string, and trusts what the JVM trusts by default.
 */
class MicrosoftServiceClientTest {

    private static SSLSocketFactory jvmDefault;

    @RegisterExtension
    static final IotHubExtension hub =
            IotHubExtension.create(IotHubEmulator.builder().httpsPort(0));

    private String host;
    private AzureSasCredential credential;

    @BeforeAll
    static void trustTheHub() {
        jvmDefault = HttpsURLConnection.getDefaultSSLSocketFactory();
        HttpsURLConnection.setDefaultSSLSocketFactory(
                hub.emulator().sslContext().getSocketFactory());
    }

    @AfterAll
    static void trustAsBefore() {
        HttpsURLConnection.setDefaultSSLSocketFactory(jvmDefault);
    }

    @BeforeEach
    void signIn() {
        hub.emulator().devices().forEach(device -> hub.emulator().removeDevice(device.deviceId()));
        host = "localhost:" + hub.emulator().httpsPort();
        credential = new AzureSasCredential(new BackEnd(hub.emulator(), "iothubowner").token());
    }

    @Test
    void itCreatesReadsUpdatesAndDeletesADevice() throws Exception {
        RegistryClient registry = new RegistryClient(host, credential);

        Device created = registry.addDevice(new Device("dev1"));
        assertThat(created.getPrimaryKey())
                .isEqualTo(hub.emulator().device("dev1").orElseThrow().primaryKey());
        try (WireClient client = WireClient.device(hub.emulator(), "dev1").accepted()) {
            assertThat(registry.getDevice("dev1").getConnectionState().name()).isEqualToIgnoringCase("connected");
        }

        Device read = registry.getDevice("dev1");
        read.setStatus(DeviceStatus.Disabled);
        assertThat(registry.updateDevice(read).getStatus()).isEqualTo(DeviceStatus.Disabled);
        assertThat(hub.emulator().device("dev1").orElseThrow().isEnabled()).isFalse();
        assertThat(registry.getStatistics().getDisabledDeviceCount()).isEqualTo(1);

        assertThatThrownBy(() -> registry.removeDevice(created)).isInstanceOf(IotHubPreconditionFailedException.class);
        registry.removeDevice("dev1");
        assertThatThrownBy(() -> registry.getDevice("dev1")).isInstanceOf(IotHubNotFoundException.class);
    }

    @Test
    void itCreatesReadsUpdatesAndDeletesAModule() throws Exception {
        RegistryClient registry = new RegistryClient(host, credential);
        registry.addDevice(new Device("dev1"));

        Module created = registry.addModule(new Module("dev1", "m1"));
        assertThat(created.getPrimaryKey())
                .isEqualTo(registry.getModule("dev1", "m1").getPrimaryKey());
        registry.updateModule(created);
        assertThat(registry.getModulesOnDevice("dev1"))
                .extracting(Module::getId)
                .containsExactly("m1");

        registry.removeModule("dev1", "m1");
        assertThat(registry.getModulesOnDevice("dev1")).isEmpty();
        assertThatThrownBy(() -> registry.getModule("dev1", "m1")).isInstanceOf(IotHubNotFoundException.class);
    }

    @Test
    void itIsRefusedWithATokenOfAnotherPolicy() {
        RegistryClient registry =
                new RegistryClient(host, new AzureSasCredential(new BackEnd(hub.emulator(), "device").token()));

        assertThatThrownBy(() -> registry.getDevice("dev1")).isInstanceOf(IotHubUnauthorizedException.class);
    }

    @Test
    void itReadsPatchesAndReplacesATwin() throws Exception {
        hub.emulator().addDevice("dev1");
        TwinClient twins = new TwinClient(host, credential);

        Twin change = new Twin("dev1");
        change.getTags().put("site", "b43");
        change.getDesiredProperties().put("interval", "5m");
        Twin patched = twins.patch(change);
        assertThat(patched.getTags()).containsEntry("site", "b43");
        assertThat(hub.emulator().twin("dev1").desired()).isEqualTo(Map.of("interval", "5m"));

        Twin read = twins.get("dev1");
        assertThat(read.getDesiredProperties().getVersion()).isEqualTo(2);
        assertThat(read.getETag()).isEqualTo(patched.getETag());
        read.getDesiredProperties().clear();
        read.getDesiredProperties().put("mode", "eco");
        twins.replace(read);
        assertThat(hub.emulator().twin("dev1").desired()).isEqualTo(Map.of("mode", "eco"));

        assertThatThrownBy(() -> twins.patch(change, patched.getETag()))
                .isInstanceOf(IotHubPreconditionFailedException.class);
    }

    @Test
    void itReadsAndPatchesTheTwinOfAModule() throws Exception {
        hub.emulator().addDevice("dev1").addModule("m1");
        TwinClient twins = new TwinClient(host, credential);

        Twin change = new Twin("dev1", "m1");
        change.getDesiredProperties().put("interval", "5m");
        twins.patch(change);

        assertThat(twins.get("dev1", "m1").getDesiredProperties()).containsEntry("interval", "5m");
        assertThat(hub.emulator().twin("dev1", "m1").desired()).isEqualTo(Map.of("interval", "5m"));
    }

    @Test
    void itCallsAMethod() throws Exception {
        hub.emulator().addDevice("dev1");
        DirectMethodsClient methods = new DirectMethodsClient(host, credential);
        try (WireClient client = WireClient.device(hub.emulator(), "dev1").accepted()) {
            client.subscribed("$iothub/methods/POST/#", 0);
            Thread device = new Thread(() -> {
                WireClient.Packet request = client.expect(WireClient.PUBLISH);
                String rid = request.topic().substring(request.topic().indexOf("$rid=") + 5);
                client.publishAcknowledged("$iothub/methods/res/201/?$rid=" + rid, request.payload());
            });
            device.start();

            DirectMethodResponse response = methods.invoke(
                    "dev1",
                    "reboot",
                    DirectMethodRequestOptions.builder()
                            .payload(Map.of("delay", 5))
                            .build());
            device.join();

            assertThat(response.getStatus()).isEqualTo(201);
            assertThat(response.getPayloadAsJsonString()).isEqualTo("{\"delay\":5}");
        }
        hub.emulator().awaitEvent(event -> event.kind() == HubEvent.Kind.DISCONNECTED, Duration.ofSeconds(20));
        // It would wait for the device for longer than for the hub otherwise.
        DirectMethodRequestOptions atOnce = DirectMethodRequestOptions.builder()
                .methodConnectTimeoutSeconds(0)
                .build();
        assertThatThrownBy(() -> methods.invoke("dev1", "reboot", atOnce))
                .isInstanceOf(IotHubException.class)
                .hasMessageContaining("isn't online");
    }

    @Test
    void itPagesThroughAQuery() throws Exception {
        for (String id : List.of("a", "b", "c")) {
            hub.emulator().addDevice(id);
        }
        TwinQueryResponse response = new QueryClient(host, credential)
                .queryTwins(
                        "SELECT * FROM devices WHERE status = 'enabled'",
                        QueryPageOptions.builder().pageSize(2).build());

        List<String> found = new ArrayList<>();
        while (response.hasNext()) {
            found.add(response.next().getDeviceId());
        }

        assertThat(found).containsExactly("a", "b", "c");
    }

    @Test
    void itQueriesColumns() throws Exception {
        hub.emulator().addDevice("a").twin().updateTags("{\"site\":\"b43\"}");

        RawQueryResponse response =
                new QueryClient(host, credential).queryRaw("SELECT deviceId, tags.site AS place FROM devices");

        assertThat(response.next()).isEqualTo("{\"deviceId\":\"a\",\"place\":\"b43\"}");
    }
}
