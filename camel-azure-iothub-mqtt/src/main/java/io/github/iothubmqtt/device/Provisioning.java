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
import java.util.Objects;

/**
 * The provisioning service to ask which hub a device belongs to.
 *
 * @param host where TCP connects to
 * @param port where TCP connects to
 * @param idScope which instance of the service, such as 0ne00000000
 * @param registrationId under which the device is enrolled
 * @param payload JSON for the custom allocation of the service; null for none
 * @param timeout limit for the whole of a registration
 * @param hubPort the port of a hub that is named without one
 */
public record Provisioning(
        String host, int port, String idScope, String registrationId, String payload, Duration timeout, int hubPort) {

    public Provisioning {
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(idScope, "idScope");
        Objects.requireNonNull(registrationId, "registrationId");
        Objects.requireNonNull(timeout, "timeout");
    }
}
