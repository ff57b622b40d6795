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

import io.github.iothubmqtt.transport.Proxy;

/** What a proxy speaks. The constants are the values of the URI option. */
public enum ProxyType {
    /** HTTP, with the method CONNECT. */
    http(Proxy.Type.HTTP),
    /** SOCKS, version 5. */
    socks5(Proxy.Type.SOCKS5);

    private final Proxy.Type type;

    ProxyType(Proxy.Type type) {
        this.type = type;
    }

    Proxy.Type type() {
        return type;
    }
}
