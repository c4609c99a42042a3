package tasker.nativecore.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tasker.events.api.ConfigOrigin;
import tasker.events.api.TaskerException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.toml.TomlMapper;

/** Read {@code tasker.toml} into values by their full keys. */
final class TomlFile {
    private static final int MAX_BYTES = 1 << 20;

    /** The parser's messages that never quote the file. */
    private static final Set<String> SAFE_REASONS = Set.of(
            "Duplicate key",
            "Illegal control character",
            "Newline not permitted here",
            "Premature end of file",
            "Table redefined",
            "Unknown escape sequence",
            "Unknown token");

    private TomlFile() {}

    static Map<String, RawValue> read(Path file) {
        String toml = load(file);
        Map<String, RawValue> values = new LinkedHashMap<>();
        TomlLines lines = TomlLines.of(toml);
        parse(toml, file).forEachEntry((section, content) -> {
            if (content.isObject()) {
                content.forEachEntry((name, value) -> {
                    String fullKey = section + '.' + name;
                    values.put(fullKey, raw(value, lines.source(file, fullKey, section)));
                });
            } else {
                values.put(section, raw(content, lines.source(file, section, section)));
            }
        });
        return values;
    }

    private static RawValue raw(JsonNode value, String source) {
        RawValue.Shape shape =
                value.isObject() ? RawValue.Shape.TABLE : value.isArray() ? RawValue.Shape.LIST : RawValue.Shape.SCALAR;
        String text = shape == RawValue.Shape.SCALAR ? value.asString() : "";
        return new RawValue(text, shape, ConfigOrigin.FILE, source);
    }

    private static String load(Path file) {
        String problem;
        try {
            if (Files.size(file) <= MAX_BYTES) {
                return StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                        .toString();
            }
            problem = "is larger than " + MAX_BYTES + " bytes; is it the right file?";
        } catch (CharacterCodingException ignored) {
            throw new TaskerException(
                    "TASKER-C102", "the file '" + file + "' is not TOML: it is not UTF-8; save it so");
        } catch (NoSuchFileException ignored) {
            problem = "does not exist; check the path";
        } catch (AccessDeniedException ignored) {
            problem = "may not be read by this account; change its permissions";
        } catch (IOException e) {
            problem = "cannot be read (" + e.getMessage() + "); check the path and the disk";
        }
        throw new TaskerException("TASKER-C101", "the file '" + file + "' " + problem);
    }

    private static JsonNode parse(String toml, Path file) {
        try {
            return new TomlMapper().readTree(toml);
        } catch (JacksonException e) {
            TokenStreamLocation location = e.getLocation();
            String where = location == null
                    ? ""
                    : " at line " + location.getLineNr() + ", column " + Math.max(1, location.getColumnNr());
            // No cause: the parser's message may quote a value, which may be a secret.
            throw new TaskerException(
                    "TASKER-C102",
                    "the file '" + file + "' is not TOML" + where + ": " + reason(e)
                            + "; a setting is written as name = value, a text in \"quotes\"");
        }
    }

    private static String reason(JacksonException e) {
        String message = e.getOriginalMessage();
        if (e instanceof StreamConstraintsException) {
            return "too long or too deeply nested";
        }
        return message != null && SAFE_REASONS.contains(message) ? message.toLowerCase(Locale.ROOT) : "not understood";
    }
}
