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

import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;

/** An exchange that is {@link Held}. */
record Running(Exchange exchange, AsyncCallback callback) {

    String body() {
        return exchange.getMessage().getBody(String.class);
    }

    Object header(String name) {
        return exchange.getMessage().getHeader(name);
    }

    void complete() {
        callback.done(false);
    }

    void complete(Object body) {
        exchange.getMessage().setBody(body);
        complete();
    }

    void fail() {
        exchange.setException(new IllegalStateException("the route failed on purpose"));
        complete();
    }
}
