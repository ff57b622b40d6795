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
package io.github.iothubmqtt.emulator;

import java.time.Instant;
import java.util.Set;

/**
 * A connection that is open now.
 *
 * @param moduleId null for a device
 * @param tokenExpiry when the token that it came with expires; null if it came with a certificate
 * @param subscriptions the filters of its session
 * @param modelId the IoT Plug and Play model that it announced, null if none
 */
public record ConnectionInfo(
        String deviceId,
        String moduleId,
        Instant connectedAt,
        boolean cleanSession,
        int keepAliveSeconds,
        Instant tokenExpiry,
        Set<String> subscriptions,
        String modelId) {}
