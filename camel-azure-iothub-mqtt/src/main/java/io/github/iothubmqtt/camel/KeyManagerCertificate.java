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
package io.github.iothubmqtt.camel;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509KeyManager;

import io.github.iothubmqtt.device.CertificateCredentials.Certified;
import io.github.iothubmqtt.device.CertificateCredentials.Source;

/**
 * The client certificate in the key managers of Camel's {@code SSLContextParameters}: their key store is read anew each time.
 *
 * @param tls has key managers
 */
record KeyManagerCertificate(TlsSettings tls) implements Source {

    private static final List<String> KEY_TYPES = List.of("EC", "RSA", "EdDSA", "RSASSA-PSS", "DSA");

    @Override
    public Certified read() throws GeneralSecurityException, IOException {
        Instant expiry = certificate()
                .orElseThrow(() -> new GeneralSecurityException(
                        "the key store of sslContextParameters holds no private key with a certificate"
                                + (tls.parameters().getCertAlias() == null
                                        ? ": add them"
                                        : " under the alias that certAlias names: correct it")))
                .getNotAfter()
                .toInstant();
        return new Certified(tls.context(), expiry);
    }

    /** That of {@code certAlias}, or the first; which one TLS takes then depends on what the hub asks for. */
    private Optional<X509Certificate> certificate() throws GeneralSecurityException, IOException {
        KeyManager[] managers = tls.parameters().getKeyManagers().createKeyManagers();
        String chosen = tls.parameters().getCertAlias();
        return Stream.of(managers)
                .filter(X509KeyManager.class::isInstance)
                .map(X509KeyManager.class::cast)
                .flatMap(manager ->
                        (chosen == null ? aliases(manager) : Stream.of(chosen)).map(manager::getCertificateChain))
                .filter(chain -> chain != null && chain.length > 0)
                .map(chain -> chain[0])
                .findFirst();
    }

    private static Stream<String> aliases(X509KeyManager manager) {
        return KEY_TYPES.stream().flatMap(type -> Optional.ofNullable(manager.getClientAliases(type, null)).stream()
                .flatMap(Stream::of));
    }
}
