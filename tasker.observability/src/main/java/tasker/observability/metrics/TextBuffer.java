package tasker.observability.metrics;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Collect UTF-8 text without making strings of its numbers; for use by one thread. */
final class TextBuffer {
    private static final int NANOS_PER_SECOND = 1_000_000_000;

    private byte[] bytes;
    private int length;

    TextBuffer(int capacity) {
        bytes = new byte[capacity];
    }

    /** Forget the text and keep the room. */
    TextBuffer clear() {
        length = 0;
        return this;
    }

    int length() {
        return length;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    TextBuffer append(char ascii) {
        reserve(1);
        bytes[length++] = (byte) ascii;
        return this;
    }

    TextBuffer append(TextBuffer other) {
        reserve(other.length);
        System.arraycopy(other.bytes, 0, bytes, length, other.length);
        length += other.length;
        return this;
    }

    TextBuffer append(String text) {
        reserve(text.length());
        int start = length;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= 0x80) {
                length = start;
                return appendEncoded(text);
            }
            bytes[length++] = (byte) c;
        }
        return this;
    }

    /** Append with a backslash before backslashes and quotes, and line breaks as {@code \n}. */
    TextBuffer appendEscaped(String text, boolean quotes) {
        if (text.indexOf('\\') < 0 && text.indexOf('\n') < 0 && text.indexOf('"') < 0) {
            return append(text);
        }
        String escaped = text.replace("\\", "\\\\").replace("\n", "\\n");
        return append(quotes ? escaped.replace("\"", "\\\"") : escaped);
    }

    TextBuffer append(long value) {
        if (value < 0) {
            // The most negative number has no positive twin; such a count is rare enough to take the slow way.
            return append(Long.toString(value));
        }
        int digits = 1;
        for (long rest = value; rest >= 10; rest /= 10) {
            digits++;
        }
        return appendPadded(value, digits);
    }

    /** Append as both formats read it: whole numbers without a fraction, infinity as {@code +Inf}. */
    TextBuffer append(double value) {
        if (Double.isInfinite(value)) {
            return append(value > 0 ? "+Inf" : "-Inf");
        }
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            return append((long) value);
        }
        return append(Double.toString(value));
    }

    /** Append nanoseconds as seconds, exactly. */
    TextBuffer appendSeconds(long nanos) {
        append(nanos / NANOS_PER_SECOND);
        int fraction = (int) (nanos % NANOS_PER_SECOND);
        if (fraction == 0) {
            return this;
        }
        int digits = 9;
        while (fraction % 10 == 0) {
            fraction /= 10;
            digits--;
        }
        return append('.').appendPadded(fraction, digits);
    }

    private TextBuffer appendPadded(long value, int digits) {
        reserve(digits);
        long rest = value;
        for (int i = length + digits - 1; i >= length; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
        return this;
    }

    private TextBuffer appendEncoded(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        reserve(encoded.length);
        System.arraycopy(encoded, 0, bytes, length, encoded.length);
        length += encoded.length;
        return this;
    }

    private void reserve(int more) {
        if (more > bytes.length - length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, bytes.length * 2));
        }
    }
}
