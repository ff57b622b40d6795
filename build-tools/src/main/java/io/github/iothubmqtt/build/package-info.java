/** Steps and checks of this build that no plugin offers. Each public class is a program that the build runs. */
package io.github.iothubmqtt.build;
