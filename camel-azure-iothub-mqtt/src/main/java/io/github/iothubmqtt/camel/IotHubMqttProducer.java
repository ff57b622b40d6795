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
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;

import io.github.iothubmqtt.device.ConnectionHandle;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.health.WritableHealthCheckRepository;
import org.apache.camel.support.DefaultAsyncProducer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends exchanges as telemetry, or asks the hub about the twin. An exchange is done when the hub has acknowledged or answered it; no
 * thread waits for that.
 */
public class IotHubMqttProducer extends DefaultAsyncProducer {

    private static final Logger LOG = LoggerFactory.getLogger(IotHubMqttProducer.class);

    private final IotHubMqttEndpoint endpoint;
    private final IotHubMqttConfiguration options;
    private final Map<ProducerOperation, Operation> operations = new EnumMap<>(ProducerOperation.class);
    private volatile ConnectionHandle handle;
    private WritableHealthCheckRepository healthChecks;
    private HealthCheck healthCheck;

    public IotHubMqttProducer(IotHubMqttEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
        this.options = endpoint.getConfiguration();
        TwinOperations twin = new TwinOperations(options);
        operations.put(ProducerOperation.telemetry, new TelemetryOperation(options));
        operations.put(ProducerOperation.twinGet, twin::get);
        operations.put(ProducerOperation.twinUpdate, twin::update);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        handle = endpoint.join();
        healthChecks = HealthCheckHelper.getHealthCheckRepository(
                endpoint.getCamelContext(), "producers", WritableHealthCheckRepository.class);
        if (healthChecks != null) {
            ConnectionHealthCheck check = ConnectionHealthCheck.ofProducer(handle);
            check.setEnabled(endpoint.getComponent().isHealthCheckProducerEnabled());
            healthChecks.addHealthCheck(check);
            healthCheck = check;
        }
    }

    @Override
    protected void doStop() throws Exception {
        if (healthCheck != null) {
            healthChecks.removeHealthCheck(healthCheck);
            healthCheck = null;
        }
        if (handle != null) {
            endpoint.leave(handle);
            handle = null;
        }
        super.doStop();
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        ConnectionHandle connection = handle;
        try {
            if (connection == null) {
                throw new IllegalStateException("The producer is stopped: start its route, or the component");
            }
            operation(exchange)
                    .begin(connection, exchange)
                    .whenComplete((result, failure) -> finishLater(exchange, result, failure, callback));
            return false;
        } catch (Exception e) {
            exchange.setException(e);
            callback.done(true);
            return true;
        }
    }

    private Operation operation(Exchange exchange) {
        Object header = exchange.getMessage().getHeader(IotHubMqttConstants.OPERATION);
        if (header == null) {
            return operations.get(options.getOperation());
        }
        return operations.entrySet().stream()
                .filter(entry -> entry.getKey().name().equals(header.toString()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("The header " + IotHubMqttConstants.OPERATION + " is "
                        + header + ", which is no operation: use one of "
                        + Arrays.toString(ProducerOperation.values())));
    }

    // The rest of the route must not run on the thread that keeps the connections alive.
    private void finishLater(Exchange exchange, Consumer<Message> result, Throwable failure, AsyncCallback callback) {
        Runnable finish = () -> {
            if (failure == null) {
                result.accept(exchange.getMessage());
            } else {
                exchange.setException(failure instanceof CompletionException ? failure.getCause() : failure);
            }
            callback.done(false);
        };
        try {
            endpoint.getComponent().producerThreads().execute(finish);
        } catch (RejectedExecutionException e) {
            LOG.debug("The component stops: finishing {} on the connections' thread", exchange.getExchangeId());
            finish.run();
        }
    }
}
