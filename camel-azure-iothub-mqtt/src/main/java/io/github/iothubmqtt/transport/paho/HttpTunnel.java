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

import java.io.EOFException;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

import io.github.iothubmqtt.transport.Proxy;
import io.github.iothubmqtt.transport.TransportException.Reason;
import org.apache.commons.codec.binary.Base64;

/** The method CONNECT of an HTTP proxy (RFC 9110, section 9.3.6), with Basic credentials when there are any (RFC 7617). */
final class HttpTunnel implements Tunnel {

    private static final int AUTHENTICATION_REQUIRED = 407;

    private final Proxy proxy;

    HttpTunnel(Proxy proxy) {
        this.proxy = proxy;
    }

    @Override
    public void open(Socket proxied, String host, int port) throws IOException {
        String peer = (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        proxied.getOutputStream().write(request(peer).getBytes(StandardCharsets.ISO_8859_1));
        HttpHead answer;
        try {
            answer = HttpHead.read(proxied.getInputStream());
        } catch (ProtocolException e) {
            throw refused("answered " + e.getMessage() + ": check proxyHost, proxyPort and proxyType");
        } catch (EOFException e) {
            throw refused("closed the connection instead of answering: check proxyType, and that it lets " + peer
                    + " through");
        }
        if (answer.status() < 200 || answer.status() > 299) {
            throw refused(refusal(answer, peer));
        }
    }

    private String request(String peer) {
        StringBuilder request = new StringBuilder();
        request.append("CONNECT ")
                .append(peer)
                .append(" HTTP/1.1\r\nHost: ")
                .append(peer)
                .append("\r\n");
        if (proxy.user() != null) {
            byte[] credentials = (proxy.user() + ":" + proxy.password()).getBytes(StandardCharsets.UTF_8);
            request.append("Proxy-Authorization: Basic ")
                    .append(Base64.encodeBase64String(credentials))
                    .append("\r\n");
        }
        return request.append("\r\n").toString();
    }

    private String refusal(HttpHead answer, String peer) {
        String said = "answered " + answer.statusText() + ": ";
        if (answer.status() == AUTHENTICATION_REQUIRED) {
            return said + missingCredentials(answer);
        }
        return switch (answer.status()) {
            case 403 -> said + "it does not allow connections to " + peer + ", so have it allowed there";
            case 502, 503, 504 ->
                said + "it cannot resolve or reach " + peer + ", so check hub, port, and what it may reach";
            case 400, 404, 405, 501 ->
                said + "it does not know CONNECT, so check that proxyHost and proxyPort are those of an HTTP proxy";
            default -> said + "check what it allows for " + peer;
        };
    }

    private String missingCredentials(HttpHead answer) {
        List<String> schemes = answer.headers().getOrDefault("Proxy-Authenticate", List.of());
        boolean basic = schemes.isEmpty()
                || schemes.stream()
                        .anyMatch(scheme -> scheme.toLowerCase(Locale.ROOT).matches("(.*,\\s*)?basic\\b.*"));
        if (!basic) {
            return "it asks for " + HttpHead.shown(schemes.get(0).split(" ")[0])
                    + ", and only Basic authentication is supported here";
        }
        return proxy.user() == null
                ? "it asks for credentials, so give proxyUser and proxyPassword"
                : "it does not accept proxyUser with this proxyPassword, so correct them";
    }

    private RefusedException refused(String what) {
        return new RefusedException(
                Reason.PROXY_FAILED, "the HTTP proxy " + proxy.host() + ":" + proxy.port() + " " + what);
    }
}
