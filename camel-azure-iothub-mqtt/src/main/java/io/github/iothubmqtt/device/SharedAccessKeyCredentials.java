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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

import io.github.iothubmqtt.protocol.Audience;
import io.github.iothubmqtt.protocol.SasToken;
import io.github.iothubmqtt.protocol.SharedAccessKey;

/**
 * Signs a fresh token with a key for every connect.
 *
 * @param key the device's or module's own, or that of a policy of the hub
 * @param policyName the policy that the key belongs to; null for the identity's own key
 * @param life life of each token; at least one second
 */
public record SharedAccessKeyCredentials(SharedAccessKey key, String policyName, Duration life) implements Credentials {

    public SharedAccessKeyCredentials {
        Objects.requireNonNull(key, "key");
        if (life.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("sasTimeToLive is " + life + ": give at least one second");
        }
    }

    @Override
    public CompletionStage<Credential> next(Audience audience, Instant now, Executor blocking) {
        String keyName = policyName == null ? audience.keyName() : policyName;
        SasToken token = SasToken.sign(audience.encodedResource(), key, now.plus(life), keyName);
        return CompletableFuture.completedStage(Credential.token(token.text(), now, token.expiry(), true));
    }

    @Override
    public Optional<Duration> timeToLive() {
        return Optional.of(life);
    }

    @Override
    public String toString() {
        return "SharedAccessKeyCredentials[" + life + "]";
    }
}
