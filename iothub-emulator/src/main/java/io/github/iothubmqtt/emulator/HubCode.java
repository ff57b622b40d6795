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

/** The hub's error codes, as Azure documents them for its logs and its service API. */
final class HubCode {

    static final int NONE = 0;
    static final int BAD_REQUEST = 400000;
    static final int INVALID_PROTOCOL_VERSION = 400001;
    static final int ARGUMENT_INVALID = 400004;
    static final int CUSTOM_ALLOCATION_FAILED = 400207;
    static final int CUSTOM_ALLOCATION_WITHOUT_HUB = 400208;
    static final int CUSTOM_ALLOCATION_UNAUTHORIZED = 400209;
    static final int PROVISIONING_UNAUTHORIZED = 401000;
    static final int ENROLLMENT_NOT_FOUND = 404201;
    static final int REGISTRATION_NOT_FOUND = 404202;
    static final int PROVISIONING_SERVER_ERROR = 500000;
    static final int INVALID_OPERATION = 400003;
    static final int FORMAT_ERROR = 400006;
    static final int CLOSED_ON_NEW_CONNECTION = 400027;
    static final int UNAUTHORIZED_ACCESS = 401002;
    static final int UNAUTHORIZED = 401003;
    static final int FORBIDDEN = 403000;
    static final int QUOTA_EXCEEDED = 403002;
    static final int QUEUE_DEPTH_EXCEEDED = 403004;
    static final int INVALID_MESSAGE_EXPIRY = 403009;
    static final int DEVICE_DISABLED = 403012;
    static final int MAXIMUM_INFLIGHT_METHODS = 403800;
    static final int DEVICE_NOT_FOUND = 404001;
    static final int MODULE_NOT_FOUND = 404010;
    static final int DEVICE_NOT_ONLINE = 404103;
    static final int CONNECTION_CLOSED_REMOTELY = 404104;
    static final int DEVICE_ALREADY_EXISTS = 409001;
    static final int MODULE_ALREADY_EXISTS = 409301;
    static final int PRECONDITION_FAILED = 412001;
    static final int MESSAGE_LOCK_LOST = 412002;
    static final int MESSAGE_TOO_LARGE = 413001;
    static final int THROTTLED = 429001;
    static final int SERVER_ERROR = 500001;
    /** Azure documents the status and the name BadDeviceResponse, and no number. */
    static final int BAD_DEVICE_RESPONSE = 502000;

    static final int SERVICE_UNAVAILABLE = 503001;
    static final int GATEWAY_TIMEOUT = 504101;

    private HubCode() {}

    /** Azure's name for a code, as in the header {@code iothub-errorcode}. */
    static String nameOf(int code) {
        return switch (code) {
            case ARGUMENT_INVALID -> "ArgumentInvalid";
            case INVALID_OPERATION -> "InvalidOperation";
            case FORMAT_ERROR -> "IotHubFormatError";
            case UNAUTHORIZED_ACCESS -> "IotHubUnauthorizedAccess";
            case MAXIMUM_INFLIGHT_METHODS -> "DeviceMaximumInflightMethodExceeded";
            case DEVICE_NOT_FOUND -> "DeviceNotFound";
            case MODULE_NOT_FOUND -> "ModuleNotFound";
            case DEVICE_NOT_ONLINE -> "DeviceNotOnline";
            case DEVICE_ALREADY_EXISTS -> "DeviceAlreadyExists";
            case MODULE_ALREADY_EXISTS -> "ModuleAlreadyExistsOnDevice";
            case PRECONDITION_FAILED -> "PreconditionFailed";
            case MESSAGE_TOO_LARGE -> "MessageTooLarge";
            case SERVER_ERROR -> "ServerError";
            case BAD_DEVICE_RESPONSE -> "BadDeviceResponse";
            case SERVICE_UNAVAILABLE -> "ServiceUnavailable";
            case GATEWAY_TIMEOUT -> "GatewayTimeout";
            default -> "GenericBadRequest";
        };
    }

    /** The code that goes with a status of the provisioning service when nothing more is known. */
    static int ofProvisioningStatus(int status) {
        return status == 404 ? ENROLLMENT_NOT_FOUND : status * 1000;
    }

    /** The code that goes with an HTTP status when nothing more is known. */
    static int ofStatus(int status) {
        return switch (status) {
            case 400 -> BAD_REQUEST;
            case 401 -> UNAUTHORIZED;
            case 403 -> QUOTA_EXCEEDED;
            case 404 -> DEVICE_NOT_FOUND;
            case 412 -> PRECONDITION_FAILED;
            case 413 -> MESSAGE_TOO_LARGE;
            case 429 -> THROTTLED;
            case 500 -> SERVER_ERROR;
            case 503 -> SERVICE_UNAVAILABLE;
            case 504 -> GATEWAY_TIMEOUT;
            default -> status * 1000;
        };
    }
}
