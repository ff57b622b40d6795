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

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLContext;

import io.github.iothubmqtt.device.DeviceConnections;
import io.github.iothubmqtt.device.ScheduledEventLoop;
import io.github.iothubmqtt.transport.MqttTransport;
import io.github.iothubmqtt.transport.paho.PahoTransport;
import org.apache.camel.Endpoint;
import org.apache.camel.SSLContextParametersAware;
import org.apache.camel.spi.ExecutorServiceManager;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.HealthCheckComponent;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.util.PropertiesHelper;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;

/**
 * The component {@code iothub-mqtt}. It owns what all its endpoints share: the connections, one per device or module, and their
 * threads, whose number does not depend on that of the endpoints.
 */
@Component("iothub-mqtt")
public class IotHubMqttComponent extends HealthCheckComponent implements SSLContextParametersAware {

    private static final int ROUTE_THREADS = 10;
    private static final int MAX_ROUTE_THREADS = 1000;
    private static final int SECONDS_TO_CLOSE = 10;

    @Metadata
    private IotHubMqttConfiguration configuration = new IotHubMqttConfiguration();

    @Metadata(label = "security", defaultValue = "false")
    private boolean useGlobalSslContextParameters;

    @Metadata(label = "advanced", defaultValue = "100")
    private int maxConnectsPerSecond = 100;

    private final ReentrantLock sslLock = new ReentrantLock();
    private final Map<SSLContextParameters, SSLContext> sslContexts = new IdentityHashMap<>();

    private ScheduledExecutorService loopThread;
    private ScheduledExecutorService timerThread;
    private ExecutorService ioThreads;
    private ExecutorService consumerPool;
    private ExecutorService producerPool;
    private RouteThreads consumerThreads;
    private RouteThreads producerThreads;
    private MqttTransport transport;
    private DeviceConnections connections;

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        WrittenOptions.check(parameters, getEndpointPropertyConfigurer());
        Set<String> written = Set.copyOf(parameters.keySet());
        IotHubMqttConfiguration options = configuration.copy();
        IotHubMqttEndpoint endpoint = new IotHubMqttEndpoint(uri, this, options, EndpointPath.of(uri), written);
        Map<String, Object> willProperties = PropertiesHelper.extractProperties(parameters, "willProperty.");
        if (!willProperties.isEmpty()) {
            options.setWillProperties(willProperties);
        }
        setProperties(endpoint, parameters);
        if (options.getSslContextParameters() == null) {
            options.setSslContextParameters(retrieveGlobalSslContextParameters());
        }
        return endpoint;
    }

    // Camel's own message prints the values of unknown parameters, and a misspelt key is one.
    @Override
    protected void validateParameters(String uri, Map<String, Object> parameters, String optionPrefix) {
        WrittenOptions.refuse(parameters);
    }

    @Override
    protected void doStart() throws Exception {
        ExecutorServiceManager executors = getCamelContext().getExecutorServiceManager();
        loopThread = executors.newScheduledThreadPool(this, "IotHubMqttConnections", timers());
        timerThread = executors.newScheduledThreadPool(this, "IotHubMqttTimer", timers());
        ioThreads = executors.newCachedThreadPool(this, "IotHubMqttIo");
        consumerPool = executors.newThreadPool(this, "IotHubMqttConsumer", routeThreads());
        producerPool = executors.newThreadPool(this, "IotHubMqttProducer", routeThreads());
        consumerThreads = new RouteThreads(consumerPool, MAX_ROUTE_THREADS);
        producerThreads = new RouteThreads(producerPool, MAX_ROUTE_THREADS);
        timerThread.scheduleWithFixedDelay(consumerThreads::relieve, 1, 1, TimeUnit.SECONDS);
        timerThread.scheduleWithFixedDelay(producerThreads::relieve, 1, 1, TimeUnit.SECONDS);
        transport = new PahoTransport(timerThread, ioThreads);
        connections = new DeviceConnections(
                transport,
                new ScheduledEventLoop(loopThread, Clock.systemUTC()),
                ioThreads,
                new SplittableRandom(),
                maxConnectsPerSecond);
        super.doStart();
    }

    /**
     * Camel's default pools reject tasks, or run them on the caller's thread, when a queue of 1000 is full. None of that may happen here;
     * the queues need no bound of their own, because what they can hold is bounded by maxPending and by one exchange per consumer.
     */
    private static ThreadPoolProfile threads(int number, int maxQueueSize) {
        ThreadPoolProfile profile = new ThreadPoolProfile("iothub-mqtt");
        profile.setPoolSize(number);
        profile.setMaxPoolSize(number);
        profile.setMaxQueueSize(maxQueueSize);
        profile.setKeepAliveTime(60L);
        profile.setTimeUnit(TimeUnit.SECONDS);
        profile.setAllowCoreThreadTimeOut(true);
        profile.setRejectedPolicy(ThreadPoolRejectedPolicy.Abort);
        return profile;
    }

    private static ThreadPoolProfile timers() {
        return threads(1, -1); // for scheduled pools, Camel's way to say that there is no bound
    }

    private static ThreadPoolProfile routeThreads() {
        return threads(ROUTE_THREADS, Integer.MAX_VALUE);
    }

    @Override
    protected void doStop() throws Exception {
        super.doStop();
        if (connections == null) {
            return; // Camel also stops what it never started, after a start that failed
        }
        Waiting.quietly(connections.close(), SECONDS_TO_CLOSE, "the connections to be closed");
        transport.close();
        ExecutorServiceManager executors = getCamelContext().getExecutorServiceManager();
        executors.shutdown(loopThread);
        executors.shutdownNow(timerThread);
        executors.shutdown(consumerPool);
        executors.shutdown(producerPool);
        executors.shutdown(ioThreads);
        sslContexts.clear();
    }

    DeviceConnections connections() {
        return connections;
    }

    RouteThreads consumerThreads() {
        return consumerThreads;
    }

    RouteThreads producerThreads() {
        return producerThreads;
    }

    /** One context per set of parameters, so that endpoints with the same parameters can share a connection. */
    SSLContext sslContext(SSLContextParameters parameters) throws GeneralSecurityException, IOException {
        if (parameters == null) {
            return SSLContext.getDefault();
        }
        sslLock.lock();
        try {
            SSLContext context = sslContexts.get(parameters);
            if (context == null) {
                context = parameters.createSSLContext(getCamelContext());
                sslContexts.put(parameters, context);
            }
            return context;
        } finally {
            sslLock.unlock();
        }
    }

    /** Whether they are those of the CamelContext. */
    boolean isGlobal(SSLContextParameters parameters) {
        return parameters != null && parameters == retrieveGlobalSslContextParameters();
    }

    public IotHubMqttConfiguration getConfiguration() {
        return configuration;
    }

    /** The options that endpoints start from. */
    public void setConfiguration(IotHubMqttConfiguration configuration) {
        this.configuration = configuration;
    }

    public int getMaxConnectsPerSecond() {
        return maxConnectsPerSecond;
    }

    /**
     * How many attempts to connect all devices of this component make per second, at most. A hub takes 100 per second in its smallest
     * tier.
     */
    public void setMaxConnectsPerSecond(int maxConnectsPerSecond) {
        if (maxConnectsPerSecond < 1) {
            throw new IllegalArgumentException("maxConnectsPerSecond must be 1 or more");
        }
        this.maxConnectsPerSecond = maxConnectsPerSecond;
    }

    @Override
    public boolean isUseGlobalSslContextParameters() {
        return useGlobalSslContextParameters;
    }

    /** Enable usage of global SSL context parameters. */
    @Override
    public void setUseGlobalSslContextParameters(boolean useGlobalSslContextParameters) {
        this.useGlobalSslContextParameters = useGlobalSslContextParameters;
    }
}
