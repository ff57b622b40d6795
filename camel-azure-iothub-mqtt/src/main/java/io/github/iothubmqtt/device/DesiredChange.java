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
package io.github.iothubmqtt.device;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * New desired properties, or those that changed. Whoever got it says once what has become of it, from any thread; what is said again does
 * nothing. Only then the next one comes.
 */
public final class DesiredChange {

    private final DesiredProperties owner;
    private final long version;
    private final String properties;
    private final boolean complete;
    private final AtomicBoolean ended = new AtomicBoolean();

    DesiredChange(DesiredProperties owner, long version, String properties, boolean complete) {
        this.owner = owner;
        this.version = version;
        this.properties = properties;
        this.complete = complete;
    }

    /** The version that the desired properties have with this change. */
    public long version() {
        return version;
    }

    /** A JSON object; in a change that is not complete, properties that were removed are null. */
    public String properties() {
        return properties;
    }

    /** Whether these are all desired properties, and not just those that changed. */
    public boolean complete() {
        return complete;
    }

    /** It is done. */
    public void done() {
        if (ended.compareAndSet(false, true)) {
            owner.ended(this, null);
        }
    }

    /** It has failed: the desired properties come again, complete, up to the limit. @return false when it was ended already */
    public boolean fail(Throwable cause) {
        boolean first = ended.compareAndSet(false, true);
        if (first) {
            owner.ended(this, cause);
        }
        return first;
    }
}
