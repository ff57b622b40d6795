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

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;

import org.awaitility.Awaitility;
import org.openqa.selenium.By;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;

/** A headless Chromium, as Debian packages it, with its driver. Elements are named by CSS selectors; it waits up to a minute for all. */
final class Browser implements AutoCloseable {

    /** Leads to this machine, and the hub does not know it. */
    static final String FOREIGN_NAME = "evil.example";

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String TYPE_INTO =
            "arguments[0].value = arguments[1];" + " arguments[0].dispatchEvent(new Event('input', {bubbles: true}))";

    /** It warns of a protocol that nothing here uses. Held, for else its level would be forgotten. */
    private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");

    private final ChromeDriver driver;

    Browser() {
        SELENIUM.setLevel(Level.SEVERE);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(executable("chromium").toFile());
        options.setAcceptInsecureCerts(true);
        options.addArguments(
                "--headless=new",
                // Root, as in containers, has no sandbox.
                "--no-sandbox",
                "--disable-dev-shm-usage",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--no-proxy-server",
                "--window-size=1500,1000",
                "--host-resolver-rules=MAP " + FOREIGN_NAME + " 127.0.0.1");
        File chromedriver = executable("chromedriver").toFile();
        driver = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(chromedriver)
                        .usingAnyFreePort()
                        .build(),
                options);
        driver.manage().timeouts().scriptTimeout(SOON);
    }

    /** What is missing of what the browser needs. */
    static List<String> missing() {
        return List.of("chromium", "chromedriver").stream()
                .filter(tool -> executable(tool) == null)
                .toList();
    }

    /** Null when it is not installed. */
    private static Path executable(String tool) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, tool))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    void open(String url) {
        driver.get(url);
    }

    WebElement find(String selector) {
        return eventually(() -> driver.findElement(By.cssSelector(selector)));
    }

    List<WebElement> findAll(String selector) {
        return driver.findElements(By.cssSelector(selector));
    }

    void click(String selector) {
        eventually(() -> {
            driver.findElement(By.cssSelector(selector)).click();
            return true;
        });
    }

    /** Puts this text into a field in place of what is in it, as pasting it would. */
    void fill(String selector, String text) {
        ((JavascriptExecutor) driver).executeScript(TYPE_INTO, find(selector), text);
    }

    /** Presses these keys where the focus is. */
    void press(CharSequence... keys) {
        driver.switchTo().activeElement().sendKeys(keys);
    }

    void choose(String selector, String value) {
        click(selector + " option[value='" + value + "']");
    }

    void confirm() {
        eventually(() -> {
            driver.switchTo().alert().accept();
            return true;
        });
    }

    String text(String selector) {
        return eventually(() -> driver.findElement(By.cssSelector(selector)).getText());
    }

    String value(String selector) {
        return find(selector).getDomProperty("value");
    }

    void awaitText(String selector, Predicate<String> predicate) {
        eventually(() -> {
            String text = driver.findElement(By.cssSelector(selector)).getText();
            if (!predicate.test(text)) {
                throw new AssertionError(selector + " says '" + text + "'");
            }
            return true;
        });
    }

    void awaitText(String selector, String part) {
        awaitText(selector, text -> text.contains(part));
    }

    /** Waits until the assertion holds. */
    void await(Runnable assertion) {
        eventually(() -> {
            assertion.run();
            return true;
        });
    }

    /** Elements come and go while one looks. */
    private static <T> T eventually(Supplier<T> attempt) {
        AtomicReference<T> result = new AtomicReference<>();
        Awaitility.await().atMost(SOON).pollInterval(Duration.ofMillis(50)).untilAsserted(() -> {
            try {
                result.set(attempt.get());
            } catch (WebDriverException e) {
                throw new AssertionError(e.getMessage(), e);
            }
        });
        return result.get();
    }

    /** What the script returns; it may use {@code arguments}. */
    Object run(String script, Object... arguments) {
        return ((JavascriptExecutor) driver).executeScript(script, arguments);
    }

    /** What the script gives to the function that is its last argument. */
    Object runAsync(String script, Object... arguments) {
        return ((JavascriptExecutor) driver).executeAsyncScript(script, arguments);
    }

    /** {@code scheme} is light or dark. */
    void show(int width, int height, String scheme) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    /** For scripts of tests that act as a page without our policy. */
    void bypassContentSecurityPolicy(boolean bypass) {
        driver.executeCdpCommand("Page.setBypassCSP", Map.of("enabled", bypass));
    }

    /** What the browser has complained about since the last call. */
    List<String> complaints() {
        return driver.manage().logs().get("browser").getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(LogEntry::getMessage)
                .toList();
    }

    @Override
    public void close() {
        driver.quit();
    }
}
