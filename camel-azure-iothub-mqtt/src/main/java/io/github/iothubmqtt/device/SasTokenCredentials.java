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

import io.github.iothubmqtt.protocol.DeviceIdentity;
import io.github.iothubmqtt.protocol.SasToken;

/**
 * Presents one ready-made token for as long as it lives.
 *
 * @param token a token that was signed elsewhere
 */
public record SasTokenCredentials(SasToken token) implements Credentials {

    public SasTokenCredentials {
        Objects.requireNonNull(token, "token");
    }

    @Override
    public Credential next(DeviceIdentity identity, Instant now) throws CredentialsException {
        if (!now.isBefore(token.expiry())) {
            throw new CredentialsException("the ready-made SAS token of " + identity + " expired at " + token.expiry()
                    + ": make a new one, or give the sharedAccessKey so that tokens are made as needed");
        }
        return new Credential(token.text(), now, token.expiry(), false);
    }

    @Override
    public String toString() {
        return "SasTokenCredentials[expires " + token.expiry() + "]";
    }
}
