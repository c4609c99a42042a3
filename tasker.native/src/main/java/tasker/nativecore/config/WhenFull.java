package tasker.nativecore.config;

import java.util.Locale;
import tasker.events.api.InvalidValueException;

/** Choose what becomes of a step that finds the dispatch channel full. */
public enum WhenFull {
    /** Whoever submits it waits for room. */
    WAIT,
    /** It is refused at once. */
    REFUSE;

    /**
     * Read a choice from its lower-case name, as it stands in configuration.
     *
     * @throws InvalidValueException when the text names none
     */
    public static WhenFull parse(String text) {
        for (WhenFull choice : values()) {
            if (choice.name().toLowerCase(Locale.ROOT).equals(text)) {
                return choice;
            }
        }
        throw new InvalidValueException("dispatch-when-full", "is '" + text + "'; expected wait or refuse");
    }
}
