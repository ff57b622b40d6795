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

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.nio.charset.StandardCharsets;
import java.security.Key;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;

import com.microsoft.azure.sdk.iot.device.ClientOptions;
import com.microsoft.azure.sdk.iot.device.DeviceClient;
import com.microsoft.azure.sdk.iot.device.IotHubClientProtocol;
import com.microsoft.azure.sdk.iot.device.Message;
import com.microsoft.azure.sdk.iot.provisioning.device.AdditionalData;
import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClient;
import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClientRegistrationResult;
import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClientStatus;
import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClientSubstatus;
import com.microsoft.azure.sdk.iot.provisioning.device.ProvisioningDeviceClientTransportProtocol;
import com.microsoft.azure.sdk.iot.provisioning.device.internal.exceptions.ProvisioningDeviceHubException;
import com.microsoft.azure.sdk.iot.provisioning.security.SecurityProvider;
import com.microsoft.azure.sdk.iot.provisioning.security.SecurityProviderSymmetricKey;
import com.microsoft.azure.sdk.iot.provisioning.security.SecurityProviderX509;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Microsoft's own provisioning client for Java, unmodified, and then its device client at the hub that it was told. */
class MicrosoftProvisioningTest {

    /** A test that runs once over MQTT and once over MQTT over WebSocket. */
    @Retention(RetentionPolicy.RUNTIME)
    @ParameterizedTest
    @EnumSource(
            value = ProvisioningDeviceClientTransportProtocol.class,
            names = {"MQTT", "MQTT_WS"})
    private @interface OverBoth {}

    private static final int MOST_MILLISECONDS = 60_000;

    @RegisterExtension
    @Order(1)
    final IotHubExtension extension = IotHubExtension.create(MicrosoftDevices.within(
            IotHubEmulator.builder().settings(HubSettings.defaults().provisioningRetryAfter(Duration.ofSeconds(1)))));

    @RegisterExtension
    @Order(2)
    final MicrosoftDevices devices = MicrosoftDevices.of(extension);

    private IotHubEmulator hub;

    @BeforeEach
    void useTheHub() {
        hub = extension.emulator();
        // The client waits a minute for an answer that is there before it has begun to wait, as one from this machine
        // may be.
        hub.faults().at(FaultPoint.PROVISIONING_RESPONSE).always().then(Fault.delay(Duration.ofMillis(200)));
    }

    @OverBoth
    void itRegistersWithAKeyOfItsOwnAndConnects(ProvisioningDeviceClientTransportProtocol protocol) throws Exception {
        Enrollment enrollment = hub.provisioning().enroll("reg-1").withDeviceId("Thermostat-7");

        ProvisioningDeviceClientRegistrationResult result =
                register(protocol, key("reg-1", enrollment.primaryKey()), null);

        assertThat(result.getProvisioningDeviceClientStatus())
                .isEqualTo(ProvisioningDeviceClientStatus.PROVISIONING_DEVICE_STATUS_ASSIGNED);
        assertThat(result.getSubstatus()).isEqualTo(ProvisioningDeviceClientSubstatus.INITIAL_ASSIGNMENT);
        assertThat(result.getRegistrationId()).isEqualTo("reg-1");
        assertThat(result.getDeviceId()).isEqualTo("Thermostat-7");
        assertThat(result.getIothubUri()).isEqualTo(hub.hostName());
        assertThat(result.getCreatedDateTimeUtc()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{7}Z");
        sendsAs(result, enrollment.primaryKey());
    }

    @OverBoth
    void itRegistersWithAKeyThatItHasDerivedAndConnects(ProvisioningDeviceClientTransportProtocol protocol)
            throws Exception {
        Enrollment group = hub.provisioning().enrollGroup("line-4");
        byte[] derived = SecurityProviderSymmetricKey.ComputeDerivedSymmetricKey(
                group.primaryKey().getBytes(StandardCharsets.UTF_8), "sensor-0001");
        String derivedKey = new String(derived, StandardCharsets.UTF_8);
        assertThat(derivedKey).isEqualTo(group.keyFor("sensor-0001"));

        ProvisioningDeviceClientRegistrationResult result = register(protocol, key("sensor-0001", derivedKey), null);

        sendsAs(result, derivedKey);
    }

    @OverBoth
    void itRegistersWithACertificateAndConnects(ProvisioningDeviceClientTransportProtocol protocol) throws Exception {
        ClientCertificate certificate = hub.issueCertificate("reg-1");
        hub.provisioning().enrollGroup("line-4").withCertificateAuthority(hub);

        ProvisioningDeviceClientRegistrationResult result =
                register(protocol, new Certified(hub.sslContext(certificate), "reg-1"), null);

        DeviceClient client = devices.remember(new DeviceClient(
                "HostName=" + result.getIothubUri() + ";DeviceId=" + result.getDeviceId() + ";x509=true",
                IotHubClientProtocol.MQTT,
                ClientOptions.builder().sslContext(hub.sslContext(certificate)).build()));
        client.open(false);
        client.sendEvent(new Message("hi"));
        assertThat(hub.telemetry("reg-1")).hasSize(1);
    }

    /** Not what the documents say: JSON that a program gives to the client comes to the service as text in quotes. */
    @Test
    void itSendsAPayloadAsTextAndIsGivenJson() throws Exception {
        Enrollment enrollment = hub.provisioning().enroll("reg-1").withPayload("{\"welcome\":true}");
        AdditionalData data = new AdditionalData();
        data.setProvisioningPayload("{\"modelId\":\"dtmi:com:example:Thermostat;1\"}");

        ProvisioningDeviceClientRegistrationResult result =
                register(ProvisioningDeviceClientTransportProtocol.MQTT, key("reg-1", enrollment.primaryKey()), data);

        assertThat(result.getProvisioningPayload()).isEqualTo("{\"welcome\":true}");
        assertThat(hub.provisioning().registration("reg-1").orElseThrow().requestPayload())
                .isEqualTo("\"{\\\"modelId\\\":\\\"dtmi:com:example:Thermostat;1\\\"}\"");
    }

    @Test
    void itIsMovedToAnotherHubWithItsTwin() throws Exception {
        Enrollment enrollment = hub.provisioning().enroll("reg-1");
        SecurityProvider key = key("reg-1", enrollment.primaryKey());
        register(ProvisioningDeviceClientTransportProtocol.MQTT, key, null);
        hub.twin("reg-1").updateDesired("{\"interval\":\"5m\"}");
        try (IotHubEmulator other = IotHubEmulator.start()) {
            enrollment.toHub(other);

            ProvisioningDeviceClientRegistrationResult result =
                    register(ProvisioningDeviceClientTransportProtocol.MQTT, key, null);

            assertThat(result.getSubstatus()).isEqualTo(ProvisioningDeviceClientSubstatus.DEVICE_DATA_MIGRATED);
            assertThat(result.getIothubUri()).isEqualTo("localhost:" + other.mqttPort());
            assertThat(other.twin("reg-1").desired()).isEqualTo(Map.of("interval", "5m"));
        }
    }

    @Test
    void itPollsAsLongAsItIsTold() throws Exception {
        Enrollment enrollment = hub.provisioning().enroll("reg-1");
        AtomicInteger calls = new AtomicInteger();
        enrollment.allocatedBy(
                request -> calls.incrementAndGet() < 3 ? Allocation.failure(503) : Allocation.toHub(hub));

        register(ProvisioningDeviceClientTransportProtocol.MQTT, key("reg-1", enrollment.primaryKey()), null);

        assertThat(hub.provisioning().pollRequests("reg-1")).isEqualTo(3);
    }

    @Test
    void itIsTurnedAwayWithAnotherKey() {
        hub.provisioning().enroll("reg-1");

        assertThatThrownBy(() -> register(
                        ProvisioningDeviceClientTransportProtocol.MQTT,
                        key("reg-1", SharedAccessKeys.generate().primary()),
                        null))
                .hasStackTraceContaining("401");
    }

    @Test
    void itIsToldThatItsAssignmentFailed() {
        Enrollment enrollment = hub.provisioning().enroll("reg-1").fail(400207, "Custom allocation failed");

        assertThatThrownBy(() -> register(
                        ProvisioningDeviceClientTransportProtocol.MQTT, key("reg-1", enrollment.primaryKey()), null))
                .hasStackTraceContaining("Custom allocation failed");
    }

    @Test
    void itIsToldThatItIsDisabledThoughItDoesNotSaySo() {
        Enrollment enrollment = hub.provisioning().enroll("reg-1").disable();

        assertThatThrownBy(() -> register(
                        ProvisioningDeviceClientTransportProtocol.MQTT, key("reg-1", enrollment.primaryKey()), null))
                .isInstanceOf(ProvisioningDeviceHubException.class)
                .hasMessage(null);
        assertThat(hub.provisioning().registration("reg-1").orElseThrow().status())
                .isEqualTo(Registration.Status.DISABLED);
    }

    private void sendsAs(ProvisioningDeviceClientRegistrationResult result, String key) throws Exception {
        DeviceClient client = devices.client(
                IotHubClientProtocol.MQTT,
                "HostName=" + result.getIothubUri() + ";DeviceId=" + result.getDeviceId() + ";SharedAccessKey=" + key,
                options -> {});
        client.open(false);
        client.sendEvent(new Message("hi"));
        assertThat(hub.telemetry(result.getDeviceId()))
                .extracting(TelemetryMessage::bodyText)
                .containsExactly("hi");
    }

    /** {@code data} may be null. */
    private ProvisioningDeviceClientRegistrationResult register(
            ProvisioningDeviceClientTransportProtocol protocol, SecurityProvider security, AdditionalData data)
            throws Exception {
        ProvisioningDeviceClient client = ProvisioningDeviceClient.create(
                endpoint(protocol), hub.provisioning().idScope(), protocol, security);
        try {
            return data == null
                    ? client.registerDeviceSync(MOST_MILLISECONDS)
                    : client.registerDeviceSync(data, MOST_MILLISECONDS);
        } finally {
            client.close();
        }
    }

    /**
     * The client puts {@code :443} behind the endpoint and nothing more; with this one that ends up in the query. The path is what it asks for
     * by itself.
     */
    private String endpoint(ProvisioningDeviceClientTransportProtocol protocol) {
        return protocol == ProvisioningDeviceClientTransportProtocol.MQTT
                ? hub.hostName()
                : hub.hostName() + ":" + hub.httpsPort() + "/mqtt?";
    }

    private SecurityProvider key(String registrationId, String key) {
        SSLContext trust = hub.sslContext();
        return new SecurityProviderSymmetricKey(key.getBytes(StandardCharsets.UTF_8), registrationId) {
            @Override
            public SSLContext getSSLContext() {
                return trust;
            }
        };
    }

    /** What the client wants to know of a certificate: nothing, where it is given the TLS context. */
    private static final class Certified extends SecurityProviderX509 {

        private final SSLContext tls;
        private final String commonName;

        Certified(SSLContext tls, String commonName) {
            this.tls = tls;
            this.commonName = commonName;
        }

        @Override
        public SSLContext getSSLContext() {
            return tls;
        }

        @Override
        public String getClientCertificateCommonName() {
            return commonName;
        }

        @Override
        public X509Certificate getClientCertificate() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Key getClientPrivateKey() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Collection<X509Certificate> getIntermediateCertificatesChain() {
            return List.of();
        }
    }
}
