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

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import javax.net.ssl.SSLContext;

import io.github.iothubmqtt.transport.paho.PahoTransport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** Connections by Paho to servers that do what a test says. */
@Timeout(120)
abstract class TransportTestSupport {

    static final Duration PATIENCE = Duration.ofSeconds(30);
    static final String PASSWORD = "never-shown-to-anybody";
    static final TestCertificates CA = new TestCertificates("test CA");
    static final TestCertificates.Identity IDENTITY = CA.valid("localhost");
    static final SSLContext TRUST = CA.clientContext();

    final Recorder recorder = new Recorder();
    private final List<AutoCloseable> servers = new ArrayList<>();
    private ScheduledExecutorService scheduler;
    private ThreadPoolExecutor blocking;
    private MqttTransport transport;

    @BeforeEach
    void createTransport() {
        scheduler = Executors.newSingleThreadScheduledExecutor();
        blocking = (ThreadPoolExecutor) Executors.newCachedThreadPool();
        transport = new PahoTransport(scheduler, blocking);
    }

    @AfterEach
    void closeAll() throws Exception {
        transport.close();
        for (AutoCloseable server : servers) {
            server.close();
        }
        scheduler.shutdownNow();
        blocking.shutdownNow();
    }

    /** How many threads the transport holds at this moment. */
    final int busyThreads() {
        return blocking.getActiveCount();
    }

    final <T extends AutoCloseable> T closeLater(T server) {
        servers.add(server);
        return server;
    }

    final RawServer plain(RawServer.Script script) throws IOException {
        return closeLater(RawServer.plain(script));
    }

    final RawServer tls(RawServer.Script script) throws IOException {
        return closeLater(RawServer.tls(IDENTITY, script));
    }

    static ConnectOptions options(String host, int port, Duration connectTimeout) {
        return options(host, port, TRUST, connectTimeout);
    }

    static ConnectOptions options(String host, int port, SSLContext context, Duration connectTimeout) {
        return new ConnectOptions(
                host, port, context, "dev-1", "user", PASSWORD, true, Duration.ofSeconds(30), connectTimeout, null);
    }

    final MqttConnection open(ConnectOptions options) {
        return transport.open(options, recorder);
    }

    final MqttConnection connect(ConnectOptions options) {
        MqttConnection connection = open(options);
        MqttTransportContract.get(connection.connect());
        return connection;
    }

    /** Why it fails, which nowhere shows a password. */
    final TransportException failure(ConnectOptions options) {
        TransportException failure = MqttTransportContract.failure(open(options).connect());
        StringWriter everything = new StringWriter();
        failure.printStackTrace(new PrintWriter(everything));
        if (everything.toString().contains(PASSWORD)) {
            throw new AssertionError("the password is shown", failure);
        }
        return failure;
    }
}
