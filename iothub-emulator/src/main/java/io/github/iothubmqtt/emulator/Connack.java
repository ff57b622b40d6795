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

import io.netty.handler.codec.mqtt.MqttConnectReturnCode;
import io.vertx.mqtt.MqttEndpoint;

/** The answer to a CONNECT whose credentials hold, and what faults make of it. Belongs to the hub's event loop. */
final class Connack implements Interference.Answer, Interference.Owner {

    private final Hub hub;
    private final MqttEndpoint endpoint;
    private final Gatekeeper.Admission admission;
    private final Interference interference;

    Connack(Hub hub, MqttEndpoint endpoint, Gatekeeper.Admission admission, Wire wire) {
        this.hub = hub;
        this.endpoint = endpoint;
        this.admission = admission;
        this.interference = new Interference(hub.faults(), hub.loop(), wire, admission.identity(), this);
    }

    Interference interference() {
        return interference;
    }

    @Override
    public void write() {
        hub.letIn(endpoint, admission, interference);
    }

    @Override
    public void writeInstead(Fault fault) {
        hub.log().refused(admission.identity().clientId(), fault.logCode(), "of a fault: " + fault);
        endpoint.reject(MqttConnectReturnCode.valueOf((byte) fault.code()));
    }

    /** It was never a connection of the hub's. */
    @Override
    public void end(CloseCause cause) {
        hub.log().refused(admission.identity().clientId(), cause.logCode(), cause.why());
    }

    @Override
    public void guarded(Runnable work) {
        work.run();
    }

    @Override
    public void resumed() {}
}
