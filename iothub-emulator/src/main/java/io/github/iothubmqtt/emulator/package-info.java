/**
 * An Azure IoT Hub inside a JVM. {@link io.github.iothubmqtt.emulator.IotHubEmulator} is the way in; what is not public here is the
 * hub's own half of the protocol, and shares nothing with any client's.
 */
package io.github.iothubmqtt.emulator;
