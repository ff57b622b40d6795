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

/**
 * Makes SAS tokens where the key is not to be had: in an HSM, a vault, the workload API of IoT Edge. Asked once for every connect, on
 * a thread on which it may block, for {@code connectTimeout} at most; after that the attempt to connect has failed, and a late token
 * serves the next. What it throws counts as a failed attempt and is tried again; its message goes to the log.
 */
@FunctionalInterface
public interface TokenProvider {

    /**
     * @return {@code SharedAccessSignature sr=...&sig=...&se=...}, not null
     * @throws Exception when there is none; its message must hold no secret
     */
    String token(TokenRequest request) throws Exception;

    /**
     * The token that is wanted. Its signature is the base64 of the HMAC-SHA256 of {@link #encodedResource()}, a line feed, and the
     * expiry in seconds since 1970.
     *
     * @param resource whom it is for, such as {@code contoso.azure-devices.net/devices/dev1}
     * @param encodedResource the same, as it stands in the token
     * @param keyName what the token must say in its field {@code skn}, as {@code registration} for the provisioning service; null when
     *     it must have none
     * @param timeToLive how long it should live, the option {@code sasTimeToLive}
     * @param expiry when it should expire: now and {@code timeToLive}, in whole seconds. Another expiry is taken as it is
     */
    record TokenRequest(String resource, String encodedResource, String keyName, Duration timeToLive, Instant expiry) {}
}
