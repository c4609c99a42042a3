package tasker.observability.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PluginEndpointsTests {
    private static final String TOKEN = "Authorization: Bearer s3cret";

    @RegisterExtension
    final HttpFixture fixture = new HttpFixture();

    private final TestPlugins plugins = new TestPlugins();

    private URI start(String... settings) {
        fixture.worker.plugins = plugins;
        return fixture.start(settings);
    }

    @Test
    void pluginsAreListedAndExplained() throws IOException {
        URI server = start();

        Map<String, Object> geo = HttpReply.get(server, "/plugins/geo").json();
        assertThat(geo)
                .containsEntry("name", "geo")
                .containsEntry("state", "active")
                .containsEntry("services", List.of("StepHandler geo.Find"))
                .containsEntry("required_by", List.of("maps"));
        assertThat(HttpReply.get(server, "/plugins").json()).isEqualTo(Map.of("plugins", List.of(geo)));
        assertThat(HttpReply.get(server, "/plugins/maps").status()).isEqualTo(404);
    }

    @Test
    void withTheTokenTheyAreChanged() throws IOException {
        URI server = start("token", "s3cret");

        assertThat(HttpReply.ask(server, "POST", "/plugins?file=geo.jar", "jar 1", TOKEN)
                        .status())
                .isEqualTo(201);
        assertThat(HttpReply.ask(server, "PUT", "/plugins/geo", "jar 2", TOKEN).status())
                .isEqualTo(200);
        assertThat(HttpReply.ask(server, "POST", "/plugins/geo?action=stop", "", TOKEN)
                        .json())
                .containsEntry("state", "stopped")
                .containsEntry("left", "1 steps were interrupted");
        assertThat(HttpReply.ask(server, "DELETE", "/plugins/geo", "", TOKEN).status())
                .isEqualTo(200);
        assertThat(plugins.calls)
                .containsExactly("install geo.jar jar 1", "replace geo jar 2", "stop geo", "remove geo");
    }

    @Test
    void withoutATokenNobodyChangesThemNotEvenOnThisMachine() throws IOException {
        URI server = start();

        assertThat(HttpReply.ask(server, "POST", "/plugins?file=geo.jar", "jar").code())
                .isEqualTo("TASKER-H115");
        assertThat(HttpReply.ask(server, "DELETE", "/plugins/geo", "").status()).isEqualTo(403);
        assertThat(plugins.calls).isEmpty();
    }

    @Test
    void withTheWrongTokenNobodySeesOrChangesThem() throws IOException {
        URI server = start("token", "s3cret");

        assertThat(HttpReply.get(server, "/plugins").status()).isEqualTo(401);
        assertThat(HttpReply.ask(server, "PUT", "/plugins/geo", "jar", "Authorization: Bearer guess")
                        .code())
                .isEqualTo("TASKER-H105");
        assertThat(plugins.calls).isEmpty();
    }

    @Test
    void aFolderThatCannotBeWrittenIsSaidToBeSo() throws IOException {
        URI server = start("token", "s3cret");

        HttpReply failed = HttpReply.ask(server, "DELETE", "/plugins/fixed", "", TOKEN);
        assertThat(failed.status()).isEqualTo(500);
        assertThat(failed.code()).isEqualTo("TASKER-H116");
        assertThat(failed.body()).contains("AccessDeniedException: /plugins/fixed.jar", "plugins.directory");
    }

    @Test
    void refusalsKeepTheirCodes() throws IOException {
        URI server = start("token", "s3cret");

        HttpReply unknown = HttpReply.ask(server, "POST", "/plugins/maps?action=stop", "", TOKEN);
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.code()).isEqualTo("TASKER-P130");
        HttpReply failed = HttpReply.ask(server, "POST", "/plugins/geo?action=start", "", TOKEN);
        assertThat(failed.status()).isEqualTo(409);
        assertThat(failed.code()).isEqualTo("TASKER-P222");
        assertThat(HttpReply.ask(server, "POST", "/plugins/geo?action=burn", "", TOKEN)
                        .status())
                .isEqualTo(400);
        assertThat(HttpReply.ask(server, "POST", "/plugins", "jar", TOKEN).status())
                .isEqualTo(400);
    }
}
