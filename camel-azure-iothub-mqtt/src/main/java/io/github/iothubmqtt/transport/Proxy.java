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

import java.util.Objects;

/**
 * A proxy that connections go through. It resolves the peer's name, never this side. Holds credentials: {@link #toString()} leaves
 * them out.
 *
 * @param type what it speaks
 * @param host its name or address
 * @param port 1 to 65535
 * @param user null when it asks for none
 * @param password null exactly when {@code user} is
 */
public record Proxy(Type type, String host, int port, String user, String password) {

    /** What proxies speak. */
    public enum Type {
        /** The method CONNECT of HTTP/1.1, and Basic authentication. */
        HTTP,
        /** SOCKS version 5 (RFC 1928), and authentication by user name and password (RFC 1929). */
        SOCKS5
    }

    public Proxy {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(host, "host");
        if ((user == null) != (password == null)) {
            throw new IllegalArgumentException("a proxy has a user and a password, or neither");
        }
    }

    @Override
    public String toString() {
        return type + " proxy at " + host + ":" + port;
    }
}
