/** What the Quarkus extension adds to an application: the hub of Dev Services as tests see it. */
package io.github.iothubmqtt.quarkus;
