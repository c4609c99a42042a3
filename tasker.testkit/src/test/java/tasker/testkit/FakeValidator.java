package tasker.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tasker.events.api.InvalidValueException;
import tasker.events.api.spi.PayloadValidator;

/** Check by the few schemas of the contract as a validator should, but for the promise that is broken. */
public final class FakeValidator implements PayloadValidator {
    private static final Pattern REQUIRED = Pattern.compile("\"required\": \\[\"(\\w+)\"]");
    private volatile String last = "";

    /** Made by the tests. */
    public FakeValidator() {}

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public Schema compile(String schema) {
        if (!schema.strip().endsWith("}") && !Broken.is("textThatIsNoJsonIsRefused")) {
            throw new InvalidValueException("schema", "is no JSON");
        }
        if (schema.contains("\"type\": 5") && !Broken.is("jsonThatIsNoSchemaIsRefused")) {
            throw new InvalidValueException("schema", "is no schema");
        }
        last = schema;
        Thread compiler = Thread.currentThread();
        return (Map<String, @Nullable Object> payload) -> {
            if (Broken.is("checksForManyThreadsAtOnce") && Thread.currentThread() != compiler) {
                throw new IllegalStateException("another thread has compiled it");
            }
            return problems(Broken.is("schemasAreKeptApart") ? last : schema, payload);
        };
    }

    private static List<String> problems(String schema, Map<String, @Nullable Object> payload) {
        List<String> problems = new ArrayList<>();
        if (Broken.is("findsWhatDoesNotMatch") && payload.isEmpty()) {
            return problems;
        }
        Matcher required = REQUIRED.matcher(schema);
        if (required.find()
                && (Broken.is("nullIsAValue")
                        ? payload.get(required.group(1)) == null
                        : !payload.containsKey(required.group(1)))) {
            problems.add("the whole lacks " + required.group(1));
        }
        if (payload.get("id") instanceof String) {
            problems.add(place("/id"));
        }
        if (payload.get("lines") instanceof List<?> lines) {
            if (!(lines.get(1) instanceof String)) {
                problems.add(place("/lines/1"));
            } else if (Broken.is("findsNothingWrongWithWhatMatches")) {
                problems.add(place("/lines"));
            }
        }
        return problems;
    }

    private static String place(String place) {
        return Broken.is("eachProblemHasItsPlace") ? "something else is expected" : place + " is wrong";
    }

    /** Runs the contract. */
    static final class Contract extends PayloadValidatorContract {
        @Override
        protected PayloadValidator create() {
            return new FakeValidator();
        }

        @Override
        protected Duration patience() {
            return Broken.PATIENCE;
        }
    }
}
