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

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** A back end that calls an emulator over HTTPS with tokens of one policy or with none, and with nothing of the code under test. */
final class BackEnd {

    /** What came back. */
    record Answer(HttpResponse<String> response) {

        int status() {
            return response.statusCode();
        }

        JsonObject json() {
            return new JsonObject(response.body());
        }

        JsonArray array() {
            return new JsonArray(response.body());
        }

        /** Null when there is none. */
        String header(String name) {
            return response.headers().firstValue(name).orElse(null);
        }
    }

    private final IotHubEmulator hub;
    /** Null for none. */
    private final String policy;

    private final HttpClient client;

    BackEnd(IotHubEmulator hub, String policy) {
        this.hub = hub;
        this.policy = policy;
        this.client = HttpClient.newBuilder().sslContext(hub.sslContext()).build();
    }

    Answer get(String path) throws Exception {
        return send("GET", path, "");
    }

    /** {@code headers} are names and values in turn. */
    Answer send(String method, String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request = request(hub, method, path, body);
        if (policy != null) {
            request.header("Authorization", token());
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return new Answer(client.send(request.build(), HttpResponse.BodyHandlers.ofString()));
    }

    /** With this authorization, or with none if null. */
    Answer sendWith(String authorization, String method, String path) throws Exception {
        HttpRequest.Builder request = request(hub, method, path, "{}");
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        return new Answer(client.send(request.build(), HttpResponse.BodyHandlers.ofString()));
    }

    private static HttpRequest.Builder request(IotHubEmulator hub, String method, String path, String body) {
        return HttpRequest.newBuilder(URI.create("https://localhost:" + hub.httpsPort() + path))
                .timeout(Duration.ofSeconds(60))
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
    }

    String token() {
        return Tokens.signed("localhost", hub.policyKey(policy), Instant.now().plusSeconds(3600), policy);
    }
}
