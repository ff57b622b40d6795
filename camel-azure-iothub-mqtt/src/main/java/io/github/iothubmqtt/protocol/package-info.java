/**
 * The device side of the Azure IoT Hub MQTT protocol as values and pure functions: identities, addresses, topics, property bags,
 * messages, tokens and connection strings. Everything here is immutable and safe for use by any thread, and nothing here knows
 * Camel or an MQTT client. Invalid input is refused with an {@link java.lang.IllegalArgumentException} whose message is one
 * sentence that says what is wrong and what to change; no message and no {@code toString} holds a secret.
 */
package io.github.iothubmqtt.protocol;
