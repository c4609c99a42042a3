package tasker.observability.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tasker.nativecore.json.Json;

/** Look at the page of a real worker in a real browser. */
@Timeout(300)
class PageIT {
    private static final int ARROW_DOWN = 40;
    private static final int TAB = 9;

    @TempDir
    private static Path folder;

    private static @Nullable Chromium browser;
    private Tab tab;

    @BeforeAll
    static void chromiumIsInstalled() throws IOException {
        Optional<Path> executable = Chromium.find();
        assumeTrue(
                executable.isPresent(),
                "no Chromium on the path: install Debian's package 'chromium' to run this test");
        browser = Chromium.start(executable.orElseThrow(), folder);
    }

    @AfterAll
    static void end() throws Exception {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void openTab() throws Exception {
        tab = Objects.requireNonNull(browser).open();
        tab.resize(1_280, 900);
    }

    @AfterEach
    void closeTab() {
        tab.close();
    }

    @Test
    void statusComponentsAndMovingChartsAreShownUnderLoad() throws Exception {
        try (BusyWorker worker = BusyWorker.start()) {
            tab.go(worker.address());

            tab.await("document.querySelector('#status-word').textContent === 'Healthy'");
            tab.await("[...document.querySelectorAll('#components .name')].some(e => e.textContent === 'ledger')");
            tab.await("Number(document.querySelector('#steps strong').textContent.replaceAll(',', '')) > 0");
            String line = "document.querySelector('#steps .line')?.getAttribute('d')";
            String drawn = String.valueOf(tab.value(line));
            tab.await(line + " !== " + quoted(drawn));
            tab.await("document.querySelectorAll('#handlers tbody tr').length === 1");
            tab.await("document.querySelectorAll('#modules tbody tr').length > 3");
            assertThat(tab.text("#worker-id")).isEqualTo("page-test");
            assertThat(tab.value("document.title")).isEqualTo("healthy · page-test · Tasker");

            worker.ledger.set(BusyWorker.LEDGER_BROKEN);

            tab.await("document.querySelector('#status-word').textContent === 'Unhealthy'");
            assertThat(tab.text("#status-reason")).isEqualTo("ledger: the ledger is closed");
            assertThat(tab.text("#components li .name"))
                    .as("what is broken comes first")
                    .isEqualTo("ledger");
            assertThat(tab.requests())
                    .isNotEmpty()
                    .allSatisfy(request -> assertThat(URI.create(request).getAuthority())
                            .isEqualTo(worker.address().getAuthority()));
            assertThat(tab.problems()).isEmpty();
        }
    }

    @Test
    void eventsAreFilteredAndLookedIntoByKeyboard() throws Exception {
        try (BusyWorker worker = BusyWorker.start()) {
            tab.go(worker.address());
            tab.await(
                    "new Set([...document.querySelectorAll('#event-list .type')].map(e => e.textContent)).size === 2");

            tab.value("document.querySelector('#filter').focus()");
            tab.type("payment.#");
            tab.pressEnter();

            tab.await("document.querySelectorAll('#event-list .type').length > 2");
            assertThat(tab.value("[...document.querySelectorAll('#event-list .type')]"
                            + ".every(e => e.textContent === 'payment.failed')"))
                    .isEqualTo(true);
            tab.value("document.querySelector('#event-list').focus()");
            tab.press("ArrowDown", ARROW_DOWN);
            assertThat(tab.text("#event-view pre")).isEqualTo("{\n  \"card\": \"<b>1234</b>\"\n}");
            assertThat(tab.value("document.querySelector('#event-list').getAttribute('aria-activedescendant')"
                            + " === document.querySelector('[aria-selected=true]').id"))
                    .isEqualTo(true);

            tab.value("document.querySelector('#filter').focus()");
            tab.type("..");
            tab.pressEnter();

            tab.await("document.querySelector('#filter-error').textContent.includes('TASKER-V101')");
            assertThat(tab.problems()).allSatisfy(problem -> assertThat(problem).contains("400 (Bad Request)"));
        }
    }

    @Test
    void aWorkerThatIsGoneAndBackIsTold() throws Exception {
        BusyWorker first = BusyWorker.start();
        try {
            tab.go(first.address());
            tab.await("document.querySelector('#status-word').textContent === 'Healthy'");
        } finally {
            first.close();
        }
        tab.await("document.querySelector('#status-word').textContent === 'Not answering'");
        assertThat(tab.text("#banner")).startsWith("The worker does not answer.");
        assertThat(tab.value("document.title")).isEqualTo("gone · Tasker");

        try (BusyWorker second = BusyWorker.start(
                "observability.port", Integer.toString(first.address().getPort()))) {
            tab.await("document.querySelector('#banner').textContent.startsWith('The worker is back.')");
            assertThat(tab.text("#banner")).contains("It has started anew");
            assertThat(tab.text("#status-word")).isEqualTo("Healthy");
            tab.await("document.querySelector('#events-note').textContent.includes('started anew')");
            second.publish("order.shipped", Map.of());
            tab.await(
                    "[...document.querySelectorAll('#event-list .type')].some(e => e.textContent === 'order.shipped')");
        }
    }

    @ParameterizedTest
    @CsvSource({"320,light", "390,dark", "820,light", "1280,dark", "1920,light"})
    void everyWidthFitsAndEveryTextCanBeRead(int width, String scheme) throws Exception {
        try (BusyWorker worker = BusyWorker.start()) {
            worker.publish("order.with.a.very.long.name.that.does.not.end.soon", Map.of("text", "x".repeat(300)));
            tab.resize(width, 800);
            tab.prefer(scheme);
            tab.go(worker.address());
            tab.await("document.querySelectorAll('#event-list .type').length > 0");
            tab.await("document.querySelectorAll('#modules tbody tr').length > 3");
            tab.value("document.querySelector('#event-list .event').click()");
            tab.value("document.querySelectorAll('details').forEach(each => each.open = true)");

            assertThat(tab.value("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                    .as("what does not fit at %s", width)
                    .isEqualTo(0);
            assertThat((List<?>) tab.value(Contrast.TOO_WEAK))
                    .as("texts that are hard to read")
                    .isEmpty();
            assertThat(tab.value("getComputedStyle(document.body).backgroundColor"))
                    .isEqualTo(scheme.equals("dark") ? "rgb(13, 17, 23)" : "rgb(245, 246, 248)");
            assertThat(tab.problems()).isEmpty();
        }
    }

    @Test
    void theMarksOfAnAxisFitHoweverLongAStepTakes() throws Exception {
        try (BusyWorker worker = BusyWorker.start()) {
            tab.go(worker.address());
            tab.await("document.querySelector('#times text.mark') !== null");

            assertThat((List<?>) tab.value("""
                    import("/page/format.js").then(({ briefMillis }) => {
                      const mark = document.querySelector("#times text.mark");
                      return [0.25, 12.5, 250, 750, 1_000, 1_500, 25_000, 86_400_000].map(briefMillis).filter((text) => {
                        mark.textContent = text;
                        return mark.getBBox().x < 0;
                      });
                    })""")).as("what is cut off").isEmpty();
        }
    }

    @Test
    void theColoursCanBeChosenAndAreKept() throws Exception {
        try (BusyWorker worker = BusyWorker.start()) {
            tab.prefer("light");
            tab.go(worker.address());
            tab.await("document.querySelector('#theme').textContent !== ''");
            tab.value("document.querySelector('#theme').click()");
            tab.value("document.querySelector('#theme').click()");
            assertThat(tab.value("getComputedStyle(document.body).backgroundColor"))
                    .isEqualTo("rgb(13, 17, 23)");

            tab.go(worker.address());

            tab.await("document.querySelector('#theme')?.title === 'Colours: dark'");
            assertThat(tab.value("getComputedStyle(document.body).backgroundColor"))
                    .isEqualTo("rgb(13, 17, 23)");
        }
    }

    @Test
    void theKeyboardReachesEverythingInOrderAndItIsSeenWhere() throws Exception {
        try (BusyWorker worker = BusyWorker.start()) {
            tab.go(worker.address());
            tab.await("document.querySelectorAll('#components .component').length > 3");
            List<String> reached = new ArrayList<>();
            for (int i = 0; i < 60 && !reached.contains("forget") && !reached.contains("end"); i++) {
                tab.press("Tab", TAB);
                assertThat(tab.value("document.activeElement === document.body"
                                + " || getComputedStyle(document.activeElement).outlineStyle !== 'none'"))
                        .as("the focus is seen after %s", reached)
                        .isEqualTo(true);
                reached.add(String.valueOf(tab.value("document.activeElement.className === 'skip' ? 'skip'"
                        + " : document.activeElement === document.body ? 'end'"
                        + " : document.activeElement.closest('[id]')?.id ?? document.activeElement.tagName")));
            }

            assertThat(reached)
                    .startsWith("skip")
                    .containsSubsequence("skip", "theme", "components", "filter", "pause", "event-list", "event-view");
        }
    }

    @Test
    void aTokenIsAskedForUsedAndForgotten() throws Exception {
        try (BusyWorker worker = BusyWorker.start("observability.token", "s3crét")) {
            tab.go(worker.address());
            tab.await("!document.querySelector('#token-form').hidden");
            tab.await("document.querySelector('#status-word').textContent === 'Healthy'");
            assertThat(tab.text("#components")).isEqualTo("Not shown.");

            tab.value("document.querySelector('#token').focus()");
            tab.type("wrong");
            tab.pressEnter();
            tab.await("document.querySelector('#token-label').textContent.includes('does not know that token')");

            tab.value("document.querySelector('#token').focus()");
            tab.type("s3crét");
            tab.pressEnter();
            tab.await("document.querySelectorAll('#components .component').length > 3");
            tab.await("document.querySelectorAll('#modules tbody tr').length > 3");
            tab.await("document.querySelectorAll('#event-list .type').length > 0");
            assertThat(tab.requests()).noneMatch(request -> request.contains("s3cr"));

            tab.value("document.querySelector('#forget').click()");
            tab.await("document.querySelector('#token-form')?.hidden === false");
            assertThat(tab.value("sessionStorage.length")).isEqualTo(0);
        }
    }

    private static String quoted(String text) {
        return Json.text(text);
    }
}
