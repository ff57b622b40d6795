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
package io.github.iothubmqtt.camel;

import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

import io.github.iothubmqtt.device.ConnectionHandle;
import io.github.iothubmqtt.protocol.ReportedPatch;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Reads the twin and updates its reported properties. Each is done when the hub has answered. */
final class TwinOperations {

    private static final int OK = 200;
    private static final int NO_CONTENT = 204;

    private final IotHubMqttConfiguration options;

    TwinOperations(IotHubMqttConfiguration options) {
        this.options = options;
    }

    CompletionStage<Consumer<Message>> get(ConnectionHandle connection, Exchange exchange) {
        return connection.readTwin(options.getRequestTimeout()).thenApply(twin -> message -> {
            message.setBody(twin.json());
            message.setHeader(IotHubMqttConstants.STATUS, OK);
            message.setHeader(IotHubMqttConstants.DESIRED_VERSION, twin.desiredVersion());
            message.setHeader(IotHubMqttConstants.REPORTED_VERSION, twin.reportedVersion());
        });
    }

    CompletionStage<Consumer<Message>> update(ConnectionHandle connection, Exchange exchange) {
        byte[] patch = JsonBody.of(exchange);
        if (patch == null) {
            throw new IllegalArgumentException(
                    "The body is empty, and a twin update must be a JSON object: give one, such as {\"temperature\":21}");
        }
        ReportedPatch.requireSendable(patch);
        return connection
                .updateTwin(patch, expectedVersion(exchange), options.getRequestTimeout())
                .thenApply(version -> message -> {
                    message.setHeader(IotHubMqttConstants.STATUS, NO_CONTENT);
                    message.removeHeader(IotHubMqttConstants.REPORTED_VERSION);
                    version.ifPresent(number -> message.setHeader(IotHubMqttConstants.REPORTED_VERSION, number));
                });
    }

    private static Long expectedVersion(Exchange exchange) {
        Object header = exchange.getMessage().getHeader(IotHubMqttConstants.EXPECTED_VERSION);
        if (header == null) {
            return null;
        }
        Long version = exchange.getContext().getTypeConverter().tryConvertTo(Long.class, exchange, header);
        if (version == null || version < 0) {
            throw new IllegalArgumentException("The header " + IotHubMqttConstants.EXPECTED_VERSION + " is " + header
                    + ", which is no version: give a whole number, or remove it");
        }
        return version;
    }
}
