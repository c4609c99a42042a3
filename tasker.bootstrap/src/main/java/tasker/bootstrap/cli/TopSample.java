package tasker.bootstrap.cli;

import java.util.Map;
import tasker.events.api.TaskerException;

/**
 * Hold what a worker answered to {@code /overview}; it may be of another version than this command.
 *
 * @param body the answer
 */
record TopSample(Map<String, ?> body) {
    /**
     * Read an answer.
     *
     * @throws TaskerException {@code TASKER-L203} when it is none of a worker
     */
    static TopSample parse(String json) {
        TopSample sample = new TopSample(JsonValues.object(json));
        if (sample.section("metrics").isEmpty() || sample.section("health").isEmpty()) {
            throw new TaskerException(
                    "TASKER-L203",
                    "the answer to /overview tells no metrics and no health; does something else answer at that"
                            + " address, or a worker of another version?");
        }
        return sample;
    }

    String text(String name) {
        return JsonValues.text(body, name);
    }

    Map<String, Object> section(String name) {
        return JsonValues.members(body.get(name));
    }

    String status() {
        return JsonValues.text(section("health"), "status");
    }

    /** A figure of a section; not a number where there is none. */
    double number(String section, String name) {
        return number(section(section), name);
    }

    /** A figure of an object; not a number where there is none. */
    static double number(Map<String, ?> object, String name) {
        return object.get(name) instanceof Number number ? number.doubleValue() : Double.NaN;
    }
}
