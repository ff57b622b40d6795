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
import io.github.iothubmqtt.device.Delivery;
import io.github.iothubmqtt.device.DeviceboundHandler;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands devicebound messages, or those to inputs of a module, to the route. Whatever the route does, and on whichever thread it ends,
 * the {@link Settlement} of the exchange tells the connection.
 */
final class MessageConsumer extends IotHubMqttConsumer implements DeviceboundHandler {

    private static final Logger LOG = LoggerFactory.getLogger(MessageConsumer.class);

    private final IotHubMqttConfiguration options;
    private final MessageMapping mapping;

    MessageConsumer(IotHubMqttEndpoint endpoint, Processor processor) {
        super(endpoint, processor, endpoint.getConfiguration().getConcurrentConsumers());
        this.options = endpoint.getConfiguration();
        this.mapping = new MessageMapping(options.getHeaderFilterStrategy());
        requireInput(options.getInputName());
    }

    // No message ever comes to such an input, and the route would wait for one in silence.
    private static void requireInput(String name) {
        if (name != null && !name.matches("[^/#+]+")) {
            throw new IllegalArgumentException(
                    "inputName is '" + name + "', and the name of an input has one character or more, among them no"
                            + " slash, # or +: give the name of one input, or leave inputName out for all");
        }
    }

    @Override
    CompletionStage<Void> subscribe(ConnectionHandle connection) {
        return options.getChannel() == ConsumerChannel.input
                ? connection.subscribeInput(
                        options.getInputName(),
                        options.getQos(),
                        options.getConcurrentConsumers(),
                        options.getMaxRedeliveries(),
                        this)
                : connection.subscribeDevicebound(
                        options.getQos(), options.getConcurrentConsumers(), options.getMaxRedeliveries(), this);
    }

    @Override
    public void handle(Delivery delivery) {
        begin(() -> process(delivery), () -> {
            // The message stays at the hub.
            delivery.fail(new IllegalStateException("the component stops"));
            finished(delivery);
        });
    }

    @Override
    public void gaveUp(Delivery delivery, Throwable cause) {
        reportLater(() -> reported(delivery), new DeviceboundFailedException(delivery, cause));
    }

    private void process(Delivery delivery) {
        Exchange exchange = createExchange(true);
        try {
            mapping.fill(exchange, getEndpoint(), delivery);
        } catch (RuntimeException e) {
            // A header filter of the user's, perhaps; a message that nobody settles would block all others.
            failed(delivery, e);
            releaseExchange(exchange, true);
            return;
        }
        if (options.getAckMode() == AcknowledgeMode.manual) {
            exchange.getMessage().setHeader(IotHubMqttConstants.ACKNOWLEDGE, new Acknowledgement(delivery));
        } else if (options.getAckMode() == AcknowledgeMode.received) {
            delivery.acknowledge();
        }
        settlementOf(delivery).follow(exchange, getAsyncProcessor());
    }

    private Settlement settlementOf(Delivery delivery) {
        return new Settlement() {
            @Override
            void done() {
                if (options.getAckMode() == AcknowledgeMode.auto) {
                    delivery.acknowledge();
                }
                finished(delivery);
            }

            @Override
            void failed(Throwable cause) {
                MessageConsumer.this.failed(delivery, cause);
            }
        };
    }

    private void failed(Delivery delivery, Throwable cause) {
        boolean comesAgain = options.getOnFailure() == FailureAction.redeliver && delivery.fail(cause);
        try {
            if (!comesAgain) {
                report("A message from the hub failed and does not come again", reported(delivery), cause);
            }
        } finally {
            delivery.acknowledge();
            finished(delivery);
        }
    }

    private void finished(Delivery delivery) {
        if (delivery.finished()) {
            ended();
        }
    }

    private Exchange reported(Delivery delivery) {
        Exchange exchange = getEndpoint().createExchange();
        try {
            mapping.fill(exchange, getEndpoint(), delivery);
        } catch (RuntimeException e) {
            LOG.debug("The report of a failure lacks the message, which cannot be made an exchange", e);
        }
        return exchange;
    }
}
