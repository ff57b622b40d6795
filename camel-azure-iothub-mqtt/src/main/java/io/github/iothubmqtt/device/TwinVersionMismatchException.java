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

import io.github.iothubmqtt.protocol.HubError;

/**
 * The reported properties did not have the version that a twin update expected (status 412), so the hub has changed nothing. When the
 * connection was lost after an earlier attempt, that attempt may be what has changed the version; the message says so.
 */
public final class TwinVersionMismatchException extends TwinRequestException {

    private static final long serialVersionUID = 1L;

    private final long expectedVersion;

    TwinVersionMismatchException(String sentence, long expectedVersion, HubError error) {
        super(sentence, 412, error);
        this.expectedVersion = expectedVersion;
    }

    public long expectedVersion() {
        return expectedVersion;
    }
}
