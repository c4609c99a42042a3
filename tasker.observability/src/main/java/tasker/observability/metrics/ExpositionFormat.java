package tasker.observability.metrics;

import java.util.Locale;
import java.util.Optional;

/** Name the text formats that metrics are written in. */
public enum ExpositionFormat {
    /** Prometheus text 0.0.4, which every scraper reads. */
    PROMETHEUS_TEXT("text/plain; version=0.0.4; charset=utf-8", "text/plain", "0.0.4"),
    /** OpenMetrics 1.0, which ends in {@code # EOF}, so that a reader can tell a torn answer. */
    OPENMETRICS("application/openmetrics-text; version=1.0.0; charset=utf-8", "application/openmetrics-text", "1.0.0");

    private final String contentType;
    private final String mediaType;
    private final String version;

    ExpositionFormat(String contentType, String mediaType, String version) {
        this.contentType = contentType;
        this.mediaType = mediaType;
        this.version = version;
    }

    /** The value of the header {@code Content-Type}. */
    public String contentType() {
        return contentType;
    }

    /**
     * Choose by the header {@code Accept}: the highest quality wins, Prometheus text when there is no winner or nothing
     * that is known (RFC 9110, 12.5.1, and Prometheus's rules of negotiation).
     */
    public static ExpositionFormat negotiate(Optional<String> accept) {
        if (accept.isEmpty()) {
            return PROMETHEUS_TEXT;
        }
        String[] ranges = accept.get().toLowerCase(Locale.ROOT).split(",", -1);
        return OPENMETRICS.quality(ranges) > PROMETHEUS_TEXT.quality(ranges) ? OPENMETRICS : PROMETHEUS_TEXT;
    }

    /** The quality by the most specific range that names this format; 0 when none does. */
    private double quality(String[] ranges) {
        double quality = 0;
        int specificity = 0;
        for (String range : ranges) {
            String[] parts = range.split(";", -1);
            int match = match(parts);
            double offered = weight(parts);
            if (match > specificity) {
                specificity = match;
                quality = offered;
            } else if (match == specificity && match > 0) {
                quality = Math.max(quality, offered);
            }
        }
        return quality;
    }

    /** How closely a range names this format: not at all, any type, any subtype, the type, the type and version. */
    private int match(String[] range) {
        String type = range[0].strip();
        if (type.equals("*/*")) {
            return 1;
        }
        if (type.equals(mediaType.substring(0, mediaType.indexOf('/')) + "/*")) {
            return 2;
        }
        if (!type.equals(mediaType)) {
            return 0;
        }
        for (int i = 1; i < range.length; i++) {
            String parameter = range[i].strip();
            if (parameter.startsWith("version=")) {
                return parameter.substring(8).replace("\"", "").equals(version) ? 4 : 0;
            }
        }
        return 3;
    }

    private static double weight(String[] range) {
        for (int i = 1; i < range.length; i++) {
            String parameter = range[i].strip();
            if (parameter.startsWith("q=")) {
                try {
                    double quality = Double.parseDouble(parameter.substring(2));
                    return quality >= 0 && quality <= 1 ? quality : 0;
                } catch (NumberFormatException ignored) {
                    return 0;
                }
            }
        }
        return 1;
    }
}
