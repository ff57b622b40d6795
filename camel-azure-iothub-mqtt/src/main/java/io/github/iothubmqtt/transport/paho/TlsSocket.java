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

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntConsumer;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

import io.github.iothubmqtt.transport.ConnectOptions;
import io.github.iothubmqtt.transport.Proxy;

/**
 * The socket that Paho gets when it asks for one, with proxy, TLS and WebSocket in it, so that Paho sees MQTT and nothing else. Paho's own TLS
 * is not used: that breaks host names which are not legal in SNI, cannot be closed while a write is stuck, wakes up every second, and loses
 * its place in the stream when a packet's header arrives in two halves a second apart. Knows how far it has come, when MQTT's bytes last moved,
 * and which packets went out.
 *
 * <p>{@link #cut()} may be called by any thread at any time and never blocks.
 */
final class TlsSocket extends Socket {

    /** How far the connection has come; a failure means something else in each. */
    enum Phase {
        RESOLVING,
        CONNECTING,
        TUNNELLING,
        HANDSHAKING,
        UPGRADING,
        ESTABLISHED
    }

    static final int CONNECT = 1;
    static final int PUBLISH = 3;
    static final int DISCONNECT = 14;

    private static final int BUFFER = 16 * 1024;

    private final ConnectOptions options;
    /** Null for none. */
    private final Proxy proxy;

    private final Runnable established;
    private final IntConsumer packetWritten;
    private final CountDownLatch firstPacket = new CountDownLatch(1);

    private volatile Phase phase = Phase.RESOLVING;
    private volatile boolean cut;
    private volatile boolean disconnectWritten;
    private volatile Socket plain;
    private volatile SSLSocket tls;
    /** Null when MQTT runs over TLS itself. */
    private volatile WebSocket webSocket;

    private volatile long lastInbound = System.nanoTime();
    private volatile long lastOutbound = System.nanoTime();

    /**
     * @param established told when MQTT may begin, by the thread that connects
     * @param packetWritten told the type of each packet once it was handed to the network, by the thread that wrote it
     */
    TlsSocket(ConnectOptions options, Runnable established, IntConsumer packetWritten) {
        this.options = options;
        this.proxy = options.proxy();
        this.established = established;
        this.packetWritten = packetWritten;
    }

    Phase phase() {
        return phase;
    }

    /** {@link System#nanoTime()} of the last bytes of MQTT from the peer; what a WebSocket has besides is not the hub's life. */
    long lastInbound() {
        return lastInbound;
    }

    /** {@link System#nanoTime()} of the last packet to the peer. */
    long lastOutbound() {
        return lastOutbound;
    }

    /** Whether CONNECT was written or Paho has given up: from then on Paho may be shut down safely. */
    boolean startedUp() {
        return firstPacket.getCount() == 0;
    }

    /** Whether bytes arrived that nobody has read yet: then not the peer is slow but we are, unless the reader has to wait for it. */
    boolean hasUnreadBytes() {
        WebSocket current = webSocket;
        if (current != null && current.answering()) {
            return false;
        }
        try {
            return plain.getInputStream().available() > 0;
        } catch (IOException e) {
            return false;
        }
    }

    /** Goes all the way to where MQTT begins. The address and the limit are Paho's: options and the caller's timer rule. */
    @Override
    public void connect(SocketAddress ignored, int ignoredTimeout) throws IOException {
        Socket connected = proxy == null ? dial(options.host(), options.port()) : dialThroughProxy();
        phase = Phase.HANDSHAKING;
        tls = shakeHands(connected);
        if (options.webSocketPath() != null) {
            phase = Phase.UPGRADING;
            webSocket = WebSocket.begin(tls, options);
        }
        lastInbound = System.nanoTime();
        phase = Phase.ESTABLISHED;
        established.run();
    }

    private Socket dialThroughProxy() throws IOException {
        Socket connected = dial(proxy.host(), proxy.port());
        phase = Phase.TUNNELLING;
        Tunnel.through(proxy).open(connected, options.host(), options.port());
        return connected;
    }

    private Socket dial(String host, int port) throws IOException {
        InetAddress[] addresses = InetAddress.getAllByName(host);
        phase = Phase.CONNECTING;
        int share = (int) Math.max(1, options.connectTimeout().toMillis() / addresses.length);
        for (int i = 0; ; i++) {
            // Without a proxy of ours, that of the JVM is used if there is one (socksProxyHost).
            Socket candidate = proxy == null ? new Socket() : new Socket(java.net.Proxy.NO_PROXY);
            // Before anybody else can see it: this makes the descriptor, and one that is made while close() runs is
            // leaked.
            candidate.setTcpNoDelay(true);
            plain = candidate;
            if (cut) {
                candidate.close();
                throw new SocketException("Socket closed");
            }
            try {
                candidate.connect(new InetSocketAddress(addresses[i], port), share);
                return candidate;
            } catch (IOException e) {
                candidate.close();
                if (i == addresses.length - 1 || cut) {
                    throw e;
                }
            }
        }
    }

    private SSLSocket shakeHands(Socket connected) throws IOException {
        // Layered over a socket of our own: closing that one frees a thread that is stuck in a TLS write, which closing
        // the TLS
        // socket does not. The host given here also goes into SNI where it is a legal name.
        SSLSocket layered = (SSLSocket)
                options.sslContext().getSocketFactory().createSocket(connected, options.host(), options.port(), true);
        SSLParameters parameters = layered.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        layered.setSSLParameters(parameters);
        layered.startHandshake();
        return layered;
    }

    @Override
    public InputStream getInputStream() throws IOException {
        InputStream bytes = webSocket == null ? tls.getInputStream() : webSocket.inputStream();
        return new BufferedInputStream(new Inbound(bytes), BUFFER) {
            @Override
            public int available() {
                // Paho asks before each packet and makes nothing of the answer.
                return 0;
            }
        };
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return new Outbound(webSocket == null ? tls.getOutputStream() : webSocket.outputStream());
    }

    /** Without effect: reads end when bytes come or the socket is cut, so nobody need wake up in between. */
    @Override
    public void setSoTimeout(int ignored) {}

    /** Closes as Paho does it: after DISCONNECT gently, else at once. May wait for the peer until {@link #cut()}. */
    @Override
    public void close() {
        if (disconnectWritten && !cut) {
            closeGently();
        }
        cut();
        firstPacket.countDown();
    }

    /**
     * Closing a socket while bytes from the peer are unread resets the connection, and a reset may overtake DISCONNECT. So only
     * our half is closed, and what comes is read until the peer closes its own.
     */
    private void closeGently() {
        try {
            if (webSocket != null) {
                webSocket.end();
            }
            tls.shutdownOutput();
            plain.shutdownOutput();
            InputStream rest = tls.getInputStream();
            byte[] unwanted = new byte[BUFFER];
            int read;
            do {
                read = rest.read(unwanted);
            } while (read >= 0);
        } catch (IOException e) {
            // The peer reset it, or the time for this was up.
        }
    }

    /** Ends everything that waits on this socket. */
    void cut() {
        cut = true;
        Socket current = plain;
        if (current != null) {
            try {
                current.close();
            } catch (IOException e) {
                // Then it was closed already.
            }
        }
    }

    /**
     * Lets nothing in before CONNECT is out. Nothing is lost by that, and it spares us a trap: Paho starts its threads one after the other and
     * waits for each to be seen running, for ever when the first has met the end of the stream in the meantime.
     */
    private final class Inbound extends FilterInputStream {

        Inbound(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            awaitFirstPacket();
            int count = in.read(bytes, offset, length);
            if (count > 0) {
                lastInbound = System.nanoTime();
            }
            return count;
        }

        private void awaitFirstPacket() throws IOException {
            try {
                firstPacket.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted before CONNECT was sent");
            }
        }
    }

    /** Sees where packets begin and end: Paho flushes after every packet and at no other time. */
    private final class Outbound extends OutputStream {

        private final OutputStream out;
        private int type;

        Outbound(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (type == 0 && length > 0) {
                type = (bytes[offset] & 0xff) >>> 4;
            }
            out.write(bytes, offset, length);
        }

        @Override
        public void flush() throws IOException {
            out.flush();
            int written = type;
            type = 0;
            lastOutbound = System.nanoTime();
            if (written == CONNECT) {
                firstPacket.countDown();
            } else if (written == DISCONNECT) {
                disconnectWritten = true;
            }
            packetWritten.accept(written);
        }
    }
}
