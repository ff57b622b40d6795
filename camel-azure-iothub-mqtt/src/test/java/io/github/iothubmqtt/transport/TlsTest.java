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
import java.net.Socket;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;

import io.github.iothubmqtt.transport.TransportException.Reason;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.jsse.CipherSuitesParameters;
import org.apache.camel.support.jsse.KeyStoreParameters;
import org.apache.camel.support.jsse.SSLContextClientParameters;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.jsse.SecureSocketProtocolsParameters;
import org.apache.camel.support.jsse.TrustManagersParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/** TLS as the JDK does it and as Camel's settings bend it: versions, names, and sentences for what does not fit. */
class TlsTest extends TransportTestSupport {

    private static final String HUB = "contoso.azure-devices.invalid";

    /** What the server has agreed on with each client. */
    private final BlockingQueue<SSLSession> sessions = new LinkedBlockingQueue<>();

    // Versions and cipher suites

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void eitherVersionOfTlsWillDo(String version) throws Exception {
        RawServer server = accepting(IDENTITY, only(version));

        connect(options("localhost", server.port(), PATIENCE));

        assertThat(session().getProtocol()).isEqualTo(version);
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.2, TLSv1.3", "TLSv1.3, TLSv1.2"})
    void aVersionThatOneSideDoesNotAllowIsNamed(String allowedHere, String allowedThere) throws Exception {
        RawServer server = accepting(IDENTITY, only(allowedThere));
        SSLContextParameters settings = trusting();
        settings.setSecureSocketProtocols(protocols(allowedHere));

        TransportException failure = failure(options("localhost", server.port(), context(settings), PATIENCE));

        assertThat(failure.reason()).isEqualTo(Reason.TLS_FAILED);
        assertThat(failure)
                .hasMessageStartingWith(
                        "there is no TLS version that both localhost:" + server.port() + " and this side allow")
                .hasMessageEndingWith("allow TLSv1.2 and TLSv1.3 in sslContextParameters");
    }

    @Test
    void theVersionThatTheSettingsAllowIsTaken() throws Exception {
        RawServer server = accepting(IDENTITY, any -> {});
        SSLContextParameters settings = trusting();
        settings.setSecureSocketProtocols(protocols("TLSv1.2"));

        connect(options("localhost", server.port(), context(settings), PATIENCE));

        assertThat(session().getProtocol()).isEqualTo("TLSv1.2");
    }

    @Test
    void theCipherSuitesThatTheSettingsAllowAreTaken() throws Exception {
        RawServer server = accepting(IDENTITY, any -> {});
        SSLContextParameters settings = trusting();
        settings.setCipherSuites(cipherSuites("TLS_AES_128_GCM_SHA256"));

        connect(options("localhost", server.port(), context(settings), PATIENCE));

        assertThat(session().getCipherSuite()).isEqualTo("TLS_AES_128_GCM_SHA256");
    }

    @Test
    void cipherSuitesThatDoNotMeetAreNamed() throws Exception {
        RawServer server =
                accepting(IDENTITY, demands -> demands.setEnabledCipherSuites(new String[] {"TLS_AES_256_GCM_SHA384"}));
        SSLContextParameters settings = trusting();
        settings.setCipherSuites(cipherSuites("TLS_AES_128_GCM_SHA256"));

        TransportException failure = failure(options("localhost", server.port(), context(settings), PATIENCE));

        assertThat(failure.reason()).isEqualTo(Reason.TLS_FAILED);
        assertThat(failure)
                .hasMessageStartingWith("localhost:" + server.port() + " ended the TLS handshake (handshake_failure)")
                .hasMessageContaining("allow the cipher suites that it offers in sslContextParameters");
    }

    // Names

    @Test
    void theServerIsToldWhichNameIsMeant() throws Exception {
        RawServer server = accepting(CA.valid(HUB), any -> {});
        TestProxy proxy = closeLater(TestProxy.of(Proxy.Type.SOCKS5));
        proxy.leads(HUB + ":8883", server.port());

        connect(options(HUB, 8883, PATIENCE).by(null, proxy.proxy()));

        assertThat(namesAskedFor(session())).containsExactly(new SNIHostName(HUB));
    }

    @Test
    void anAddressIsNoNameAndMustStandInTheCertificate() throws Exception {
        RawServer server = accepting(CA.valid("127.0.0.1"), any -> {});

        connect(options("127.0.0.1", server.port(), PATIENCE));

        assertThat(namesAskedFor(session())).isEmpty();
    }

    @Test
    void theNameThatTheSettingsGiveIsAskedFor() throws Exception {
        RawServer server = accepting(CA.valid(HUB), any -> {});
        SSLContextClientParameters client = new SSLContextClientParameters();
        client.addAllSniHostNames(List.of(HUB));
        SSLContextParameters settings = trusting();
        settings.setClientParameters(client);

        connect(options("localhost", server.port(), context(settings), PATIENCE));

        assertThat(namesAskedFor(session())).containsExactly(new SNIHostName(HUB));
    }

    @Test
    void aTrustManagerOfTheUsersMayTrustWhatItLikes() throws Exception {
        RawServer server = accepting(CA.expired("other.example"), any -> {});

        connect(options("localhost", server.port(), context(trusting(new TrustsAll())), PATIENCE));

        assertThat(session().isValid()).isTrue();
    }

    @Test
    void aTrustManagerThatKnowsNothingOfNamesDoesNotSwitchTheCheckOfTheNameOff() throws Exception {
        RawServer server = accepting(CA.valid("other.example"), any -> {});

        TransportException failure =
                failure(options("localhost", server.port(), context(trusting(new TrustsAnyChain())), PATIENCE));

        assertThat(failure.reason()).isEqualTo(Reason.CERTIFICATE_NOT_TRUSTED);
        assertThat(failure).hasMessageContaining("the host must be written as the certificate has it");
    }

    // Certificates that are refused

    @Test
    void aCertificateThatIsNotValidYetPointsToTheClock() throws Exception {
        RawServer server = accepting(CA.notYetValid("localhost"), any -> {});

        TransportException failure = failure(options("localhost", server.port(), PATIENCE));

        assertThat(failure.reason()).isEqualTo(Reason.CERTIFICATE_NOT_TRUSTED);
        assertThat(failure)
                .hasMessage("the certificate of localhost:" + server.port()
                        + " is not valid yet: correct this machine's clock");
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.2, false", "TLSv1.3, false", "TLSv1.2, true", "TLSv1.3, true"})
    void aClientCertificateThatTheServerRefusesIsNamed(String version, boolean webSocket) throws Exception {
        SSLContext expired = CA.expired("dev-1").context(CA);

        for (SSLContext context : List.of(expired, TRUST)) {
            RawServer server = plain(socket -> demandClientCertificate(socket, version));

            TransportException failure = failure(
                    options("localhost", server.port(), context, PATIENCE).by(webSocket ? "/mqtt" : null, null));

            assertThat(failure.reason()).isEqualTo(Reason.TLS_FAILED);
            // Newer servers tell one that is missing in TLS 1.2 with an alert that has other causes, too.
            assertThat(failure)
                    .hasMessageMatching(
                            "localhost:" + server.port()
                                    + " ended (TLS \\(.*: check the client certificate"
                                    + "|the TLS handshake \\(handshake_failure\\): .* or give it the client certificate that it asks for)");
        }
    }

    /** Reads on after the alert: closing with bytes unread would reset the connection, and the alert might be lost. */
    private static void demandClientCertificate(Socket socket, String version) throws IOException {
        SSLSocket tls = (SSLSocket) IDENTITY.context(CA).getSocketFactory().createSocket(socket, null, false);
        tls.setEnabledProtocols(new String[] {version});
        tls.setNeedClientAuth(true);
        try {
            tls.startHandshake();
        } catch (SSLException e) {
            socket.shutdownOutput();
            RawServer.readToTheEnd(socket);
        }
    }

    @Test
    void aClientCertificateThatTheServerTrustsIsShown() throws Exception {
        TestCertificates.Identity device = CA.valid("dev-1");
        RawServer server = closeLater(
                RawServer.tls(IDENTITY.context(CA), demands -> demands.setNeedClientAuth(true), this::accept));

        connect(options("localhost", server.port(), device.context(CA), PATIENCE));

        assertThat(session().getPeerCertificates()).containsExactly(device.certificate());
    }

    private RawServer accepting(TestCertificates.Identity identity, Consumer<SSLServerSocket> demands)
            throws Exception {
        return closeLater(RawServer.tls(identity.serverContext(), demands, this::accept));
    }

    private void accept(Socket socket) throws IOException {
        RawServer.readPacket(socket);
        sessions.add(((SSLSocket) socket).getSession());
        socket.getOutputStream().write(new byte[] {0x20, 2, 0, 0});
        RawServer.readToTheEnd(socket);
    }

    private SSLSession session() throws InterruptedException {
        return sessions.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private static List<SNIServerName> namesAskedFor(SSLSession session) {
        return ((ExtendedSSLSession) session).getRequestedServerNames();
    }

    private static Consumer<SSLServerSocket> only(String version) {
        return server -> server.setEnabledProtocols(new String[] {version});
    }

    private static SSLContext context(SSLContextParameters settings) throws Exception {
        return settings.createSSLContext(new DefaultCamelContext());
    }

    private static SSLContextParameters trusting() {
        KeyStoreParameters store = new KeyStoreParameters();
        store.setKeyStore(CA.trustStore());
        TrustManagersParameters trust = new TrustManagersParameters();
        trust.setKeyStore(store);
        SSLContextParameters settings = new SSLContextParameters();
        settings.setTrustManagers(trust);
        return settings;
    }

    private static SSLContextParameters trusting(TrustManager manager) {
        TrustManagersParameters trust = new TrustManagersParameters();
        trust.setTrustManager(manager);
        SSLContextParameters settings = new SSLContextParameters();
        settings.setTrustManagers(trust);
        return settings;
    }

    private static SecureSocketProtocolsParameters protocols(String version) {
        SecureSocketProtocolsParameters protocols = new SecureSocketProtocolsParameters();
        protocols.setSecureSocketProtocol(List.of(version));
        return protocols;
    }

    private static CipherSuitesParameters cipherSuites(String suite) {
        CipherSuitesParameters suites = new CipherSuitesParameters();
        suites.setCipherSuite(List.of(suite));
        return suites;
    }

    /** The older kind, which is not told the name: the JDK adds the check of it. */
    private static final class TrustsAnyChain implements X509TrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    /** The kind that is told everything, and decides alone. */
    private static final class TrustsAll extends X509ExtendedTrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
