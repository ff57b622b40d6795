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

import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;

import io.github.iothubmqtt.protocol.Audience;

/**
 * Presents a client certificate, which is read anew for every connect: one that was exchanged on disk is used at the next. Equal
 * when the sources are.
 *
 * @param source where it comes from
 */
public record CertificateCredentials(Source source) implements Credentials {

    /** Reads a certificate and its key. Two that read the same are equal. */
    public interface Source {

        /**
         * May block.
         *
         * @throws Exception when there is none that could be used; the sentence says what to change
         */
        Certified read() throws Exception;
    }

    /**
     * @param sslContext holds the key and the certificate, and the trust in the hub's
     * @param expiry when the certificate expires; null when that cannot be seen
     */
    public record Certified(SSLContext sslContext, Instant expiry) {}

    public CertificateCredentials {
        Objects.requireNonNull(source, "source");
    }

    @Override
    public CompletionStage<Credential> next(Audience audience, Instant now, Executor blocking) {
        return BlockingCall.start(blocking, () -> {
            Certified certified;
            try {
                certified = source.read();
            } catch (Exception e) {
                throw new CredentialsException("the client certificate cannot be used: " + e.getMessage(), e);
            }
            return Credential.certificate(certified.sslContext(), now, certified.expiry());
        });
    }

    @Override
    public String toString() {
        return "CertificateCredentials";
    }
}
