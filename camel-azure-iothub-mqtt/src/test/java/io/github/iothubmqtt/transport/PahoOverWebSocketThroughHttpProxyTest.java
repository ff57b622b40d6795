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
package io.github.iothubmqtt.transport;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

import static org.assertj.core.api.Assertions.assertThat;

/** Over WebSocket through an HTTP proxy that asks for credentials, as in most networks that need either. */
class PahoOverWebSocketThroughHttpProxyTest extends PahoTransportContract {

    private static TestProxy proxy;

    @BeforeAll
    static void startProxy() {
        proxy = TestProxy.of(Proxy.Type.HTTP, "proxy user", "päss:word");
    }

    @AfterAll
    static void stopProxy() throws Exception {
        assertThat(proxy.targets()).as("that the tests went this way").isNotEmpty();
        proxy.close();
    }

    @Override
    Proxy proxy() {
        return proxy.proxy();
    }

    @Override
    boolean webSocket() {
        return true;
    }
}
