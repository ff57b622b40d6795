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
package io.github.iothubmqtt.reliability;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import io.github.iothubmqtt.device.TokenProvider;
import io.github.iothubmqtt.protocol.SasToken;
import io.github.iothubmqtt.protocol.SharedAccessKey;

/**
 * A token provider as it is at its worst: every third call takes its time, every fourth fails, and all do while it is closed.
 * Thread-safe.
 */
final class Vault implements TokenProvider {

    private static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final AtomicInteger calls = new AtomicInteger();
    private volatile SharedAccessKey key;
    private volatile boolean closed;

    Vault(String key) {
        use(key);
    }

    /** From now on tokens are signed with this key, base64. */
    void use(String value) {
        key = SharedAccessKey.parse(value);
    }

    void close() {
        closed = true;
    }

    void open() {
        closed = false;
    }

    @Override
    public String token(TokenRequest request) throws IOException {
        int call = calls.incrementAndGet();
        if (call % 3 == 0) {
            LockSupport.parkNanos(SLOW_NANOS);
        }
        if (closed || call % 4 == 0) {
            throw new IOException("The vault is closed");
        }
        return SasToken.sign(request.encodedResource(), key, request.expiry(), request.keyName())
                .text();
    }
}
