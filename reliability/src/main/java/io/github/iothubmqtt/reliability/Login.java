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

import org.apache.camel.support.jsse.SSLContextParameters;

/**
 * How one device logs in, and what may befall that.
 *
 * @param options of its URI
 * @param tls with the device's key where that is in a key store; else null
 * @param vault null unless tokens come from a provider
 * @param keys null unless the hub has keys of the device that may be regenerated
 * @param certificate null unless it logs in with one
 */
record Login(
        Way way,
        String deviceId,
        String options,
        SSLContextParameters tls,
        Vault vault,
        DeviceKeys keys,
        CertificateOnDisk certificate) {

    /** Devices take these in turn. */
    enum Way {
        KEY,
        POLICY_KEY,
        TOKEN_PROVIDER,
        CERTIFICATE_FILES,
        KEY_STORE,
        GROUP_KEY
    }

    /** Prints no options, for there are keys among them. */
    @Override
    public String toString() {
        return deviceId + " by " + way;
    }
}
