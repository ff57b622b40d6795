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
package io.github.iothubmqtt.transport;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

/** A server on a free port that does to each connection what a script says, byte by byte, on a thread per connection. */
final class RawServer implements AutoCloseable {

    static final String THREAD_NAME = "raw server";

    /** What happens to one connection; it is closed when this returns. */
    interface Script {
        void run(Socket socket) throws Exception;
    }

    private final ServerSocket server;
    private final Script script;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private RawServer(ServerSocket server, Script script) {
        this.server = server;
        this.script = script;
        new Thread(this::accept, THREAD_NAME).start();
    }

    static RawServer plain(Script script) throws IOException {
        return new RawServer(new ServerSocket(0, 200, InetAddress.getByName("localhost")), script);
    }

    static RawServer tls(TestCertificates.Identity identity, Script script) throws IOException {
        return tls(identity.serverContext(), server -> {}, script);
    }

    /** @param demands what the server wants of TLS */
    static RawServer tls(SSLContext context, Consumer<SSLServerSocket> demands, Script script) throws IOException {
        SSLServerSocket server = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 200, InetAddress.getByName("localhost"));
        demands.accept(server);
        return new RawServer(server, script);
    }

    int port() {
        return server.getLocalPort();
    }

    /** Reads one packet and returns what follows its fixed header. */
    static byte[] readPacket(Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        in.readByte();
        int length = 0;
        int shift = 0;
        int digit;
        do {
            digit = in.readUnsignedByte();
            length |= (digit & 0x7f) << shift;
            shift += 7;
        } while (digit >= 0x80);
        byte[] rest = new byte[length];
        in.readFully(rest);
        return rest;
    }

    /** Reads CONNECT and answers it well. */
    static void acceptSession(Socket socket) throws IOException {
        readPacket(socket);
        socket.getOutputStream().write(new byte[] {0x20, 2, 0, 0});
    }

    /** Reads until the peer closes, and answers nothing. */
    static void readToTheEnd(Socket socket) throws IOException {
        while (socket.getInputStream().read() >= 0) {
            // Nothing is answered.
        }
    }

    private void accept() {
        while (true) {
            try {
                Socket socket = server.accept();
                open.add(socket);
                new Thread(() -> serve(socket), THREAD_NAME).start();
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            script.run(socket);
        } catch (Exception e) {
            // The client went away, as it should in most of these tests.
        } finally {
            open.remove(socket);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
