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

/**
 * The precondition of a request: the etag that the thing must have. SDKs write it with and without quotes. A value.
 *
 * @param etag null when the request has no such header; {@code *} is any
 */
record IfMatch(String etag) {

    static IfMatch of(String header) {
        if (header == null) {
            return new IfMatch(null);
        }
        String text = header.strip();
        boolean quoted = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
        return new IfMatch(quoted ? text.substring(1, text.length() - 1) : text);
    }

    boolean isPresent() {
        return etag != null;
    }

    /** @throws HubException with code 412001 */
    void check(String what, String actual) {
        if (etag != null && !etag.equals("*") && !etag.equals(actual)) {
            throw new HubException(
                    HubCode.PRECONDITION_FAILED,
                    "The etag of " + what + " is not '" + etag + "': it was changed meanwhile, read it again");
        }
    }
}
