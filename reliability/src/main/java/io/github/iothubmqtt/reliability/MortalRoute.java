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

import io.github.iothubmqtt.camel.IotHubMqttConstants;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.jms.JmsComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.jsse.KeyStoreParameters;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.jsse.TrustManagersParameters;

/**
 * The process that gets killed: a route from the broker to the hub, as the user guide advises it. Nothing in it knows of the ledger. The
 * environment tells where broker and hub are; it ends when its standard input does, that is, never later than its parent.
 */
public final class MortalRoute {

    static final String BROKER = "LEDGER_BROKER";
    static final String CONNECTION_STRING = "LEDGER_CONNECTION_STRING";
    static final String TRUST_STORE = "LEDGER_TRUST_STORE";
    static final String TRUST_STORE_PASSWORD = "changeit";

    private MortalRoute() {}

    public static void main(String[] arguments) throws Exception {
        try (CamelContext camel = new DefaultCamelContext()) {
            JmsComponent jms = JmsComponent.jmsComponent(new ActiveMQConnectionFactory(System.getenv(BROKER)));
            jms.setTransacted(true);
            jms.setLazyCreateTransactionManager(false);
            jms.setCacheLevelName("CACHE_CONSUMER");
            camel.addComponent("jms", jms);
            camel.getRegistry().bind("hubTls", trusting(System.getenv(TRUST_STORE)));
            camel.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("jms:queue:" + Source.QUEUE)
                            .removeHeaders("JMS*")
                            .setHeader(IotHubMqttConstants.MESSAGE_ID, simple("0-${header.number}"))
                            .to(
                                    "iothub-mqtt:device-0?connectionString=RAW(" + System.getenv(CONNECTION_STRING)
                                            + ")&sslContextParameters=#hubTls&reconnectBackoffMin=10ms&reconnectBackoffMax=200ms");
                }
            });
            camel.start();
            while (System.in.read() >= 0) {
                // Only the end is of interest.
            }
        }
    }

    private static SSLContextParameters trusting(String file) {
        KeyStoreParameters store = new KeyStoreParameters();
        store.setResource("file:" + file);
        store.setType("PKCS12");
        store.setPassword(TRUST_STORE_PASSWORD);
        TrustManagersParameters trust = new TrustManagersParameters();
        trust.setKeyStore(store);
        SSLContextParameters tls = new SSLContextParameters();
        tls.setTrustManagers(trust);
        return tls;
    }
}
