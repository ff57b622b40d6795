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

import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Who connects: a device, or a module of a device. A value; ids are compared case-sensitively, as the hub does.
 *
 * @param moduleId null for the device itself
 */
record Identity(String deviceId, String moduleId) {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9\\-.+%_#*?!(),:=@;$']{1,128}");

    Identity {
        Objects.requireNonNull(deviceId, "deviceId");
    }

    static Identity device(String deviceId) {
        return new Identity(deviceId, null);
    }

    /** Refuses what the identity registry refuses: other characters, more than 128 of them, none at all. */
    static String checkedId(String what, String id) {
        if (id == null || !ID.matcher(id).matches()) {
            throw new IllegalArgumentException("'" + id + "' is no " + what
                    + ": 1 to 128 letters, digits and - . + % _ # * ? ! ( ) , : = @ ; $ ' are allowed");
        }
        return id;
    }

    boolean isModule() {
        return moduleId != null;
    }

    String clientId() {
        return isModule() ? deviceId + "/" + moduleId : deviceId;
    }

    /** The path below the host in a token's resource. */
    String resourcePath() {
        return isModule() ? "devices/" + deviceId + "/modules/" + moduleId : "devices/" + deviceId;
    }

    @Override
    public String toString() {
        return clientId();
    }
}
