package tasker.observability.metrics;

import java.util.Optional;

/** Name the text formats that metrics are written in. */
public enum ExpositionFormat {
    /** Prometheus text 0.0.4, which every scraper reads. */
    PROMETHEUS_TEXT("text/plain; version=0.0.4; charset=utf-8", "text", "plain", "0.0.4"),
    /** OpenMetrics 1.0, which ends in {@code # EOF}, so that a reader can tell a torn answer. */
    OPENMETRICS(
            "application/openmetrics-text; version=1.0.0; charset=utf-8", "application", "openmetrics-text", "1.0.0");

    private final String contentType;
    private final String type;
    private final String subtype;
    private final String version;

    ExpositionFormat(String contentType, String type, String subtype, String version) {
        this.contentType = contentType;
        this.type = type;
        this.subtype = subtype;
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
        MediaRanges ranges = MediaRanges.of(accept);
        return OPENMETRICS.quality(ranges) > PROMETHEUS_TEXT.quality(ranges) ? OPENMETRICS : PROMETHEUS_TEXT;
    }

    private double quality(MediaRanges ranges) {
        return ranges.quality(type, subtype, Optional.of(version));
    }
}
