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

import java.time.Duration;
import java.util.Map;

import io.github.iothubmqtt.device.TokenProvider;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;
import org.apache.camel.support.jsse.SSLContextParameters;

/**
 * The options, each once: as defaults on the component and, copied from there, on each endpoint. The javadoc of a setter is the
 * option's documentation.
 */
@UriParams
public class IotHubMqttConfiguration implements Cloneable {

    @UriParam
    private String hub;

    @UriParam(label = "advanced")
    private int port;

    @UriParam(defaultValue = "tcp")
    private NetworkTransport transport = NetworkTransport.tcp;

    @UriParam(label = "advanced")
    private String gatewayHostName;

    @UriParam(label = "proxy", defaultValue = "http")
    private ProxyType proxyType = ProxyType.http;

    @UriParam(label = "proxy")
    private String proxyHost;

    @UriParam(label = "proxy")
    private int proxyPort;

    @UriParam(label = "proxy,security")
    @Metadata(secret = true)
    private String proxyUser;

    @UriParam(label = "proxy,security")
    @Metadata(secret = true)
    private String proxyPassword;

    @UriParam(label = "security")
    @Metadata(secret = true)
    private String connectionString;

    @UriParam(label = "security")
    @Metadata(secret = true)
    private String sharedAccessKey;

    @UriParam(label = "security")
    private String sharedAccessKeyName;

    @UriParam(label = "security")
    private boolean deriveDeviceKey;

    @UriParam(label = "security")
    @Metadata(secret = true)
    private String sasSignature;

    @UriParam(label = "security")
    private TokenProvider tokenProvider;

    @UriParam(label = "security", defaultValue = "1h")
    private Duration sasTimeToLive = Duration.ofHours(1);

    @UriParam(label = "security", defaultValue = "85")
    private int sasRenewAt = 85;

    @UriParam(label = "security")
    @Metadata(supportFileReference = true)
    private String certificateFile;

    @UriParam(label = "security")
    @Metadata(supportFileReference = true)
    private String privateKeyFile;

    @UriParam(label = "security")
    @Metadata(secret = true)
    private String privateKeyPassword;

    @UriParam(label = "provisioning")
    private String idScope;

    @UriParam(label = "provisioning")
    private String registrationId;

    @UriParam(label = "provisioning", defaultValue = "global.azure-devices-provisioning.net")
    private String provisioningEndpoint = "global.azure-devices-provisioning.net";

    @UriParam(label = "provisioning")
    private String provisioningPayload;

    @UriParam(label = "provisioning", defaultValue = "2m")
    private Duration provisioningTimeout = Duration.ofMinutes(2);

    @UriParam(label = "security")
    private SSLContextParameters sslContextParameters;

    @UriParam(defaultValue = "1", enums = "0,1")
    private int qos = 1;

    @UriParam
    private boolean cleanSession;

    @UriParam(label = "advanced", defaultValue = "60s")
    private Duration keepAlive = Duration.ofSeconds(60);

    @UriParam(label = "advanced", defaultValue = "30s")
    private Duration connectTimeout = Duration.ofSeconds(30);

    @UriParam(label = "advanced", defaultValue = "1s")
    private Duration reconnectBackoffMin = Duration.ofSeconds(1);

    @UriParam(label = "advanced", defaultValue = "2m")
    private Duration reconnectBackoffMax = Duration.ofMinutes(2);

    @UriParam(label = "advanced", defaultValue = "10s")
    private Duration handOverTimeout = Duration.ofSeconds(10);

    @UriParam(label = "advanced")
    private String willMessage;

    @UriParam(label = "advanced", defaultValue = "1", enums = "0,1")
    private int willQos = 1;

    @UriParam(label = "advanced", multiValue = true, prefix = "willProperty.")
    private Map<String, Object> willProperties;

    @UriParam(label = "producer", defaultValue = "telemetry")
    private ProducerOperation operation = ProducerOperation.telemetry;

    @UriParam(label = "producer")
    private String contentType;

    @UriParam(label = "producer")
    private String contentEncoding;

    @UriParam(label = "producer")
    private String outputName;

    @UriParam(label = "producer", defaultValue = "30s")
    private Duration sendTimeout = Duration.ofSeconds(30);

    @UriParam(label = "producer", defaultValue = "30s")
    private Duration requestTimeout = Duration.ofSeconds(30);

    @UriParam(label = "producer,advanced", defaultValue = "20s")
    private Duration pubackTimeout = Duration.ofSeconds(20);

    @UriParam(label = "producer,advanced", defaultValue = "100")
    private int maxInflight = 100;

    @UriParam(label = "producer,advanced", defaultValue = "1000")
    private int maxPending = 1000;

    @UriParam(label = "consumer", defaultValue = "devicebound")
    private ConsumerChannel channel = ConsumerChannel.devicebound;

    @UriParam(label = "consumer")
    private String methodName;

    @UriParam(label = "consumer", defaultValue = "30s")
    private Duration methodTimeout = Duration.ofSeconds(30);

    @UriParam(label = "consumer")
    private String inputName;

    @UriParam(label = "consumer", defaultValue = "auto")
    private AcknowledgeMode ackMode = AcknowledgeMode.auto;

    @UriParam(label = "consumer", defaultValue = "1")
    private int concurrentConsumers = 1;

    @UriParam(label = "consumer", defaultValue = "redeliver")
    private FailureAction onFailure = FailureAction.redeliver;

    @UriParam(label = "consumer", defaultValue = "5")
    private int maxRedeliveries = 5;

    @UriParam(label = "advanced")
    private HeaderFilterStrategy headerFilterStrategy = new IotHubMqttHeaderFilterStrategy();

    /** Copies all options, for an endpoint that starts from the component's. */
    public IotHubMqttConfiguration copy() {
        try {
            return (IotHubMqttConfiguration) clone();
        } catch (CloneNotSupportedException e) {
            throw new RuntimeCamelException(e);
        }
    }

    public String getHub() {
        return hub;
    }

    /**
     * Host name of the hub, written in full, such as contoso.azure-devices.net. A port may follow it, as in localhost:8883. Not to be
     * given together with connectionString, which contains it.
     */
    public void setHub(String hub) {
        this.hub = hub;
    }

    public int getPort() {
        return port;
    }

    /**
     * TCP port of the hub, or of the gateway. The default is the port in hub, connectionString or gatewayHostName and, when there is none,
     * 8883, or 443 with transport=websocket.
     */
    public void setPort(int port) {
        this.port = port;
    }

    public NetworkTransport getTransport() {
        return transport;
    }

    /**
     * What MQTT runs over: tcp stands for TLS on a connection to port 8883; websocket for WebSocket on HTTPS at port 443, which
     * networks let out that let nothing else out.
     */
    public void setTransport(NetworkTransport transport) {
        this.transport = transport;
    }

    public String getGatewayHostName() {
        return gatewayHostName;
    }

    /**
     * Host name of an IoT Edge gateway to connect to in place of the hub; a port may follow it. The device still belongs to the hub, for
     * which its tokens are signed. A connection string may say it, too, as GatewayHostName.
     */
    public void setGatewayHostName(String gatewayHostName) {
        this.gatewayHostName = gatewayHostName;
    }

    public ProxyType getProxyType() {
        return proxyType;
    }

    /**
     * What the proxy at proxyHost speaks: http stands for the method CONNECT of HTTP, socks5 for version 5 of SOCKS.
     */
    public void setProxyType(ProxyType proxyType) {
        this.proxyType = proxyType;
    }

    public String getProxyHost() {
        return proxyHost;
    }

    /**
     * Host name or address of a proxy to connect through, with either transport. The proxy resolves the name of the hub. The
     * default is none.
     */
    public void setProxyHost(String proxyHost) {
        this.proxyHost = proxyHost;
    }

    public int getProxyPort() {
        return proxyPort;
    }

    /**
     * TCP port of the proxy. There is no default.
     */
    public void setProxyPort(int proxyPort) {
        this.proxyPort = proxyPort;
    }

    public String getProxyUser() {
        return proxyUser;
    }

    /**
     * User name for a proxy that asks for one: by Basic authentication with HTTP, in the clear with SOCKS.
     */
    public void setProxyUser(String proxyUser) {
        this.proxyUser = proxyUser;
    }

    public String getProxyPassword() {
        return proxyPassword;
    }

    /**
     * Password that belongs to proxyUser. In a URI it must be written as RAW(...). Proxies get it unencrypted.
     */
    public void setProxyPassword(String proxyPassword) {
        this.proxyPassword = proxyPassword;
    }

    public String getConnectionString() {
        return connectionString;
    }

    /**
     * Connection string of the device or module, as Azure shows it: HostName=...;DeviceId=...;SharedAccessKey=... In a URI it must be
     * written as RAW(...). Its ids must be those of the URI's path.
     */
    public void setConnectionString(String connectionString) {
        this.connectionString = connectionString;
    }

    public String getSharedAccessKey() {
        return sharedAccessKey;
    }

    /**
     * Primary or secondary key of the device or module, in base64, with which tokens are signed. In a URI it must be written as
     * RAW(...), or its plus signs become blanks.
     */
    public void setSharedAccessKey(String sharedAccessKey) {
        this.sharedAccessKey = sharedAccessKey;
    }

    public String getSharedAccessKeyName() {
        return sharedAccessKeyName;
    }

    /**
     * Name of the shared access policy of the hub to which sharedAccessKey belongs, such as device. One such key signs for every device
     * of the hub, so that it fits gateways and belongs on no device. Without a name the key is that of the device or module.
     */
    public void setSharedAccessKeyName(String sharedAccessKeyName) {
        this.sharedAccessKeyName = sharedAccessKeyName;
    }

    public boolean isDeriveDeviceKey() {
        return deriveDeviceKey;
    }

    /**
     * Whether sharedAccessKey is that of an enrolment group of the provisioning service, from which the device's own key is derived for
     * its registrationId. One such key fits every device of the group, so that it fits gateways and belongs on no device.
     */
    public void setDeriveDeviceKey(boolean deriveDeviceKey) {
        this.deriveDeviceKey = deriveDeviceKey;
    }

    public TokenProvider getTokenProvider() {
        return tokenProvider;
    }

    /**
     * A bean that makes the tokens, in place of a key: for keys in an HSM, a vault or the workload API of IoT Edge. It is asked for a
     * token before each connect, on a thread on which it may block, for connectTimeout at most.
     */
    public void setTokenProvider(TokenProvider tokenProvider) {
        this.tokenProvider = tokenProvider;
    }

    public String getSasSignature() {
        return sasSignature;
    }

    /**
     * A ready-made token (SharedAccessSignature sr=...) in place of a key. It cannot be renewed: after its expiry the hub refuses the
     * device. In a URI it must be written as RAW(...).
     */
    public void setSasSignature(String sasSignature) {
        this.sasSignature = sasSignature;
    }

    public Duration getSasTimeToLive() {
        return sasTimeToLive;
    }

    /**
     * Life of the tokens that are signed with sharedAccessKey, or asked of the tokenProvider. Each connect uses a new one, and before one expires the connection is
     * made anew; see sasRenewAt.
     */
    public void setSasTimeToLive(Duration sasTimeToLive) {
        this.sasTimeToLive = sasTimeToLive;
    }

    public int getSasRenewAt() {
        return sasRenewAt;
    }

    /**
     * Percentage of a token's life after which the connection is made anew with a new token, from 10 to 95. It happens up to 5 points
     * earlier, at random, so that devices that started together do not renew together.
     */
    public void setSasRenewAt(int sasRenewAt) {
        this.sasRenewAt = sasRenewAt;
    }

    public String getCertificateFile() {
        return certificateFile;
    }

    /**
     * PEM file with the X.509 certificate of the device, and behind it those of its issuers up to the one that the hub knows. A path, or a
     * resource such as classpath:device.pem. Read before each connect, so that a new certificate is used at the next.
     */
    public void setCertificateFile(String certificateFile) {
        this.certificateFile = certificateFile;
    }

    public String getPrivateKeyFile() {
        return privateKeyFile;
    }

    /**
     * PEM file with the private key of the certificate in certificateFile, which may be the same file. PKCS#8, encrypted or not, or the
     * older forms of OpenSSL for RSA and EC. Read before each connect.
     */
    public void setPrivateKeyFile(String privateKeyFile) {
        this.privateKeyFile = privateKeyFile;
    }

    public String getPrivateKeyPassword() {
        return privateKeyPassword;
    }

    /**
     * Password of the private key in privateKeyFile, when it is encrypted.
     */
    public void setPrivateKeyPassword(String privateKeyPassword) {
        this.privateKeyPassword = privateKeyPassword;
    }

    public String getIdScope() {
        return idScope;
    }

    /**
     * ID scope of the Device Provisioning Service that tells which hub the device belongs to, such as 0ne00000000. It takes the place of
     * hub: the device registers when it first connects, and again when the hub no longer lets it in.
     */
    public void setIdScope(String idScope) {
        this.idScope = idScope;
    }

    public String getRegistrationId() {
        return registrationId;
    }

    /**
     * What the device is enrolled as at the provisioning service. The default is its device id.
     */
    public void setRegistrationId(String registrationId) {
        this.registrationId = registrationId;
    }

    public String getProvisioningEndpoint() {
        return provisioningEndpoint;
    }

    /**
     * Host name of the provisioning service; a port may follow it.
     */
    public void setProvisioningEndpoint(String provisioningEndpoint) {
        this.provisioningEndpoint = provisioningEndpoint;
    }

    public String getProvisioningPayload() {
        return provisioningPayload;
    }

    /**
     * JSON that is sent with the registration, for a custom allocation policy of the provisioning service.
     */
    public void setProvisioningPayload(String provisioningPayload) {
        this.provisioningPayload = provisioningPayload;
    }

    public Duration getProvisioningTimeout() {
        return provisioningTimeout;
    }

    /**
     * How long a registration may take, from the answer to its first request to the assigned hub. A registration that takes longer counts
     * as a failed attempt to connect.
     */
    public void setProvisioningTimeout(Duration provisioningTimeout) {
        this.provisioningTimeout = provisioningTimeout;
    }

    public SSLContextParameters getSslContextParameters() {
        return sslContextParameters;
    }

    /**
     * TLS settings: which certificate authorities are trusted, for example a private one, and with key managers the X.509 certificate of
     * the device, whose key store is read before each connect. The default is the trust store of the Java runtime. The name in the hub's
     * certificate is checked, too, unless the settings have an X509ExtendedTrustManager, which then decides alone.
     */
    public void setSslContextParameters(SSLContextParameters sslContextParameters) {
        this.sslContextParameters = sslContextParameters;
    }

    public int getQos() {
        return qos;
    }

    /**
     * MQTT quality of service of telemetry, and of the subscription of a consumer. With 1 the exchange of a telemetry message is done
     * when the hub has acknowledged it. With 0 messages may be lost without notice, in both directions. The hub does not support 2.
     */
    public void setQos(int qos) {
        this.qos = qos;
    }

    public boolean isCleanSession() {
        return cleanSession;
    }

    /**
     * Whether the hub forgets the subscriptions of the device when it disconnects. With true, devicebound messages that are sent while
     * the device is away are lost.
     */
    public void setCleanSession(boolean cleanSession) {
        this.cleanSession = cleanSession;
    }

    public Duration getKeepAlive() {
        return keepAlive;
    }

    /**
     * MQTT keep-alive: after this time without traffic the device pings the hub. From 1 second to 1177 seconds, the longest that the hub
     * honours.
     */
    public void setKeepAlive(Duration keepAlive) {
        this.keepAlive = keepAlive;
    }

    public Duration getConnectTimeout() {
        return connectTimeout;
    }

    /**
     * Limit for one attempt to connect, from the look-up of the hub's name to its answer, and for its answer to a subscription.
     */
    public void setConnectTimeout(Duration connectTimeout) {
        this.connectTimeout = connectTimeout;
    }

    public Duration getReconnectBackoffMin() {
        return reconnectBackoffMin;
    }

    /**
     * Shortest delay before a repeated attempt to connect. The first attempt after a loss is made at once; from the second on the delay
     * is random within a range that doubles up to reconnectBackoffMax. Attempts never end.
     */
    public void setReconnectBackoffMin(Duration reconnectBackoffMin) {
        this.reconnectBackoffMin = reconnectBackoffMin;
    }

    public Duration getReconnectBackoffMax() {
        return reconnectBackoffMax;
    }

    /**
     * Longest delay before a repeated attempt to connect.
     */
    public void setReconnectBackoffMax(Duration reconnectBackoffMax) {
        this.reconnectBackoffMax = reconnectBackoffMax;
    }

    public Duration getHandOverTimeout() {
        return handOverTimeout;
    }

    /**
     * How long a planned reconnect, for a new token or to have a failed message delivered again, waits for the acknowledgement of
     * what was sent and for running exchanges of the consumer. What is not through by then may be repeated.
     */
    public void setHandOverTimeout(Duration handOverTimeout) {
        this.handOverTimeout = handOverTimeout;
    }

    public String getWillMessage() {
        return willMessage;
    }

    /**
     * Body of a message that the hub emits as telemetry of this device when the connection ends without a proper goodbye. The hub adds
     * the property iothub-MessageType with the value Will.
     */
    public void setWillMessage(String willMessage) {
        this.willMessage = willMessage;
    }

    public int getWillQos() {
        return willQos;
    }

    /**
     * MQTT quality of service of the will message.
     */
    public void setWillQos(int willQos) {
        this.willQos = willQos;
    }

    public Map<String, Object> getWillProperties() {
        return willProperties;
    }

    /**
     * Application properties of the will message, such as willProperty.severity=high.
     */
    public void setWillProperties(Map<String, Object> willProperties) {
        this.willProperties = willProperties;
    }

    public ProducerOperation getOperation() {
        return operation;
    }

    /**
     * What the producer does: telemetry sends the exchange as a device-to-cloud message; twinGet reads the device twin into the body;
     * twinUpdate merges the body, a JSON object, into the reported properties of the twin.
     */
    public void setOperation(ProducerOperation operation) {
        this.operation = operation;
    }

    public String getContentType() {
        return contentType;
    }

    /**
     * Content type of telemetry, such as application/json. The hub can route on the content of a body only when contentType says JSON
     * and contentEncoding says utf-8.
     */
    public void setContentType(String contentType) {
        this.contentType = contentType;
    }

    public String getContentEncoding() {
        return contentEncoding;
    }

    /**
     * Content encoding of telemetry: utf-8, utf-16 or utf-32.
     */
    public void setContentEncoding(String contentEncoding) {
        this.contentEncoding = contentEncoding;
    }

    public String getOutputName() {
        return outputName;
    }

    /**
     * Output of a module to which telemetry goes, for the routes of an IoT Edge hub.
     */
    public void setOutputName(String outputName) {
        this.outputName = outputName;
    }

    public Duration getSendTimeout() {
        return sendTimeout;
    }

    /**
     * How long a telemetry message may take from the start of the exchange to the hub's acknowledgement, outages and renewals of the
     * token included. Then the exchange fails.
     */
    public void setSendTimeout(Duration sendTimeout) {
        this.sendTimeout = sendTimeout;
    }

    public Duration getRequestTimeout() {
        return requestTimeout;
    }

    /**
     * How long a twin operation may take from the start of the exchange to the hub's answer, outages and the retries of a busy hub
     * included. Then the exchange fails.
     */
    public void setRequestTimeout(Duration requestTimeout) {
        this.requestTimeout = requestTimeout;
    }

    public Duration getPubackTimeout() {
        return pubackTimeout;
    }

    /**
     * How long the hub may take to acknowledge a message that was sent. Then the connection counts as dead: it is made anew, and what
     * was not acknowledged is sent again. A twin operation that is not answered for that long is asked again on the same connection.
     */
    public void setPubackTimeout(Duration pubackTimeout) {
        this.pubackTimeout = pubackTimeout;
    }

    public int getMaxInflight() {
        return maxInflight;
    }

    /**
     * How many telemetry messages of the device may be sent without being acknowledged. Throughput is this number per round trip.
     */
    public void setMaxInflight(int maxInflight) {
        this.maxInflight = maxInflight;
    }

    public int getMaxPending() {
        return maxPending;
    }

    /**
     * How many telemetry messages of the device may wait for acknowledgement, those in flight included. When there are as many, further
     * exchanges fail at once.
     */
    public void setMaxPending(int maxPending) {
        this.maxPending = maxPending;
    }

    public ConsumerChannel getChannel() {
        return channel;
    }

    /**
     * What the consumer receives: devicebound stands for cloud-to-device messages; desired for the desired properties of the device twin
     * and their changes; methods for calls of direct methods, whose answer is the body at the end of the route; input for messages to an
     * input of a module.
     */
    public void setChannel(ConsumerChannel channel) {
        this.channel = channel;
    }

    public String getMethodName() {
        return methodName;
    }

    /**
     * With channel=methods: name of the method that the route carries out, or several names separated by commas. The default is all that
     * no other route carries out.
     */
    public void setMethodName(String methodName) {
        this.methodName = methodName;
    }

    public Duration getMethodTimeout() {
        return methodTimeout;
    }

    /**
     * With channel=methods: how long the route may take from the arrival of a call to its answer. Then the caller is answered with status
     * 504, and the route's answer is dropped. The caller itself waits 30 seconds if it does not say otherwise.
     */
    public void setMethodTimeout(Duration methodTimeout) {
        this.methodTimeout = methodTimeout;
    }

    public String getInputName() {
        return inputName;
    }

    /**
     * With channel=input: name of the input of the module. The default is all inputs that no other route consumes.
     */
    public void setInputName(String inputName) {
        this.inputName = inputName;
    }

    public AcknowledgeMode getAckMode() {
        return ackMode;
    }

    /**
     * When a message is acknowledged to the hub, with channel=devicebound or input: auto when its exchange has completed well; manual when the route calls the
     * object in the header CamelIotHubMqttAcknowledge, or when its exchange has failed and onFailure says so; received at once, before
     * the route has it, so that it is lost when the route fails.
     */
    public void setAckMode(AcknowledgeMode ackMode) {
        this.ackMode = ackMode;
    }

    public int getConcurrentConsumers() {
        return concurrentConsumers;
    }

    /**
     * How many messages the route has at a time; with channel=methods, how many calls of one method, while calls of different methods never
     * wait for each other. With more than 1, messages overtake each other in the route; acknowledgements are sent in order all the same,
     * so when one fails, those behind it that were done already come again, too.
     */
    public void setConcurrentConsumers(int concurrentConsumers) {
        this.concurrentConsumers = concurrentConsumers;
    }

    public FailureAction getOnFailure() {
        return onFailure;
    }

    /**
     * What becomes of a message whose exchange failed. With redeliver it stays at the hub and comes again after a back-off
     * on a new connection, maxRedeliveries times at most; then it is acknowledged, and the consumer's exception handler is told. With
     * acknowledge it is gone at once, and the exception handler is told. A failure that the route has handled, for example by a dead
     * letter channel, is none. With channel=desired, redeliver reads the twin again after a back-off and hands over all desired properties,
     * on the same connection.
     */
    public void setOnFailure(FailureAction onFailure) {
        this.onFailure = onFailure;
    }

    public int getMaxRedeliveries() {
        return maxRedeliveries;
    }

    /**
     * How often a message, or a change of the desired properties, whose exchange failed is delivered again, with onFailure=redeliver.
     */
    public void setMaxRedeliveries(int maxRedeliveries) {
        this.maxRedeliveries = maxRedeliveries;
    }

    public HeaderFilterStrategy getHeaderFilterStrategy() {
        return headerFilterStrategy;
    }

    /**
     * Decides which headers become application properties, and which application properties become headers. The default keeps Camel's
     * own headers out in both directions.
     */
    public void setHeaderFilterStrategy(HeaderFilterStrategy headerFilterStrategy) {
        this.headerFilterStrategy = headerFilterStrategy;
    }
}
