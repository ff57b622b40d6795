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
package io.github.iothubmqtt.protocol;

/** A message that the hub can never take, however often it is sent: it would close the connection without a reason. */
public final class MessageTooLargeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final long size;
    private final long limit;

    /**
     * @param what what is too large, such as "the message"
     * @param advice what to change
     */
    MessageTooLargeException(String what, long size, long limit, String advice) {
        super(what + " has " + size + " bytes, which is " + (size - limit) + " more than the " + limit
                + " that the hub takes: " + advice);
        this.size = size;
        this.limit = limit;
    }

    /** In bytes, counted as the hub counts. */
    public long size() {
        return size;
    }

    /** The most that the hub takes, in bytes. */
    public long limit() {
        return limit;
    }
}
