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

/** What becomes of a device that registers although it is assigned to a hub already. */
public enum Reprovisioning {

    /**
     * It is assigned anew. If that leads to another hub, its twin goes with it, and the old hub forgets it. Azure calls this
     * "re-provision and migrate data", and it is the default there, too.
     */
    MIGRATE_TWIN,

    /**
     * It is assigned anew, to the same hub or to another, and has the twin of a device that comes for the first time. The old hub
     * forgets it. Azure calls this "re-provision and reset to initial config".
     */
    RESET_TWIN,

    /** It stays where it is, whatever its enrollment says now. Azure calls this "never re-provision". */
    NEVER
}
