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
package io.github.iothubmqtt.emulator;

import java.time.Duration;
import java.util.function.Consumer;

import io.netty.handler.codec.mqtt.MqttConnectReturnCode;

/**
 * Every behaviour of the hub that a test may want to change. Immutable: each setter returns a new object. The defaults are what
 * is known of Azure; where the evidence is mixed, one behaviour was picked and the setting allows the other.
 *
 * <pre>{@code HubSettings.defaults().expiryGrace(Duration.ZERO).maxQueueDepth(3)}</pre>
 */
public final class HubSettings implements Cloneable {

    /** What becomes of a SUBSCRIBE for a filter that the hub does not have. */
    public enum UnknownSubscription {
        /** The connection is closed, as has been seen of Azure. */
        CLOSE,
        /** The filter is answered with 0x80, as MQTT foresees. */
        REFUSE,
        /** The filter is granted and nothing comes of it. So does IoT Edge. */
        IGNORE
    }

    /** How the properties of a devicebound message stand in its topic. */
    public enum C2dTopicOrder {
        /** System properties come first, then {@code iothub-ack}, then the application's; Java's device client wants it so. */
        SYSTEM_FIRST,
        /** In any order. It is the same whenever a message with this id is sent. */
        SHUFFLED,
        /** As the first, and system properties that the message has not stand there by their bare name, as has been seen of Azure. */
        BARE_KEYS,
        /** As the first, behind a {@code ?}, as Azure's documents print it. */
        QUESTION_MARK
    }

    /** What becomes of a PUBLISH to a topic that the hub does not have. */
    public enum UnknownPublishTopic {
        /** The connection is closed, as Azure does. */
        CLOSE,
        /** The message is acknowledged and dropped. */
        IGNORE
    }

    /** What becomes of a property bag that the hub cannot read. */
    public enum BadBag {
        /** The connection is closed, as Azure does. */
        CLOSE,
        /** The pairs that cannot be read are left out, the message is taken. */
        IGNORE
    }

    /** How closely the resource of a token is compared with who comes with it. */
    public enum AudienceCheck {
        /** As Azure does: ids may be encoded twice, a slash or an api-version at the end is overlooked. */
        LENIENT,
        /** As Azure documents it: what is encoded once must be exact, but for the case of the host. */
        STRICT
    }

    /** What becomes of a twin request without {@code $rid}, or with an empty one. */
    public enum MissingRid {
        /** A GET closes the connection; a PATCH is carried out and gets no response. So does IoT Edge. */
        CLOSE_ON_GET,
        /** Neither gets a response, and the connection stays; a PATCH is carried out. */
        NO_RESPONSE
    }

    /** What becomes of a twin request from a device that has not subscribed to the responses. */
    public enum TwinPublishBeforeSubscribe {
        /** It is carried out and gets no response. */
        NO_RESPONSE,
        /** The connection is closed. */
        CLOSE
    }

    /** When a device counts as online for direct methods. */
    public enum MethodOnline {
        /** It is connected and has subscribed to the method. */
        SUBSCRIBED,
        /** It is connected. A call of a method to which it has not subscribed then times out. */
        CONNECTED
    }

    /** What a device gets when the caller of a direct method gives no payload. */
    public enum AbsentMethodPayload {
        /** The JSON text {@code null}; Node's client takes nothing less. */
        NULL,
        /** No byte. */
        EMPTY
    }

    /** When the provisioning service finds out that a device has a wrong key. */
    public enum ProvisioningKeyCheck {
        /** The CONNECT is accepted, the request to be registered is answered 401, as has been seen of Azure. */
        REGISTER,
        /** The CONNECT is refused with 5. */
        CONNECT
    }

    private Duration connectTimeout = Duration.ofSeconds(60);
    private Duration maxKeepAliveTimeout = Duration.ofSeconds(1767);
    private boolean requireApiVersion;
    private int authFailureCode = 5;
    private int disabledDeviceCode = 3;
    private AudienceCheck audienceCheck = AudienceCheck.LENIENT;
    private Duration clockSkew = Duration.ofSeconds(300);
    private Duration expiryGrace = Duration.ofSeconds(300);
    private boolean cleanSessionPurgesC2d = true;
    private boolean queueBeforeFirstSubscription = true;
    private int maxSubscriptions = 5;
    private UnknownSubscription unknownSubscription = UnknownSubscription.CLOSE;
    private UnknownPublishTopic unknownPublishTopic = UnknownPublishTopic.CLOSE;
    private BadBag badBag = BadBag.CLOSE;
    private C2dTopicOrder c2dTopicOrder = C2dTopicOrder.SYSTEM_FIRST;
    private Duration c2dLock = Duration.ofSeconds(60);
    private Duration c2dTimeToLive = Duration.ofHours(1);
    private boolean c2dDeliveryCountOnLockExpiry;
    private int maxDeliveryCount = 10;
    private int c2dWindow = 16;
    private int maxQueueDepth = 50;
    private int maxC2dSize = 65_536;
    private int maxMessageSize = 262_144;
    private boolean twinArrays = true;
    private MissingRid missingRid = MissingRid.CLOSE_ON_GET;
    private TwinPublishBeforeSubscribe twinPublishBeforeSubscribe = TwinPublishBeforeSubscribe.NO_RESPONSE;
    private int responseQos;
    private MethodOnline methodOnline = MethodOnline.SUBSCRIBED;
    private AbsentMethodPayload absentMethodPayload = AbsentMethodPayload.NULL;
    private Duration minMethodResponseTimeout = Duration.ofSeconds(5);
    private int maxInflightMethods = 100;
    private long telemetryStoreBytes = 256L * 1024 * 1024;
    private boolean controlTokenOnLoopback;
    private ProvisioningKeyCheck provisioningKeyCheck = ProvisioningKeyCheck.REGISTER;
    private int provisioningPolls = 1;
    private Duration provisioningRetryAfter = Duration.ofSeconds(3);
    private boolean portInAssignedHub = true;

    private HubSettings() {}

    /** What Azure does, as far as is known, but for {@link #queueBeforeFirstSubscription()}. */
    public static HubSettings defaults() {
        return new HubSettings();
    }

    /** How long a client may take from the TLS handshake to its CONNECT before the socket is closed. Default 60 s. */
    public Duration connectTimeout() {
        return connectTimeout;
    }

    public HubSettings connectTimeout(Duration value) {
        return with(s -> s.connectTimeout = positive(value));
    }

    /** The cap on 1.5 times the client's keep-alive, and what a keep-alive of 0 means. Default 1767 s. */
    public Duration maxKeepAliveTimeout() {
        return maxKeepAliveTimeout;
    }

    public HubSettings maxKeepAliveTimeout(Duration value) {
        return with(s -> s.maxKeepAliveTimeout = positive(value));
    }

    /**
     * Whether a user name without api-version is refused. Default false: Azure lets such devices connect, and answers their twin
     * updates with 400.
     */
    public boolean requireApiVersion() {
        return requireApiVersion;
    }

    public HubSettings requireApiVersion(boolean value) {
        return with(s -> s.requireApiVersion = value);
    }

    /** The CONNACK code for credentials that do not hold, of whatever kind: 5 is what has been seen of Azure, the default. */
    public int authFailureCode() {
        return authFailureCode;
    }

    public HubSettings authFailureCode(int value) {
        return with(s -> s.authFailureCode = refusal(value));
    }

    MqttConnectReturnCode authFailureReturnCode() {
        return MqttConnectReturnCode.valueOf((byte) authFailureCode);
    }

    /** Default {@link AudienceCheck#LENIENT}; the other finds clients that rely on what nobody promises. */
    public AudienceCheck audienceCheck() {
        return audienceCheck;
    }

    public HubSettings audienceCheck(AudienceCheck value) {
        return with(s -> s.audienceCheck = value);
    }

    /** The CONNACK code for a disabled device: 3 (seen in the field, the default) or 5 (so the C SDK's documents). */
    public int disabledDeviceCode() {
        return disabledDeviceCode;
    }

    public HubSettings disabledDeviceCode(int value) {
        return with(s -> s.disabledDeviceCode = refusal(value));
    }

    private static int refusal(int code) {
        if (code < 1 || code > 5) {
            throw new IllegalArgumentException("An MQTT 3.1.1 refusal has a code from 1 to 5, not " + code);
        }
        return code;
    }

    MqttConnectReturnCode disabledDeviceReturnCode() {
        return MqttConnectReturnCode.valueOf((byte) disabledDeviceCode);
    }

    /** How far a client's clock may be behind when it made its token. Default 300 s. */
    public Duration clockSkew() {
        return clockSkew;
    }

    public HubSettings clockSkew(Duration value) {
        return with(s -> s.clockSkew = notNegative(value));
    }

    /** How long after its token's expiry a live connection is cut. Default 300 s; tests of renewal set 0. */
    public Duration expiryGrace() {
        return expiryGrace;
    }

    public HubSettings expiryGrace(Duration value) {
        return with(s -> s.expiryGrace = notNegative(value));
    }

    /** Whether a CONNECT with CleanSession=1 empties the devicebound queue. Default true. */
    public boolean cleanSessionPurgesC2d() {
        return cleanSessionPurgesC2d;
    }

    public HubSettings cleanSessionPurgesC2d(boolean value) {
        return with(s -> s.cleanSessionPurgesC2d = value);
    }

    /**
     * Whether devicebound messages are kept for a device that has no devicebound subscription. Azure's MQTT documents say no, its
     * devicebound guide says yes. The emulator's default is true, for a test that sends before its route has subscribed should
     * see its message arrive, not hunt for it; set false to test that a device subscribes in time.
     */
    public boolean queueBeforeFirstSubscription() {
        return queueBeforeFirstSubscription;
    }

    public HubSettings queueBeforeFirstSubscription(boolean value) {
        return with(s -> s.queueBeforeFirstSubscription = value);
    }

    /** How many distinct filters a session may hold; one more closes the connection. Default 5. */
    public int maxSubscriptions() {
        return maxSubscriptions;
    }

    public HubSettings maxSubscriptions(int value) {
        return with(s -> s.maxSubscriptions = positive(value));
    }

    /** Default {@link UnknownSubscription#CLOSE}. */
    public UnknownSubscription unknownSubscription() {
        return unknownSubscription;
    }

    public HubSettings unknownSubscription(UnknownSubscription value) {
        return with(s -> s.unknownSubscription = value);
    }

    /** Default {@link UnknownPublishTopic#CLOSE}. */
    public UnknownPublishTopic unknownPublishTopic() {
        return unknownPublishTopic;
    }

    public HubSettings unknownPublishTopic(UnknownPublishTopic value) {
        return with(s -> s.unknownPublishTopic = value);
    }

    /** Default {@link BadBag#CLOSE}. */
    public BadBag badBag() {
        return badBag;
    }

    public HubSettings badBag(BadBag value) {
        return with(s -> s.badBag = value);
    }

    /** Default {@link C2dTopicOrder#SYSTEM_FIRST}; the others are for tests of how a device reads it. */
    public C2dTopicOrder c2dTopicOrder() {
        return c2dTopicOrder;
    }

    public HubSettings c2dTopicOrder(C2dTopicOrder value) {
        return with(s -> s.c2dTopicOrder = value);
    }

    /**
     * How long a devicebound message stays locked for the device that it was sent to. When the lock ends the message is back in
     * the queue and goes out again on the next connection; a PUBACK that comes after that does not complete it. Default 60 s.
     */
    public Duration c2dLock() {
        return c2dLock;
    }

    public HubSettings c2dLock(Duration value) {
        return with(s -> s.c2dLock = positive(value));
    }

    /**
     * Whether the end of a lock counts as a delivery, so that the message is given up after {@link #maxDeliveryCount()} of them.
     * Default false, as Azure documents it today; older pages said yes.
     */
    public boolean c2dDeliveryCountOnLockExpiry() {
        return c2dDeliveryCountOnLockExpiry;
    }

    public HubSettings c2dDeliveryCountOnLockExpiry(boolean value) {
        return with(s -> s.c2dDeliveryCountOnLockExpiry = value);
    }

    /** See {@link #c2dDeliveryCountOnLockExpiry()}. Default 10. */
    public int maxDeliveryCount() {
        return maxDeliveryCount;
    }

    public HubSettings maxDeliveryCount(int value) {
        return with(s -> s.maxDeliveryCount = positive(value));
    }

    /** How long a devicebound message without an expiry of its own lives. Default 1 h. */
    public Duration c2dTimeToLive() {
        return c2dTimeToLive;
    }

    public HubSettings c2dTimeToLive(Duration value) {
        return with(s -> s.c2dTimeToLive = positive(value));
    }

    /** How many devicebound messages may be on the way to one device without its PUBACK. Default 16. */
    public int c2dWindow() {
        return c2dWindow;
    }

    public HubSettings c2dWindow(int value) {
        return with(s -> s.c2dWindow = positive(value));
    }

    /** How many devicebound messages one device's queue holds, those not yet acknowledged included. Default 50. */
    public int maxQueueDepth() {
        return maxQueueDepth;
    }

    public HubSettings maxQueueDepth(int value) {
        return with(s -> s.maxQueueDepth = positive(value));
    }

    /** The largest devicebound message in bytes, counted like telemetry. Default 65,536. */
    public int maxC2dSize() {
        return maxC2dSize;
    }

    public HubSettings maxC2dSize(int value) {
        return with(s -> s.maxC2dSize = positive(value));
    }

    /**
     * The largest telemetry message in bytes: body, values of system properties, names and values of application properties.
     * Default 262,144.
     */
    public int maxMessageSize() {
        return maxMessageSize;
    }

    public HubSettings maxMessageSize(int value) {
        return with(s -> s.maxMessageSize = positive(value));
    }

    /** Whether twins may hold arrays. Default true; hubs refused them until about 2020. */
    public boolean twinArrays() {
        return twinArrays;
    }

    public HubSettings twinArrays(boolean value) {
        return with(s -> s.twinArrays = value);
    }

    /** Default {@link MissingRid#CLOSE_ON_GET}. */
    public MissingRid missingRid() {
        return missingRid;
    }

    public HubSettings missingRid(MissingRid value) {
        return with(s -> s.missingRid = value);
    }

    /** Default {@link TwinPublishBeforeSubscribe#NO_RESPONSE}. */
    public TwinPublishBeforeSubscribe twinPublishBeforeSubscribe() {
        return twinPublishBeforeSubscribe;
    }

    public HubSettings twinPublishBeforeSubscribe(TwinPublishBeforeSubscribe value) {
        return with(s -> s.twinPublishBeforeSubscribe = value);
    }

    /**
     * The highest QoS of twin responses, notifications of desired properties and method requests, 0 or 1. Default 0, which is what
     * Azure sends whatever the subscription says. At 1 they are still sent once only.
     */
    public int responseQos() {
        return responseQos;
    }

    public HubSettings responseQos(int value) {
        if (value < 0 || value > 1) {
            throw new IllegalArgumentException("The hub sends with QoS 0 or 1, not " + value);
        }
        return with(s -> s.responseQos = value);
    }

    /** Default {@link MethodOnline#SUBSCRIBED}. */
    public MethodOnline methodOnline() {
        return methodOnline;
    }

    public HubSettings methodOnline(MethodOnline value) {
        return with(s -> s.methodOnline = value);
    }

    /** Default {@link AbsentMethodPayload#NULL}. */
    public AbsentMethodPayload absentMethodPayload() {
        return absentMethodPayload;
    }

    public HubSettings absentMethodPayload(AbsentMethodPayload value) {
        return with(s -> s.absentMethodPayload = value);
    }

    /** The shortest response timeout that a caller of a direct method may set. Default 5 s; tests set less. */
    public Duration minMethodResponseTimeout() {
        return minMethodResponseTimeout;
    }

    public HubSettings minMethodResponseTimeout(Duration value) {
        return with(s -> s.minMethodResponseTimeout = positive(value));
    }

    /** How many calls of direct methods one device may have, those that wait for it included. Default 100; Azure does not tell. */
    public int maxInflightMethods() {
        return maxInflightMethods;
    }

    public HubSettings maxInflightMethods(int value) {
        return with(s -> s.maxInflightMethods = positive(value));
    }

    /**
     * How much heap the stored telemetry may take, estimated; beyond that the oldest messages go. Default 256 MiB, which is about
     * 500,000 small messages.
     */
    public long telemetryStoreBytes() {
        return telemetryStoreBytes;
    }

    public HubSettings telemetryStoreBytes(long value) {
        if (value <= 0) {
            throw new IllegalArgumentException("Must be above 0: " + value);
        }
        return with(s -> s.telemetryStoreBytes = value);
    }

    /**
     * Whether callers on the same machine need a token for the control API, too, as all others do. Default false; true is for machines
     * with several users.
     */
    public boolean controlTokenOnLoopback() {
        return controlTokenOnLoopback;
    }

    public HubSettings controlTokenOnLoopback(boolean value) {
        return with(s -> s.controlTokenOnLoopback = value);
    }

    /** Default {@link ProvisioningKeyCheck#REGISTER}. */
    public ProvisioningKeyCheck provisioningKeyCheck() {
        return provisioningKeyCheck;
    }

    public HubSettings provisioningKeyCheck(ProvisioningKeyCheck value) {
        return with(s -> s.provisioningKeyCheck = value);
    }

    /**
     * How often a device has to ask before the provisioning service tells it the end of its registration. Default 1; with 0 the request
     * to be registered is answered with the end.
     */
    public int provisioningPolls() {
        return provisioningPolls;
    }

    public HubSettings provisioningPolls(int value) {
        if (value < 0) {
            throw new IllegalArgumentException("Must not be below 0: " + value);
        }
        return with(s -> s.provisioningPolls = value);
    }

    /**
     * After how long a device that registers is told to ask again, in whole seconds. Default 3 s, which is what Azure says; tests that
     * do not want to wait set 0.
     */
    public Duration provisioningRetryAfter() {
        return provisioningRetryAfter;
    }

    public HubSettings provisioningRetryAfter(Duration value) {
        return with(s -> s.provisioningRetryAfter = notNegative(value));
    }

    /**
     * Whether the provisioning service names a hub with its port, unless that is 8883: {@code localhost:34631}. Default true, so that
     * a device can find it; false for clients that take the answer for a bare name, as Microsoft's do.
     */
    public boolean portInAssignedHub() {
        return portInAssignedHub;
    }

    public HubSettings portInAssignedHub(boolean value) {
        return with(s -> s.portInAssignedHub = value);
    }

    private HubSettings with(Consumer<HubSettings> change) {
        HubSettings copy = clone();
        change.accept(copy);
        return copy;
    }

    @Override
    protected HubSettings clone() {
        try {
            return (HubSettings) super.clone();
        } catch (CloneNotSupportedException e) {
            throw new AssertionError(e);
        }
    }

    private static int positive(int value) {
        if (value <= 0) {
            throw new IllegalArgumentException("Must be above 0: " + value);
        }
        return value;
    }

    private static Duration positive(Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException("Must be above 0: " + value);
        }
        return value;
    }

    private static Duration notNegative(Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException("Must not be below 0: " + value);
        }
        return value;
    }
}
