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
import java.util.Objects;
import javax.net.ssl.SSLContext;

import org.apache.camel.CamelContext;
import org.apache.camel.support.jsse.KeyManagersParameters;
import org.apache.camel.support.jsse.SSLContextParameters;

/**
 * The TLS settings of an endpoint. Equal when the parameters are the same object.
 *
 * @param parameters null for those of the Java runtime
 * @param global whether they are those of the CamelContext, which may hold a key for other purposes
 */
record TlsSettings(CamelContext camelContext, SSLContextParameters parameters, boolean global) {

    /** Whether there is a key that may serve as the device's. */
    boolean hasKey() {
        return parameters != null && parameters.getKeyManagers() != null;
    }

    /** Whether there is a key that was given for this component. */
    boolean hasKeyOfItsOwn() {
        return hasKey() && !global;
    }

    SSLContext context() throws GeneralSecurityException, IOException {
        return parameters == null ? SSLContext.getDefault() : parameters.createSSLContext(camelContext);
    }

    /** The same settings with another key. */
    SSLContext contextWith(KeyManagersParameters key) throws GeneralSecurityException, IOException {
        SSLContextParameters copy = new SSLContextParameters();
        if (parameters != null) {
            copy.setProvider(parameters.getProvider());
            copy.setSecureSocketProtocol(parameters.getSecureSocketProtocol());
            copy.setSecureRandom(parameters.getSecureRandom());
            copy.setTrustManagers(parameters.getTrustManagers());
            copy.setCipherSuites(parameters.getCipherSuites());
            copy.setCipherSuitesFilter(parameters.getCipherSuitesFilter());
            copy.setSecureSocketProtocols(parameters.getSecureSocketProtocols());
            copy.setSecureSocketProtocolsFilter(parameters.getSecureSocketProtocolsFilter());
            copy.setSessionTimeout(parameters.getSessionTimeout());
            copy.setClientParameters(parameters.getClientParameters());
        }
        copy.setKeyManagers(key);
        return copy.createSSLContext(camelContext);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TlsSettings that && parameters == that.parameters;
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(System.identityHashCode(parameters));
    }
}
