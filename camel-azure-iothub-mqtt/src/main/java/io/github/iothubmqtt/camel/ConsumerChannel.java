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
package io.github.iothubmqtt.camel;

import java.util.Set;

/** What a consumer receives. The constants are the values of the URI option. */
public enum ConsumerChannel {
    /** Cloud-to-device messages, which the hub queues for the device. */
    devicebound("ackMode", "concurrentConsumers", "onFailure", "maxRedeliveries", "exchangePattern"),
    /** The desired properties of the twin and their changes. */
    desired("onFailure", "maxRedeliveries", "exchangePattern"),
    /** Calls of direct methods, whose answer is the outcome of the route. */
    methods("methodName", "methodTimeout", "concurrentConsumers"),
    /** Messages to an input of a module. */
    input("inputName", "ackMode", "concurrentConsumers", "onFailure", "maxRedeliveries", "exchangePattern");

    private static final Set<String> OF_SOME_CHANNELS = Set.of(
            "ackMode",
            "concurrentConsumers",
            "onFailure",
            "maxRedeliveries",
            "methodName",
            "methodTimeout",
            "inputName",
            "exchangePattern");

    private final Set<String> options;

    ConsumerChannel(String... options) {
        this.options = Set.of(options);
    }

    /**
     * @param written names of the options that the URI gives
     * @throws IllegalArgumentException when one of them has no effect on this channel
     */
    void requireMeant(Set<String> written) {
        written.stream()
                .filter(OF_SOME_CHANNELS::contains)
                .filter(option -> !options.contains(option))
                .sorted()
                .findFirst()
                .ifPresent(option -> {
                    throw new IllegalArgumentException("The option " + option + " has no effect on channel=" + name()
                            + ": leave it out, or consume another channel");
                });
    }
}
