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

import java.time.Duration;
import java.util.List;

/**
 * What a run is to be. Everything that is drawn at random comes from the seed.
 *
 * @param devices each with a sender thread of its own
 * @param messagesPerDevice where the senders stop, if the duration does not end first
 * @param duration how long messages are sent, at most
 * @param faultEvery telemetry messages of a device between two faults, on the average; 0 for none
 * @param mishaps what the faults are drawn from
 * @param window maxInflight of each device
 * @param deviceboundEvery telemetry messages of a device for each message to it
 * @param failingPercent share of the devicebound messages whose exchange fails the first time
 * @param twins whether devices also report, follow desired properties and carry out methods
 * @param logins whether devices log in by different ways
 * @param settling how long may be waited, after the last message was sent, for all to be settled
 */
record Plan(
        long seed,
        int devices,
        int messagesPerDevice,
        Duration duration,
        int faultEvery,
        List<Mishap> mishaps,
        int window,
        int deviceboundEvery,
        int failingPercent,
        boolean twins,
        boolean logins,
        Duration settling) {

    /** A few messages and plain cuts, so that what Java makes once and keeps for ever is there before the threads and the heap are counted. */
    Plan warmUp() {
        return new Plan(
                seed,
                devices,
                Math.min(messagesPerDevice, 200),
                duration,
                faultEvery == 0 ? 0 : 50,
                List.of(Mishap.CUT_BEFORE_PUBACK),
                window,
                20,
                failingPercent,
                twins,
                logins,
                settling);
    }
}
