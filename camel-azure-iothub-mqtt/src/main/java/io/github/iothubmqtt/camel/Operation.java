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
import java.util.function.Consumer;

import io.github.iothubmqtt.device.ConnectionHandle;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** One thing that a producer can do with an exchange. Thread-safe. */
interface Operation {

    /**
     * Begins, without waiting for the hub.
     *
     * @return completes, on any thread, with what the exchange's message is to be changed by; fails when the hub did not do it
     * @throws Exception when the exchange cannot be sent
     */
    CompletionStage<Consumer<Message>> begin(ConnectionHandle connection, Exchange exchange) throws Exception;
}
