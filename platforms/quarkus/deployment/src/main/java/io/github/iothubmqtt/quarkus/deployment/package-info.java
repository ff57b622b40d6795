/** What the Quarkus extension does while an application is built, and its Dev Services. */
package io.github.iothubmqtt.quarkus.deployment;
