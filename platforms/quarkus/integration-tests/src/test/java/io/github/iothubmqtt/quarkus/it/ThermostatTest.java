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
package io.github.iothubmqtt.quarkus.it;

import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.github.iothubmqtt.quarkus.DevHub;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The application in this JVM, with nothing configured: the hub is that of Dev Services. */
@QuarkusTest
class ThermostatTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    @TestHTTPResource("/q/health")
    URL health;

    @Test
    void aCommandReachesTheRouteAndItsAnswerReachesTheHub() {
        DevHub.sendDevicebound("thermostat-7", "cool down", Map.of("operator", "Ada"));

        DevHub.Telemetry answer = awaitAnswer("{\"did\":\"cool down\"}");
        assertThat(answer.properties()).containsEntry("operator", "Ada");
        await().atMost(LONG).untilAsserted(() -> assertThat(DevHub.unacknowledged("thermostat-7"))
                .isZero());
    }

    @Test
    void optionsOfTheComponentComeFromApplicationProperties() {
        DevHub.sendDevicebound("thermostat-7", "warm up", Map.of());

        assertThat(awaitAnswer("{\"did\":\"warm up\"}").systemProperties())
                .containsEntry("content-type", "application/json")
                .containsEntry("content-encoding", "utf-8");
    }

    @Test
    void healthTellsOfTheConnectionAndOfAnOutage() {
        awaitHealth("'name':'camel-consumers','status':'UP'");

        DevHub.stopListening();
        try {
            awaitHealth("'name':'camel-consumers','status':'DOWN'", "'route.id':'commands'", "cannotreachlocalhost:");
        } finally {
            DevHub.startListening();
        }
        awaitHealth("'name':'camel-consumers','status':'UP'");
    }

    /** JSON without white space and with single quotes. */
    private void awaitHealth(CharSequence... parts) {
        await().atMost(LONG).untilAsserted(() -> assertThat(
                        get(health).replaceAll("\\s", "").replace('"', '\''))
                .contains(parts));
    }

    private static DevHub.Telemetry awaitAnswer(String body) {
        List<DevHub.Telemetry> answers = await().atMost(LONG)
                .until(
                        () -> DevHub.telemetry("thermostat-7").stream()
                                .filter(telemetry -> telemetry.body().equals(body))
                                .toList(),
                        found -> !found.isEmpty());
        return answers.get(0);
    }

    private static String get(URL url) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url.toString())).build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
