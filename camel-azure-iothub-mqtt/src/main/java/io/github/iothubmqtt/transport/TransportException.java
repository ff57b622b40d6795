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

/** Why a connection could not be made, or ended. The message is a plain sentence for an operator and holds no secret. */
public final class TransportException extends Exception {

    /** The kinds of failure that the device layer treats or names differently. */
    public enum Reason {
        /** The host name does not resolve. */
        UNKNOWN_HOST,
        /** Nothing answers at host and port: refused, unreachable, or no answer within the time limit. */
        UNREACHABLE,
        /** The proxy cannot be reached, refuses, cannot reach the peer, or answers what no proxy does. */
        PROXY_FAILED,
        /** TLS: the server's certificate is not trusted, has expired or bears another name. */
        CERTIFICATE_NOT_TRUSTED,
        /** TLS: any other failure of the handshake, a cut in the middle of it included. */
        TLS_FAILED,
        /** TLS is up, yet the peer answers the request for a WebSocket with something else. */
        WEBSOCKET_REFUSED,
        /** CONNACK with a return code other than 0; see {@link TransportException#connackCode()}. */
        REFUSED,
        /** TCP and TLS are up, yet CONNACK did not come within the time limit, or the peer closed the connection instead. */
        NO_CONNACK,
        /** SUBACK with return code 0x80. */
        SUBSCRIPTION_REFUSED,
        /** The peer answered neither PINGREQ nor anything else. */
        SILENT,
        /** The peer or the network closed the connection; MQTT 3.1.1 gives no reason. */
        CLOSED,
        /** This side closed it, or has not opened it. */
        CLOSED_HERE,
        /** The packet can never be sent, for instance for a character in its topic. The connection goes on. */
        CANNOT_BE_SENT
    }

    private static final long serialVersionUID = 1L;

    private final Reason reason;
    private final int connackCode;

    public TransportException(Reason reason, String message, Throwable cause) {
        this(reason, 0, message, cause);
    }

    private TransportException(Reason reason, int connackCode, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.connackCode = connackCode;
    }

    /** CONNACK with a return code from 1 to 5 (MQTT 3.1.1, table 3.1). */
    public static TransportException refused(int connackCode) {
        String meaning =
                switch (connackCode) {
                    case 1 -> "unacceptable protocol version";
                    case 2 -> "identifier rejected";
                    case 3 -> "server unavailable";
                    case 4 -> "bad user name or password";
                    case 5 -> "not authorized";
                    default -> "unknown code";
                };
        return new TransportException(
                Reason.REFUSED, connackCode, "the hub refused the connection: " + connackCode + ", " + meaning, null);
    }

    public Reason reason() {
        return reason;
    }

    /** The return code of CONNACK when {@link #reason()} is {@link Reason#REFUSED}, else 0. */
    public int connackCode() {
        return connackCode;
    }
}
