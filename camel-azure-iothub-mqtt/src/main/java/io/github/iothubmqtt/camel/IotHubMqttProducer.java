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

import java.util.concurrent.RejectedExecutionException;

import io.github.iothubmqtt.device.ConnectionHandle;
import io.github.iothubmqtt.protocol.TelemetryMessage;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.health.WritableHealthCheckRepository;
import org.apache.camel.support.DefaultAsyncProducer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends exchanges as telemetry. An exchange is done when the hub has acknowledged it; no thread waits for that. */
public class IotHubMqttProducer extends DefaultAsyncProducer {

    private static final Logger LOG = LoggerFactory.getLogger(IotHubMqttProducer.class);

    private final IotHubMqttEndpoint endpoint;
    private final IotHubMqttConfiguration options;
    private final TelemetryMapping mapping;
    private volatile ConnectionHandle handle;
    private WritableHealthCheckRepository healthChecks;
    private HealthCheck healthCheck;

    public IotHubMqttProducer(IotHubMqttEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
        this.options = endpoint.getConfiguration();
        this.mapping = new TelemetryMapping(options);
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
            TelemetryMessage message = mapping.message(exchange);
            message.requireSendable(connection.identity());
            connection
                    .send(
                            message.topic(connection.identity()),
                            message.body(),
                            mapping.qos(exchange),
                            options.getSendTimeout())
                    .whenComplete((done, failure) -> finishLater(exchange, failure, callback));
            return false;
        } catch (Exception e) {
            exchange.setException(e);
            callback.done(true);
            return true;
        }
    }

    // The rest of the route must not run on the thread that keeps the connections alive.
    private void finishLater(Exchange exchange, Throwable failure, AsyncCallback callback) {
        Runnable finish = () -> {
            if (failure != null) {
                exchange.setException(failure);
            }
            callback.done(false);
        };
        try {
            endpoint.producerThreads().execute(finish);
        } catch (RejectedExecutionException e) {
            LOG.debug("The component stops: finishing {} on the connections' thread", exchange.getExchangeId());
            finish.run();
        }
    }
}
