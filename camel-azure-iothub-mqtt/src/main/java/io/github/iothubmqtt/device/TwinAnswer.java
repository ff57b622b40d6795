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
package io.github.iothubmqtt.device;

/**
 * The hub's answer to a twin request that it has carried out.
 *
 * @param status 200 or 204
 * @param version of the reported properties after an update; null when the hub names none
 * @param body empty after an update
 */
record TwinAnswer(int status, Long version, byte[] body) {}
