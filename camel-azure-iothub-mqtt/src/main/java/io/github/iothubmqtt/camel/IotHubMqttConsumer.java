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
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

import io.github.iothubmqtt.device.ConnectionHandle;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.ShutdownRunningTask;
import org.apache.camel.Suspendable;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.support.DefaultConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the consumers of all channels have in common: they share the identity's connection, run their exchanges on threads of the
 * component, and let Camel wait for those that are running.
 */
public abstract class IotHubMqttConsumer extends DefaultConsumer implements Suspendable, ShutdownAware {

    private static final Logger LOG = LoggerFactory.getLogger(IotHubMqttConsumer.class);

    private static final int SECONDS_TO_PAUSE = 10;

    private final IotHubMqttEndpoint endpoint;
    private final int threads;
    /** What was handed over and about whose end the connection was not told yet. */
    private final AtomicInteger running = new AtomicInteger();

    private volatile ConnectionHandle handle;

    /** @param threads that this consumer may occupy at a time, as far as that is known */
    IotHubMqttConsumer(IotHubMqttEndpoint endpoint, Processor processor, int threads) {
        super(endpoint, processor);
        this.endpoint = endpoint;
        this.threads = threads;
    }

    /** Makes this the consumer of its channel. */
    abstract CompletionStage<Void> subscribe(ConnectionHandle connection);

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        ConnectionHandle joined = endpoint.join();
        endpoint.getComponent().consumerThreads().reserve(threads);
        try {
            Waiting.forStart(subscribe(joined));
        } catch (Exception e) {
            leave(joined);
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
            leave(handle);
            handle = null;
        }
        super.doStop();
    }

    private void leave(ConnectionHandle joined) {
        endpoint.getComponent().consumerThreads().reserve(-threads);
        endpoint.leave(joined);
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

    @Override
    public IotHubMqttEndpoint getEndpoint() {
        return endpoint;
    }

    /**
     * Runs what was handed over on a thread of the component; until {@link #ended} Camel waits for it.
     *
     * @param refused called when the component stops
     */
    final void begin(Runnable work, Runnable refused) {
        running.incrementAndGet();
        try {
            endpoint.getComponent().consumerThreads().execute(work);
        } catch (RejectedExecutionException e) {
            LOG.debug("The component stops, so nothing more is taken", e);
            refused.run();
        }
    }

    /** The connection was told about the end of what was handed over. */
    final void ended() {
        running.decrementAndGet();
    }

    /** Reports on a thread of the component. @param exchange made there, see {@link #report} */
    final void reportLater(Supplier<Exchange> exchange, Exception failure) {
        try {
            endpoint.getComponent()
                    .consumerThreads()
                    .execute(() -> report(failure.getMessage(), exchange.get(), failure));
        } catch (RejectedExecutionException e) {
            LOG.warn("The component stops, so the exception handler is not told", failure);
        }
    }

    /**
     * Tells the exception handler.
     *
     * @param exchange one of its own: a bridged error handler ends the exchange that it gets, and the failed one has ended already
     */
    final void report(String what, Exchange exchange, Throwable cause) {
        getExceptionHandler().handleException(what, exchange, cause);
    }
}
