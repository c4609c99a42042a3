package tasker.bootstrap.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tasker.events.api.DomainEvent;
import tasker.events.api.InvalidValueException;
import tasker.events.api.TaskerException;
import tasker.nativecore.json.Json;

/** Read a JSON object that stands on the command line or, for {@code -}, on standard input. */
final class JsonArgument {
    private JsonArgument() {}

    /**
     * Read the object.
     *
     * @param what names it to people
     * @throws TaskerException {@code TASKER-L102} when it is none
     */
    static Map<String, @Nullable Object> object(CliContext context, String what, String argument) throws IOException {
        boolean piped = argument.equals("-");
        String text = piped ? standardInput(context, what) : argument;
        try {
            return Json.object(text);
        } catch (InvalidValueException e) {
            throw new TaskerException(
                    "TASKER-L102",
                    "the " + what + " " + (piped ? "on standard input" : "'" + shortened(text) + "'")
                            + " is no JSON object (" + e.problem() + "); write one such as '{\"order\": 42}'",
                    e);
        }
    }

    private static String standardInput(CliContext context, String what) throws IOException {
        byte[] bytes = context.input().readNBytes(2 * DomainEvent.MAX_PAYLOAD_BYTES);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            // Replacement characters would be stored in the place of what was meant.
            throw new TaskerException(
                    "TASKER-L102", "the " + what + " on standard input is not UTF-8; send JSON as UTF-8", e);
        }
    }

    private static String shortened(String text) {
        return text.length() > 60 ? text.substring(0, 60) + "..." : text;
    }
}
