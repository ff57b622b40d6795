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
package io.github.iothubmqtt.springboot;

import java.util.Map;

import io.github.iothubmqtt.camel.IotHubMqttComponent;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.health.RouteControllerHealthCheck;
import org.apache.camel.spi.ComponentCustomizer;
import org.apache.camel.spring.boot.CamelAutoConfiguration;
import org.apache.camel.spring.boot.ComponentConfigurationProperties;
import org.apache.camel.spring.boot.util.ConditionalOnCamelContextAndAutoConfigurationBeans;
import org.apache.camel.spring.boot.util.ConditionalOnHierarchicalProperties;
import org.apache.camel.spring.boot.util.HierarchicalPropertiesEvaluator;
import org.apache.camel.support.PropertyBindingSupport;
import org.apache.camel.support.service.ServiceHelper;
import org.springframework.boot.actuate.endpoint.SanitizingFunction;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Gives the component the options that the application has under {@code camel.component.iothub-mqtt}, when Camel makes the component.
 * What the application does not set is left as it is, so that a component or configuration of its own keeps its values.
 */
@AutoConfiguration(after = CamelAutoConfiguration.class)
@Conditional(ConditionalOnCamelContextAndAutoConfigurationBeans.class)
@ConditionalOnHierarchicalProperties({"camel.component", IotHubMqttAutoConfiguration.PREFIX})
@EnableConfigurationProperties({ComponentConfigurationProperties.class, IotHubMqttProperties.class})
public class IotHubMqttAutoConfiguration {

    static final String PREFIX = "camel.component.iothub-mqtt";

    @Lazy
    @Bean
    ComponentCustomizer configureIotHubMqttComponent(
            ConfigurableEnvironment environment, CamelContext camel, IotHubMqttProperties properties) {
        return ComponentCustomizer.builder(IotHubMqttComponent.class)
                .withCondition((name, component) -> HierarchicalPropertiesEvaluator.evaluate(
                        environment, "camel.component.customizer", PREFIX + ".customizer"))
                .build(component -> {
                    UnknownOptions.refuse(environment, properties.all().keySet());
                    configure(camel, component, properties.all());
                });
    }

    private static void configure(CamelContext camel, IotHubMqttComponent component, Map<String, Object> options) {
        ServiceHelper.initService(component); // or it does not know its options yet
        // The bean of this option replaces all others, so it comes first.
        bind(camel, component, "configuration", options.remove("configuration"));
        options.forEach((name, value) -> bind(camel, component, name, value));
    }

    private static void bind(CamelContext camel, IotHubMqttComponent component, String name, Object value) {
        if (value != null) {
            PropertyBindingSupport.build()
                    .withConfigurer(component.getComponentPropertyConfigurer())
                    .withMandatory(true)
                    .bind(camel, component, name, value);
        }
    }

    /**
     * A connection that was never made has no health of its own, and of a route that does not start Camel tells Actuator only that it
     * is down. This check, which is Camel's too, knows the reason.
     */
    @Bean
    @ConditionalOnProperty("camel.routecontroller.enabled")
    @ConditionalOnMissingBean
    RouteControllerHealthCheck routeControllerHealthCheck() {
        return new RouteControllerHealthCheck();
    }

    /** Where Actuator is there, it may be told to show values. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(SanitizingFunction.class)
    static class Secrets {

        @Bean
        SanitizingFunction hideIotHubMqttSecrets() {
            return new SecretsHidden();
        }
    }
}
