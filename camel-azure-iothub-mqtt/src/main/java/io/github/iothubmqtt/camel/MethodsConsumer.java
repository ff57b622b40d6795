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

import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.Collectors;

import io.github.iothubmqtt.device.ConnectionHandle;
import io.github.iothubmqtt.device.MethodAnswers;
import io.github.iothubmqtt.device.MethodCall;
import io.github.iothubmqtt.device.MethodHandler;
import io.github.iothubmqtt.protocol.Json;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets the route carry out direct methods: the message at its end is the answer. */
final class MethodsConsumer extends IotHubMqttConsumer implements MethodHandler {

    /** What a hub takes as an answer, in bytes (spec 8.1). */
    static final int MAX_ANSWER = 128 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(MethodsConsumer.class);
    private static final int OK = 200;
    private static final byte[] NULL = {'n', 'u', 'l', 'l'};

    private final IotHubMqttConfiguration options;
    private final Set<String> names;

    MethodsConsumer(IotHubMqttEndpoint endpoint, Processor processor) {
        this(endpoint, processor, names(endpoint.getConfiguration().getMethodName()));
    }

    private MethodsConsumer(IotHubMqttEndpoint endpoint, Processor processor, Set<String> names) {
        super(endpoint, processor, endpoint.getConfiguration().getConcurrentConsumers() * Math.max(1, names.size()));
        this.options = endpoint.getConfiguration();
        this.names = names;
    }

    /** @param list separated by commas; null for all methods */
    static Set<String> names(String list) {
        if (list == null) {
            return Set.of();
        }
        Set<String> names = Arrays.stream(list.split(",", -1)).map(String::trim).collect(Collectors.toSet());
        names.stream()
                .filter(name -> !name.matches("[^$./#+\\s]{1,128}"))
                .findFirst()
                .ifPresent(name -> {
                    throw new IllegalArgumentException("methodName names the method '" + name
                            + "', and a method has 1 to 128 characters, among them no $, dot, slash, #, + or blank");
                });
        return names;
    }

    @Override
    CompletionStage<Void> subscribe(ConnectionHandle connection) {
        return connection.subscribeMethods(names, options.getConcurrentConsumers(), options.getMethodTimeout(), this);
    }

    @Override
    public void handle(MethodCall call) {
        begin(() -> process(call), () -> {
            MethodAnswers.UNAVAILABLE.to(call);
            finished(call);
        });
    }

    private void process(MethodCall call) {
        Exchange exchange = createExchange(false);
        exchange.setPattern(ExchangePattern.InOut);
        fill(exchange.getMessage(), call);
        try {
            createUoW(exchange);
        } catch (Exception e) {
            exchange.setException(e);
            end(exchange, call);
            return;
        }
        getAsyncProcessor().process(exchange, doneSync -> end(exchange, call));
    }

    // The exchange's completions come after the answer, because they may delete what the answer is read from.
    private void end(Exchange exchange, MethodCall call) {
        try {
            answer(exchange, call);
        } finally {
            doneUoW(exchange);
            releaseExchange(exchange, false);
            finished(call);
        }
    }

    private void answer(Exchange exchange, MethodCall call) {
        if (exchange.getException() instanceof RejectedExecutionException refusal) {
            LOG.debug("The route stops and does not carry out the method '{}'", call.name(), refusal);
            MethodAnswers.UNAVAILABLE.to(call);
            return;
        }
        try {
            if (exchange.getException() != null) {
                throw exchange.getException();
            }
            if (Settlement.isRolledBack(exchange)) {
                throw new IllegalStateException("the route marked the exchange for rollback");
            }
            if (!call.answer(status(exchange), json(exchange))) {
                LOG.warn(
                        "The route took longer than methodTimeout for the method '{}'; its answer is dropped, because the"
                                + " caller has had one",
                        call.name());
            }
        } catch (Exception e) {
            MethodAnswers.FAILED.to(call);
            report("The method '" + call.name() + "' failed", reported(call), e);
        }
    }

    private static int status(Exchange exchange) {
        Object header = exchange.getMessage().getHeader(IotHubMqttConstants.METHOD_STATUS);
        if (header == null) {
            return OK;
        }
        Integer status = exchange.getContext().getTypeConverter().tryConvertTo(Integer.class, exchange, header);
        if (status == null) {
            throw new IllegalArgumentException("The header " + IotHubMqttConstants.METHOD_STATUS + " is " + header
                    + ", which is no whole number: give one, such as 200");
        }
        return status;
    }

    private static byte[] json(Exchange exchange) {
        byte[] body = JsonBody.of(exchange);
        if (body == null) {
            return NULL;
        }
        if (body.length > MAX_ANSWER) {
            throw new IllegalArgumentException("The answer has " + body.length + " bytes, and the hub takes "
                    + MAX_ANSWER + " at most: answer less");
        }
        if (!Json.isValue(body)) {
            throw new IllegalArgumentException(
                    "The body at the end of the route is no JSON, which the answer of a method"
                            + " must be: give JSON text, a map or null, or use marshal().json()");
        }
        return body;
    }

    private void fill(Message message, MethodCall call) {
        byte[] payload = call.payload();
        message.setBody(payload.length == 0 ? null : Json.utf8(payload).orElseThrow());
        getEndpoint().identify(message);
        message.setHeader(IotHubMqttConstants.METHOD_NAME, call.name());
        message.setHeader(IotHubMqttConstants.REQUEST_ID, call.requestId());
    }

    private Exchange reported(MethodCall call) {
        Exchange exchange = getEndpoint().createExchange();
        fill(exchange.getMessage(), call);
        return exchange;
    }

    private void finished(MethodCall call) {
        if (call.finished()) {
            ended();
        }
    }
}
