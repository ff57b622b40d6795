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

import java.util.Map;

/** Where things are kept by name, as JSON, in the sense of {@link Json}. Thread-safe. */
interface StateStore extends AutoCloseable {

    /** Keeps nothing. */
    StateStore NONE = new StateStore() {
        @Override
        public void put(String key, Map<String, Object> value) {}

        @Override
        public void remove(String key) {}

        @Override
        public void close() {}
    };

    /** Returns when the value is kept. Nothing happens in a closed store, here and below. */
    void put(String key, Map<String, Object> value);

    /** Nothing happens where nothing is kept under this key. */
    void remove(String key);

    @Override
    void close();
}
