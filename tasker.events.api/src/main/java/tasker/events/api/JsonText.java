package tasker.events.api;

/** Measure strings as they will stand in JSON (RFC 8259). */
final class JsonText {
    private JsonText() {}

    /**
     * Count the bytes of a string as UTF-8 JSON, with its quotes and escapes.
     *
     * @throws InvalidValueException when the string holds half of a surrogate pair, which UTF-8 cannot carry, or
     *     U+0000, which PostgreSQL cannot keep (SQLSTATE 22P05)
     */
    static long utf8Length(String text, String path) {
        long length = 2;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0) {
                throw new InvalidValueException(path, "holds U+0000 at character " + i + "; leave that character out");
            }
            if (Character.isSurrogate(c)) {
                if (!Character.isHighSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    throw new InvalidValueException(path, "holds an unpaired surrogate at character " + i);
                }
                i++;
                length += 4;
            } else {
                length += bytesOf(c);
            }
        }
        return length;
    }

    /** Replace what {@link #utf8Length} refuses by U+FFFD, in a text that only people read. */
    static String readable(String text) {
        StringBuilder readable = new StringBuilder(text.length());
        text.codePoints()
                .map(c -> c == 0 || Character.getType(c) == Character.SURROGATE ? 0xFFFD : c)
                .forEach(readable::appendCodePoint);
        return readable.toString();
    }

    private static int bytesOf(char c) {
        return switch (c) {
            case '"', '\\', '\b', '\t', '\n', '\f', '\r' -> 2;
            default -> c < 0x20 ? 6 : c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
        };
    }
}
