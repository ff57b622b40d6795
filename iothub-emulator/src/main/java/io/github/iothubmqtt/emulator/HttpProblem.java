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
 * A request over HTTP that the hub does not carry out. Never leaves the module: a caller sees status, code and sentence.
 */
final class HttpProblem extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final int code;

    /** {@code code} is one of {@link HubCode}. */
    HttpProblem(int status, int code, String sentence) {
        super(sentence, null, false, false);
        this.status = status;
        this.code = code;
    }

    static HttpProblem badRequest(String sentence) {
        return new HttpProblem(400, HubCode.BAD_REQUEST, sentence);
    }

    static HttpProblem notFound(int code, String sentence) {
        return new HttpProblem(404, code, sentence);
    }

    /** The first three digits of the hub's codes are those of HTTP. */
    static HttpProblem of(HubException refusal) {
        return new HttpProblem(refusal.code() / 1000, refusal.code(), refusal.getMessage());
    }

    int status() {
        return status;
    }

    int code() {
        return code;
    }
}
