package tasker.nativecore.json;

import java.util.Collection;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tasker.events.api.InvalidValueException;
import tasker.nativecore.guard.Failures;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.InvalidTypeIdException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** Say by the field's JSON name, and in the words of the contracts, why Jackson refused something. */
final class JsonFailures {
    private static final String DOCUMENT = "json";
    private static final int MAX_SHOWN = 100;
    private static final int MAX_PROBLEM = 300;

    private JsonFailures() {}

    static InvalidValueException ofWriting(JacksonException failure) {
        return refusal(JsonPath.of(failure), "cannot be written as JSON: " + reason(failure));
    }

    static InvalidValueException ofReading(JacksonException failure) {
        String path = JsonPath.of(failure);
        if (failure.getCause() instanceof InvalidValueException refused) {
            return path.isEmpty()
                    ? refused
                    : new InvalidValueException(path + '.' + refused.field(), refused.problem());
        }
        return switch (failure) {
            case UnrecognizedPropertyException unknown ->
                refusal(path, "is unknown; expected " + sorted(unknown.getKnownPropertyIds()));
            case InvalidFormatException malformed ->
                refusal(
                        path,
                        "is '" + Failures.cut(String.valueOf(malformed.getValue()), MAX_SHOWN) + "'; expected "
                                + JsonShapes.of(malformed.getTargetType()));
            case InvalidTypeIdException kind -> ofKind(path, kind);
            case MismatchedInputException mismatched -> ofMismatch(path, mismatched);
            case StreamConstraintsException bound -> refusal(path, "is too large: " + reason(bound));
            case InputCoercionException number -> refusal(path, "is out of range: " + reason(number));
            case StreamReadException syntax -> ofSyntax(syntax);
            default -> refusal(path, "is refused: " + reason(failure));
        };
    }

    private static InvalidValueException ofKind(String path, InvalidTypeIdException kind) {
        String field = path.isEmpty() ? "status" : path + ".status";
        return kind.getTypeId() == null
                ? new InvalidValueException(field, "is required")
                : new InvalidValueException(
                        field, "is '" + Failures.cut(kind.getTypeId(), MAX_SHOWN) + "'; expected failure or success");
    }

    private static InvalidValueException ofMismatch(String path, MismatchedInputException mismatched) {
        String message = mismatched.getOriginalMessage();
        if (message.startsWith("Missing required")) {
            return refusal(path, "is required");
        }
        if (message.startsWith("Trailing token")) {
            return refusal(path, "goes on after its end" + position(mismatched));
        }
        return refusal(
                path,
                "is " + JsonShapes.of(mismatched.getCurrentToken()) + "; expected "
                        + JsonShapes.of(mismatched.getTargetType()));
    }

    private static InvalidValueException ofSyntax(StreamReadException syntax) {
        if (syntax.getOriginalMessage().startsWith("Duplicate")) {
            return refusal(JsonPath.ofParser(syntax), "stands twice" + position(syntax));
        }
        return refusal(JsonPath.ofParser(syntax), "is not JSON" + position(syntax) + ": " + reason(syntax));
    }

    private static InvalidValueException refusal(String path, String problem) {
        return new InvalidValueException(path.isEmpty() ? DOCUMENT : path, Failures.cut(problem, MAX_PROBLEM));
    }

    private static String position(JacksonException failure) {
        TokenStreamLocation location = failure.getLocation();
        return location == null ? "" : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
    }

    /**
     * Jackson's reason without its advice to switch its features, which are not the reader's to switch, and without
     * what it says instead of the text, which it does not show.
     */
    private static String reason(JacksonException failure) {
        @Nullable String message = failure.getOriginalMessage();
        return message == null
                ? failure.getClass().getSimpleName()
                : message.replaceFirst("(?s): enable `.*| \\(but .*|\\R.*", "")
                        .replaceFirst(", from `[^`]*`", "")
                        .replaceAll("\\[Source: [^;\\]]*; ([^\\]]*)\\]", "$1");
    }

    private static String sorted(@Nullable Collection<Object> names) {
        return names == null
                ? "none"
                : names.stream().map(String::valueOf).sorted().collect(Collectors.joining(", "));
    }
}
