package tasker.observability.http;

import java.util.Locale;
import tasker.events.api.InvalidValueException;

/** Say what clients without a certificate get, where one can be shown. */
enum ClientCertificates {
    /** No connection. */
    REQUIRED,
    /** What everybody gets: status and metrics, so that probes work which have no certificate. */
    OPTIONAL;

    /** Read a setting. */
    static ClientCertificates parse(String text) {
        for (ClientCertificates value : values()) {
            if (value.name().toLowerCase(Locale.ROOT).equals(text)) {
                return value;
            }
        }
        throw new InvalidValueException("tls-client-auth", "is '" + text + "'; expected required or optional");
    }
}
