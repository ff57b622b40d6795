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

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

import io.github.iothubmqtt.device.CertificateCredentials;
import io.github.iothubmqtt.device.Credentials;
import io.github.iothubmqtt.device.SasTokenCredentials;
import io.github.iothubmqtt.device.SharedAccessKeyCredentials;
import io.github.iothubmqtt.device.TokenProviderCredentials;
import io.github.iothubmqtt.protocol.ConnectionString;
import io.github.iothubmqtt.protocol.DeviceIdentity;
import io.github.iothubmqtt.protocol.SasToken;
import io.github.iothubmqtt.protocol.SharedAccessKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the one way of authentication among the options of an endpoint, and refuses none, two, and halves: an
 * {@link IllegalArgumentException} that lists the options that were found, without their values.
 */
final class AuthenticationReader {

    private static final Logger LOG = LoggerFactory.getLogger(AuthenticationReader.class);

    private final IotHubMqttConfiguration options;
    /** Null when none is given. */
    private final ConnectionString connectionString;

    private final TlsSettings tls;
    private final Set<String> written;

    /** @param written names of the options that the URI gives; all others come from the component */
    AuthenticationReader(
            IotHubMqttConfiguration options, ConnectionString connectionString, TlsSettings tls, Set<String> written) {
        this.options = options;
        this.connectionString = connectionString;
        this.tls = tls;
        this.written = written;
    }

    /** @param enrolledAs what the device's own key is derived for, if it is derived */
    Credentials read(DeviceIdentity identity, String enrolledAs) {
        List<String> found = found();
        require(
                !found.isEmpty(),
                "no way of authentication is given: give one of sharedAccessKey, connectionString, certificateFile with"
                        + " privateKeyFile, key managers in sslContextParameters, tokenProvider or sasSignature");
        require(
                found.size() == 1,
                "more than one way of authentication is given (" + String.join(", ", found) + "): leave one");
        refuseHalves();
        if (options.getSharedAccessKey() != null) {
            SharedAccessKey key = SharedAccessKey.parse(options.getSharedAccessKey());
            return sign(options.isDeriveDeviceKey() ? key.derive(enrolledAs) : key, options.getSharedAccessKeyName());
        }
        if (options.getTokenProvider() != null) {
            return new TokenProviderCredentials(options.getTokenProvider(), options.getSasTimeToLive());
        }
        if (options.getSasSignature() != null) {
            return readyMade(SasToken.parse(options.getSasSignature()), identity);
        }
        if (connectionString == null || connectionString.x509()) {
            return new CertificateCredentials(certificate());
        }
        return connectionString.sharedAccessSignature() == null
                ? sign(connectionString.sharedAccessKey(), connectionString.sharedAccessKeyName())
                : readyMade(connectionString.sharedAccessSignature(), identity);
    }

    private List<String> found() {
        List<String> found = new ArrayList<>();
        addIf(found, options.getSharedAccessKey() != null, origin("sharedAccessKey"));
        addIf(found, options.getSasSignature() != null, origin("sasSignature"));
        addIf(found, options.getTokenProvider() != null, origin("tokenProvider"));
        addIf(found, connectionString != null, origin("connectionString"));
        if (connectionString != null && connectionString.x509()) {
            require(
                    hasFiles() || tls.hasKey(),
                    "the connection string says x509=true and there is no certificate: give certificateFile and"
                            + " privateKeyFile, or key managers in sslContextParameters");
            addIf(found, hasFiles() && tls.hasKeyOfItsOwn(), "certificateFile besides key managers");
        } else {
            addIf(found, hasFiles(), origin("certificateFile"));
            addIf(found, tls.hasKeyOfItsOwn(), "key managers in " + origin("sslContextParameters"));
            addIf(found, found.isEmpty() && tls.hasKey(), "key managers in the global SSLContextParameters");
        }
        return found;
    }

    /** Who reads the URI alone would look for it in vain. */
    private String origin(String option) {
        return written.contains(option) ? option : option + " of the component";
    }

    private static void addIf(List<String> found, boolean condition, String what) {
        if (condition) {
            found.add(what);
        }
    }

    private boolean hasFiles() {
        return options.getCertificateFile() != null
                || options.getPrivateKeyFile() != null
                || options.getPrivateKeyPassword() != null;
    }

    private void refuseHalves() {
        require(
                !hasFiles() || options.getCertificateFile() != null,
                "privateKeyFile or privateKeyPassword is given without certificateFile: give both files");
        require(
                !hasFiles() || options.getPrivateKeyFile() != null,
                "certificateFile is given without privateKeyFile: give both; they may be the same file");
        boolean key = options.getSharedAccessKey() != null;
        require(
                key || options.getSharedAccessKeyName() == null,
                "sharedAccessKeyName is given without sharedAccessKey: give the key of that policy, too");
        require(
                key || !options.isDeriveDeviceKey(),
                "deriveDeviceKey is given without sharedAccessKey: give the key of the enrolment group, too");
        require(
                options.getSharedAccessKeyName() == null || !options.isDeriveDeviceKey(),
                "sharedAccessKeyName and deriveDeviceKey are both given: a key is that of a policy of the hub, or that of an"
                        + " enrolment group; leave one of them out");
    }

    private Credentials sign(SharedAccessKey key, String policyName) {
        return new SharedAccessKeyCredentials(key, policyName, options.getSasTimeToLive());
    }

    private static Credentials readyMade(SasToken token, DeviceIdentity identity) {
        if (!token.covers(identity)) {
            // The hub judges: some tools change upper and lower case in what they sign.
            LOG.warn(
                    "The SAS token seems not to be for {} but for {}: the hub may refuse it",
                    identity,
                    token.resource());
        }
        return new SasTokenCredentials(token);
    }

    private CertificateCredentials.Source certificate() {
        return hasFiles()
                ? new PemCertificate(
                        options.getCertificateFile(), options.getPrivateKeyFile(), options.getPrivateKeyPassword(), tls)
                : new KeyManagerCertificate(tls);
    }

    private static void require(boolean condition, String sentence) {
        if (!condition) {
            throw new IllegalArgumentException(sentence);
        }
    }
}
