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
import java.util.AbstractMap;
import java.util.Map;
import java.util.Set;

/**
 * What is stamped on one message, as an unmodifiable map that is made each time somebody looks into it: of a million messages that a hub
 * stores, tests look into few. Immutable.
 */
final class MessageAnnotations extends AbstractMap<String, String> {

    private final Map<String, String> ofConnection;
    private final Map<String, String> systemProperties;
    private final long sequence;
    private final Instant enqueued;

    MessageAnnotations(
            Map<String, String> ofConnection, Map<String, String> systemProperties, long sequence, Instant enqueued) {
        this.ofConnection = ofConnection;
        this.systemProperties = systemProperties;
        this.sequence = sequence;
        this.enqueued = enqueued;
    }

    private Map<String, String> map() {
        return Annotations.ofMessage(ofConnection, systemProperties, sequence, enqueued);
    }

    @Override
    public Set<Map.Entry<String, String>> entrySet() {
        return map().entrySet();
    }

    @Override
    public String get(Object key) {
        return map().get(key);
    }

    @Override
    public boolean containsKey(Object key) {
        return map().containsKey(key);
    }
}
