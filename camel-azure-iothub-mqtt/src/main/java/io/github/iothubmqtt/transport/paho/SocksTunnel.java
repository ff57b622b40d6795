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

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

import io.github.iothubmqtt.transport.Proxy;
import io.github.iothubmqtt.transport.TransportException.Reason;

/** The command CONNECT of a SOCKS 5 proxy (RFC 1928), with user name and password when there are any (RFC 1929). */
final class SocksTunnel implements Tunnel {

    private static final int VERSION = 5;
    private static final int CONNECT = 1;

    private static final int NO_AUTHENTICATION = 0;
    private static final int USER_AND_PASSWORD = 2;
    private static final int NONE_ACCEPTABLE = 0xff;
    private static final int AUTHENTICATION_VERSION = 1;

    private static final int IPV4 = 1;
    private static final int NAME = 3;
    private static final int IPV6 = 4;

    /** What is no name: four numbers, or anything with a colon. */
    private static final Pattern ADDRESS = Pattern.compile("[0-9]+(\\.[0-9]+){3}|.*:.*");

    private final Proxy proxy;

    SocksTunnel(Proxy proxy) {
        this.proxy = proxy;
    }

    @Override
    public void open(Socket proxied, String host, int port) throws IOException {
        DataInputStream in = new DataInputStream(proxied.getInputStream());
        OutputStream out = proxied.getOutputStream();
        try {
            authenticate(in, out);
            out.write(request(host, port));
            readAnswer(in, host + ":" + port);
        } catch (EOFException e) {
            throw refused("closed the connection instead of answering: check proxyType, and that it lets " + host + ":"
                    + port + " through");
        }
    }

    private void authenticate(DataInputStream in, OutputStream out) throws IOException {
        boolean credentials = proxy.user() != null;
        out.write(
                credentials
                        ? new byte[] {VERSION, 2, NO_AUTHENTICATION, USER_AND_PASSWORD}
                        : new byte[] {VERSION, 1, NO_AUTHENTICATION});
        requireVersion(in);
        int method = in.readUnsignedByte();
        if (method == USER_AND_PASSWORD && credentials) {
            out.write(credentials());
            in.readUnsignedByte(); // a version that proxies get wrong
            int status = in.readUnsignedByte();
            if (status != 0) {
                throw refused("does not accept proxyUser with this proxyPassword: correct them");
            }
        } else if (method != NO_AUTHENTICATION) {
            throw refused(unusable(method, credentials));
        }
    }

    private static String unusable(int method, boolean credentials) {
        if (method == NONE_ACCEPTABLE && credentials) {
            return "takes neither user and password nor clients without: have one of both allowed there";
        }
        if (method == NONE_ACCEPTABLE || method == USER_AND_PASSWORD) {
            return "asks for credentials: give proxyUser and proxyPassword";
        }
        return "chose the way of authentication " + method + ", which was not offered: check proxyHost and proxyPort";
    }

    private byte[] credentials() throws IOException {
        byte[] user = proxy.user().getBytes(StandardCharsets.UTF_8);
        byte[] password = proxy.password().getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.write(AUTHENTICATION_VERSION);
        message.write(user.length);
        message.write(user);
        message.write(password.length);
        message.write(password);
        return message.toByteArray();
    }

    private static byte[] request(String host, int port) throws IOException {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        message.write(new byte[] {VERSION, CONNECT, 0});
        if (ADDRESS.matcher(host).matches()) {
            byte[] address = InetAddress.getByName(host).getAddress(); // reads it, and looks nothing up
            message.write(address.length == 4 ? IPV4 : IPV6);
            message.write(address);
        } else {
            byte[] name = host.getBytes(StandardCharsets.US_ASCII);
            message.write(NAME);
            message.write(name.length);
            message.write(name);
        }
        message.write(port >>> 8);
        message.write(port);
        return message.toByteArray();
    }

    private void readAnswer(DataInputStream in, String peer) throws IOException {
        requireVersion(in);
        int code = in.readUnsignedByte();
        if (code != 0) {
            throw refused("answered " + code + ", " + meaning(code, peer));
        }
        in.readUnsignedByte(); // reserved
        int type = in.readUnsignedByte();
        int length =
                switch (type) {
                    case IPV4 -> 4;
                    case IPV6 -> 16;
                    case NAME -> in.readUnsignedByte();
                    default ->
                        throw refused("answered with an address of the unknown type " + type
                                + ": check proxyHost and proxyPort");
                };
        // Where the proxy connects from, which is of no interest, and a port.
        in.readFully(new byte[length + 2]);
    }

    private static String meaning(int code, String peer) {
        return switch (code) {
            case 1 -> "a general failure: look at the log of the proxy for " + peer;
            case 2 -> "not allowed: have " + peer + " allowed there";
            case 3 -> "network unreachable: check what the proxy may reach, for " + peer;
            case 4 -> "host unreachable: check hub, and that the proxy resolves and reaches " + peer;
            case 5 -> "connection refused: check hub and port, as nothing listens at " + peer;
            case 6 -> "time to live expired: check the proxy's way to " + peer;
            case 7 -> "command not supported: use a proxy that knows CONNECT";
            case 8 -> "address type not supported: use another form of the host's name for " + peer;
            default -> "which has no meaning: look at the log of the proxy for " + peer;
        };
    }

    private void requireVersion(DataInputStream in) throws IOException {
        int version = in.readUnsignedByte();
        if (version == 'H') {
            throw refused("speaks HTTP: set proxyType=http");
        }
        if (version != VERSION) {
            throw refused("does not speak SOCKS 5, as it began its answer with " + version
                    + ": check proxyHost, proxyPort and proxyType");
        }
    }

    private RefusedException refused(String what) {
        return new RefusedException(
                Reason.PROXY_FAILED, "the SOCKS proxy " + proxy.host() + ":" + proxy.port() + " " + what);
    }
}
