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
package io.github.iothubmqtt.device;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;

import io.github.iothubmqtt.protocol.Audience;

/**
 * How an identity proves itself. Asked anew for every connect, so that no attempt ever carries an old token or certificate.
 * Implementations compare by what they hold and never show it.
 */
public interface Credentials {

    /**
     * Makes what one connect presents. Called on the event loop; does not block, but may have something that blocks done elsewhere.
     *
     * @param audience whom the proof is for
     * @param blocking runs what blocks
     * @return completes on any thread; fails with {@link CredentialsException} when nothing usable can be made, whose sentence says
     *     what to change
     */
    CompletionStage<Credential> next(Audience audience, Instant now, Executor blocking);

    /** The life that tokens are made with; empty when none are made. */
    default Optional<Duration> timeToLive() {
        return Optional.empty();
    }

    /**
     * What is presented, and its life: a password, or a certificate within the TLS handshake.
     *
     * @param password MQTT password; null for none
     * @param sslContext holds the certificate and its key; null when there is none
     * @param issued when its life began
     * @param expiry when the hub stops accepting it; null when that is not known
     * @param renewable whether a later call gives one that lives longer, so that the connection is renewed in time
     */
    record Credential(String password, SSLContext sslContext, Instant issued, Instant expiry, boolean renewable) {

        /** A token, which the hub watches: it cuts the connection when the token expires. */
        static Credential token(String password, Instant issued, Instant expiry, boolean renewable) {
            return new Credential(password, null, issued, expiry, renewable);
        }

        /** A certificate, which the hub looks at in the handshake only. */
        static Credential certificate(SSLContext sslContext, Instant now, Instant expiry) {
            return new Credential(null, sslContext, now, expiry, false);
        }

        boolean isToken() {
            return password != null;
        }

        /** For the log. */
        String validity() {
            String what = isToken() ? "token" : "certificate";
            return expiry == null ? what : what + " until " + expiry;
        }

        @Override
        public String toString() {
            return "Credential[" + validity() + "]";
        }
    }
}
