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
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLSocketFactory;

import com.azure.core.credential.AzureSasCredential;
import com.microsoft.azure.sdk.iot.device.DeviceClient;
import com.microsoft.azure.sdk.iot.device.IotHubClientProtocol;
import com.microsoft.azure.sdk.iot.device.ModuleClient;
import com.microsoft.azure.sdk.iot.service.configurations.ConfigurationsClient;
import com.microsoft.azure.sdk.iot.service.exceptions.IotHubBadFormatException;
import com.microsoft.azure.sdk.iot.service.exceptions.IotHubConflictException;
import com.microsoft.azure.sdk.iot.service.exceptions.IotHubException;
import com.microsoft.azure.sdk.iot.service.exceptions.IotHubGatewayTimeoutException;
import com.microsoft.azure.sdk.iot.service.exceptions.IotHubNotFoundException;
import com.microsoft.azure.sdk.iot.service.exceptions.IotHubPreconditionFailedException;
import com.microsoft.azure.sdk.iot.service.jobs.ScheduledJobsClient;
import com.microsoft.azure.sdk.iot.service.methods.DirectMethodRequestOptions;
import com.microsoft.azure.sdk.iot.service.methods.DirectMethodResponse;
import com.microsoft.azure.sdk.iot.service.methods.DirectMethodsClient;
import com.microsoft.azure.sdk.iot.service.query.QueryClient;
import com.microsoft.azure.sdk.iot.service.query.QueryPageOptions;
import com.microsoft.azure.sdk.iot.service.query.TwinQueryResponse;
import com.microsoft.azure.sdk.iot.service.registry.Device;
import com.microsoft.azure.sdk.iot.service.registry.Module;
import com.microsoft.azure.sdk.iot.service.registry.RegistryClient;
import com.microsoft.azure.sdk.iot.service.twin.Twin;
import com.microsoft.azure.sdk.iot.service.twin.TwinClient;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What Microsoft's service client for Java makes of refusals and conflicts, and of a device that is Microsoft's client, too. */
class MicrosoftServiceClientRefusalTest {

    private static final TestClock CLOCK = TestClock.running();

    private static SSLSocketFactory jvmDefault;

    @RegisterExtension
    @Order(1)
    static final IotHubExtension hub = IotHubExtension.create(
            MicrosoftDevices.within(IotHubEmulator.builder().clock(CLOCK)));

    @RegisterExtension
    @Order(2)
    static final MicrosoftDevices devices = MicrosoftDevices.of(hub);

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
        host = hub.emulator().hostName() + ":" + hub.emulator().httpsPort();
        credential = new AzureSasCredential(new BackEnd(hub.emulator(), "iothubowner").token());
    }

    @Test
    void whatExistsIsNotCreatedAgain(EmulatedDevice device) {
        device.addModule("m1");
        RegistryClient registry = new RegistryClient(host, credential);

        assertThatThrownBy(() -> registry.addDevice(new Device(device.deviceId())))
                .isInstanceOf(IotHubConflictException.class);
        assertThatThrownBy(() -> registry.addModule(new Module(device.deviceId(), "m1")))
                .isInstanceOf(IotHubConflictException.class);
    }

    @Test
    void whatDoesNotExistIsNotFound(EmulatedDevice device) {
        RegistryClient registry = new RegistryClient(host, credential);
        TwinClient twins = new TwinClient(host, credential);
        DirectMethodsClient methods = new DirectMethodsClient(host, credential);

        assertNotFound(() -> registry.removeDevice("nobody"));
        assertNotFound(() -> registry.updateDevice(new Device("nobody")));
        assertNotFound(() -> registry.addModule(new Module("nobody", "m1")));
        assertNotFound(() -> registry.getModule(device.deviceId(), "m1"));
        assertNotFound(() -> twins.get("nobody"));
        assertNotFound(() -> twins.get(device.deviceId(), "m1"));
        assertNotFound(() -> methods.invoke("nobody", "reboot"));
        assertNotFound(() -> methods.invoke(device.deviceId(), "m1", "reboot"));
    }

    @Test
    void anOldEtagIsRefused(EmulatedDevice device) throws Exception {
        device.addModule("m1");
        RegistryClient registry = new RegistryClient(host, credential);
        TwinClient twins = new TwinClient(host, credential);
        Module module = registry.getModule(device.deviceId(), "m1");
        Twin twin = twins.get(device.deviceId());
        registry.updateModule(module);
        twin.getTags().put("site", "b43");
        twins.patch(twin);

        assertPreconditionFailed(() -> registry.removeModule(module));
        assertPreconditionFailed(() -> twins.patch(twin, twin.getETag()));
        assertPreconditionFailed(() -> twins.replace(twin, twin.getETag()));

        registry.removeModule(registry.getModule(device.deviceId(), "m1"));
        twins.replace(twin, twins.get(device.deviceId()).getETag());
    }

    @Test
    void aMethodThatIsNotAnsweredInTimeIsATimeout(EmulatedDevice device) throws Exception {
        DeviceClient client = devices.open(IotHubClientProtocol.MQTT, device);
        client.subscribeToMethods(
                (name, payload, context) -> {
                    CLOCK.advance(Duration.ofSeconds(31));
                    return new com.microsoft.azure.sdk.iot.device.twin.DirectMethodResponse(200, null);
                },
                null);

        DirectMethodRequestOptions options = DirectMethodRequestOptions.builder()
                .methodResponseTimeoutSeconds(30)
                .build();

        assertThatThrownBy(() -> new DirectMethodsClient(host, credential).invoke(device.deviceId(), "reboot", options))
                .isInstanceOf(IotHubGatewayTimeoutException.class);
    }

    @Test
    void aQueryThatCannotBeReadIsABadRequest() {
        QueryClient queries = new QueryClient(host, credential);

        assertThatThrownBy(
                        () -> queries.queryTwins("SELECT * FROM devices WHERE").hasNext())
                .isInstanceOf(IotHubBadFormatException.class);
    }

    @Test
    void aQueryPagesThroughManyDevices() throws Exception {
        Set<String> ids = new HashSet<>();
        IntStream.range(0, 25).mapToObj(i -> "paged-" + i).forEach(id -> {
            hub.emulator().addDevice(id).twin().updateTags("{\"paged\":true}");
            ids.add(id);
        });
        TwinQueryResponse response = new QueryClient(host, credential)
                .queryTwins(
                        "SELECT * FROM devices WHERE tags.paged = true",
                        QueryPageOptions.builder().pageSize(10).build());

        Set<String> found = new HashSet<>();
        while (response.hasNext()) {
            assertThat(found.add(response.next().getDeviceId())).isTrue();
        }

        assertThat(found).isEqualTo(ids);
        assertThat(response.getContinuationToken()).isNull();
    }

    /** Azure's service side has more than the emulator. What it has not, it says. */
    @Test
    void jobsAndConfigurationsAreRefusedByName() {
        RegistryClient registry = new RegistryClient(host, credential);
        ScheduledJobsClient jobs = new ScheduledJobsClient(host, credential);
        ConfigurationsClient configurations = new ConfigurationsClient(host, credential);

        assertMissing(() -> registry.exportDevices("https://blobs.example/c?sig=x", true), "/jobs/create");
        assertMissing(() -> jobs.get("j1"), "/jobs/v2/j1");
        assertMissing(() -> jobs.scheduleDirectMethod("j1", "*", "reboot", new Date(0)), "/jobs/v2/j1");
        assertMissing(() -> configurations.get("c1"), "/configurations/c1");
    }

    @Test
    void aModuleThatIsMicrosoftsClientIsCalled(EmulatedDevice device) throws Exception {
        EmulatedModule module = device.addModule("m1");
        ModuleClient client = devices.client(IotHubClientProtocol.MQTT, module);
        client.open(false);
        client.subscribeToMethods(
                (name, payload, context) -> new com.microsoft.azure.sdk.iot.device.twin.DirectMethodResponse(
                        201, payload.getPayloadAsJsonElement()),
                null);

        DirectMethodResponse response = new DirectMethodsClient(host, credential)
                .invoke(
                        device.deviceId(),
                        "m1",
                        "echo",
                        DirectMethodRequestOptions.builder()
                                .payload(Map.of("list", List.of(1, 2)))
                                .build());

        assertThat(response.getStatus()).isEqualTo(201);
        assertThat(response.getPayloadAsJsonString()).isEqualTo("{\"list\":[1,2]}");
    }

    private static void assertNotFound(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(IotHubNotFoundException.class);
    }

    private static void assertPreconditionFailed(ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(IotHubPreconditionFailedException.class);
    }

    private static void assertMissing(ThrowingCallable call, String path) {
        assertThatThrownBy(call)
                .isInstanceOf(IotHubException.class)
                .hasMessageContaining("There is no ")
                .hasMessageContaining(path);
    }
}
