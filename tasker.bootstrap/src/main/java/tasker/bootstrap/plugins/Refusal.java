package tasker.bootstrap.plugins;

import java.util.ArrayList;
import java.util.List;

/**
 * Say why a plugin was not loaded.
 *
 * @param code the stable code, explained in {@code docs/errors.md}
 * @param cause what is wrong, and where it comes from
 * @param remedy what to do
 * @param because what that comes from, such as the refusal of a plugin that this one requires
 */
public record Refusal(String code, String cause, String remedy, List<Refusal> because) {
    /** Copy the list. */
    public Refusal {
        because = List.copyOf(because);
    }

    Refusal(String code, String cause, String remedy) {
        this(code, cause, remedy, List.of());
    }

    /** The code, the cause and the remedy in one line, without what they come from. */
    public String message() {
        return code + " " + cause + "; " + remedy;
    }

    /** The refusal and below it, each indented further, what it comes from, one line each. */
    public List<String> tree() {
        List<String> lines = new ArrayList<>();
        addTo(lines, "");
        return List.copyOf(lines);
    }

    private void addTo(List<String> lines, String indent) {
        lines.add(indent + message());
        because.forEach(deeper -> deeper.addTo(lines, indent + "  "));
    }
}
