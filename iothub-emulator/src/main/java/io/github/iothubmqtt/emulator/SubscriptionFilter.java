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

/** Which topic filters the hub grants, and what each is for. Pure functions. */
final class SubscriptionFilter {

    /** What a filter subscribes to. */
    enum Purpose {
        DEVICEBOUND,
        MODULE_INPUT,
        TWIN_RESPONSES,
        DESIRED_PROPERTIES,
        DIRECT_METHODS
    }

    private static final String METHODS = "$iothub/methods/POST/";

    private SubscriptionFilter() {}

    /** Null for a filter that the hub does not have, narrower ones included. */
    static Purpose purposeOf(String filter, Identity identity) {
        if (filter.startsWith("$iothub/")) {
            return purposeOfService(filter);
        }
        return identity.isModule() ? purposeForModule(filter, identity) : purposeForDevice(filter, identity);
    }

    private static Purpose purposeOfService(String filter) {
        return switch (filter) {
            case "$iothub/twin/res/#" -> Purpose.TWIN_RESPONSES;
            case "$iothub/twin/PATCH/properties/desired/#" -> Purpose.DESIRED_PROPERTIES;
            case METHODS + "#" -> Purpose.DIRECT_METHODS;
            default -> isOneMethod(filter) ? Purpose.DIRECT_METHODS : null;
        };
    }

    /** Whether a filter for direct methods lets calls of this one through. */
    static boolean coversMethod(String filter, String method) {
        return filter.equals(METHODS + "#") || filter.equals(METHODS + method + "/#");
    }

    private static boolean isOneMethod(String filter) {
        if (!filter.startsWith(METHODS) || !filter.endsWith("/#") || filter.length() <= METHODS.length() + 2) {
            return false;
        }
        String name = filter.substring(METHODS.length(), filter.length() - 2);
        return name.indexOf('/') < 0 && name.indexOf('+') < 0 && name.indexOf('#') < 0;
    }

    private static Purpose purposeForDevice(String filter, Identity identity) {
        boolean devicebound = filter.equals("devices/+/messages/devicebound/#")
                || filter.equals(identity.resourcePath() + "/messages/devicebound/#");
        return devicebound ? Purpose.DEVICEBOUND : null;
    }

    private static Purpose purposeForModule(String filter, Identity identity) {
        String own = identity.resourcePath();
        if (filter.equals("devices/+/messages/devicebound/#") || filter.equals(own + "/messages/devicebound/#")) {
            return Purpose.DEVICEBOUND;
        }
        return filter.equals(own + "/#") || filter.equals(own + "/inputs/#") ? Purpose.MODULE_INPUT : null;
    }
}
