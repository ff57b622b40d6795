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
import java.util.Set;

import io.github.iothubmqtt.device.ConnectionHandle;
import io.github.iothubmqtt.device.ConnectionSettings;
import org.apache.camel.AsyncEndpoint;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Message;
import org.apache.camel.PollingConsumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.EndpointServiceLocation;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.jsse.SSLContextParameters;

/**
 * Be an Azure IoT Hub device over MQTT: send telemetry, receive devicebound messages, use the device twin, carry out direct methods.
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
    /** The options that the URI itself gives. */
    private final Set<String> written;

    private ConnectionSettings settings;

    IotHubMqttEndpoint(
            String uri,
            IotHubMqttComponent component,
            IotHubMqttConfiguration configuration,
            EndpointPath path,
            Set<String> written) {
        super(uri, component);
        this.component = component;
        this.configuration = configuration;
        this.deviceId = path.deviceId();
        this.moduleId = path.moduleId();
        this.written = written;
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        SSLContextParameters tls = configuration.getSslContextParameters();
        settings = new ConnectionSettingsReader(
                        configuration,
                        deviceId,
                        moduleId,
                        new TlsSettings(getCamelContext(), tls, component.isGlobal(tls)),
                        written)
                .read(component.sslContext(tls));
    }

    @Override
    public Producer createProducer() {
        return new IotHubMqttProducer(this);
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        ConsumerChannel channel = configuration.getChannel();
        channel.requireMeant(written);
        IotHubMqttConsumer consumer =
                switch (channel) {
                    case devicebound -> {
                        refuseModule();
                        yield new MessageConsumer(this, processor);
                    }
                    case input -> {
                        requireModule();
                        yield new MessageConsumer(this, processor);
                    }
                    case desired -> new DesiredConsumer(this, processor);
                    case methods -> new MethodsConsumer(this, processor);
                };
        configureConsumer(consumer);
        return consumer;
    }

    private void refuseModule() {
        if (moduleId != null) {
            throw new IllegalArgumentException(
                    "The hub sends devicebound messages to devices only: leave out the module, or consume something else,"
                            + " for example channel=input");
        }
    }

    private void requireModule() {
        if (moduleId == null) {
            throw new IllegalArgumentException(
                    "Only modules have inputs: name the module, as in iothub-mqtt:device/module, or consume something else");
        }
    }

    @Override
    public PollingConsumer createPollingConsumer() throws Exception {
        if (configuration.getChannel() == ConsumerChannel.methods) {
            throw new IllegalArgumentException(
                    "A direct method wants an answer and cannot be polled: begin a route with it, from(...)");
        }
        return super.createPollingConsumer();
    }

    /** Says whom a message came for. */
    void identify(Message message) {
        message.setHeader(IotHubMqttConstants.DEVICE_ID, deviceId);
        if (moduleId != null) {
            message.setHeader(IotHubMqttConstants.MODULE_ID, moduleId);
        }
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

    @Override
    public String getServiceUrl() {
        return settings == null ? null : settings.host() + ":" + settings.port();
    }

    @Override
    public String getServiceProtocol() {
        return configuration.getTransport() == NetworkTransport.websocket ? "wss" : "mqtts";
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
