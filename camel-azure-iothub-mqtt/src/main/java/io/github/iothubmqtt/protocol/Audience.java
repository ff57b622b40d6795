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
package io.github.iothubmqtt.protocol;

import java.util.Objects;

/**
 * Whom a token is for: a device or module at its hub, or a registration at the provisioning service (spec 2.4).
 *
 * @param resource not encoded, such as {@code contoso.azure-devices.net/devices/dev1}
 * @param keyName what stands in the token as the name of the key; null when it is the device's or module's own
 */
public record Audience(String resource, String keyName) {

    public Audience {
        Objects.requireNonNull(resource, "resource");
    }

    /** As it stands in a token. */
    public String encodedResource() {
        return PercentEncoding.encode(resource);
    }

    @Override
    public String toString() {
        return resource;
    }
}
