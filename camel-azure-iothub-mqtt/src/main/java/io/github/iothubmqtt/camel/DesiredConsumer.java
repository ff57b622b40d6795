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

import io.github.iothubmqtt.device.ConnectionHandle;
import io.github.iothubmqtt.device.DesiredChange;
import io.github.iothubmqtt.device.DesiredHandler;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Hands the desired properties and their changes to the route, one after another. */
final class DesiredConsumer extends IotHubMqttConsumer implements DesiredHandler {

    private final IotHubMqttConfiguration options;

    DesiredConsumer(IotHubMqttEndpoint endpoint, Processor processor) {
        super(endpoint, processor, 1);
        this.options = endpoint.getConfiguration();
    }

    @Override
    CompletionStage<Void> subscribe(ConnectionHandle connection) {
        return connection.subscribeDesired(options.getMaxRedeliveries(), this);
    }

    @Override
    public void handle(DesiredChange change) {
        begin(() -> process(change), () -> {
            change.fail(new IllegalStateException("the component stops"));
            ended();
        });
    }

    @Override
    public void gaveUp(DesiredChange change, Throwable cause) {
        reportLater(() -> reported(change), new DesiredFailedException(change, cause));
    }

    private void process(DesiredChange change) {
        Exchange exchange = createExchange(true);
        fill(exchange, change);
        new Settlement() {
            @Override
            void done() {
                change.done();
                ended();
            }

            @Override
            void failed(Throwable cause) {
                DesiredConsumer.this.failed(change, cause);
            }
        }.follow(exchange, getAsyncProcessor());
    }

    private void failed(DesiredChange change, Throwable cause) {
        try {
            if (options.getOnFailure() == FailureAction.acknowledge) {
                report("A change of the desired properties failed and does not come again", reported(change), cause);
                change.done();
            } else {
                change.fail(cause);
            }
        } finally {
            ended();
        }
    }

    private void fill(Exchange exchange, DesiredChange change) {
        exchange.getMessage().setBody(change.properties());
        getEndpoint().identify(exchange.getMessage());
        exchange.getMessage().setHeader(IotHubMqttConstants.DESIRED_VERSION, change.version());
        exchange.getMessage().setHeader(IotHubMqttConstants.DESIRED_COMPLETE, change.complete());
    }

    private Exchange reported(DesiredChange change) {
        Exchange exchange = getEndpoint().createExchange();
        fill(exchange, change);
        return exchange;
    }
}
