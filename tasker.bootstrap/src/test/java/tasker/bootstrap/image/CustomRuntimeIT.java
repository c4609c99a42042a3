package tasker.bootstrap.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tasker.nativecore.json.Json;

/** Build the example of a third party's own runtime, and run its handler. */
class CustomRuntimeIT {
    @TempDir
    private Path folder;

    @Test
    void aThirdPartyLinksARuntimeOfItsOwnWhoseHandlerRuns() throws Exception {
        Path target = MavenProject.copy("examples/custom-runtime", folder.resolve("project"))
                .build("package");
        Path runtime = target.resolve("runtime");

        assertThat(new LinkedImage(runtime).modules())
                .contains("com.example.parcels", "tasker.bootstrap", "tasker.events.inprocess", "tasker.observability")
                .doesNotContain("tasker.events.pgmq", "org.postgresql.jdbc", "java.sql");
        String parcels = Files.move(runtime, folder.resolve("elsewhere"))
                .resolve("bin/parcels")
                .toString();
        try (Tasker worker = Tasker.start(List.of(parcels, "run", "--set", "observability.port=0"))) {
            String url = worker.await("(http://127\\S+)").group(1);
            worker.await("StepHandler: price-parcel");
            priceOneParcel(parcels, url);
            // The launcher that jlink makes is a shell that waits for the worker.
            worker.process().descendants().forEach(ProcessHandle::destroy);
            assertThat(worker.awaitExit()).as(worker.err()).isEqualTo(143);
        }
    }

    private static void priceOneParcel(String parcels, String url) throws Exception {
        try (Tasker tail = Tasker.start(List.of(parcels, "tail", "parcel.*", "--max", "1", "--json", "--url", url));
                Tasker submit = submit(parcels, url)) {
            assertThat(submit.awaitExit()).as(submit.err()).isZero();
            assertThat(submit.out()).contains("\"cents\"", "549");
            assertThat(tail.awaitExit()).as(tail.err()).isZero();
            assertThat(Json.object(tail.out())).containsEntry("event_type", "parcel.priced");
        }
    }

    /** Submit a step once somebody follows the events. */
    private static Tasker submit(String parcels, String url) throws Exception {
        Tasker.await(() -> metrics(parcels, url).contains("tasker_inprocess_subscribers 1"));
        return Tasker.start(List.of(parcels, "submit", "price-parcel", "{\"grams\": 1200}", "--wait", "--url", url));
    }

    private static String metrics(String parcels, String url) {
        try (Tasker metrics = Tasker.start(List.of(parcels, "metrics", "--prometheus", "--url", url))) {
            metrics.awaitExit();
            return metrics.out();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
