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

import java.util.concurrent.RejectedExecutionException;

import org.apache.camel.AsyncProcessor;
import org.apache.camel.Exchange;
import org.apache.camel.spi.Synchronization;

/**
 * The end of an exchange as the hub learns it. What the route has marked for rollback has failed, although Camel itself counts it as
 * completed.
 */
abstract class Settlement implements Synchronization {

    private volatile boolean told;

    /** The exchange has completed well. */
    abstract void done();

    /** The exchange has failed, and nothing in the route has handled it. */
    abstract void failed(Throwable cause);

    /** Processes the exchange and settles it when it has ended, wherever that is. */
    final void follow(Exchange exchange, AsyncProcessor route) {
        exchange.getExchangeExtension().addOnCompletion(this);
        route.process(exchange, doneSync -> {
            // While it shuts down, Camel refuses exchanges before it has taken notice of their completions.
            if (!told && exchange.getException() instanceof RejectedExecutionException refusal) {
                failed(refusal);
            }
        });
    }

    @Override
    public final void onComplete(Exchange exchange) {
        told = true;
        if (isRolledBack(exchange)) {
            failed(new IllegalStateException("the route marked the exchange for rollback"));
        } else {
            done();
        }
    }

    @Override
    public final void onFailure(Exchange exchange) {
        told = true;
        failed(exchange.getException());
    }

    static boolean isRolledBack(Exchange exchange) {
        return exchange.isRollbackOnly() || exchange.isRollbackOnlyLast();
    }
}
