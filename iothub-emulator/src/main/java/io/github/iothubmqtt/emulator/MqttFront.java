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

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.impl.VertxWrapper;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.NetServerImpl;
import io.vertx.core.net.impl.NetSocketInternal;
import io.vertx.mqtt.MqttServer;
import io.vertx.mqtt.MqttServerOptions;

/**
 * Where sockets become MQTT connections of the hub: those of the MQTT port, behind TLS, and those that {@link #take} is given. Belongs
 * to the hub's event loop.
 */
final class MqttFront implements Port.Opener {

    /** Topics have up to 65,535 bytes; the rest is the packet's own. A message that fits in here is counted by the hub. */
    private static final int TOPIC_AND_HEADERS = 65_535 + 16;

    private final Hub hub;
    private final String address;
    private final TlsIdentity tls;
    private Handler<NetSocket> door;

    MqttFront(Hub hub, String address, TlsIdentity tls) {
        this.hub = hub;
        this.address = address;
        this.tls = tls;
    }

    /** The largest MQTT packet that is read. */
    static int maxPacket(HubSettings settings) {
        return settings.maxMessageSize() + TOPIC_AND_HEADERS;
    }

    @Override
    public Future<Listening> listen(int port) {
        MqttServerOptions options = new MqttServerOptions()
                .setHost(address)
                .setPort(port)
                .setMaxMessageSize(maxPacket(hub.settings()))
                .setMaxClientIdLength(65_535)
                .setAutoClientId(false)
                .setTimeoutOnConnect(
                        (int) Math.max(1, hub.settings().connectTimeout().toSeconds()));
        tls.secure(options);
        OneNetServer vertx = new OneNetServer(hub.loop().vertx());
        MqttServer server = MqttServer.create(vertx, options).endpointHandler(hub::connect);
        return server.listen().map(listening -> {
            door = vertx.netServer.connectHandler();
            return new Listening(listening);
        });
    }

    /** Makes a socket, whose next bytes are those of a CONNECT, a connection like those of the MQTT port. */
    void take(NetSocket socket) {
        door.handle(socket);
    }

    /** Its port. */
    record Listening(MqttServer server) implements Port.Server {

        @Override
        public int actualPort() {
            return server.actualPort();
        }

        @Override
        public Future<Void> close() {
            return server.close();
        }
    }

    /** Remembers the server of sockets beneath an MQTT server, which takes sockets from itself alone otherwise. */
    private static final class OneNetServer extends VertxWrapper {

        private NetServer netServer;

        OneNetServer(Vertx vertx) {
            super((VertxInternal) vertx);
        }

        @Override
        public NetServer createNetServer(NetServerOptions options) {
            netServer = new MqttSockets((VertxInternal) delegate, options);
            return netServer;
        }
    }

    /** Puts a handler between the MQTT codec, which the MQTT server adds to each socket, and that server. */
    private static final class MqttSockets extends NetServerImpl {

        MqttSockets(VertxInternal vertx, NetServerOptions options) {
            super(vertx, options);
        }

        @Override
        public synchronized NetServer connectHandler(Handler<NetSocket> mqttServer) {
            return super.connectHandler(socket -> {
                mqttServer.handle(socket);
                ((NetSocketInternal) socket)
                        .channelHandlerContext()
                        .pipeline()
                        .addBefore("handler", null, new PasswordlessConnect());
            });
        }
    }
}
