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

import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What a client has shown of itself in the TLS handshake. That it has the private key is certain; nothing else is. A value.
 *
 * @param chain its own certificate first; empty when it sent none
 * @param overlooked whether it said afterwards that its certificate is not to count; the chain is empty then
 */
record ClientProof(List<X509Certificate> chain, boolean overlooked) {

    static final ClientProof NONE = new ClientProof(List.of(), false);
    static final ClientProof OVERLOOKED = new ClientProof(List.of(), true);

    boolean isEmpty() {
        return chain.isEmpty();
    }

    X509Certificate certificate() {
        return chain.get(0);
    }
}
