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

import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waits for stages, where Camel starts and stops services on threads of its own: the one place where something blocks. */
final class Waiting {

    private static final Logger LOG = LoggerFactory.getLogger(Waiting.class);

    private Waiting() {}

    /** Waits without a limit of its own, for stages that have one; throws what they fail with. */
    static void forStart(CompletionStage<Void> stage) throws Exception {
        try {
            stage.toCompletableFuture().get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    /** Waits a limited time; what is not ready by then, or fails, must not keep a service from stopping. */
    static void quietly(CompletionStage<Void> stage, long seconds, String what) {
        try {
            stage.toCompletableFuture().get(seconds, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("Waited in vain for {}", what, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
