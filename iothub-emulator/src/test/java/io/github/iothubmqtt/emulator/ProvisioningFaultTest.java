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
import java.util.Map;

import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** A provisioning service that fails as a test wants it to. */
class ProvisioningFaultTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    @RegisterExtension
    final IotHubExtension hub = IotHubExtension.create().withHttps().withEnrollment("reg-1");

    @Test
    void theNextRequestsToBeRegisteredAreAnsweredAsTheTestSays() {
        faults().at(FaultPoint.PROVISIONING_REGISTER).times(2).then(Fault.answerStatus(429, Duration.ofSeconds(7)));
        try (ProvisioningWire device = open()) {
            ProvisioningWire.Answer throttled = device.register(null);
            assertThat(throttled.status()).isEqualTo(429);
            assertThat(throttled.retryAfter()).isEqualTo("7");
            assertThat(throttled.json().getInteger("errorCode")).isEqualTo(429000);
            assertThat(device.register(null).status()).isEqualTo(429);
            assertThat(hub.provisioning().registration("reg-1")).isEmpty();

            assertThat(device.toTheEnd(device.register(null)).status()).isEqualTo(200);
        }
        assertThat(hub.provisioning().registerRequests("reg-1")).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({"401, 401000", "404, 404201", "500, 500000", "503, 503000"})
    void thePollIsAnsweredWithAnError(int status, int code) {
        faults().next(FaultPoint.PROVISIONING_POLL, Fault.answerStatus(status));
        try (ProvisioningWire device = open()) {
            String operation = device.register(null).operationId();

            ProvisioningWire.Answer failed = device.poll(operation);
            assertThat(failed.status()).isEqualTo(status);
            assertThat(failed.retryAfter()).isNull();
            assertThat(failed.json().getInteger("errorCode")).isEqualTo(code);

            assertThat(device.poll(operation).status()).isEqualTo(200);
        }
    }

    @Test
    void aResponseMayBeNoJson() {
        faults().at(FaultPoint.PROVISIONING_RESPONSE).after(1).then(Fault.answer(200, "{\"status\":"));
        try (ProvisioningWire device = open()) {
            String operation = device.register(null).operationId();

            assertThatThrownBy(() -> device.poll(operation).json()).isInstanceOf(DecodeException.class);
            assertThat(hub.emulator().device("reg-1")).isPresent();
            assertThat(device.poll(operation).status()).isEqualTo(200);
        }
    }

    @Test
    void aDeviceMayBeAssignedToNoHub() {
        faults().next(
                        FaultPoint.PROVISIONING_REGISTER,
                        Fault.answer(200, "{\"status\":\"assigned\",\"registrationState\":{\"deviceId\":\"reg-1\"}}"));
        try (ProvisioningWire device = open()) {
            ProvisioningWire.Answer lie = device.register(null);

            assertThat(lie.state()).isEqualTo(new JsonObject("{\"deviceId\":\"reg-1\"}"));
            assertThat(hub.emulator().device("reg-1")).isEmpty();
        }
    }

    @Test
    void aResponseMayCarryAnotherRequestsId() {
        faults().next(FaultPoint.PROVISIONING_RESPONSE, Fault.answerOtherRid());
        try (ProvisioningWire device = open()) {
            assertThat(device.register(null).rid()).isEqualTo("not-1");
        }
    }

    @Test
    void aResponseMayBeLost() {
        faults().next(FaultPoint.PROVISIONING_RESPONSE, Fault.drop());
        try (ProvisioningWire device = open()) {
            device.client().publish("$dps/registrations/PUT/iotdps-register/?$rid=1", "{\"registrationId\":\"reg-1\"}");

            assertThat(device.register(null).rid()).isEqualTo("1");
        }
        assertThat(hub.provisioning().registerRequests("reg-1")).isEqualTo(2);
    }

    @Test
    void aRequestMayBeLost() {
        faults().next(FaultPoint.PROVISIONING_REGISTER, Fault.drop());
        try (ProvisioningWire device = open()) {
            device.client()
                    .publishAcknowledged(
                            "$dps/registrations/PUT/iotdps-register/?$rid=lost", "{\"registrationId\":\"reg-1\"}");

            assertThat(device.register(null).rid()).isEqualTo("1");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = FaultPoint.class,
            names = {"PROVISIONING_REGISTER", "PROVISIONING_RESPONSE"})
    void theConnectionIsCutWhereTheTestSaysSo(FaultPoint point) {
        faults().next(point, Fault.cut());
        try (ProvisioningWire device = open()) {
            device.client().publish("$dps/registrations/PUT/iotdps-register/?$rid=1", "{\"registrationId\":\"reg-1\"}");

            assertThat(device.client().isClosedByHub()).isTrue();
        }
        hub.emulator().awaitEvent(event -> event.description().contains("of a fault at " + point), SOON);
    }

    @Test
    void theConnectionIsCutBeforeTheDeviceIsLetIn() {
        faults().next(FaultPoint.PROVISIONING_CONNECT, Fault.cut());

        try (WireClient client = connect().send()) {
            assertThat(client.isClosedByHub()).isTrue();
        }
        assertThat(hub.provisioning().acceptedConnects("reg-1")).isZero();
        connect().accepted().close();
    }

    @Test
    void aConnectIsRefusedWithTheCodeOfTheTest() {
        faults().next(FaultPoint.PROVISIONING_CONNECT, Fault.refuse(3));

        assertThat(connect().refused()).isEqualTo(3);
        connect().accepted().close();
    }

    @Test
    void aSubscriptionIsRefused() {
        faults().next(FaultPoint.PROVISIONING_SUBSCRIBE, Fault.refuseSubscription());

        try (WireClient client = connect().accepted()) {
            assertThat(client.subscribed(ProvisioningWire.RESPONSES, 1)).isEqualTo(0x80);
        }
    }

    @Test
    void whatIsDelayedKeepsItsOrder() {
        faults().next(FaultPoint.PROVISIONING_REGISTER, Fault.delay(Duration.ofMillis(100)));
        long start = System.nanoTime();
        try (ProvisioningWire device = open()) {
            device.client().publish("$dps/registrations/PUT/iotdps-register/?$rid=a", "{\"registrationId\":\"reg-1\"}");
            device.client().publish("$dps/registrations/PUT/iotdps-register/?$rid=b", "{\"registrationId\":\"reg-1\"}");

            assertThat(device.read().rid()).isEqualTo("a");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(100));
            assertThat(device.read().rid()).isEqualTo("b");
        }
    }

    @Test
    void faultsOfTheHubSpareTheService() {
        faults().at(FaultPoint.CONNECT, FaultPoint.PUBLISH, FaultPoint.SUBSCRIBE)
                .always()
                .then(Fault.cut());

        try (ProvisioningWire device = open()) {
            assertThat(device.toTheEnd(device.register(null)).status()).isEqualTo(200);
        }
    }

    @Test
    void faultsOfTheServiceAreNamedOverHttp() throws Exception {
        BackEnd backEnd = new BackEnd(hub.emulator(), "service");
        backEnd.send(
                "POST",
                "/emulator/faults",
                "{\"at\":\"PROVISIONING_REGISTER\",\"fault\":\"answerStatus\",\"code\":429,\"retryAfter\":5}");
        backEnd.send(
                "POST",
                "/emulator/faults",
                "{\"at\":\"PROVISIONING_REGISTER\",\"fault\":\"answer\",\"code\":202,\"body\":\"{}\"}");

        try (ProvisioningWire device = open()) {
            assertThat(device.register(null).retryAfter()).isEqualTo("5");
            ProvisioningWire.Answer lie = device.register(null);
            assertThat(lie.status()).isEqualTo(202);
            assertThat(lie.json().getMap()).isEqualTo(Map.of());
        }
    }

    @Test
    void onlyTheServiceTellsADeviceWhenToComeAgain() {
        assertThatThrownBy(() -> faults().next(FaultPoint.TWIN_GET, Fault.answerStatus(429, Duration.ZERO)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Only the provisioning service tells a device when to come again");
        assertThatThrownBy(() -> faults().next(FaultPoint.TWIN_GET, Fault.answer(200, "{}")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cannot happen at TWIN_GET");
    }

    private Faults faults() {
        return hub.emulator().faults();
    }

    private WireClient.Connect connect() {
        return ProvisioningWire.connect(
                hub.emulator(), "reg-1", hub.enrollment("reg-1").primaryKey());
    }

    private ProvisioningWire open() {
        return ProvisioningWire.open(connect(), "reg-1");
    }
}
