package tasker.observability.metrics;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Tell what an exposition sends. */
final class Written {
    private Written() {}

    static String text(Exposition exposition) {
        int length = exposition.render();
        ByteArrayOutputStream out = new ByteArrayOutputStream(length);
        try {
            exposition.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        assert out.size() == length : "render told " + length + " bytes and wrote " + out.size();
        return out.toString(StandardCharsets.UTF_8);
    }
}
