package tasker.observability.metrics;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Collect UTF-8 text without making strings of its numbers; for use by one thread. */
final class TextBuffer {
    private static final int NANOS_PER_SECOND = 1_000_000_000;
    private static final int NANO_DIGITS = 9;
    private static final double MILLION = 1e6;
    private static final int MILLIONTH_DIGITS = 6;

    /** Whole numbers of fewer than 16 digits are exact in a double, and tell apart all decimals of as many digits. */
    private static final double EXACT = 1e15;

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

    /** How much fits without growing. */
    int capacity() {
        return bytes.length;
    }

    void writeTo(OutputStream out) throws IOException {
        out.write(bytes, 0, length);
    }

    /** Put another text in the place of a part of this one, whose rest moves. */
    void replace(int from, int to, TextBuffer other) {
        int moved = other.length - (to - from);
        if (moved != 0) {
            reserve(Math.max(0, moved));
            System.arraycopy(bytes, to, bytes, to + moved, length - to);
            length += moved;
        }
        System.arraycopy(other.bytes, 0, bytes, from, other.length);
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
            // The most negative number has no positive twin.
            return value == Long.MIN_VALUE
                    ? append(Long.toString(value))
                    : append('-').append(-value);
        }
        int digits = 1;
        for (long rest = value; rest >= 10; rest /= 10) {
            digits++;
        }
        return appendPadded(value, digits);
    }

    /**
     * Append as both formats read it, with the fewest digits that tell the number apart from all others: whole numbers
     * without a fraction, infinity as {@code +Inf}.
     */
    TextBuffer append(double value) {
        if (Double.isInfinite(value)) {
            return append(value > 0 ? "+Inf" : "-Inf");
        }
        if (value == Math.rint(value) && Math.abs(value) < EXACT) {
            return append((long) value);
        }
        // A quotient of two exact numbers is the double nearest to the decimal, which has at most 15 digits; no other
        // decimal of so few has the same nearest double.
        double millionths = Math.rint(value * MILLION);
        if (Math.abs(millionths) < EXACT && millionths / MILLION == value) {
            long whole = (long) Math.abs(millionths);
            return (value < 0 ? append('-') : this)
                    .append(whole / (long) MILLION)
                    .appendFraction(whole % (long) MILLION, MILLIONTH_DIGITS);
        }
        return append(Double.toString(value));
    }

    /** Append nanoseconds as seconds, exactly. */
    TextBuffer appendSeconds(long nanos) {
        return append(nanos / NANOS_PER_SECOND).appendFraction(nanos % NANOS_PER_SECOND, NANO_DIGITS);
    }

    /** Append what stands after the point, without the zeros at its end; nothing for 0. */
    private TextBuffer appendFraction(long fraction, int digits) {
        if (fraction == 0) {
            return this;
        }
        long shortened = fraction;
        int left = digits;
        while (shortened % 10 == 0) {
            shortened /= 10;
            left--;
        }
        return append('.').appendPadded(shortened, left);
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
