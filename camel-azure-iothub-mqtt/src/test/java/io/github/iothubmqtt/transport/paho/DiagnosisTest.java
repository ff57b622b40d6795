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
package io.github.iothubmqtt.transport.paho;

import java.io.EOFException;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;

import io.github.iothubmqtt.transport.ConnectOptions;
import io.github.iothubmqtt.transport.TransportException;
import io.github.iothubmqtt.transport.TransportException.Reason;
import io.github.iothubmqtt.transport.paho.TlsSocket.Phase;
import org.eclipse.paho.client.mqttv3.MqttException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** Causes that are hard to bring about for real; the others are in the contract. */
class DiagnosisTest {

    private final Diagnosis diagnosis = new Diagnosis(options());

    @Test
    void aHostNameThatNoCertificateCanBearIsNamed() {
        CertificateException cause = new CertificateException(
                "Illegal given domain name: my_hub.example",
                new IllegalArgumentException("Contains non-LDH characters"));

        TransportException failure = diagnosis.connectFailed(Phase.HANDSHAKING, handshakeFailure(cause));

        assertThat(failure.reason()).isEqualTo(Reason.CERTIFICATE_NOT_TRUSTED);
        assertThat(failure).hasMessageContaining("my_hub.example").hasMessageContaining("not a legal host name");
    }

    @Test
    void aCertificateThatIsNotValidYetPointsToTheClock() {
        TransportException failure =
                diagnosis.connectFailed(Phase.HANDSHAKING, handshakeFailure(new CertificateNotYetValidException()));

        assertThat(failure.reason()).isEqualTo(Reason.CERTIFICATE_NOT_TRUSTED);
        assertThat(failure).hasMessageContaining("clock");
    }

    @Test
    void anAlertAfterTheHandshakePointsToTheClientCertificate() {
        MqttException cause = new MqttException(
                MqttException.REASON_CODE_CONNECTION_LOST,
                new SSLHandshakeException("Received fatal alert: certificate_required"));

        TransportException failure = diagnosis.connectFailed(Phase.ESTABLISHED, cause);

        assertThat(failure.reason()).isEqualTo(Reason.TLS_FAILED);
        assertThat(failure).hasMessageContaining("client certificate");
    }

    @Test
    void pahosOwnTimeoutIsSilence() {
        assertThat(diagnosis
                        .lost(new MqttException(MqttException.REASON_CODE_WRITE_TIMEOUT))
                        .reason())
                .isEqualTo(Reason.SILENT);
    }

    @Test
    void theEndOfTheStreamIsAClosedConnection() {
        MqttException cause = new MqttException(MqttException.REASON_CODE_CONNECTION_LOST, new EOFException());

        assertThat(diagnosis.lost(cause).reason()).isEqualTo(Reason.CLOSED);
    }

    @Test
    void noSentenceHoldsThePassword() {
        for (Phase phase : Phase.values()) {
            assertThat(diagnosis.connectFailed(phase, new EOFException())).hasMessageNotContaining("secret");
            assertThat(diagnosis.connectTooLate(phase)).hasMessageNotContaining("secret");
        }
    }

    private static MqttException handshakeFailure(Throwable cause) {
        SSLHandshakeException handshake = new SSLHandshakeException("no");
        handshake.initCause(cause);
        return new MqttException(handshake);
    }

    private static ConnectOptions options() {
        try {
            return new ConnectOptions(
                    "my_hub.example",
                    8883,
                    SSLContext.getDefault(),
                    "dev-1",
                    "user",
                    "secret",
                    true,
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(30),
                    null);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
