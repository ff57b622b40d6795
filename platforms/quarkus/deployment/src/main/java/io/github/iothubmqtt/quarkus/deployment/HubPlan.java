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
package io.github.iothubmqtt.quarkus.deployment;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

import io.quarkus.runtime.annotations.ConfigGroup;

/**
 * What a hub of Dev Services is made of. A running one is kept over a live reload as long as its plan is the same, and replaced when
 * it is not. Quarkus compares plans of different class loaders, for which it looks at the methods of interfaces with
 * this annotation and at JDK types only; so it is an interface.
 */
@ConfigGroup
interface HubPlan {

    /** Devices as {@code device}, modules as {@code device/module}; sorted. */
    List<String> identities();

    /** Absent for any free port. */
    OptionalInt port();

    /** The key of all identities, when the application is configured with one; else they get a fresh one. */
    Optional<String> sharedAccessKey();

    static HubPlan of(List<String> identities, OptionalInt port, Optional<String> sharedAccessKey) {
        return new Values(identities.stream().distinct().sorted().toList(), port, sharedAccessKey);
    }

    /** A plan as a value; its text holds no key. */
    record Values(List<String> identities, OptionalInt port, Optional<String> sharedAccessKey) implements HubPlan {

        @Override
        public String toString() {
            return "HubPlan" + identities;
        }
    }
}
