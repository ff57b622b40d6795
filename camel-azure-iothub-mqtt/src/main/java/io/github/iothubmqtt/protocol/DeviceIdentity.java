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
package io.github.iothubmqtt.protocol;

/**
 * Who connects: a device of a hub, or a module of such a device. Two equal identities share one connection, because the hub closes
 * the older of two. Hub names are compared in lower case, ids exactly as they are.
 *
 * @param hub host name of the hub without port, kept in lower case
 * @param deviceId spec 1.3; refused when it holds {@code #} or {@code +}, which no MQTT topic can carry
 * @param moduleId as deviceId, or null when the device itself connects
 */
public record DeviceIdentity(String hub, String deviceId, String moduleId) {

    /** The version of the protocol that is asked for in the user name: the latest that is generally available. */
    public static final String API_VERSION = "2021-04-12";

    public DeviceIdentity {
        hub = new HubAddress(hub, 0).host();
        requireUsable("device id", deviceId);
        if (moduleId != null) {
            requireUsable("module id", moduleId);
        }
    }

    public boolean isModule() {
        return moduleId != null;
    }

    /** The MQTT client identifier; never percent-encoded. */
    public String clientId() {
        return isModule() ? deviceId + "/" + moduleId : deviceId;
    }

    /**
     * The MQTT user name (spec 1.4).
     *
     * @param clientType what the client calls itself towards the hub, such as "camel/4.14"; null or blank to say nothing
     */
    public String userName(String clientType) {
        String userName = hub + "/" + clientId() + "/?api-version=" + API_VERSION;
        return clientType == null || clientType.isBlank()
                ? userName
                : userName + "&DeviceClientType=" + PercentEncoding.encode(clientType);
    }

    /** What a token for this identity is signed for (spec 2.4), percent-encoded once, as it stands in the token. */
    public String resource() {
        return audience().encodedResource();
    }

    /** Whom a token of this identity is for. */
    public Audience audience() {
        String path = hub + "/devices/" + deviceId;
        return new Audience(isModule() ? path + "/modules/" + moduleId : path, null);
    }

    /** The same device or module at another hub. */
    public DeviceIdentity at(String otherHub) {
        return new DeviceIdentity(otherHub, deviceId, moduleId);
    }

    @Override
    public String toString() {
        return hub + "/" + clientId();
    }

    private static void requireUsable(String name, String id) {
        IdGrammar.require(name, id);
        if (id.indexOf('#') >= 0 || id.indexOf('+') >= 0) {
            throw new IllegalArgumentException(
                    "The " + name + " contains '#' or '+', so it cannot be used over MQTT, whose topics"
                            + " must not hold them: register an id without these characters");
        }
    }
}
