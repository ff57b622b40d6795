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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

import io.github.iothubmqtt.protocol.Audience;
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
    public CompletionStage<Credential> next(Audience audience, Instant now, Executor blocking) {
        if (!now.isBefore(token.expiry())) {
            return CompletableFuture.failedStage(new CredentialsException(
                    "the ready-made SAS token for " + audience + " expired at " + token.expiry()
                            + ": make a new one, or give the sharedAccessKey so that tokens are made as needed"));
        }
        return CompletableFuture.completedStage(Credential.token(token.text(), now, token.expiry(), false));
    }

    @Override
    public String toString() {
        return "SasTokenCredentials[expires " + token.expiry() + "]";
    }
}
