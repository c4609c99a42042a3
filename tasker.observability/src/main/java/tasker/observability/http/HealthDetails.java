package tasker.observability.http;

import java.util.Locale;
import tasker.events.api.InvalidValueException;

/** Say who sees more of the health than its status. */
enum HealthDetails {
    /** Whoever can ask. */
    ALWAYS,
    /** Who has the token; where none is set, a certificate; where none is asked for, everybody on this machine. */
    WITH_TOKEN,
    /** Nobody over HTTP. */
    NEVER;

    /**
     * Read a setting.
     *
     * @throws InvalidValueException when it is none of them
     */
    static HealthDetails parse(String text) {
        for (HealthDetails details : values()) {
            if (details.text().equals(text)) {
                return details;
            }
        }
        throw new InvalidValueException("health-details", "is '" + text + "'; expected always, with-token or never");
    }

    /** Whether who sent this request sees reasons and figures. */
    boolean areShownTo(Exchange exchange, Access access) {
        return switch (this) {
            case ALWAYS -> true;
            case WITH_TOKEN -> access.isTrusted(exchange);
            case NEVER -> false;
        };
    }

    String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
