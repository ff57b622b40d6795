/* Generated from the component's options by StarterProperties: change those, and build. */
package io.github.iothubmqtt.springboot;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import org.apache.camel.spring.boot.ComponentConfigurationPropertiesCommon;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** The options of the component {@code iothub-mqtt}, each null unless the application sets it. */
@ConfigurationProperties(prefix = "camel.component.iothub-mqtt")
public class IotHubMqttProperties extends ComponentConfigurationPropertiesCommon {

    static final Set<String> SECRETS = Set.of("connectionString", "privateKeyPassword", "proxyPassword", "proxyUser", "sasSignature", "sharedAccessKey");

    /**
     * Whether the hub forgets the subscriptions of the device when it disconnects. With true, devicebound messages that are sent
     * while the device is away are lost.
     */
    private Boolean cleanSession;

    /**
     * The options that endpoints start from. The name of a bean of the type io.github.iothubmqtt.camel.IotHubMqttConfiguration,
     * such as #myBean.
     */
    private String configuration;

    /**
     * Host name of the hub, written in full, such as contoso.azure-devices.net. A port may follow it, as in localhost:8883. Not to
     * be given together with connectionString, which contains it.
     */
    private String hub;

    /**
     * MQTT quality of service of telemetry, and of the subscription of a consumer. With 1 the exchange of a telemetry message is
     * done when the hub has acknowledged it. With 0 messages may be lost without notice, in both directions. The hub does not
     * support 2.
     */
    private Integer qos;

    /**
     * What MQTT runs over: tcp stands for TLS on a connection to port 8883; websocket for WebSocket on HTTPS at port 443, which
     * networks let out that let nothing else out.
     */
    private io.github.iothubmqtt.camel.NetworkTransport transport;

    /**
     * When a message is acknowledged to the hub, with channel=devicebound or input: auto when its exchange has completed well;
     * manual when the route calls the object in the header CamelIotHubMqttAcknowledge, or when its exchange has failed and
     * onFailure says so; received at once, before the route has it, so that it is lost when the route fails.
     */
    private io.github.iothubmqtt.camel.AcknowledgeMode ackMode;

    /**
     * Allows for bridging the consumer to the Camel routing Error Handler, which mean any exceptions (if possible) occurred while
     * the Camel consumer is trying to pickup incoming messages, or the likes, will now be processed as a message and handled by
     * the routing Error Handler. Important: This is only possible if the 3rd party component allows Camel to be alerted if an
     * exception was thrown. Some components handle this internally only, and therefore bridgeErrorHandler is not possible. In
     * other situations we may improve the Camel component to hook into the 3rd party component and make this possible for future
     * releases. By default the consumer will use the org.apache.camel.spi.ExceptionHandler to deal with exceptions, that will be
     * logged at WARN or ERROR level and ignored.
     */
    private Boolean bridgeErrorHandler;

    /**
     * What the consumer receives: devicebound stands for cloud-to-device messages; desired for the desired properties of the
     * device twin and their changes; methods for calls of direct methods, whose answer is the body at the end of the route; input
     * for messages to an input of a module.
     */
    private io.github.iothubmqtt.camel.ConsumerChannel channel;

    /**
     * How many messages the route has at a time; with channel=methods, how many calls of one method, while calls of different
     * methods never wait for each other. With more than 1, messages overtake each other in the route; acknowledgements are sent in
     * order all the same, so when one fails, those behind it that were done already come again, too.
     */
    private Integer concurrentConsumers;

    /**
     * With channel=input: name of the input of the module. The default is all inputs that no other route consumes.
     */
    private String inputName;

    /**
     * How often a message, or a change of the desired properties, whose exchange failed is delivered again, with
     * onFailure=redeliver.
     */
    private Integer maxRedeliveries;

    /**
     * With channel=methods: name of the method that the route carries out, or several names separated by commas. The default is
     * all that no other route carries out.
     */
    private String methodName;

    /**
     * With channel=methods: how long the route may take from the arrival of a call to its answer. Then the caller is answered with
     * status 504, and the route's answer is dropped. The caller itself waits 30 seconds if it does not say otherwise.
     */
    private java.time.Duration methodTimeout;

    /**
     * What becomes of a message whose exchange failed. With redeliver it stays at the hub and comes again after a back-off on a
     * new connection, maxRedeliveries times at most; then it is acknowledged, and the consumer's exception handler is told. With
     * acknowledge it is gone at once, and the exception handler is told. A failure that the route has handled, for example by a
     * dead letter channel, is none. With channel=desired, redeliver reads the twin again after a back-off and hands over all
     * desired properties, on the same connection.
     */
    private io.github.iothubmqtt.camel.FailureAction onFailure;

    /**
     * Content encoding of telemetry: utf-8, utf-16 or utf-32.
     */
    private String contentEncoding;

    /**
     * Content type of telemetry, such as application/json. The hub can route on the content of a body only when contentType says
     * JSON and contentEncoding says utf-8.
     */
    private String contentType;

    /**
     * Whether the producer should be started lazy (on the first message). By starting lazy you can use this to allow CamelContext
     * and routes to startup in situations where a producer may otherwise fail during starting and cause the route to fail being
     * started. By deferring this startup to be lazy then the startup failure can be handled during routing messages via Camel's
     * routing error handlers. Beware that when the first message is processed then creating and starting the producer may take a
     * little time and prolong the total processing time of the processing.
     */
    private Boolean lazyStartProducer;

    /**
     * What the producer does: telemetry sends the exchange as a device-to-cloud message; twinGet reads the device twin into the
     * body; twinUpdate merges the body, a JSON object, into the reported properties of the twin.
     */
    private io.github.iothubmqtt.camel.ProducerOperation operation;

    /**
     * Output of a module to which telemetry goes, for the routes of an IoT Edge hub.
     */
    private String outputName;

    /**
     * How long a twin operation may take from the start of the exchange to the hub's answer, outages and the retries of a busy hub
     * included. Then the exchange fails.
     */
    private java.time.Duration requestTimeout;

    /**
     * How long a telemetry message may take from the start of the exchange to the hub's acknowledgement, outages and renewals of
     * the token included. Then the exchange fails.
     */
    private java.time.Duration sendTimeout;

    /**
     * How many telemetry messages of the device may be sent without being acknowledged. Throughput is this number per round trip.
     */
    private Integer maxInflight;

    /**
     * How many telemetry messages of the device may wait for acknowledgement, those in flight included. When there are as many,
     * further exchanges fail at once.
     */
    private Integer maxPending;

    /**
     * How long the hub may take to acknowledge a message that was sent. Then the connection counts as dead: it is made anew, and
     * what was not acknowledged is sent again. A twin operation that is not answered for that long is asked again on the same
     * connection.
     */
    private java.time.Duration pubackTimeout;

    /**
     * Whether autowiring is enabled. This is used for automatic autowiring options (the option must be marked as autowired) by
     * looking up in the registry to find if there is a single instance of matching type, which then gets configured on the
     * component. This can be used for automatic configuring JDBC data sources, JMS connection factories, AWS Clients, etc.
     */
    private Boolean autowiredEnabled;

    /**
     * Limit for one attempt to connect, from the look-up of the hub's name to its answer, and for its answer to a subscription.
     */
    private java.time.Duration connectTimeout;

    /**
     * Host name of an IoT Edge gateway to connect to in place of the hub; a port may follow it. The device still belongs to the
     * hub, for which its tokens are signed. A connection string may say it, too, as GatewayHostName.
     */
    private String gatewayHostName;

    /**
     * How long a planned reconnect, for a new token or to have a failed message delivered again, waits for the acknowledgement of
     * what was sent and for running exchanges of the consumer. What is not through by then may be repeated.
     */
    private java.time.Duration handOverTimeout;

    /**
     * Decides which headers become application properties, and which application properties become headers. The default keeps
     * Camel's own headers out in both directions. The name of a bean of the type org.apache.camel.spi.HeaderFilterStrategy, such
     * as #myBean.
     */
    private String headerFilterStrategy;

    /**
     * MQTT keep-alive: after this time without traffic the device pings the hub. From 1 second to 1177 seconds, the longest that
     * the hub honours.
     */
    private java.time.Duration keepAlive;

    /**
     * How many attempts to connect all devices of this component make per second, at most. A hub takes 100 per second in its
     * smallest tier.
     */
    private Integer maxConnectsPerSecond;

    /**
     * TCP port of the hub, or of the gateway. The default is the port in hub, connectionString or gatewayHostName and, when there
     * is none, 8883, or 443 with transport=websocket.
     */
    private Integer port;

    /**
     * Longest delay before a repeated attempt to connect.
     */
    private java.time.Duration reconnectBackoffMax;

    /**
     * Shortest delay before a repeated attempt to connect. The first attempt after a loss is made at once; from the second on the
     * delay is random within a range that doubles up to reconnectBackoffMax. Attempts never end.
     */
    private java.time.Duration reconnectBackoffMin;

    /**
     * Body of a message that the hub emits as telemetry of this device when the connection ends without a proper goodbye. The hub
     * adds the property iothub-MessageType with the value Will.
     */
    private String willMessage;

    /**
     * Application properties of the will message, such as willProperty.severity=high. This is a multi-value option with prefix:
     * willProperty.
     */
    private Map<String, Object> willProperties;

    /**
     * MQTT quality of service of the will message.
     */
    private Integer willQos;

    /**
     * Used for enabling or disabling all consumer based health checks from this component
     */
    private Boolean healthCheckConsumerEnabled;

    /**
     * Used for enabling or disabling all producer based health checks from this component. Notice: Camel has by default disabled
     * all producer based health-checks. You can turn on producer checks globally by setting camel.health.producersEnabled=true.
     */
    private Boolean healthCheckProducerEnabled;

    /**
     * ID scope of the Device Provisioning Service that tells which hub the device belongs to, such as 0ne00000000. It takes the
     * place of hub: the device registers when it first connects, and again when the hub no longer lets it in.
     */
    private String idScope;

    /**
     * Host name of the provisioning service; a port may follow it.
     */
    private String provisioningEndpoint;

    /**
     * JSON that is sent with the registration, for a custom allocation policy of the provisioning service.
     */
    private String provisioningPayload;

    /**
     * How long a registration may take, from the answer to its first request to the assigned hub. A registration that takes longer
     * counts as a failed attempt to connect.
     */
    private java.time.Duration provisioningTimeout;

    /**
     * What the device is enrolled as at the provisioning service. The default is its device id.
     */
    private String registrationId;

    /**
     * Host name or address of a proxy to connect through, with either transport. The proxy resolves the name of the hub. The
     * default is none.
     */
    private String proxyHost;

    /**
     * TCP port of the proxy. There is no default.
     */
    private Integer proxyPort;

    /**
     * What the proxy at proxyHost speaks: http stands for the method CONNECT of HTTP, socks5 for version 5 of SOCKS.
     */
    private io.github.iothubmqtt.camel.ProxyType proxyType;

    /**
     * PEM file with the X.509 certificate of the device, and behind it those of its issuers up to the one that the hub knows. A
     * path, or a resource such as classpath:device.pem. Read before each connect, so that a new certificate is used at the next.
     */
    private String certificateFile;

    /**
     * Connection string of the device or module, as Azure shows it: HostName=...;DeviceId=...;SharedAccessKey=... In a URI it must
     * be written as RAW(...). Its ids must be those of the URI's path.
     */
    private String connectionString;

    /**
     * Whether sharedAccessKey is that of an enrolment group of the provisioning service, from which the device's own key is
     * derived for its registrationId. One such key fits every device of the group, so that it fits gateways and belongs on no
     * device.
     */
    private Boolean deriveDeviceKey;

    /**
     * PEM file with the private key of the certificate in certificateFile, which may be the same file. PKCS#8, encrypted or not,
     * or the older forms of OpenSSL for RSA and EC. Read before each connect.
     */
    private String privateKeyFile;

    /**
     * Password of the private key in privateKeyFile, when it is encrypted.
     */
    private String privateKeyPassword;

    /**
     * Password that belongs to proxyUser. In a URI it must be written as RAW(...). Proxies get it unencrypted.
     */
    private String proxyPassword;

    /**
     * User name for a proxy that asks for one: by Basic authentication with HTTP, in the clear with SOCKS.
     */
    private String proxyUser;

    /**
     * Percentage of a token's life after which the connection is made anew with a new token, from 10 to 95. It happens up to 5
     * points earlier, at random, so that devices that started together do not renew together.
     */
    private Integer sasRenewAt;

    /**
     * A ready-made token (SharedAccessSignature sr=...) in place of a key. It cannot be renewed: after its expiry the hub refuses
     * the device. In a URI it must be written as RAW(...).
     */
    private String sasSignature;

    /**
     * Life of the tokens that are signed with sharedAccessKey, or asked of the tokenProvider. Each connect uses a new one, and
     * before one expires the connection is made anew; see sasRenewAt.
     */
    private java.time.Duration sasTimeToLive;

    /**
     * Primary or secondary key of the device or module, in base64, with which tokens are signed. In a URI it must be written as
     * RAW(...), or its plus signs become blanks.
     */
    private String sharedAccessKey;

    /**
     * Name of the shared access policy of the hub to which sharedAccessKey belongs, such as device. One such key signs for every
     * device of the hub, so that it fits gateways and belongs on no device. Without a name the key is that of the device or
     * module.
     */
    private String sharedAccessKeyName;

    /**
     * TLS settings: which certificate authorities are trusted, for example a private one, and with key managers the X.509
     * certificate of the device, whose key store is read before each connect. The default is the trust store of the Java runtime.
     * The name in the hub's certificate is checked, too, unless the settings have an X509ExtendedTrustManager, which then decides
     * alone. The name of a bean of the type org.apache.camel.support.jsse.SSLContextParameters, such as #myBean.
     */
    private String sslContextParameters;

    /**
     * A bean that makes the tokens, in place of a key: for keys in an HSM, a vault or the workload API of IoT Edge. It is asked
     * for a token before each connect, on a thread on which it may block, for connectTimeout at most. The name of a bean of the
     * type io.github.iothubmqtt.device.TokenProvider, such as #myBean.
     */
    private String tokenProvider;

    /**
     * Enable usage of global SSL context parameters.
     */
    private Boolean useGlobalSslContextParameters;


    /** By the names that the component gives its options; null what the application has not set. */
    Map<String, Object> all() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("cleanSession", cleanSession);
        all.put("configuration", configuration);
        all.put("hub", hub);
        all.put("qos", qos);
        all.put("transport", transport);
        all.put("ackMode", ackMode);
        all.put("bridgeErrorHandler", bridgeErrorHandler);
        all.put("channel", channel);
        all.put("concurrentConsumers", concurrentConsumers);
        all.put("inputName", inputName);
        all.put("maxRedeliveries", maxRedeliveries);
        all.put("methodName", methodName);
        all.put("methodTimeout", methodTimeout);
        all.put("onFailure", onFailure);
        all.put("contentEncoding", contentEncoding);
        all.put("contentType", contentType);
        all.put("lazyStartProducer", lazyStartProducer);
        all.put("operation", operation);
        all.put("outputName", outputName);
        all.put("requestTimeout", requestTimeout);
        all.put("sendTimeout", sendTimeout);
        all.put("maxInflight", maxInflight);
        all.put("maxPending", maxPending);
        all.put("pubackTimeout", pubackTimeout);
        all.put("autowiredEnabled", autowiredEnabled);
        all.put("connectTimeout", connectTimeout);
        all.put("gatewayHostName", gatewayHostName);
        all.put("handOverTimeout", handOverTimeout);
        all.put("headerFilterStrategy", headerFilterStrategy);
        all.put("keepAlive", keepAlive);
        all.put("maxConnectsPerSecond", maxConnectsPerSecond);
        all.put("port", port);
        all.put("reconnectBackoffMax", reconnectBackoffMax);
        all.put("reconnectBackoffMin", reconnectBackoffMin);
        all.put("willMessage", willMessage);
        all.put("willProperties", willProperties);
        all.put("willQos", willQos);
        all.put("healthCheckConsumerEnabled", healthCheckConsumerEnabled);
        all.put("healthCheckProducerEnabled", healthCheckProducerEnabled);
        all.put("idScope", idScope);
        all.put("provisioningEndpoint", provisioningEndpoint);
        all.put("provisioningPayload", provisioningPayload);
        all.put("provisioningTimeout", provisioningTimeout);
        all.put("registrationId", registrationId);
        all.put("proxyHost", proxyHost);
        all.put("proxyPort", proxyPort);
        all.put("proxyType", proxyType);
        all.put("certificateFile", certificateFile);
        all.put("connectionString", connectionString);
        all.put("deriveDeviceKey", deriveDeviceKey);
        all.put("privateKeyFile", privateKeyFile);
        all.put("privateKeyPassword", privateKeyPassword);
        all.put("proxyPassword", proxyPassword);
        all.put("proxyUser", proxyUser);
        all.put("sasRenewAt", sasRenewAt);
        all.put("sasSignature", sasSignature);
        all.put("sasTimeToLive", sasTimeToLive);
        all.put("sharedAccessKey", sharedAccessKey);
        all.put("sharedAccessKeyName", sharedAccessKeyName);
        all.put("sslContextParameters", sslContextParameters);
        all.put("tokenProvider", tokenProvider);
        all.put("useGlobalSslContextParameters", useGlobalSslContextParameters);
                        return all;
    }

    public Boolean getCleanSession() {
        return cleanSession;
    }

    public void setCleanSession(Boolean cleanSession) {
        this.cleanSession = cleanSession;
    }

    public String getConfiguration() {
        return configuration;
    }

    public void setConfiguration(String configuration) {
        this.configuration = configuration;
    }

    public String getHub() {
        return hub;
    }

    public void setHub(String hub) {
        this.hub = hub;
    }

    public Integer getQos() {
        return qos;
    }

    public void setQos(Integer qos) {
        this.qos = qos;
    }

    public io.github.iothubmqtt.camel.NetworkTransport getTransport() {
        return transport;
    }

    public void setTransport(io.github.iothubmqtt.camel.NetworkTransport transport) {
        this.transport = transport;
    }

    public io.github.iothubmqtt.camel.AcknowledgeMode getAckMode() {
        return ackMode;
    }

    public void setAckMode(io.github.iothubmqtt.camel.AcknowledgeMode ackMode) {
        this.ackMode = ackMode;
    }

    public Boolean getBridgeErrorHandler() {
        return bridgeErrorHandler;
    }

    public void setBridgeErrorHandler(Boolean bridgeErrorHandler) {
        this.bridgeErrorHandler = bridgeErrorHandler;
    }

    public io.github.iothubmqtt.camel.ConsumerChannel getChannel() {
        return channel;
    }

    public void setChannel(io.github.iothubmqtt.camel.ConsumerChannel channel) {
        this.channel = channel;
    }

    public Integer getConcurrentConsumers() {
        return concurrentConsumers;
    }

    public void setConcurrentConsumers(Integer concurrentConsumers) {
        this.concurrentConsumers = concurrentConsumers;
    }

    public String getInputName() {
        return inputName;
    }

    public void setInputName(String inputName) {
        this.inputName = inputName;
    }

    public Integer getMaxRedeliveries() {
        return maxRedeliveries;
    }

    public void setMaxRedeliveries(Integer maxRedeliveries) {
        this.maxRedeliveries = maxRedeliveries;
    }

    public String getMethodName() {
        return methodName;
    }

    public void setMethodName(String methodName) {
        this.methodName = methodName;
    }

    public java.time.Duration getMethodTimeout() {
        return methodTimeout;
    }

    public void setMethodTimeout(java.time.Duration methodTimeout) {
        this.methodTimeout = methodTimeout;
    }

    public io.github.iothubmqtt.camel.FailureAction getOnFailure() {
        return onFailure;
    }

    public void setOnFailure(io.github.iothubmqtt.camel.FailureAction onFailure) {
        this.onFailure = onFailure;
    }

    public String getContentEncoding() {
        return contentEncoding;
    }

    public void setContentEncoding(String contentEncoding) {
        this.contentEncoding = contentEncoding;
    }

    public String getContentType() {
        return contentType;
    }

    public void setContentType(String contentType) {
        this.contentType = contentType;
    }

    public Boolean getLazyStartProducer() {
        return lazyStartProducer;
    }

    public void setLazyStartProducer(Boolean lazyStartProducer) {
        this.lazyStartProducer = lazyStartProducer;
    }

    public io.github.iothubmqtt.camel.ProducerOperation getOperation() {
        return operation;
    }

    public void setOperation(io.github.iothubmqtt.camel.ProducerOperation operation) {
        this.operation = operation;
    }

    public String getOutputName() {
        return outputName;
    }

    public void setOutputName(String outputName) {
        this.outputName = outputName;
    }

    public java.time.Duration getRequestTimeout() {
        return requestTimeout;
    }

    public void setRequestTimeout(java.time.Duration requestTimeout) {
        this.requestTimeout = requestTimeout;
    }

    public java.time.Duration getSendTimeout() {
        return sendTimeout;
    }

    public void setSendTimeout(java.time.Duration sendTimeout) {
        this.sendTimeout = sendTimeout;
    }

    public Integer getMaxInflight() {
        return maxInflight;
    }

    public void setMaxInflight(Integer maxInflight) {
        this.maxInflight = maxInflight;
    }

    public Integer getMaxPending() {
        return maxPending;
    }

    public void setMaxPending(Integer maxPending) {
        this.maxPending = maxPending;
    }

    public java.time.Duration getPubackTimeout() {
        return pubackTimeout;
    }

    public void setPubackTimeout(java.time.Duration pubackTimeout) {
        this.pubackTimeout = pubackTimeout;
    }

    public Boolean getAutowiredEnabled() {
        return autowiredEnabled;
    }

    public void setAutowiredEnabled(Boolean autowiredEnabled) {
        this.autowiredEnabled = autowiredEnabled;
    }

    public java.time.Duration getConnectTimeout() {
        return connectTimeout;
    }

    public void setConnectTimeout(java.time.Duration connectTimeout) {
        this.connectTimeout = connectTimeout;
    }

    public String getGatewayHostName() {
        return gatewayHostName;
    }

    public void setGatewayHostName(String gatewayHostName) {
        this.gatewayHostName = gatewayHostName;
    }

    public java.time.Duration getHandOverTimeout() {
        return handOverTimeout;
    }

    public void setHandOverTimeout(java.time.Duration handOverTimeout) {
        this.handOverTimeout = handOverTimeout;
    }

    public String getHeaderFilterStrategy() {
        return headerFilterStrategy;
    }

    public void setHeaderFilterStrategy(String headerFilterStrategy) {
        this.headerFilterStrategy = headerFilterStrategy;
    }

    public java.time.Duration getKeepAlive() {
        return keepAlive;
    }

    public void setKeepAlive(java.time.Duration keepAlive) {
        this.keepAlive = keepAlive;
    }

    public Integer getMaxConnectsPerSecond() {
        return maxConnectsPerSecond;
    }

    public void setMaxConnectsPerSecond(Integer maxConnectsPerSecond) {
        this.maxConnectsPerSecond = maxConnectsPerSecond;
    }

    public Integer getPort() {
        return port;
    }

    public void setPort(Integer port) {
        this.port = port;
    }

    public java.time.Duration getReconnectBackoffMax() {
        return reconnectBackoffMax;
    }

    public void setReconnectBackoffMax(java.time.Duration reconnectBackoffMax) {
        this.reconnectBackoffMax = reconnectBackoffMax;
    }

    public java.time.Duration getReconnectBackoffMin() {
        return reconnectBackoffMin;
    }

    public void setReconnectBackoffMin(java.time.Duration reconnectBackoffMin) {
        this.reconnectBackoffMin = reconnectBackoffMin;
    }

    public String getWillMessage() {
        return willMessage;
    }

    public void setWillMessage(String willMessage) {
        this.willMessage = willMessage;
    }

    public Map<String, Object> getWillProperties() {
        return willProperties;
    }

    public void setWillProperties(Map<String, Object> willProperties) {
        this.willProperties = willProperties;
    }

    public Integer getWillQos() {
        return willQos;
    }

    public void setWillQos(Integer willQos) {
        this.willQos = willQos;
    }

    public Boolean getHealthCheckConsumerEnabled() {
        return healthCheckConsumerEnabled;
    }

    public void setHealthCheckConsumerEnabled(Boolean healthCheckConsumerEnabled) {
        this.healthCheckConsumerEnabled = healthCheckConsumerEnabled;
    }

    public Boolean getHealthCheckProducerEnabled() {
        return healthCheckProducerEnabled;
    }

    public void setHealthCheckProducerEnabled(Boolean healthCheckProducerEnabled) {
        this.healthCheckProducerEnabled = healthCheckProducerEnabled;
    }

    public String getIdScope() {
        return idScope;
    }

    public void setIdScope(String idScope) {
        this.idScope = idScope;
    }

    public String getProvisioningEndpoint() {
        return provisioningEndpoint;
    }

    public void setProvisioningEndpoint(String provisioningEndpoint) {
        this.provisioningEndpoint = provisioningEndpoint;
    }

    public String getProvisioningPayload() {
        return provisioningPayload;
    }

    public void setProvisioningPayload(String provisioningPayload) {
        this.provisioningPayload = provisioningPayload;
    }

    public java.time.Duration getProvisioningTimeout() {
        return provisioningTimeout;
    }

    public void setProvisioningTimeout(java.time.Duration provisioningTimeout) {
        this.provisioningTimeout = provisioningTimeout;
    }

    public String getRegistrationId() {
        return registrationId;
    }

    public void setRegistrationId(String registrationId) {
        this.registrationId = registrationId;
    }

    public String getProxyHost() {
        return proxyHost;
    }

    public void setProxyHost(String proxyHost) {
        this.proxyHost = proxyHost;
    }

    public Integer getProxyPort() {
        return proxyPort;
    }

    public void setProxyPort(Integer proxyPort) {
        this.proxyPort = proxyPort;
    }

    public io.github.iothubmqtt.camel.ProxyType getProxyType() {
        return proxyType;
    }

    public void setProxyType(io.github.iothubmqtt.camel.ProxyType proxyType) {
        this.proxyType = proxyType;
    }

    public String getCertificateFile() {
        return certificateFile;
    }

    public void setCertificateFile(String certificateFile) {
        this.certificateFile = certificateFile;
    }

    public String getConnectionString() {
        return connectionString;
    }

    public void setConnectionString(String connectionString) {
        this.connectionString = connectionString;
    }

    public Boolean getDeriveDeviceKey() {
        return deriveDeviceKey;
    }

    public void setDeriveDeviceKey(Boolean deriveDeviceKey) {
        this.deriveDeviceKey = deriveDeviceKey;
    }

    public String getPrivateKeyFile() {
        return privateKeyFile;
    }

    public void setPrivateKeyFile(String privateKeyFile) {
        this.privateKeyFile = privateKeyFile;
    }

    public String getPrivateKeyPassword() {
        return privateKeyPassword;
    }

    public void setPrivateKeyPassword(String privateKeyPassword) {
        this.privateKeyPassword = privateKeyPassword;
    }

    public String getProxyPassword() {
        return proxyPassword;
    }

    public void setProxyPassword(String proxyPassword) {
        this.proxyPassword = proxyPassword;
    }

    public String getProxyUser() {
        return proxyUser;
    }

    public void setProxyUser(String proxyUser) {
        this.proxyUser = proxyUser;
    }

    public Integer getSasRenewAt() {
        return sasRenewAt;
    }

    public void setSasRenewAt(Integer sasRenewAt) {
        this.sasRenewAt = sasRenewAt;
    }

    public String getSasSignature() {
        return sasSignature;
    }

    public void setSasSignature(String sasSignature) {
        this.sasSignature = sasSignature;
    }

    public java.time.Duration getSasTimeToLive() {
        return sasTimeToLive;
    }

    public void setSasTimeToLive(java.time.Duration sasTimeToLive) {
        this.sasTimeToLive = sasTimeToLive;
    }

    public String getSharedAccessKey() {
        return sharedAccessKey;
    }

    public void setSharedAccessKey(String sharedAccessKey) {
        this.sharedAccessKey = sharedAccessKey;
    }

    public String getSharedAccessKeyName() {
        return sharedAccessKeyName;
    }

    public void setSharedAccessKeyName(String sharedAccessKeyName) {
        this.sharedAccessKeyName = sharedAccessKeyName;
    }

    public String getSslContextParameters() {
        return sslContextParameters;
    }

    public void setSslContextParameters(String sslContextParameters) {
        this.sslContextParameters = sslContextParameters;
    }

    public String getTokenProvider() {
        return tokenProvider;
    }

    public void setTokenProvider(String tokenProvider) {
        this.tokenProvider = tokenProvider;
    }

    public Boolean getUseGlobalSslContextParameters() {
        return useGlobalSslContextParameters;
    }

    public void setUseGlobalSslContextParameters(Boolean useGlobalSslContextParameters) {
        this.useGlobalSslContextParameters = useGlobalSslContextParameters;
    }
}
