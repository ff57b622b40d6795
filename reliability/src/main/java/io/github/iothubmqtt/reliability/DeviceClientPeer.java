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
package io.github.iothubmqtt.reliability;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

import com.microsoft.azure.sdk.iot.device.ClientOptions;
import com.microsoft.azure.sdk.iot.device.ConnectionStatusChangeContext;
import com.microsoft.azure.sdk.iot.device.DeviceClient;
import com.microsoft.azure.sdk.iot.device.IotHubClientProtocol;
import com.microsoft.azure.sdk.iot.device.IotHubConnectionStatusChangeReason;
import com.microsoft.azure.sdk.iot.device.IotHubMessageResult;
import com.microsoft.azure.sdk.iot.device.Message;
import com.microsoft.azure.sdk.iot.device.MessageProperty;
import com.microsoft.azure.sdk.iot.device.exceptions.IotHubClientException;
import com.microsoft.azure.sdk.iot.device.transport.IotHubConnectionStatus;
import io.github.iothubmqtt.emulator.IotHubEmulator;

/**
 * Microsoft's device client with its defaults for retries and pacing. When it gives up, which it does by closing itself, the harness
 * opens it again, as its documentation asks of the user, and the table says how often. What it could not send is not sent again by
 * the harness: it counts as failed.
 *
 * <p>It knows one port, 8883, and wants a host name with a dot; so the hub gets an address of its own on the loopback.
 */
final class DeviceClientPeer implements Peer {

    private static final String ADDRESS = "127.0.0.2";
    private static final int KEEP_ALIVE_SECONDS = 2;
    private static final long MILLISECOND = 1_000_000;

    private final List<DeviceClient> clients = new ArrayList<>();
    private final ExecutorService reopening = Executors.newCachedThreadPool();
    private final AtomicInteger reopened = new AtomicInteger();
    private volatile boolean closing;

    /** Makes peers of this kind. */
    static final class Factory implements Peer.Factory {
        @Override
        public Peer start(IotHubEmulator hub, Plan plan, Route route) throws Exception {
            return new DeviceClientPeer(hub, plan, route);
        }

        @Override
        public IotHubEmulator.Builder hub(IotHubEmulator.Builder usual) {
            return usual.hostName(ADDRESS).bindAddress(ADDRESS).mqttPort(8883);
        }
    }

    private DeviceClientPeer(IotHubEmulator hub, Plan plan, Route route) throws IotHubClientException {
        for (int device = 0; device < plan.devices(); device++) {
            ClientOptions options = ClientOptions.builder()
                    .sslContext(hub.sslContext())
                    .keepAliveInterval(KEEP_ALIVE_SECONDS)
                    .build();
            DeviceClient client = new DeviceClient(
                    hub.device("device-" + device).orElseThrow().connectionString(),
                    IotHubClientProtocol.MQTT,
                    options);
            int number = device;
            client.setMessageCallback((message, context) -> process(route, number, message), null);
            client.setConnectionStatusChangeCallback(context -> reopenAfterGivingUp(client, context), null);
            client.open(true);
            clients.add(client);
        }
    }

    private static IotHubMessageResult process(Route route, int device, Message message) {
        Map<String, String> properties = new HashMap<>();
        for (MessageProperty property : message.getProperties()) {
            properties.put(property.getName(), property.getValue());
        }
        try {
            route.process(device, message.getBytes(), properties);
            return IotHubMessageResult.COMPLETE;
        } catch (IllegalStateException e) {
            return IotHubMessageResult.ABANDON; // its way to say: deliver it again
        }
    }

    private void reopenAfterGivingUp(DeviceClient client, ConnectionStatusChangeContext change) {
        if (closing
                || change.getNewStatus() != IotHubConnectionStatus.DISCONNECTED
                || change.getNewStatusReason() == IotHubConnectionStatusChangeReason.CLIENT_CLOSE) {
            return;
        }
        reopening.execute(() -> {
            reopened.incrementAndGet();
            while (!closing) {
                try {
                    client.close();
                    client.open(true);
                    return;
                } catch (IotHubClientException | IllegalStateException e) {
                    LockSupport.parkNanos(100 * MILLISECOND);
                }
            }
        });
    }

    @Override
    public void send(Sample sample, Consumer<Throwable> report) throws InterruptedException {
        Message message = new Message(sample.body());
        message.setMessageId(sample.messageId());
        sample.properties().forEach(message::setProperty);
        while (true) {
            try {
                clients.get(sample.device())
                        .sendEventAsync(message, (sent, failure, context) -> report.accept(failure), null);
                return;
            } catch (IllegalStateException closed) {
                // It has given up and is being opened again.
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                LockSupport.parkNanos(MILLISECOND);
            }
        }
    }

    @Override
    public String remark() {
        return "the client gave up and was opened again by the harness " + reopened.get() + " times";
    }

    @Override
    public void close() {
        closing = true;
        clients.forEach(DeviceClient::close);
        reopening.shutdownNow();
    }
}
