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
import java.util.concurrent.atomic.AtomicInteger;

import io.github.iothubmqtt.device.ConnectionHandle;
import io.github.iothubmqtt.device.Delivery;
import io.github.iothubmqtt.device.DeviceboundHandler;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ShutdownRunningTask;
import org.apache.camel.Suspendable;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.spi.Synchronization;
import org.apache.camel.support.DefaultConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands devicebound messages to the route, one after another, on threads of the component. Whatever the route does, and on whichever
 * thread it ends, the {@link Settlement} of the exchange tells the connection.
 */
public class IotHubMqttConsumer extends DefaultConsumer implements Suspendable, ShutdownAware {

    private static final Logger LOG = LoggerFactory.getLogger(IotHubMqttConsumer.class);

    private static final int SECONDS_TO_PAUSE = 10;

    private final IotHubMqttEndpoint endpoint;
    private final IotHubMqttConfiguration options;
    private final DeviceboundMapping mapping;
    private final DeviceboundHandler handler = new DeviceboundHandler() {
        @Override
        public void handle(Delivery delivery) {
            take(delivery);
        }

        @Override
        public void gaveUp(Delivery delivery, Throwable cause) {
            reportGivenUp(delivery, cause);
        }
    };
    /** Messages that were handed over and about whose end the connection was not told yet. */
    private final AtomicInteger running = new AtomicInteger();

    private volatile ConnectionHandle handle;

    public IotHubMqttConsumer(IotHubMqttEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        this.options = endpoint.getConfiguration();
        this.mapping = new DeviceboundMapping(options.getHeaderFilterStrategy());
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        ConnectionHandle joined = endpoint.join();
        try {
            Waiting.forStart(joined.subscribeDevicebound(
                    options.getQos(), options.getConcurrentConsumers(), options.getMaxRedeliveries(), handler));
        } catch (Exception e) {
            endpoint.leave(joined);
            throw e;
        }
        handle = joined;
        if (HealthCheckHelper.getHealthCheckRepository(endpoint.getCamelContext(), "consumers") != null) {
            ConnectionHealthCheck check = ConnectionHealthCheck.ofConsumer(getRouteId(), joined);
            check.setEnabled(endpoint.getComponent().isHealthCheckConsumerEnabled());
            setHealthCheck(check);
        }
    }

    @Override
    protected void doStop() throws Exception {
        if (handle != null) {
            endpoint.leave(handle);
            handle = null;
        }
        super.doStop();
    }

    @Override
    protected void doSuspend() {
        if (handle != null) { // Camel also suspends what failed to start
            Waiting.quietly(handle.pause(), SECONDS_TO_PAUSE, "the consumer to pause");
        }
    }

    @Override
    protected void doResume() throws Exception {
        if (handle == null) {
            doStart();
        } else {
            handle.resume();
        }
    }

    // Camel's own count of running exchanges falls before their completions are called, and with them the
    // acknowledgement.
    @Override
    public int getPendingExchangesSize() {
        return running.get();
    }

    @Override
    public boolean deferShutdown(ShutdownRunningTask shutdownRunningTask) {
        return false;
    }

    @Override
    public void prepareShutdown(boolean suspendOnly, boolean forced) {
        // Suspending stops new messages, and that comes first anyway.
    }

    private void take(Delivery delivery) {
        running.incrementAndGet();
        try {
            endpoint.consumerThreads().execute(() -> process(delivery));
        } catch (RejectedExecutionException e) {
            delivery.fail(e); // the component stops, and the message stays at the hub
            finished(delivery);
        }
    }

    private void reportGivenUp(Delivery delivery, Throwable cause) {
        Exception failure = new DeviceboundFailedException(delivery, cause);
        try {
            endpoint.consumerThreads().execute(() -> report(failure.getMessage(), delivery, failure));
        } catch (RejectedExecutionException e) {
            LOG.warn("The component stops, so the exception handler is not told", failure);
        }
    }

    private void process(Delivery delivery) {
        Exchange exchange = createExchange(true);
        try {
            mapping.fill(exchange, endpoint, delivery);
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
        Settlement settlement = new Settlement(delivery);
        exchange.getExchangeExtension().addOnCompletion(settlement);
        getAsyncProcessor().process(exchange, doneSync -> {
            // While it shuts down, Camel refuses exchanges before it has taken notice of their completions.
            if (!settlement.told && exchange.getException() instanceof RejectedExecutionException refusal) {
                failed(delivery, refusal);
            }
        });
    }

    private void failed(Delivery delivery, Throwable cause) {
        boolean comesAgain = options.getOnFailure() == FailureAction.redeliver && delivery.fail(cause);
        try {
            if (!comesAgain) {
                report("A devicebound message failed and does not come again", delivery, cause);
            }
        } finally {
            delivery.acknowledge();
            finished(delivery);
        }
    }

    private void finished(Delivery delivery) {
        if (delivery.finished()) {
            running.decrementAndGet();
        }
    }

    // With an exchange of its own: a bridged error handler ends the exchange that it gets, and the failed one has ended
    // already.
    private void report(String what, Delivery delivery, Throwable cause) {
        Exchange exchange = getEndpoint().createExchange();
        try {
            mapping.fill(exchange, endpoint, delivery);
        } catch (RuntimeException e) {
            LOG.debug("The report of a failure lacks the message, which cannot be made an exchange", e);
        }
        getExceptionHandler().handleException(what, exchange, cause);
    }

    /**
     * The end of an exchange as the hub learns it: acknowledged when it went well, left open or given up when it failed. What the
     * route has marked for rollback has failed, although Camel itself counts it as completed.
     */
    private final class Settlement implements Synchronization {

        private final Delivery delivery;
        private volatile boolean told;

        private Settlement(Delivery delivery) {
            this.delivery = delivery;
        }

        @Override
        public void onComplete(Exchange exchange) {
            told = true;
            if (exchange.isRollbackOnly() || exchange.isRollbackOnlyLast()) {
                failed(delivery, new IllegalStateException("the route marked the exchange for rollback"));
                return;
            }
            if (options.getAckMode() == AcknowledgeMode.auto) {
                delivery.acknowledge();
            }
            finished(delivery);
        }

        @Override
        public void onFailure(Exchange exchange) {
            told = true;
            failed(delivery, exchange.getException());
        }
    }
}
