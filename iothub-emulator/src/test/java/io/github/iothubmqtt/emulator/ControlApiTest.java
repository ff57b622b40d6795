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

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.SSLSocket;

import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/** What tests in other languages have instead of {@link IotHubEmulator}. */
class ControlApiTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String EVENTS = "devices/dev1/messages/events/";
    private static final String DEVICEBOUND = "/emulator/devices/dev1/messages/devicebound";

    @RegisterExtension
    final IotHubExtension hub = IotHubExtension.create(IotHubEmulator.builder().httpsPort(0))
            .withDevice("dev1")
            .withDevice("dev2");

    @Test
    void telemetryIsAnArrayOfWhatConsumersSee() throws Exception {
        send("dev1", EVENTS + "%24.mid=m-1&%24.ct=application%2Fjson&room=living%20room", "{}");

        JsonObject message = array(get("/emulator/telemetry")).getJsonObject(0);

        assertThat(message.getLong("sequence")).isEqualTo(1);
        assertThat(message.getString("deviceId")).isEqualTo("dev1");
        assertThat(message.fieldNames()).contains("moduleId");
        assertThat(message.getString("moduleId")).isNull();
        assertThat(message.getString("body")).isEqualTo("e30=");
        assertThat(message.getString("bodyText")).isEqualTo("{}");
        assertThat(message.getJsonObject("properties")).isEqualTo(new JsonObject().put("room", "living room"));
        assertThat(message.getJsonObject("systemProperties"))
                .isEqualTo(
                        new JsonObject().put("content-type", "application/json").put("message-id", "m-1"));
        assertThat(message.getJsonObject("annotations").getString("iothub-connection-device-id"))
                .isEqualTo("dev1");
    }

    @Test
    void telemetryIsChosenBySequenceAndDevice() throws Exception {
        send("dev1", EVENTS, "one");
        send("dev2", "devices/dev2/messages/events/", "two");
        send("dev1", EVENTS, "three");

        assertThat(bodies(get("/emulator/telemetry?after=1"))).containsExactly("two", "three");
        assertThat(bodies(get("/emulator/telemetry?deviceId=dev1"))).containsExactly("one", "three");
        assertThat(bodies(get("/emulator/telemetry?after=1&deviceId=dev1"))).containsExactly("three");
        assertThat(bodies(get("/emulator/telemetry?after=3"))).isEmpty();
    }

    @Test
    void sequenceNumbersGoOnAfterTelemetryWasCleared() throws Exception {
        send("dev1", EVENTS, "one");
        assertThat(delete("/emulator/telemetry").statusCode()).isEqualTo(204);
        send("dev1", EVENTS, "two");

        assertThat(bodies(get("/emulator/telemetry"))).containsExactly("two");
        assertThat(bodies(get("/emulator/telemetry?after=1"))).containsExactly("two");
        assertThat(bodies(get("/emulator/telemetry?after=2"))).isEmpty();
    }

    @Test
    void aBodyThatIsNoTextHasNoText() throws Exception {
        try (WireClient client = WireClient.device(hub.emulator(), "dev1").accepted()) {
            client.publish(EVENTS, new byte[] {(byte) 0xC3, 0x28}, 2, 7);
            client.expect(WireClient.PUBACK);
        }

        JsonObject message = array(get("/emulator/telemetry")).getJsonObject(0);

        assertThat(message.getString("body")).isEqualTo("wyg=");
        assertThat(message.getString("bodyText")).isNull();
    }

    @Test
    void megabytesOfTelemetryArriveWhole() throws Exception {
        String large = "x".repeat(200_000);
        try (WireClient client = WireClient.device(hub.emulator(), "dev1").accepted()) {
            for (int i = 0; i < 40; i++) {
                client.publishAcknowledged(EVENTS, large);
            }
        }

        assertThat(bodies(get("/emulator/telemetry"))).hasSize(40).allMatch(large::equals);
    }

    @Test
    void theStreamTellsOfTelemetryAsItComes() throws Exception {
        send("dev1", EVENTS, "before");
        try (SSLSocket socket = connect()) {
            BufferedReader stream = stream(socket, "/emulator/telemetry/stream?deviceId=dev1");
            send("dev2", "devices/dev2/messages/events/", "of another");
            send("dev1", EVENTS, "after");

            assertThat(next(stream, "id: ")).isEqualTo("3");
            assertThat(next(stream, "event: ")).isEqualTo("telemetry");
            assertThat(new JsonObject(next(stream, "data: ")).getString("bodyText"))
                    .isEqualTo("after");
        }
    }

    @Test
    void aStreamThatIsResumedMissesNothing() throws Exception {
        for (int i = 1; i <= 4; i++) {
            send("dev1", EVENTS, "message " + i);
        }
        try (SSLSocket socket = connect()) {
            BufferedReader stream = stream(socket, "/emulator/telemetry/stream", "Last-Event-ID: 1");

            assertThat(next(stream, "id: ")).isEqualTo("2");
            assertThat(next(stream, "id: ")).isEqualTo("3");
            assertThat(next(stream, "id: ")).isEqualTo("4");
        }
    }

    @Test
    void aSlowReaderOfTheStreamHasItAllInTheEndAndHoldsNobodyUp() throws Exception {
        String large = "x".repeat(200_000);
        try (SSLSocket socket = connect()) {
            BufferedReader stream = stream(socket, "/emulator/telemetry/stream");
            try (WireClient client = WireClient.device(hub.emulator(), "dev1").accepted()) {
                for (int i = 0; i < 60; i++) {
                    client.publishAcknowledged(EVENTS, large);
                }
            }

            for (int i = 1; i <= 60; i++) {
                assertThat(next(stream, "id: ")).isEqualTo(Integer.toString(i));
            }
        }
    }

    @Test
    void theEventsAreStreamedWithTheirNumbers() throws Exception {
        send("dev1", EVENTS, "one");
        try (SSLSocket socket = connect()) {
            BufferedReader stream = stream(socket, "/emulator/events/stream?after=1");
            assertThat(next(stream, "id: ")).isEqualTo("2");
            assertThat(next(stream, "event: ")).isEqualTo("event");
            assertThat(new JsonObject(next(stream, "data: ")).getString("kind")).isEqualTo("DISCONNECTED");

            assertThat(WireClient.device(hub.emulator(), "nobody").refused()).isEqualTo(5);

            assertThat(next(stream, "id: ")).isEqualTo("3");
            JsonObject refused = new JsonObject(next(stream, "data: "));
            assertThat(refused.getString("kind")).isEqualTo("REFUSED");
            assertThat(refused.getString("deviceId")).isEqualTo("nobody");
            assertThat(refused.getString("description")).isNotEmpty();
        }
    }

    @Test
    void theHubTellsWhichRunOfItThisIsAndHowFarItsRecordsGo() throws Exception {
        send("dev1", EVENTS, "one");

        JsonObject description = object(get("/emulator/hub"));

        assertThat(description.getString("hostName"))
                .isEqualTo("localhost:" + hub.emulator().mqttPort());
        assertThat(description.getLong("telemetry")).isEqualTo(1);
        assertThat(description.getLong("events")).isEqualTo(2);
        assertThat(description.getString("instance"))
                .isNotEmpty()
                .isEqualTo(object(get("/emulator/hub")).getString("instance"));
        try (IotHubEmulator other = IotHubEmulator.builder().httpsPort(0).start()) {
            assertThat(new BackEnd(other, null).get("/emulator/hub").json().getString("instance"))
                    .isNotEqualTo(description.getString("instance"));
        }
    }

    @Test
    void everyFaultThatAPointIsSaidToAllowCanBeArmedThere() throws Exception {
        JsonArray points = array(get("/emulator/faults/points"));

        assertThat(points).hasSize(FaultPoint.values().length);
        for (Object each : points) {
            JsonObject point = (JsonObject) each;
            assertThat(point.getJsonArray("faults")).isNotEmpty();
            for (Object fault : point.getJsonArray("faults")) {
                JsonObject request = new JsonObject()
                        .put("at", point.getString("at"))
                        .put("fault", fault)
                        .put("duration", "PT1S");
                object(post("/emulator/faults", request.encode()));
            }
        }
    }

    private SSLSocket connect() throws IOException {
        return WireClient.socketTo(hub.emulator(), hub.emulator().httpsPort());
    }

    /** The stream behind its head; reading from it does not wait for ever, as it would with Java's HTTP client. */
    private static BufferedReader stream(SSLSocket socket, String target, String... headers) throws IOException {
        List<String> head = WebSocketStreams.open(socket, target, headers).answer();
        assertThat(head).first().isEqualTo("HTTP/1.1 200 OK");
        assertThat(head).anyMatch(line -> line.equalsIgnoreCase("Content-Type: text/event-stream"));
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    /** The rest of the next line that starts so; in between are other fields and what HTTP has to say of chunks. */
    private static String next(BufferedReader stream, String field) throws IOException {
        String line = stream.readLine();
        while (!line.startsWith(field)) {
            line = stream.readLine();
        }
        return line.substring(field.length());
    }

    @Test
    void aDeviceboundMessageHasItsPropertiesFromHeadersAsTheyAre() throws Exception {
        Instant expiry = Instant.parse("2099-01-31T10:00:00Z");
        JsonObject answer = object(post(
                DEVICEBOUND,
                "caf\u00e9",
                "x-iothub-messageid",
                "m-1",
                "x-iothub-correlationid",
                "c-1",
                "x-iothub-userid",
                "u-1",
                "x-iothub-expiry",
                expiry.toString(),
                "x-iothub-ack",
                "full",
                "x-iothub-contenttype",
                "text/plain",
                "x-iothub-contentencoding",
                "utf-8",
                "x-iothub-app-Room",
                "a%20b&c=d"));

        assertThat(answer).isEqualTo(new JsonObject().put("messageId", "m-1"));
        try (WireClient client = WireClient.device(hub.emulator(), "dev1").accepted()) {
            client.subscribed("devices/dev1/messages/devicebound/#", 1);
            WireClient.Packet packet = client.expect(WireClient.PUBLISH);
            assertThat(packet.payload()).isEqualTo("caf\u00e9");
            assertThat(packet.topic())
                    .isEqualTo("devices/dev1/messages/devicebound/%24.mid=m-1&%24.cid=c-1&%24.uid=u-1"
                            + "&%24.to=%2Fdevices%2Fdev1%2Fmessages%2Fdevicebound&%24.ct=text%2Fplain&%24.ce=utf-8"
                            + "&%24.exp=2099-01-31T10%3A00%3A00Z&iothub-ack=full&Room=a%2520b%26c%3Dd");
            client.puback(packet.packetId());
        }
        hub.awaitFeedback("m-1", SOON);
        JsonObject feedback = array(get("/emulator/feedback")).getJsonObject(0);
        assertThat(feedback.getString("originalMessageId")).isEqualTo("m-1");
        assertThat(feedback.getString("statusCode")).isEqualTo("Success");
    }

    @Test
    void aHeaderInUtf8IsReadAsSuch() throws Exception {
        try (SSLSocket socket =
                WireClient.socketTo(hub.emulator(), hub.emulator().httpsPort())) {
            socket.getOutputStream()
                    .write(("POST " + DEVICEBOUND + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n"
                                    + "x-iothub-app-room: K\u00fcche\r\n\r\n")
                            .getBytes(StandardCharsets.UTF_8));
            assertThat(socket.getInputStream().read()).isEqualTo('H');
        }

        try (WireClient client = WireClient.device(hub.emulator(), "dev1").accepted()) {
            client.subscribed("devices/dev1/messages/devicebound/#", 1);
            assertThat(client.expect(WireClient.PUBLISH).topic()).endsWith("&room=K%C3%BCche");
        }
    }

    @Test
    void theQueueShowsWhatWaits() throws Exception {
        String id = object(post(DEVICEBOUND, "x")).getString("messageId");

        JsonObject queued = array(get(DEVICEBOUND)).getJsonObject(0);

        assertThat(queued.getString("messageId")).isEqualTo(id).isNotEmpty();
        assertThat(queued.getString("state")).isEqualTo("ENQUEUED");
        assertThat(queued.getInteger("deliveryCount")).isZero();
        assertThat(queued.getInstant("expiry")).isAfter(Instant.now());
    }

    @Test
    void theFiftyFirstMessageIsRefused() throws Exception {
        for (int i = 0; i < 50; i++) {
            assertThat(post(DEVICEBOUND, "x").statusCode()).isEqualTo(200);
        }

        refused(post(DEVICEBOUND, "x"), 403, 403004, "50 messages");
    }

    @Test
    void amongUnknownDevicesNothingIsSentNorShown() throws Exception {
        refused(post("/emulator/devices/nobody/messages/devicebound", "x"), 404, 404001, "nobody");
        refused(get("/emulator/devices/nobody/messages/devicebound"), 404, 404001, "nobody");
    }

    @ParameterizedTest
    @CsvSource({
        "x-iothub-expiry, tomorrow, 400, 400000, 2026-01-31T10:00:00Z",
        "x-iothub-expiry, 2020-01-31T10:00:00Z, 403, 403009, expired",
        "x-iothub-ack, perhaps, 400, 400000, 'none, positive, negative or full'"
    })
    void aBadHeaderIsNamed(String header, String value, int status, int code, String sentence) throws Exception {
        refused(post(DEVICEBOUND, "x", header, value), status, code, sentence);
    }

    @Test
    void aBodyThatIsTooLargeIsRefused() throws Exception {
        refused(post(DEVICEBOUND, "x".repeat(70_000)), 413, 413001, "65536");
        refused(post(DEVICEBOUND, "x".repeat(1_100_000)), 413, 413001, "too large");
    }

    @Test
    void connectionsAreShownAndEvicted() throws Exception {
        try (WireClient client = WireClient.device(hub.emulator(), "dev1").accepted()) {
            client.subscribed("devices/dev1/messages/devicebound/#", 1);

            JsonObject connection = array(get("/emulator/connections")).getJsonObject(0);
            assertThat(connection.getString("deviceId")).isEqualTo("dev1");
            assertThat(connection.getBoolean("cleanSession")).isFalse();
            assertThat(connection.getInstant("connectedAt")).isBeforeOrEqualTo(Instant.now());
            assertThat(connection.getJsonArray("subscriptions")).containsExactly("devices/dev1/messages/devicebound/#");
            assertThat(delete("/emulator/connections/dev1").statusCode()).isEqualTo(204);

            assertThat(client.isClosedByHub()).isTrue();
        }
        refused(delete("/emulator/connections/dev1"), 404, 404103, "not connected");
        JsonArray events = array(get("/emulator/events"));
        assertThat(events.stream().map(event -> ((JsonObject) event).getString("kind")))
                .containsExactly("CONNECTED", "FAULT", "DISCONNECTED");
        assertThat(events.getJsonObject(2).getInteger("logCode")).isEqualTo(400027);
    }

    @Test
    void recordsAreCleared() throws Exception {
        send("dev1", EVENTS, "one");

        assertThat(delete("/emulator/records").statusCode()).isEqualTo(204);

        assertThat(array(get("/emulator/telemetry"))).isEmpty();
        assertThat(array(get("/emulator/events"))).isEmpty();
    }

    @Test
    void aFaultIsArmedAndStrikes() throws Exception {
        JsonObject armed = object(post(
                "/emulator/faults",
                "{\"at\":\"STORED\",\"fault\":\"drop\",\"deviceId\":\"dev1\",\"after\":1,\"times\":1}"));
        assertThat(armed.getBoolean("armed")).isTrue();
        try (WireClient client = WireClient.device(hub.emulator(), "dev1").accepted()) {
            client.publishAtLeastOnce(EVENTS, "one", 1);
            client.publishAtLeastOnce(EVENTS, "two", 2);
            client.publishAtLeastOnce(EVENTS, "three", 3);
            assertThat(client.expect(WireClient.PUBACK).packetId()).isEqualTo(1);
            assertThat(client.expect(WireClient.PUBACK).packetId()).isEqualTo(3);
        }

        JsonObject after = array(get("/emulator/faults")).getJsonObject(0);

        assertThat(after.getLong("number")).isEqualTo(armed.getLong("number"));
        assertThat(after.getInteger("occurrences")).isEqualTo(1);
        assertThat(after.getBoolean("armed")).isFalse();
    }

    @Test
    void aFaultCanBeOfSeveralPointsAndByChanceAndBeDisarmed() throws Exception {
        JsonObject first = object(
                post(
                        "/emulator/faults",
                        "{\"at\":[\"CONNECT\",\"publish\"],\"fault\":\"delay\",\"duration\":\"PT0.01S\",\"always\":true,\"probability\":0.5,\"seed\":3}"));
        object(post("/emulator/faults", "{\"at\":\"CONNECT\",\"fault\":\"refuse\",\"code\":3,\"times\":2}"));
        assertThat(first.getString("description")).contains("CONNECT", "PUBLISH", "PT0.01S");

        assertThat(delete("/emulator/faults/" + first.getLong("number")).statusCode())
                .isEqualTo(204);
        assertThat(array(get("/emulator/faults")).stream().map(fault -> ((JsonObject) fault).getBoolean("armed")))
                .containsExactly(false, true);
        assertThat(WireClient.device(hub.emulator(), "dev1").refused()).isEqualTo(3);
        assertThat(delete("/emulator/faults").statusCode()).isEqualTo(204);

        WireClient.device(hub.emulator(), "dev1").accepted().close();
    }

    @Test
    void aFaultCanStrikeAtOnce() throws Exception {
        try (WireClient client = WireClient.device(hub.emulator(), "dev1").accepted()) {
            assertThat(post("/emulator/faults", "{\"fault\":\"expireToken\",\"deviceId\":\"dev1\"}")
                            .statusCode())
                    .isEqualTo(204);

            assertThat(client.isClosedByHub()).isTrue();
        }
        refused(post("/emulator/faults", "{\"fault\":\"evict\",\"deviceId\":\"dev1\"}"), 404, 404103, "not connected");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"at\":\"TWIN_GET\",\"fault\":\"answerStatus\",\"code\":429} | $iothub/twin/res/429/?$rid=1",
                "{\"at\":\"TWIN_RESPONSE\",\"fault\":\"answerOtherRid\"} | $iothub/twin/res/200/?$rid=not-1"
            })
    void twinRequestsFailOnDemand(String fault, String response) throws Exception {
        object(post("/emulator/faults", fault));
        try (WireClient client = WireClient.device(hub.emulator(), "dev1").accepted()) {
            client.subscribed("$iothub/twin/res/#", 0);
            client.publish("$iothub/twin/GET/?$rid=1", "");

            assertThat(client.expect(WireClient.PUBLISH).topic()).isEqualTo(response);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | it is empty",
                "[] | must be a JSON object",
                "{nonsense | must be a JSON object",
                "{\"at\":\"NOWHERE\",\"fault\":\"cut\"} | There is no point 'NOWHERE'",
                "{\"at\":\"STORED\",\"fault\":\"frob\"} | There is no fault 'frob'",
                "{\"at\":\"PUBACK\",\"fault\":\"drop\"} | cannot happen at PUBACK",
                "{\"at\":\"STORED\",\"fault\":\"cut\",\"when\":1} | Unknown: [when]",
                "{\"at\":\"STORED\",\"fault\":\"delay\"} | 'duration' is needed",
                "{\"at\":\"STORED\",\"fault\":\"delay\",\"duration\":\"soon\"} | ISO 8601",
                "{\"at\":\"STORED\",\"fault\":\"cut\",\"times\":\"x\"} | 'times' is a number",
                "{\"at\":\"STORED\",\"fault\":\"cut\",\"always\":1} | 'always' is true or false",
                "{\"at\":\"STORED\",\"fault\":\"cut\",\"probability\":\"x\"} | 'probability' is a number",
                "{\"fault\":\"cut\",\"deviceId\":\"dev1\"} | expireToken, evict, forgetSession",
            })
    void aFaultThatMakesNoSenseIsRefused(String body, String sentence) throws Exception {
        refused(post("/emulator/faults", body), 400, 400000, sentence);
    }

    @Test
    void aTestClockIsAdvanced() throws Exception {
        try (IotHubEmulator other = IotHubEmulator.builder()
                .httpsPort(0)
                .clock(new TestClock(Instant.parse("2030-01-01T00:00:00Z")))
                .start()) {
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(URI.create("https://localhost:" + other.httpsPort() + "/emulator/clock"));
            HttpClient client =
                    HttpClient.newBuilder().sslContext(other.sslContext()).build();

            HttpResponse<String> advanced = client.send(
                    request.POST(HttpRequest.BodyPublishers.ofString("{\"advance\":\"PT90M\"}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            HttpResponse<String> refused = client.send(
                    request.POST(HttpRequest.BodyPublishers.ofString("{\"advance\":5}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());

            assertThat(advanced.body()).isEqualTo("{\"now\":\"2030-01-01T01:30:00Z\"}");
            refused(refused, 400, 400000, "such as PT1H");
        }
    }

    @Test
    void aClockThatIsNoneForTestsIsLeftAlone() throws Exception {
        refused(post("/emulator/clock", "{\"advance\":\"PT1H\"}"), 409, 400003, "no test clock");
    }

    @Test
    void whatIsNotThereIsSaidInJson() throws Exception {
        refused(get("/emulator/frob"), 404, 404000, "GET /emulator/frob");
        refused(get("/frob"), 404, 404000, "GET /frob");
        refused(delete("/emulator/feedback"), 405, 400000, "DELETE /emulator/feedback");
        refused(get("/emulator/telemetry?after=x"), 400, 400000, "after must be a whole number");
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, Origin: https://example.com",
        "localhost, Origin: https://localhost:1",
        "localhost, Sec-Fetch-Site: cross-site",
        "localhost, Sec-Fetch-Site: same-site",
        "evil.example, Accept: */*"
    })
    void aPageOfAnotherSiteMayNotUseIt(String host, String header) throws Exception {
        assertThat(statusLine(host, header)).isEqualTo("HTTP/1.1 403 Forbidden");
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, Accept: */*",
        "127.0.0.1:8443, Accept: */*",
        "localhost:8443, Origin: https://localhost:8443",
        "localhost, Sec-Fetch-Site: same-origin"
    })
    void theHubsOwnPageMayUseIt(String host, String header) throws Exception {
        assertThat(statusLine(host, header)).isEqualTo("HTTP/1.1 200 OK");
    }

    /** Java's HTTP client lets nobody choose these headers. */
    private String statusLine(String host, String header) throws IOException {
        try (SSLSocket socket = connect()) {
            socket.getOutputStream()
                    .write(("GET /emulator/telemetry HTTP/1.1\r\nHost: " + host + "\r\n" + header + "\r\n\r\n")
                            .getBytes(StandardCharsets.UTF_8));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
        }
    }

    private void send(String deviceId, String topic, String body) {
        try (WireClient client = WireClient.device(hub.emulator(), deviceId).accepted()) {
            client.publishAcknowledged(topic, body);
            client.disconnect();
        }
    }

    private static List<String> bodies(HttpResponse<String> response) {
        return array(response).stream()
                .map(message -> new String(
                        Base64.getDecoder().decode(((JsonObject) message).getString("body")), StandardCharsets.UTF_8))
                .toList();
    }

    private static JsonArray array(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json; charset=utf-8");
        return new JsonArray(response.body());
    }

    private static JsonObject object(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return new JsonObject(response.body());
    }

    private static void refused(HttpResponse<String> response, int status, int code, String sentence) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        JsonObject problem = new JsonObject(response.body());
        assertThat(problem.getInteger("errorCode")).isEqualTo(code);
        assertThat(problem.getString("message")).contains(sentence);
    }

    private HttpResponse<String> get(String path) throws Exception {
        return call(request(path).GET());
    }

    private HttpResponse<String> delete(String path) throws Exception {
        return call(request(path).DELETE());
    }

    private HttpResponse<String> post(String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request = request(path).POST(HttpRequest.BodyPublishers.ofString(body));
        return call(headers.length == 0 ? request : request.headers(headers));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(
                        URI.create("https://localhost:" + hub.emulator().httpsPort() + path))
                .timeout(SOON);
    }

    private HttpResponse<String> call(HttpRequest.Builder request) throws Exception {
        return client().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpClient client() {
        return HttpClient.newBuilder().sslContext(hub.sslContext()).build();
    }
}
