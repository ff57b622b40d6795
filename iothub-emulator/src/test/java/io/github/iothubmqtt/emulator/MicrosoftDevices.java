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
package io.github.iothubmqtt.emulator;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;

import com.microsoft.azure.sdk.iot.device.ClientOptions;
import com.microsoft.azure.sdk.iot.device.DeviceClient;
import com.microsoft.azure.sdk.iot.device.InternalClient;
import com.microsoft.azure.sdk.iot.device.IotHubClientProtocol;
import com.microsoft.azure.sdk.iot.device.IotHubStatusCode;
import com.microsoft.azure.sdk.iot.device.ModuleClient;
import com.microsoft.azure.sdk.iot.device.ProxySettings;
import com.microsoft.azure.sdk.iot.device.exceptions.IotHubClientException;
import io.github.iothubmqtt.emulator.junit5.IotHubExtension;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Microsoft's own device clients for Java, unmodified, for the tests of a class; each is closed after its test. The client knows port 8883 for
 * MQTT and 443 for WebSocket and no other, and wants a host name with a dot. So the hub gets an address of its own on the loopback, where
 * 8883 is free, and clients over WebSocket go through a proxy that takes them to the hub's HTTPS port.
 */
final class MicrosoftDevices implements AfterEachCallback, AfterAllCallback {

    /** A generous limit for what the client does by itself: it rests up to ten seconds between its attempts. */
    static final Duration SOON = Duration.ofSeconds(60);

    private static final int MQTT_PORT = 8883;
    /** Held here, for loggers that nobody holds forget their level. */
    private static final Logger PAHO = Logger.getLogger("org.eclipse.paho.client.mqttv3");
    /** For the proxy, which is the only one to be asked for this address. */
    private static final String LOCALHOST = "127.0.0.1";

    private final List<InternalClient> clients = new CopyOnWriteArrayList<>();
    private final IotHubExtension hub;
    private ConnectProxy proxy;

    static {
        // It tells of each silence that a test makes.
        PAHO.setLevel(Level.OFF);
    }

    private MicrosoftDevices(IotHubExtension hub) {
        this.hub = hub;
    }

    /** Of a hub that was started with {@link #within}. */
    static MicrosoftDevices of(IotHubExtension hub) {
        return new MicrosoftDevices(hub);
    }

    /** Puts a hub where the clients can reach it. */
    static IotHubEmulator.Builder within(IotHubEmulator.Builder builder) {
        String address = addressWithFreePort();
        return builder.bindAddress(address)
                .hostName(address)
                .otherHostName(nameOfLocalhost())
                .mqttPort(MQTT_PORT)
                .httpsPort(0);
    }

    private static String addressWithFreePort() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        for (int attempt = 0; attempt < 20; attempt++) {
            String address = "127." + random.nextInt(1, 255) + "." + random.nextInt(256) + "." + random.nextInt(1, 255);
            try (ServerSocket free = new ServerSocket()) {
                free.bind(new InetSocketAddress(address, MQTT_PORT));
                return address;
            } catch (IOException taken) {
                // Another one, then.
            }
        }
        throw new IllegalStateException("Microsoft's client needs port " + MQTT_PORT
                + " on some address 127.x.y.z: end what listens there on all addresses");
    }

    /** What the client makes of the address when it asks the proxy for it. */
    private static String nameOfLocalhost() {
        try {
            return InetAddress.getByName(LOCALHOST).getHostName();
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A client that is not open yet. */
    DeviceClient client(IotHubClientProtocol protocol, EmulatedDevice device) {
        return client(protocol, device.connectionString(), options -> {});
    }

    DeviceClient client(
            IotHubClientProtocol protocol,
            String connectionString,
            Consumer<ClientOptions.ClientOptionsBuilder> adjust) {
        return remember(new DeviceClient(where(protocol, connectionString), protocol, options(protocol, adjust)));
    }

    /** A client that is open. */
    DeviceClient open(IotHubClientProtocol protocol, EmulatedDevice device) throws IotHubClientException {
        DeviceClient client = client(protocol, device);
        client.open(false);
        return client;
    }

    /** A client that is not open yet. */
    ModuleClient client(IotHubClientProtocol protocol, EmulatedModule module) {
        return module(protocol, module.connectionString());
    }

    ModuleClient module(IotHubClientProtocol protocol, String connectionString) {
        return remember(
                new ModuleClient(where(protocol, connectionString), protocol, options(protocol, options -> {})));
    }

    /** Has a client closed after the test. */
    <T extends InternalClient> T remember(T client) {
        clients.add(client);
        return client;
    }

    /**
     * Asks for something in the twin until there is an answer. The client at times loses one that it has received, and times out: one of its
     * threads forgets the request before the other has looked for it.
     *
     * @param request is given the timeout in milliseconds
     */
    static <T> T answered(TwinRequest<T> request) throws Exception {
        for (int attempt = 1; ; attempt++) {
            try {
                return request.send(5_000);
            } catch (IotHubClientException e) {
                if (e.getStatusCode() != IotHubStatusCode.DEVICE_OPERATION_TIMED_OUT || attempt == 6) {
                    throw e;
                }
            }
        }
    }

    /** Something to ask of a twin. */
    interface TwinRequest<T> {

        T send(int timeoutMilliseconds) throws Exception;
    }

    /** The host name by which clients know the hub. */
    String hostName(IotHubClientProtocol protocol) {
        return overWebSocket(protocol) ? LOCALHOST : hub.emulator().hostName();
    }

    ClientOptions options(IotHubClientProtocol protocol, Consumer<ClientOptions.ClientOptionsBuilder> adjust) {
        ClientOptions.ClientOptionsBuilder options = ClientOptions.builder().sslContext(hub.sslContext());
        if (overWebSocket(protocol)) {
            options.proxySettings(new ProxySettings(new Proxy(Proxy.Type.HTTP, proxy().address())));
        }
        adjust.accept(options);
        return options.build();
    }

    private String where(IotHubClientProtocol protocol, String connectionString) {
        return connectionString.replace("HostName=" + hub.emulator().hostName(), "HostName=" + hostName(protocol));
    }

    private static boolean overWebSocket(IotHubClientProtocol protocol) {
        return protocol == IotHubClientProtocol.MQTT_WS;
    }

    private ConnectProxy proxy() {
        if (proxy == null) {
            proxy = ConnectProxy.to(hub.emulator().hostName(), hub.emulator().httpsPort());
        }
        return proxy;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        clients.forEach(InternalClient::close);
        clients.clear();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (proxy != null) {
            proxy.close();
        }
    }
}
