package tasker.nativecore.json;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.TokenStreamContext;

/** Name the place in a document as the contracts do: {@code components.db.details.hosts[2]}. */
final class JsonPath {
    private JsonPath() {}

    /** Where it failed; empty at the top of the document. */
    static String of(JacksonException failure) {
        StringBuilder path = new StringBuilder();
        for (JacksonException.Reference step : failure.getPath()) {
            if (step.getPropertyName() == null) {
                index(path, step.getIndex());
            } else {
                name(path, step.getPropertyName());
            }
        }
        return path.toString();
    }

    /** Where the parser stands, which is deeper than the record that was being built; empty at the top. */
    static String ofParser(JacksonException failure) {
        if (!(failure.processor() instanceof JsonParser parser)) {
            return of(failure);
        }
        StringBuilder path = new StringBuilder();
        walk(path, parser.streamReadContext());
        return path.toString();
    }

    private static void walk(StringBuilder path, TokenStreamContext context) {
        if (context.getParent() != null) {
            walk(path, context.getParent());
        }
        if (context.inArray()) {
            index(path, context.getCurrentIndex());
        } else if (context.inObject() && context.currentName() != null) {
            name(path, context.currentName());
        }
    }

    private static void name(StringBuilder path, String name) {
        path.append(path.isEmpty() ? "" : ".").append(name);
    }

    private static void index(StringBuilder path, int index) {
        path.append('[').append(Math.max(0, index)).append(']');
    }
}
