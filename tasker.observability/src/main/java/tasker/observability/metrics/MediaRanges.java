package tasker.observability.metrics;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Read the header {@code Accept} (RFC 9110, 12.5.1): what a client takes, and how gladly; immutable.
 *
 * <p>Of the ranges that name a type the most specific one counts, and of several such the highest quality.
 */
public final class MediaRanges {
    private final List<String[]> ranges;

    private MediaRanges(List<String[]> ranges) {
        this.ranges = ranges;
    }

    /** Read a header; a client that sends none has no preference. */
    public static MediaRanges of(Optional<String> accept) {
        return new MediaRanges(accept.stream()
                .flatMap(text -> Stream.of(text.toLowerCase(Locale.ROOT).split(",", -1)))
                .map(range -> range.split(";", -1))
                .toList());
    }

    /** The quality of a type; 0 when no range names it. */
    public double quality(String type, String subtype) {
        return quality(type, subtype, Optional.empty());
    }

    /** The quality of a type in a version; a range that asks for another one does not name it. */
    double quality(String type, String subtype, Optional<String> version) {
        double quality = 0;
        int specificity = 0;
        for (String[] range : ranges) {
            int match = match(range, type, subtype, version);
            double offered = weight(range);
            if (match > specificity) {
                specificity = match;
                quality = offered;
            } else if (match == specificity && match > 0) {
                quality = Math.max(quality, offered);
            }
        }
        return quality;
    }

    /** How closely a range names a type: not at all, any type, any subtype, the type, the type and version. */
    private static int match(String[] range, String type, String subtype, Optional<String> version) {
        String named = range[0].strip();
        if (named.equals("*/*")) {
            return 1;
        }
        if (named.equals(type + "/*")) {
            return 2;
        }
        if (!named.equals(type + '/' + subtype)) {
            return 0;
        }
        Optional<String> wanted = parameter(range, "version=").map(text -> text.replace("\"", ""));
        if (version.isPresent() && wanted.isPresent()) {
            return wanted.equals(version) ? 4 : 0;
        }
        return 3;
    }

    private static double weight(String[] range) {
        Optional<String> weight = parameter(range, "q=");
        if (weight.isEmpty()) {
            return 1;
        }
        try {
            double quality = Double.parseDouble(weight.get());
            return quality >= 0 && quality <= 1 ? quality : 0;
        } catch (NumberFormatException ignored) {
            return 0;
        }
    }

    private static Optional<String> parameter(String[] range, String prefix) {
        for (int i = 1; i < range.length; i++) {
            String parameter = range[i].strip();
            if (parameter.startsWith(prefix)) {
                return Optional.of(parameter.substring(prefix.length()));
            }
        }
        return Optional.empty();
    }
}
