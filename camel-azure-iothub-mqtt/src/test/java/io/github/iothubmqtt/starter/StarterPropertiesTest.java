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
package io.github.iothubmqtt.starter;

import java.util.List;

import org.apache.camel.tooling.model.ComponentModel;
import org.apache.camel.tooling.model.ComponentModel.ComponentOptionModel;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/** What today's options have no example of; the starter's own tests see the rest. */
class StarterPropertiesTest {

    @Test
    void aDeprecatedOptionIsMarkedWithTheReason() {
        ComponentOptionModel option = option("oldOne", "boolean", "boolean");
        option.setDeprecated(true);
        option.setDeprecationNote("Use newOne.");

        assertThat(StarterProperties.metadata(component(option)).replaceAll("\\s", ""))
                .contains(
                        "{\"name\":\"camel.component.iothub-mqtt.old-one\",\"deprecation\":{\"reason\":\"UsenewOne.\"}}");
    }

    @Test
    void anOptionOfATypeOfItsOwnIsTheNameOfABean() {
        assertThat(StarterProperties.javaClass(component(option("clock", "object", "java.time.Clock"))))
                .contains("private String clock;")
                .contains("The name of a bean of the type java.time.Clock, such as #myBean.");
    }

    private static ComponentModel component(ComponentOptionModel option) {
        ComponentModel component = new ComponentModel();
        component.setScheme("iothub-mqtt");
        component.getComponentOptions().addAll(List.of(option));
        return component;
    }

    private static ComponentOptionModel option(String name, String type, String javaType) {
        ComponentOptionModel option = new ComponentOptionModel();
        option.setName(name);
        option.setType(type);
        option.setJavaType(javaType);
        option.setDescription("Says something.");
        return option;
    }
}
