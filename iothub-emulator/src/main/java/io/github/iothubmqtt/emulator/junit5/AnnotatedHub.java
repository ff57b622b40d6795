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
package io.github.iothubmqtt.emulator.junit5;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/** Carries out {@link IotHub}: keeps an {@link IotHubExtension} for each annotated class, or for each of its tests, and passes on to it. */
final class AnnotatedHub
        implements BeforeAllCallback,
                BeforeEachCallback,
                AfterEachCallback,
                AfterAllCallback,
                ParameterResolver,
                TestExecutionExceptionHandler,
                LifecycleMethodExecutionExceptionHandler {

    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(AnnotatedHub.class);

    @Override
    public void beforeAll(ExtensionContext context) {
        if (!annotation(context).perTest()) {
            // That of an outer class is found, too.
            if (hub(context) == null) {
                store(context).put(IotHub.class, newHub(annotation(context)));
            }
            hub(context).beforeAll(context);
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        if (annotation(context).perTest()) {
            store(context).put(IotHub.class, newHub(annotation(context)));
        }
        hub(context).beforeEach(context);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        hub(context).afterEach(context);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (!annotation(context).perTest()) {
            hub(context).afterAll(context);
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return IotHubExtension.isSupported(parameter);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        IotHubExtension hub = hub(context);
        if (hub == null) {
            throw new ParameterResolutionException(
                    "With @IotHub(perTest = true) only test methods and methods around each test can have a hub");
        }
        return hub.resolveParameter(parameter, context);
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        hub(context).handleTestExecutionException(context, failure);
    }

    @Override
    public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        hub(context).handleBeforeEachMethodExecutionException(context, failure);
    }

    private static IotHubExtension newHub(IotHub annotation) {
        IotHubExtension hub = IotHubExtension.create();
        for (String deviceId : annotation.devices()) {
            hub.withDevice(deviceId);
        }
        for (String deviceId : annotation.x509Devices()) {
            hub.withX509Device(deviceId);
        }
        if (annotation.https()) {
            hub.withHttps();
        }
        try {
            var constructor = annotation.configuredBy().getDeclaredConstructor();
            constructor.setAccessible(true);
            hub.configuredBy(constructor.newInstance());
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(
                    annotation.configuredBy().getName() + " needs a constructor without parameters that works", e);
        }
        return hub;
    }

    private static IotHub annotation(ExtensionContext context) {
        for (Class<?> each = context.getRequiredTestClass(); each != null; each = each.getEnclosingClass()) {
            IotHub annotation = each.getAnnotation(IotHub.class);
            if (annotation != null) {
                return annotation;
            }
        }
        throw new IllegalStateException("No @IotHub at " + context.getRequiredTestClass());
    }

    /** Null before the first test with a hub of its own. */
    private static IotHubExtension hub(ExtensionContext context) {
        return store(context).get(IotHub.class, IotHubExtension.class);
    }

    private static ExtensionContext.Store store(ExtensionContext context) {
        return context.getStore(NAMESPACE);
    }
}
