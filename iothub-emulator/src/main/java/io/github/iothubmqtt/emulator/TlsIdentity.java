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
package io.github.iothubmqtt.emulator;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.TrustOptions;

/** All that TLS needs of one emulator: its authority, a context that trusts it, and the server's key and certificate. */
record TlsIdentity(
        CertificateAuthority authority, SSLContext clientContext, CertificateAuthority.ServerCredentials server) {

    /**
     * Makes one on a thread that ends with it. The first in a JVM takes a third of a second, most of it for loading classes: as
     * long as Vert.x takes for its own, so the two go side by side.
     */
    static CompletableFuture<TlsIdentity> make(HostNames names, Supplier<CertificateAuthority> authorities) {
        CompletableFuture<TlsIdentity> identity = new CompletableFuture<>();
        Thread maker = new Thread(
                () -> {
                    try {
                        CertificateAuthority authority = authorities.get();
                        identity.complete(new TlsIdentity(
                                authority, authority.clientContext(), authority.issueServerCertificate(names.names())));
                    } catch (RuntimeException | Error e) {
                        identity.completeExceptionally(e);
                    }
                },
                "iothub-emulator-tls");
        maker.setDaemon(true);
        maker.start();
        return identity;
    }

    /** Has the server speak TLS, as this emulator, and ask for a client certificate without insisting on one. */
    void secure(NetServerOptions options) {
        options.setSsl(true)
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.2", "TLSv1.3"))
                .setKeyCertOptions(KeyCertOptions.wrap(new HubKeyManager(server)))
                .setClientAuth(ClientAuth.REQUEST)
                .setTrustOptions(TrustOptions.wrap(new AnyClientCertificate()));
    }
}
