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

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.vertx.core.impl.transports.JDKTransport;
import io.vertx.core.net.SocketAddress;

/**
 * The JDK's transport, but that each connection which it accepts has a {@link Wire}. Vert.x shows neither a server's channels nor what
 * is below TLS; a transport is the one place from where both can be had without a proxy in front. Thread-safe.
 */
final class Wires extends JDKTransport {

    private final Map<String, Wire> wires = new ConcurrentHashMap<>();
    private volatile Supplier<Fault> handshakeFaults = () -> null;
    private volatile int sparedPort;

    void handshakeFaults(Supplier<Fault> value) {
        handshakeFaults = value;
    }

    /** Connections to this port of the hub never meet a fault of the handshake. */
    void spareHandshakesOf(int port) {
        sparedPort = port;
    }

    /** The wire of the connection from this address. */
    Wire from(SocketAddress client) {
        return wires.get(client.hostAddress() + ":" + client.port());
    }

    /** Closes those that a fault has silenced, which nothing else can. On their event loop only. */
    void shutSilent() {
        wires.values().forEach(Wire::shutIfSilent);
    }

    @Override
    public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
        return domainSocket ? super.serverChannelFactory(true) : Listener::new;
    }

    private void accepted(Channel channel) {
        InetSocketAddress client = (InetSocketAddress) channel.remoteAddress();
        if (client == null) {
            return;
        }
        String key = client.getAddress().getHostAddress() + ":" + client.getPort();
        boolean spared = ((InetSocketAddress) channel.localAddress()).getPort() == sparedPort;
        Wire wire = new Wire(() -> spared ? null : handshakeFaults.get());
        channel.pipeline().addFirst(wire);
        wires.put(key, wire);
        channel.closeFuture().addListener(closed -> wires.remove(key, wire));
    }

    private final class Listener extends NioServerSocketChannel {

        @Override
        protected int doReadMessages(List<Object> channels) throws Exception {
            int before = channels.size();
            int count = super.doReadMessages(channels);
            channels.subList(before, channels.size()).forEach(channel -> accepted((Channel) channel));
            return count;
        }
    }
}
