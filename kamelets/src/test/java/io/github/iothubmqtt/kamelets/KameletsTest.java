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
package io.github.iothubmqtt.kamelets;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.iothubmqtt.emulator.DeviceboundMessage;
import io.github.iothubmqtt.emulator.Feedback;
import io.github.iothubmqtt.emulator.TelemetryMessage;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;
import org.apache.camel.support.jsse.KeyStoreParameters;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.jsse.TrustManagersParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Runs the Kamelets, as they are published, in a Camel Main against the emulator. */
class KameletsTest {

    private static final Duration SOON = Duration.ofMinutes(1);
    /** Holds what URIs and properties could garble: plus signs, slashes and an equals sign. */
    private static final String KEY =
            Base64.getEncoder().encodeToString("~~~>>>???ü+/ of a device".getBytes(StandardCharsets.UTF_8));

    @RegisterExtension
    final IotHubExtension hub = IotHubExtension.create();

    private final Main main = new Main();
    private final List<String> received = new CopyOnWriteArrayList<>();

    @BeforeEach
    void trustTheHub() {
        hub.emulator().addDevice("dev1", KEY);
        KeyStoreParameters store = new KeyStoreParameters();
        store.setKeyStore(hub.emulator().trustStore());
        TrustManagersParameters trust = new TrustManagersParameters();
        trust.setKeyStore(store);
        SSLContextParameters tls = new SSLContextParameters();
        tls.setTrustManagers(trust);
        main.bind("hubTls", tls);
        main.addInitialProperty("camel.component.iothub-mqtt.ssl-context-parameters", "#hubTls");
    }

    @AfterEach
    void stop() {
        main.stop();
    }

    @Test
    void theComponentsCredentialsServeBothKamelets() throws Exception {
        main.addInitialProperty("camel.component.iothub-mqtt.hub", hubAddress());
        main.addInitialProperty("camel.component.iothub-mqtt.shared-access-key", KEY);
        start("?deviceId=dev1", "?deviceId=dev1");

        bothDirectionsWork();
    }

    @Test
    void theKameletsHaveCredentialsOfTheirOwn() throws Exception {
        for (String kamelet : List.of("iothub-mqtt-telemetry-sink", "iothub-mqtt-devicebound-source")) {
            main.addInitialProperty("camel.kamelet." + kamelet + ".deviceId", "dev1");
            main.addInitialProperty("camel.kamelet." + kamelet + ".hub", hubAddress());
            main.addInitialProperty("camel.kamelet." + kamelet + ".sharedAccessKey", KEY);
        }
        start("", "");

        bothDirectionsWork();
    }

    @Test
    void aConnectionStringTakesThePlaceOfHubAndKey() throws Exception {
        String device = "?deviceId=dev1&connectionString=RAW(" + hub.connectionString("dev1") + ")";
        start(device, device);

        bothDirectionsWork();
    }

    @Test
    void theSinkSaysWhatTheBodyIs() throws Exception {
        String device = "?deviceId=dev1&connectionString=RAW(" + hub.connectionString("dev1") + ")";
        start(device + "&contentType=application/json&contentEncoding=utf-8", device);
        main.getCamelTemplate().sendBody("direct:reading", "{}");

        assertThat(hub.awaitTelemetry(1, SOON).get(0).systemProperties())
                .containsEntry("content-type", "application/json")
                .containsEntry("content-encoding", "utf-8");
    }

    @Test
    void aMessageWhoseRouteFailsIsDeliveredAgainAsOftenAsTheSourceSays() throws Exception {
        String device = "?deviceId=dev1&connectionString=RAW(" + hub.connectionString("dev1") + ")";
        start(device, device + "&maxRedeliveries=1");
        String id = hub.sendDevicebound("dev1", DeviceboundMessage.of("fail").ack(DeviceboundMessage.Ack.FULL));

        hub.awaitFeedback(id, SOON);
        assertThat(received).containsExactly("fail", "fail");
    }

    @Test
    void aMessageWhoseRouteFailsIsGoneWhenTheSourceSaysSo() throws Exception {
        String device = "?deviceId=dev1&connectionString=RAW(" + hub.connectionString("dev1") + ")";
        start(device, device + "&onFailure=acknowledge");
        String id = hub.sendDevicebound("dev1", DeviceboundMessage.of("fail").ack(DeviceboundMessage.Ack.FULL));

        hub.awaitFeedback(id, SOON);
        assertThat(received).containsExactly("fail");
    }

    private void start(String sink, String source) throws Exception {
        main.configure().addRoutesBuilder(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:reading").to("kamelet:iothub-mqtt-telemetry-sink" + sink);
                from("kamelet:iothub-mqtt-devicebound-source" + source).process(KameletsTest.this::take);
            }
        });
        main.start();
    }

    private void take(Exchange exchange) {
        String body = exchange.getMessage().getBody(String.class);
        received.add(body);
        if (body.equals("fail")) {
            throw new IllegalStateException("a route that fails, as this test wants it");
        }
    }

    private void bothDirectionsWork() throws Exception {
        main.getCamelTemplate().sendBodyAndHeader("direct:reading", "21", "room", "kitchen");
        String id = hub.sendDevicebound("dev1", DeviceboundMessage.of("on").ack(DeviceboundMessage.Ack.FULL));

        TelemetryMessage reading = hub.awaitTelemetry(1, SOON).get(0);
        assertThat(reading.bodyText()).isEqualTo("21");
        assertThat(reading.properties()).containsEntry("room", "kitchen");
        assertThat(hub.awaitFeedback(id, SOON).statusCode()).isEqualTo(Feedback.StatusCode.SUCCESS);
        await().atMost(SOON).untilAsserted(() -> assertThat(received).containsExactly("on"));
        assertThat(hub.emulator().acceptedConnects("dev1"))
                .as("both share a connection")
                .isOne();
    }

    private String hubAddress() {
        return "localhost:" + hub.emulator().mqttPort();
    }
}
