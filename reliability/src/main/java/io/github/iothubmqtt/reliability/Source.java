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

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.TransportConfiguration;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyAcceptorFactory;
import org.apache.activemq.artemis.core.server.JournalType;
import org.apache.activemq.artemis.core.server.Queue;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;

/**
 * A queue of readings in a broker of its own with a journal on disk, as a plant would have it in front of a gateway. It outlives the
 * route. One thread puts in.
 */
final class Source implements AutoCloseable {

    static final String QUEUE = "readings";

    /** A message that was on its way when its consumer was killed counts as tried; it must not end in a dead letter queue for it. */
    private static final int WITHOUT_LIMIT = -1;

    private final EmbeddedActiveMQ broker = new EmbeddedActiveMQ();
    private final int port;
    private final ActiveMQConnectionFactory connections;
    private final JMSContext session;
    private final JMSProducer producer;

    private Source(Path directory, int port) throws Exception {
        this.port = port;
        Configuration configuration = new ConfigurationImpl()
                .setPersistenceEnabled(true)
                .setJournalType(JournalType.NIO)
                .setJournalDirectory(directory.resolve("journal").toString())
                .setBindingsDirectory(directory.resolve("bindings").toString())
                .setPagingDirectory(directory.resolve("paging").toString())
                .setLargeMessagesDirectory(directory.resolve("large").toString())
                .setSecurityEnabled(false)
                .addQueueConfiguration(QueueConfiguration.of(QUEUE)
                        .setRoutingType(RoutingType.ANYCAST)
                        .setDurable(true))
                .addAddressSetting("#", new AddressSettings().setMaxDeliveryAttempts(WITHOUT_LIMIT));
        configuration.setAcceptorConfigurations(Set.of(new TransportConfiguration(
                NettyAcceptorFactory.class.getName(), Map.of("host", "127.0.0.1", "port", port))));
        broker.setConfiguration(configuration);
        broker.start();
        connections = new ActiveMQConnectionFactory(url());
        session = connections.createContext();
        producer = session.createProducer();
    }

    static Source start(Path directory, int port) throws Exception {
        return new Source(directory, port);
    }

    String url() {
        return "tcp://127.0.0.1:" + port;
    }

    /** When this returns, the message is on disk. */
    void put(Sample sample) {
        BytesMessage message = session.createBytesMessage();
        try {
            message.writeBytes(sample.body());
            for (Map.Entry<String, String> property : sample.properties().entrySet()) {
                message.setStringProperty(property.getKey(), property.getValue());
            }
        } catch (JMSException e) {
            throw new IllegalStateException("Cannot write a message for the broker", e);
        }
        producer.send(session.createQueue(QUEUE), message);
    }

    /** What no consumer has taken for good. */
    long waiting() {
        Queue queue = broker.getActiveMQServer().locateQueue(SimpleString.of(QUEUE));
        queue.flushExecutor();
        return queue.getMessageCount();
    }

    @Override
    public void close() throws Exception {
        session.close();
        connections.close();
        broker.stop();
    }
}
