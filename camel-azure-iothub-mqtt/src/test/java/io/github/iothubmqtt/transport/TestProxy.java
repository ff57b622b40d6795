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
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ProtocolException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An HTTP or SOCKS 5 proxy on a free port, which remembers what it was asked for, and fails as it is told. Two threads per
 * connection.
 */
public final class TestProxy implements AutoCloseable {

    static final String THREAD_NAME = "test proxy";

    /** What happens to one connection instead of what a proxy would do; it is closed when this returns. */
    public interface Script {
        void run(Socket client) throws Exception;
    }

    private final Proxy.Type type;
    private final String user;
    private final String password;
    private final ServerSocket server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> ways = new ConcurrentHashMap<>();
    private final List<String> targets = new CopyOnWriteArrayList<>();
    private volatile Script instead;
    private volatile int refusal;

    private TestProxy(Proxy.Type type, String user, String password) {
        this.type = type;
        this.user = user;
        this.password = password;
        try {
            server = new ServerSocket(0, 200, InetAddress.getByName("localhost"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        thread(this::accept);
    }

    /** Asks for no credentials. */
    public static TestProxy of(Proxy.Type type) {
        return new TestProxy(type, null, null);
    }

    public static TestProxy of(Proxy.Type type, String user, String password) {
        return new TestProxy(type, user, password);
    }

    /** How to connect through it. */
    public Proxy proxy() {
        return new Proxy(type, "localhost", port(), user, password);
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Leads who asks for a target, written {@code host:port}, to a port of this machine, as if by a DNS of its own. */
    public void leads(String target, int port) {
        ways.put(target, port);
    }

    /** Refuses from now on: with an HTTP status, or a reply code of SOCKS; 0 ends that. */
    public void refuse(int code) {
        refusal = code;
    }

    /** Does something else with each connection from now on; null ends that. */
    public void instead(Script script) {
        instead = script;
    }

    /** Resets all connections. */
    public void cut() {
        for (Socket socket : open) {
            try {
                socket.setSoLinger(true, 0);
            } catch (SocketException e) {
                // Then it was closed already.
            }
            close(socket);
        }
    }

    /** Where it was asked to connect to, as it was written: {@code host:port}. Has one for each connection that got so far. */
    public List<String> targets() {
        return targets;
    }

    private void accept() {
        while (true) {
            try {
                Socket client = server.accept();
                open.add(client);
                thread(() -> serve(client));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            client.setTcpNoDelay(true);
            if (instead != null) {
                instead.run(client);
            } else if (type == Proxy.Type.HTTP) {
                serveHttp(client);
            } else {
                serveSocks(client);
            }
        } catch (Exception e) {
            // One of both ends went away.
        } finally {
            open.remove(client);
        }
    }

    private void serveHttp(Socket client) throws IOException {
        OutputStream out = client.getOutputStream();
        Map<String, String> request;
        try {
            request = ServedWebSocket.readHead(client);
        } catch (ProtocolException e) {
            answer(out, "400 Bad Request");
            return;
        }
        if (user != null && !credentials().equals(request.get("proxy-authorization"))) {
            answer(out, "407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"test\"");
            return;
        }
        String target = request.get("").split(" ")[1];
        targets.add(target);
        if (refusal != 0) {
            answer(out, refusal + " Refused");
            return;
        }
        int colon = target.lastIndexOf(':');
        try (Socket peer = dial(target.substring(0, colon), Integer.parseInt(target.substring(colon + 1)))) {
            answer(out, "200 Connection established");
            relay(client, peer);
        } catch (DialException e) {
            answer(out, "502 Bad Gateway");
        }
    }

    private String credentials() {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    private static void answer(OutputStream out, String status) throws IOException {
        out.write(("HTTP/1.1 " + status + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
    }

    private void serveSocks(Socket client) throws IOException {
        DataInputStream in = new DataInputStream(client.getInputStream());
        OutputStream out = client.getOutputStream();
        if (in.readUnsignedByte() != 5) {
            return;
        }
        byte[] offered = in.readNBytes(in.readUnsignedByte());
        int wanted = user == null ? 0 : 2;
        boolean acceptable = new String(offered, StandardCharsets.ISO_8859_1).indexOf(wanted) >= 0;
        out.write(new byte[] {5, (byte) (acceptable ? wanted : 0xff)});
        if (!acceptable) {
            return;
        }
        if (user != null) {
            in.readUnsignedByte();
            boolean right = user.equals(text(in)) & password.equals(text(in));
            out.write(new byte[] {1, (byte) (right ? 0 : 1)});
            if (!right) {
                return;
            }
        }
        in.readFully(new byte[3]);
        String host = in.readUnsignedByte() == 3
                ? text(in)
                : InetAddress.getByAddress(in.readNBytes(4)).getHostAddress();
        int port = in.readUnsignedShort();
        targets.add(host + ":" + port);
        if (refusal != 0) {
            reply(out, refusal);
            return;
        }
        try (Socket peer = dial(host, port)) {
            reply(out, 0);
            relay(client, peer);
        } catch (DialException e) {
            reply(out, e.unknownHost ? 4 : 5);
        }
    }

    private static String text(DataInputStream in) throws IOException {
        return new String(in.readNBytes(in.readUnsignedByte()), StandardCharsets.UTF_8);
    }

    private static void reply(OutputStream out, int code) throws IOException {
        out.write(new byte[] {5, (byte) code, 0, 1, 127, 0, 0, 1, 0, 0});
    }

    private Socket dial(String host, int port) throws DialException {
        Integer way = ways.get(host + ":" + port);
        InetAddress address;
        try {
            address = InetAddress.getByName(way == null ? host : "localhost");
        } catch (IOException e) {
            throw new DialException(true);
        }
        try {
            return new Socket(address, way == null ? port : way);
        } catch (IOException e) {
            throw new DialException(false);
        }
    }

    /** Until both sides are done; the end of one side's bytes is handed on, and the other side may go on. */
    private void relay(Socket client, Socket peer) throws IOException {
        peer.setTcpNoDelay(true);
        open.add(peer);
        try {
            Thread back = thread(() -> copy(peer, client));
            copy(client, peer);
            back.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        } finally {
            open.remove(peer);
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] bytes = new byte[16 * 1024];
            for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
                out.write(bytes, 0, count);
            }
            to.shutdownOutput();
        } catch (IOException e) {
            close(from);
            close(to);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // Then it was closed already.
        }
    }

    private static Thread thread(Runnable task) {
        Thread thread = new Thread(task, THREAD_NAME);
        thread.start();
        return thread;
    }

    @Override
    public void close() throws IOException {
        server.close();
        cut();
    }

    private static final class DialException extends Exception {

        private static final long serialVersionUID = 1L;

        private final boolean unknownHost;

        DialException(boolean unknownHost) {
            this.unknownHost = unknownHost;
        }
    }
}
