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

/** What the books are kept for. Each breach is of one of these. */
enum Rule {
    LOST("a message reported done is not in the hub"),
    DONE_TOO_EARLY("a message was reported done before the hub had it"),
    ALTERED("a message arrived otherwise than it was sent"),
    EXTRA("the hub has a message that nobody sent"),
    MISORDERED("a message arrived for the first time after a later one of its device"),
    DUPLICATES("more duplicates than window x cuts"),
    FAILED("an exchange failed although no outage was as long as its time limit"),
    UNREPORTED("an exchange was neither done nor failed when all was over"),
    DEVICEBOUND_LOST("a devicebound message was never processed well"),
    DEVICEBOUND_ALTERED("a devicebound message reached the route otherwise than it was sent"),
    DEVICEBOUND_MISORDERED("a devicebound message reached the route for the first time after a later one"),
    DEVICEBOUND_UNACKNOWLEDGED("a devicebound message was processed and never acknowledged"),
    ACKNOWLEDGED_TOO_EARLY("a devicebound message was acknowledged before the route had succeeded"),
    REPORT_LOST("an update of reported properties that was reported done is not in the hub's twin"),
    REPORT_FAILED("an update of reported properties failed although no outage was as long as its time limit"),
    DESIRED_LOST("the last desired properties did not reach the route"),
    DESIRED_ALTERED("the route does not have the desired properties that the hub has"),
    DESIRED_MISORDERED("a version of the desired properties reached the route after a later one"),
    METHOD_REPEATED("a call of a method was carried out twice"),
    METHOD_ALTERED("a caller got another answer than the route gave"),
    METHOD_FAILED("a caller got an error that is not true"),
    METHOD_UNANSWERED("a caller got neither answer nor error"),
    THREADS_LEFT("threads are left after the end"),
    SOCKETS_LEFT("sockets are left after the end"),
    HEAP_LEFT("memory is left after the end"),
    UNFINISHED("not all was settled within the time limit");

    private final String sentence;

    Rule(String sentence) {
        this.sentence = sentence;
    }

    String sentence() {
        return sentence;
    }
}
