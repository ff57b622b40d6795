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

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.vertx.core.json.JsonObject;

/** A device that registers packet by packet. */
final class ProvisioningWire implements AutoCloseable {

    static final String RESPONSES = "$dps/registrations/res/#";

    private static final Pattern TOPIC =
            Pattern.compile("\\$dps/registrations/res/(\\d{3})/\\?\\$rid=([^&]+)(?:&retry-after=(\\d+))?");

    /** {@code retryAfter} is null where there is none. */
    record Answer(int status, String rid, String retryAfter, String body) {

        JsonObject json() {
            return new JsonObject(body);
        }

        String operationId() {
            return json().getString("operationId");
        }

        JsonObject state() {
            return json().getJsonObject("registrationState");
        }
    }

    private final WireClient client;
    private final String registrationId;
    private int requests;

    private ProvisioningWire(WireClient client, String registrationId) {
        this.client = client;
        this.registrationId = registrationId;
    }

    /** A CONNECT with good values; the token is good if the key is. */
    static WireClient.Connect connect(IotHubEmulator hub, String registrationId, String key) {
        String idScope = hub.provisioning().idScope();
        String resource = URLEncoder.encode(idScope + "/registrations/" + registrationId, StandardCharsets.UTF_8);
        return WireClient.device(hub, registrationId)
                .clean()
                .userName(idScope + "/registrations/" + registrationId + "/api-version=2019-03-31&ClientVersion=test")
                .password(Tokens.signed(resource, key, Instant.now().plus(Duration.ofHours(1)), "registration"));
    }

    /** Let in and subscribed. */
    static ProvisioningWire open(IotHubEmulator hub, String registrationId, String key) {
        return open(connect(hub, registrationId, key), registrationId);
    }

    static ProvisioningWire open(WireClient.Connect connect, String registrationId) {
        WireClient client = connect.accepted();
        client.subscribed(RESPONSES, 1);
        return new ProvisioningWire(client, registrationId);
    }

    /** Registers, polls as often as it takes, and returns the last answer. */
    static Answer register(IotHubEmulator hub, String registrationId, String key) {
        try (ProvisioningWire wire = open(hub, registrationId, key)) {
            return wire.toTheEnd(wire.register(null));
        }
    }

    Answer toTheEnd(Answer first) {
        Answer answer = first;
        while (answer.status() == 202) {
            answer = poll(answer.operationId());
        }
        return answer;
    }

    WireClient client() {
        return client;
    }

    /** {@code payload} is JSON, or null for none. */
    Answer register(String payload) {
        return registerWith("{\"registrationId\":\"" + registrationId + "\""
                + (payload == null ? "" : ",\"payload\":" + payload) + "}");
    }

    Answer registerWith(String body) {
        client.publish("$dps/registrations/PUT/iotdps-register/?$rid=" + ++requests, body);
        return read();
    }

    Answer poll(String operationId) {
        client.publish(
                "$dps/registrations/GET/iotdps-get-operationstatus/?$rid=" + ++requests + "&operationId=" + operationId,
                " ");
        return read();
    }

    Answer read() {
        WireClient.Packet packet = client.expect(WireClient.PUBLISH);
        Matcher topic = TOPIC.matcher(packet.topic());
        if (!topic.matches()) {
            throw new AssertionError("No topic of a response: " + packet.topic());
        }
        return new Answer(Integer.parseInt(topic.group(1)), topic.group(2), topic.group(3), packet.payload());
    }

    @Override
    public void close() {
        client.close();
    }
}
