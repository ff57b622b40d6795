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
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

import io.github.iothubmqtt.device.TokenProvider.TokenRequest;
import io.github.iothubmqtt.protocol.Audience;
import io.github.iothubmqtt.protocol.SasToken;

/**
 * Has each token made by the user's {@link TokenProvider}. Equal when the provider is the same object.
 *
 * @param life what is asked for
 */
public record TokenProviderCredentials(TokenProvider provider, Duration life) implements Credentials {

    public TokenProviderCredentials {
        Objects.requireNonNull(provider, "provider");
    }

    @Override
    public CompletionStage<Credential> next(Audience audience, Instant now, Executor blocking) {
        return BlockingCall.start(blocking, () -> ask(audience, now));
    }

    private Credential ask(Audience audience, Instant now) throws CredentialsException {
        Instant wanted = now.plus(life).truncatedTo(ChronoUnit.SECONDS);
        String text;
        try {
            text = provider.token(new TokenRequest(
                    audience.resource(), audience.encodedResource(), audience.keyName(), life, wanted));
        } catch (Exception e) {
            throw new CredentialsException("the tokenProvider has no token for " + audience + ": " + e, e);
        }
        if (text == null) {
            throw new CredentialsException("the tokenProvider gave null for " + audience
                    + ": let it return a token, or throw an exception that says why it cannot");
        }
        SasToken token = parse(audience, text);
        if (!token.expiry().isAfter(now)) {
            throw new CredentialsException("the tokenProvider gave a token for " + audience + " that expired at "
                    + token.expiry() + ": let it make one for each call, and check its clock");
        }
        return Credential.token(token.text(), now, token.expiry(), true);
    }

    private static SasToken parse(Audience audience, String text) throws CredentialsException {
        try {
            return SasToken.parse(text);
        } catch (IllegalArgumentException e) {
            throw new CredentialsException(
                    "the tokenProvider gave no usable token for " + audience + ": " + e.getMessage(), e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenProviderCredentials that && provider == that.provider && life.equals(that.life);
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(provider);
    }

    @Override
    public Optional<Duration> timeToLive() {
        return Optional.of(life);
    }

    @Override
    public String toString() {
        return "TokenProviderCredentials[" + life + "]";
    }
}
