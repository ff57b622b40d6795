/** The emulator as a JUnit 5 extension. Needs {@code junit-jupiter-api}, which who uses it has. */
package io.github.iothubmqtt.emulator.junit5;
