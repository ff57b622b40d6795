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
import java.net.ProtocolException;
import java.net.SocketException;
import java.security.InvalidAlgorithmParameterException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Optional;
import javax.net.ssl.SSLException;

import io.github.iothubmqtt.transport.ConnectOptions;
import io.github.iothubmqtt.transport.TransportException;
import io.github.iothubmqtt.transport.TransportException.Reason;
import org.eclipse.paho.client.mqttv3.MqttException;

/** Says in a sentence why a connection failed, from what Paho and the JDK throw. Knows one peer; immutable. */
final class Diagnosis {

    private static final String RECEIVED = "Received fatal alert: ";

    private final ConnectOptions options;
    private final String peer;
    /** Null for none. */
    private final String proxy;
    /** What to check when the peer behaves as no hub does. */
    private final String rightPort;

    Diagnosis(ConnectOptions options) {
        this.options = options;
        this.peer = options.host() + ":" + options.port();
        this.proxy = options.proxy() == null
                ? null
                : "the proxy " + options.proxy().host() + ":" + options.proxy().port();
        this.rightPort = options.webSocketPath() == null
                ? "check that this is the hub's MQTT port, 8883"
                : "check that this is the hub's HTTPS port, 443";
    }

    /** CONNECT got no favourable answer, or was never sent. */
    TransportException connectFailed(TlsSocket.Phase phase, Throwable cause) {
        Optional<RefusedException> refusal = find(cause, RefusedException.class);
        if (refusal.isPresent()) {
            return because(refusal.get().reason(), refusal.get().getMessage(), cause);
        }
        return switch (phase) {
            case RESOLVING ->
                proxy == null
                        ? because(
                                Reason.UNKNOWN_HOST,
                                "the host name " + options.host()
                                        + " does not resolve: write the hub's full name, such as"
                                        + " contoso.azure-devices.net, and check DNS",
                                cause)
                        : because(
                                Reason.PROXY_FAILED,
                                "the host name of " + proxy + " does not resolve: check proxyHost and DNS",
                                cause);
            case CONNECTING ->
                proxy == null
                        ? because(
                                Reason.UNREACHABLE,
                                "cannot reach " + peer + " (" + detail(cause) + "): check host, port and firewall",
                                cause)
                        : because(
                                Reason.PROXY_FAILED,
                                "cannot reach " + proxy + " (" + detail(cause)
                                        + "): check proxyHost, proxyPort and firewall",
                                cause);
            case TUNNELLING ->
                because(
                        Reason.PROXY_FAILED,
                        proxy + " cut the connection instead of answering (" + detail(cause)
                                + "): check proxyType, and that it lets " + peer + " through",
                        cause);
            case HANDSHAKING -> handshakeFailed(cause);
            case UPGRADING ->
                alert(cause)
                        .orElseGet(() -> because(
                                Reason.WEBSOCKET_REFUSED,
                                peer + " cut the connection instead of answering the request for a WebSocket ("
                                        + detail(cause) + "): " + rightPort,
                                cause));
            case ESTABLISHED -> noConnack(cause);
        };
    }

    /** The time limit for connecting has passed. */
    TransportException connectTooLate(TlsSocket.Phase phase) {
        String limit = " within " + options.connectTimeout().toMillis() + " ms";
        return switch (phase) {
            case RESOLVING ->
                proxy == null
                        ? because(
                                Reason.UNKNOWN_HOST,
                                "the host name " + options.host() + " did not resolve" + limit + ": check DNS",
                                null)
                        : because(
                                Reason.PROXY_FAILED,
                                "the host name of " + proxy + " did not resolve" + limit + ": check DNS",
                                null);
            case CONNECTING ->
                proxy == null
                        ? because(
                                Reason.UNREACHABLE,
                                "no answer from " + peer + limit + ": check host, port and firewall",
                                null)
                        : because(
                                Reason.PROXY_FAILED,
                                "no answer from " + proxy + limit + ": check proxyHost, proxyPort and firewall",
                                null);
            case TUNNELLING ->
                because(
                        Reason.PROXY_FAILED,
                        proxy + " did not connect to " + peer + limit
                                + ": check proxyType, and that it can reach the hub",
                        null);
            case HANDSHAKING ->
                because(Reason.TLS_FAILED, peer + " did not finish the TLS handshake" + limit + ": " + rightPort, null);
            case UPGRADING ->
                because(
                        Reason.WEBSOCKET_REFUSED,
                        peer + " did not answer the request for a WebSocket" + limit + ": " + rightPort,
                        null);
            case ESTABLISHED ->
                because(
                        Reason.NO_CONNACK,
                        peer + " did not answer CONNECT" + limit
                                + ": the hub is overloaded, or this is not an MQTT port",
                        null);
        };
    }

    /** The established connection ended without us. */
    TransportException lost(Throwable cause) {
        if (pahoCode(cause) == MqttException.REASON_CODE_CLIENT_TIMEOUT
                || pahoCode(cause) == MqttException.REASON_CODE_WRITE_TIMEOUT) {
            return silent();
        }
        if (find(cause, RuntimeException.class).isPresent()
                || pahoCode(cause) == MqttException.REASON_CODE_INVALID_MESSAGE
                || pahoCode(cause) == MqttException.REASON_CODE_UNEXPECTED_ERROR) {
            return because(
                    Reason.CLOSED, peer + " sent a packet that this client cannot read; the connection was cut", cause);
        }
        if (find(cause, ProtocolException.class).isPresent()) {
            return because(
                    Reason.CLOSED,
                    peer + " broke the rules of WebSocket (" + detail(cause) + "); the connection was cut",
                    cause);
        }
        return because(
                Reason.CLOSED,
                "the connection to " + peer + " was closed from the other side (" + detail(cause)
                        + "): a token that expired, another client with the same identity, throttling or an exhausted quota, a"
                        + " packet that the hub does not accept, or the network",
                cause);
    }

    TransportException silent() {
        return because(
                Reason.SILENT,
                peer + " has been silent for more than one and a half times the keep-alive of "
                        + options.keepAlive().toSeconds() + " s: the network dropped the connection without saying so",
                null);
    }

    TransportException closedHere() {
        return because(Reason.CLOSED_HERE, "the connection to " + peer + " was closed by this side", null);
    }

    TransportException notOpen() {
        return because(Reason.CLOSED_HERE, "there is no connection to " + peer + " yet", null);
    }

    /** Connecting was not even tried. */
    TransportException cannotConnect(Throwable cause) {
        return because(Reason.CLOSED_HERE, "connecting to " + peer + " could not be started: " + detail(cause), cause);
    }

    TransportException cannotSend(String what, Throwable cause) {
        return because(Reason.CANNOT_BE_SENT, "cannot send to " + peer + ": " + what, cause);
    }

    TransportException subscriptionRefused(String filter) {
        return because(Reason.SUBSCRIPTION_REFUSED, peer + " refused the subscription to " + filter, null);
    }

    private TransportException handshakeFailed(Throwable cause) {
        if (find(cause, CertificateExpiredException.class).isPresent()) {
            return badCertificate("has expired: renew it, or correct this machine's clock", cause);
        }
        if (find(cause, CertificateNotYetValidException.class).isPresent()) {
            return badCertificate("is not valid yet: correct this machine's clock", cause);
        }
        if (find(cause, CertPathBuilderException.class).isPresent()
                || find(cause, CertPathValidatorException.class).isPresent()
                || find(cause, InvalidAlgorithmParameterException.class).isPresent()) {
            return badCertificate("is not trusted: add its CA with sslContextParameters", cause);
        }
        Optional<CertificateException> certificate = deepest(cause, CertificateException.class);
        if (certificate.isPresent()
                && find(certificate.get(), IllegalArgumentException.class).isPresent()) {
            return because(
                    Reason.CERTIFICATE_NOT_TRUSTED,
                    "no certificate can be checked for " + options.host()
                            + ", as that is not a legal host name (letters, digits and hyphens only): use another name for it",
                    cause);
        }
        if (certificate.isPresent()) {
            return badCertificate(
                    "was rejected (" + certificate.get().getMessage()
                            + "): the host must be written as the certificate has it",
                    cause);
        }
        if (find(cause, EOFException.class).isPresent()
                || find(cause, SocketException.class).isPresent()) {
            return because(
                    Reason.TLS_FAILED,
                    peer + " cut the connection in the TLS handshake: " + rightPort + ", that "
                            + (proxy == null ? "no proxy is in between" : proxy + " leads there")
                            + ", and the client certificate if it has one",
                    cause);
        }
        if (detail(cause).contains("Unsupported or unrecognized SSL message")) {
            return because(Reason.TLS_FAILED, peer + " does not speak TLS: " + rightPort, cause);
        }
        if (detail(cause).contains("protocol version") || detail(cause).contains("No appropriate protocol")) {
            return noCommonVersion(cause);
        }
        return alert(cause)
                .orElseGet(() -> because(
                        Reason.TLS_FAILED, "the TLS handshake with " + peer + " failed: " + detail(cause), cause));
    }

    /** What the peer said before it gave TLS up; empty when it said nothing. */
    private Optional<TransportException> alert(Throwable cause) {
        return find(cause, SSLException.class)
                .map(tls -> String.valueOf(tls.getMessage()))
                .filter(message -> message.contains(RECEIVED))
                .map(message -> message.substring(message.indexOf(RECEIVED) + RECEIVED.length()))
                .map(alert -> switch (alert) {
                    case "protocol_version" -> noCommonVersion(cause);
                    case "handshake_failure", "insufficient_security" ->
                        because(
                                Reason.TLS_FAILED,
                                peer + " ended the TLS handshake (" + alert
                                        + "): allow the cipher suites that it offers in sslContextParameters, or give it"
                                        + " the client certificate that it asks for",
                                cause);
                    case "unrecognized_name" ->
                        because(
                                Reason.TLS_FAILED,
                                peer + " does not answer to that name (" + alert
                                        + "): write the host as its certificate has it",
                                cause);
                    default ->
                        because(
                                Reason.TLS_FAILED,
                                peer + " ended TLS (" + alert + "): check the client certificate",
                                cause);
                });
    }

    private TransportException noCommonVersion(Throwable cause) {
        return because(
                Reason.TLS_FAILED,
                "there is no TLS version that both " + peer + " and this side allow (" + detail(cause)
                        + "): allow TLSv1.2 and TLSv1.3 in sslContextParameters",
                cause);
    }

    private TransportException badCertificate(String fault, Throwable cause) {
        return because(Reason.CERTIFICATE_NOT_TRUSTED, "the certificate of " + peer + " " + fault, cause);
    }

    private TransportException noConnack(Throwable cause) {
        int code = pahoCode(cause);
        if (code >= 1 && code <= 5) {
            return TransportException.refused(code);
        }
        if (find(cause, IllegalArgumentException.class).isPresent()) {
            return cannotSend("client id, user name, password or will hold a character that cannot be sent", cause);
        }
        // In TLS 1.3 the server looks at the client's certificate only after the client has finished its handshake.
        return alert(cause)
                .orElseGet(() -> because(
                        Reason.NO_CONNACK,
                        peer + " closed the connection instead of answering CONNECT (" + detail(cause) + "): "
                                + rightPort,
                        cause));
    }

    private static TransportException because(Reason reason, String sentence, Throwable cause) {
        return new TransportException(reason, sentence, cause);
    }

    private static int pahoCode(Throwable cause) {
        return cause instanceof MqttException paho ? paho.getReasonCode() : -1;
    }

    private static <T extends Throwable> Optional<T> find(Throwable thrown, Class<T> type) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (type.isInstance(t)) {
                return Optional.of(type.cast(t));
            }
        }
        return Optional.empty();
    }

    private static <T extends Throwable> Optional<T> deepest(Throwable thrown, Class<T> type) {
        Optional<T> found = Optional.empty();
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (type.isInstance(t)) {
                found = Optional.of(type.cast(t));
            }
        }
        return found;
    }

    /** What the innermost cause says; Paho's own messages only repeat its codes. */
    private static String detail(Throwable thrown) {
        Throwable innermost = thrown;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        if (innermost instanceof EOFException) {
            return "end of stream";
        }
        return innermost.getMessage() == null ? innermost.getClass().getSimpleName() : innermost.getMessage();
    }
}
