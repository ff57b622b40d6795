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

import java.util.Map;

/** Inflicts faults, and knows how many of each it has. */
interface Faults extends AutoCloseable {

    /** Called on the hub's thread after it stored the device's message and before it acknowledges it. */
    void stored(int device);

    /** How often a link of the device was taken away, so that what was in flight may have been sent twice. */
    long cuts(int device);

    Map<Fault, Long> inflicted();

    @Override
    void close();
}
