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

/** The twin's half of one connection: answers what its device asks, and notifies it. Belongs to the hub's event loop. */
final class TwinLink {

    /**
     * @param version the new version of the reported properties, null when they did not change
     */
    private record Response(int status, Long version, String body) {}

    private final Hub hub;
    private final Gatekeeper.Admission admission;
    private final Session session;
    private final ServicePublisher publisher;
    private final Interference interference;

    TwinLink(
            Hub hub,
            Gatekeeper.Admission admission,
            Session session,
            ServicePublisher publisher,
            Interference interference) {
        this.hub = hub;
        this.admission = admission;
        this.session = session;
        this.publisher = publisher;
        this.interference = interference;
    }

    /** Throws a ProtocolViolation for a request that ends the connection. */
    void check(ServiceTopic request) {
        if (request.rid() == null
                && request.kind() == ServiceTopic.Kind.GET_TWIN
                && hub.settings().missingRid() == HubSettings.MissingRid.CLOSE_ON_GET) {
            throw new ProtocolViolation(HubCode.BAD_REQUEST, "it asked for its twin without a request id");
        }
        if (session.grantedQos(SubscriptionFilter.Purpose.TWIN_RESPONSES) < 0
                && hub.settings().twinPublishBeforeSubscribe() == HubSettings.TwinPublishBeforeSubscribe.CLOSE) {
            throw new ProtocolViolation(
                    HubCode.BAD_REQUEST, "it sent a twin request without being subscribed to responses");
        }
    }

    /** {@code acknowledge} is called when the request was carried out, before the response is sent. */
    void take(ServiceTopic request, byte[] body, Runnable acknowledge) {
        interference.reach(
                request.kind() == ServiceTopic.Kind.GET_TWIN ? FaultPoint.TWIN_GET : FaultPoint.TWIN_PATCH,
                () -> {
                    Response response = carriedOut(request, body);
                    acknowledge.run();
                    interference.afterwards(() -> respond(request, response));
                },
                fault -> {
                    acknowledge.run();
                    if (fault.kind() == Fault.Kind.ANSWER_STATUS) {
                        interference.afterwards(() -> respond(request, failure(fault)));
                    }
                });
    }

    private Response carriedOut(ServiceTopic request, byte[] body) {
        try {
            return request.kind() == ServiceTopic.Kind.GET_TWIN ? get() : patch(request, body);
        } catch (HubException refusal) {
            return refused(refusal);
        }
    }

    private Response failure(Fault fault) {
        return refused(new HubException(fault.logCode(), "the hub failed by request of the test"));
    }

    private Response refused(HubException refusal) {
        return new Response(
                refusal.httpStatus(), null, ErrorBody.of(refusal, hub.clock().instant()));
    }

    private Response get() {
        return new Response(200, null, TwinJson.forDevice(hub.twins().twinOf(admission.identity())));
    }

    private Response patch(ServiceTopic request, byte[] body) {
        if (admission.apiVersion() == null) {
            throw new HubException(
                    HubCode.INVALID_PROTOCOL_VERSION, "the user name of this connection has no api-version");
        }
        Twin twin = hub.twins().twinOf(admission.identity());
        return new Response(204, twin.patchReported(Json.text(body), expectedVersion(request)), "");
    }

    private static Long expectedVersion(ServiceTopic request) {
        try {
            return request.version() == null ? null : Long.valueOf(request.version());
        } catch (NumberFormatException e) {
            throw new HubException(HubCode.ARGUMENT_INVALID, "the $version '" + request.version() + "' is no integer");
        }
    }

    private void respond(ServiceTopic request, Response response) {
        int qos = session.grantedQos(SubscriptionFilter.Purpose.TWIN_RESPONSES);
        if (request.rid() == null || qos < 0) {
            hub.log()
                    .warning(
                            admission.identity(),
                            HubCode.BAD_REQUEST,
                            "a twin request got no response, for "
                                    + (request.rid() == null
                                            ? "it has no $rid"
                                            : "the device is not subscribed to responses"));
            return;
        }
        interference.answer(FaultPoint.TWIN_RESPONSE, new Interference.Answer() {
            @Override
            public void write() {
                publish(response, request.rid(), qos);
            }

            @Override
            public void writeInstead(Fault fault) {
                if (fault.kind() == Fault.Kind.ANSWER_STATUS) {
                    publish(failure(fault), request.rid(), qos);
                } else {
                    publish(response, "not-" + request.rid(), qos);
                }
            }
        });
    }

    private void publish(Response response, String rid, int qos) {
        String version = response.version() == null ? "" : "&$version=" + response.version();
        publisher.publish("$iothub/twin/res/" + response.status() + "/?$rid=" + rid + version, response.body(), qos);
    }

    /** Sends the notification if the device is subscribed; it is not kept. */
    void notifyDesired(Twin.DesiredChange change) {
        int qos = session.grantedQos(SubscriptionFilter.Purpose.DESIRED_PROPERTIES);
        if (qos >= 0) {
            String topic = "$iothub/twin/PATCH/properties/desired/?$version=" + change.version();
            interference.answer(
                    FaultPoint.DESIRED_NOTIFICATION, () -> publisher.publish(topic, TwinJson.forDevice(change), qos));
        }
    }
}
