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
import java.util.Objects;

import io.github.iothubmqtt.protocol.DeviceIdentity;
import io.github.iothubmqtt.protocol.SasToken;
import io.github.iothubmqtt.protocol.SharedAccessKey;

/**
 * Signs a fresh token with the key of the identity for every connect.
 *
 * @param key the device's or module's own key
 * @param timeToLive life of each token; at least one second
 */
public record SharedAccessKeyCredentials(SharedAccessKey key, Duration timeToLive) implements Credentials {

    public SharedAccessKeyCredentials {
        Objects.requireNonNull(key, "key");
        if (timeToLive.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("sasTimeToLive is " + timeToLive + ": give at least one second");
        }
    }

    @Override
    public Credential next(DeviceIdentity identity, Instant now) {
        SasToken token = SasToken.sign(identity, key, now.plus(timeToLive));
        return new Credential(token.text(), now, token.expiry(), true);
    }

    @Override
    public String toString() {
        return "SharedAccessKeyCredentials[" + timeToLive + "]";
    }
}
