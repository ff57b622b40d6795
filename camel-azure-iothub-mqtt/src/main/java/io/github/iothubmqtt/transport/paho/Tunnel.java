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
package io.github.iothubmqtt.transport.paho;

import java.io.IOException;
import java.net.Socket;

import io.github.iothubmqtt.transport.Proxy;

/**
 * Asks a proxy to connect a socket on to the peer. Blocks, without a time limit of its own: closing the socket ends it.
 *
 * <p>Not left to {@link java.net.Proxy}: that takes credentials from an authenticator of the whole process, refuses Basic for
 * tunnels as the JDK is configured, and speaks SOCKS 4 when the proxy does not answer as expected.
 */
interface Tunnel {

    /**
     * @param proxied connected to the proxy; afterwards, to the peer, with no byte of the peer read
     * @throws RefusedException when the proxy says no, or says what no proxy does
     * @throws IOException when the connection breaks in the meantime
     */
    void open(Socket proxied, String host, int port) throws IOException;

    static Tunnel through(Proxy proxy) {
        return switch (proxy.type()) {
            case HTTP -> new HttpTunnel(proxy);
            case SOCKS5 -> new SocksTunnel(proxy);
        };
    }
}
