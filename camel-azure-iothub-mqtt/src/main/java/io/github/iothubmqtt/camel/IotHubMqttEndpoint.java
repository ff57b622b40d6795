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

import java.util.Map;
import java.util.concurrent.ExecutorService;

import io.github.iothubmqtt.device.ConnectionHandle;
import io.github.iothubmqtt.device.ConnectionSettings;
import org.apache.camel.AsyncEndpoint;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.EndpointServiceLocation;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;

/**
 * Be an Azure IoT Hub device over MQTT: send telemetry and receive devicebound messages.
 */
@UriEndpoint(
        firstVersion = "0.1.0",
        scheme = "iothub-mqtt",
        title = "Azure IoT Hub over MQTT",
        syntax = "iothub-mqtt:deviceId/moduleId",
        category = {Category.CLOUD, Category.IOT, Category.MESSAGING},
        headersClass = IotHubMqttConstants.class)
public class IotHubMqttEndpoint extends DefaultEndpoint implements AsyncEndpoint, EndpointServiceLocation {

    private static final int SECONDS_TO_RELEASE = 10;

    @UriPath
    @Metadata(required = true)
    private String deviceId;

    @UriPath
    private String moduleId;

    @UriParam
    private final IotHubMqttConfiguration configuration;

    private final IotHubMqttComponent component;
    private ConnectionSettings settings;

    IotHubMqttEndpoint(
            String uri, IotHubMqttComponent component, IotHubMqttConfiguration configuration, EndpointPath path) {
        super(uri, component);
        this.component = component;
        this.configuration = configuration;
        this.deviceId = path.deviceId();
        this.moduleId = path.moduleId();
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        settings = new ConnectionSettingsReader(configuration, deviceId, moduleId)
                .read(component.sslContext(configuration.getSslContextParameters()));
    }

    @Override
    public Producer createProducer() {
        return new IotHubMqttProducer(this);
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        if (moduleId != null) {
            throw new IllegalArgumentException(
                    "The hub sends devicebound messages to devices only: leave out the module, or consume something else");
        }
        IotHubMqttConsumer consumer = new IotHubMqttConsumer(this, processor);
        configureConsumer(consumer);
        return consumer;
    }

    /** Joins the identity's connection and waits until it is up. Afterwards the handle must be given to {@link #leave}. */
    ConnectionHandle join() throws Exception {
        ConnectionHandle handle = component.connections().acquire(settings);
        try {
            Waiting.forStart(handle.start());
        } catch (Exception e) {
            leave(handle);
            throw e;
        }
        return handle;
    }

    /** Gives a share in the connection back, and waits for the end of the connection when it was the last. */
    void leave(ConnectionHandle handle) {
        Waiting.quietly(
                handle.release(), SECONDS_TO_RELEASE, "the connection of " + handle.identity() + " to be closed");
    }

    @Override
    public IotHubMqttComponent getComponent() {
        return component;
    }

    ExecutorService consumerThreads() {
        return component.consumerThreads();
    }

    ExecutorService producerThreads() {
        return component.producerThreads();
    }

    @Override
    public String getServiceUrl() {
        return settings == null ? null : settings.host() + ":" + settings.port();
    }

    @Override
    public String getServiceProtocol() {
        return "mqtts";
    }

    @Override
    public Map<String, String> getServiceMetadata() {
        return moduleId == null ? Map.of("deviceId", deviceId) : Map.of("deviceId", deviceId, "moduleId", moduleId);
    }

    public String getDeviceId() {
        return deviceId;
    }

    /**
     * Id of the device, as it is registered at the hub. Characters that have a meaning in URIs are written percent-encoded; a percent
     * sign of the id itself is written %2525 and a question mark %253F, because Camel decodes the path once by itself.
     */
    public void setDeviceId(String deviceId) {
        this.deviceId = deviceId;
    }

    public String getModuleId() {
        return moduleId;
    }

    /**
     * Id of the module, when the route is to be a module of the device.
     */
    public void setModuleId(String moduleId) {
        this.moduleId = moduleId;
    }

    public IotHubMqttConfiguration getConfiguration() {
        return configuration;
    }
}
