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
import io.github.iothubmqtt.protocol.TelemetryMessage;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Sends an exchange as telemetry. It is done when the hub has acknowledged it. */
final class TelemetryOperation implements Operation {

    private final IotHubMqttConfiguration options;
    private final TelemetryMapping mapping;

    TelemetryOperation(IotHubMqttConfiguration options) {
        this.options = options;
        this.mapping = new TelemetryMapping(options);
    }

    @Override
    public CompletionStage<Consumer<Message>> begin(ConnectionHandle connection, Exchange exchange) throws Exception {
        TelemetryMessage message = mapping.message(exchange);
        message.requireSendable(connection.identity());
        return connection
                .send(
                        message.topic(connection.identity()),
                        message.body(),
                        mapping.qos(exchange),
                        options.getSendTimeout())
                .thenApply(done -> unchanged -> {});
    }
}
