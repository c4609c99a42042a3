package tasker.plugins.opentelemetry;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Tell what a collector that took a request has refused of it nevertheless; immutable.
 *
 * @param count points that it refused, at least one
 * @param reason why, in the collector's words; may be empty
 * @see <a href="https://opentelemetry.io/docs/specs/otlp/#partial-success-1">Partial success</a>
 */
record RefusedPoints(long count, String reason) {
    private static final int MOST_CHARACTERS = 200;
    private static final int FIXED32 = 5;

    /** Read the body of an answer; empty when all was taken, and when the body is no message of OTLP. */
    static Optional<RefusedPoints> of(byte[] body) {
        try {
            RefusedPoints refused = new RefusedPoints(0, "");
            ByteBuffer answer = ByteBuffer.wrap(body);
            while (answer.hasRemaining()) {
                long tag = varint(answer);
                if (tag == tag(1, ProtoBuffer.BYTES)) {
                    refused = partialSuccess(bytes(answer));
                } else {
                    skip(answer, tag);
                }
            }
            return Optional.of(refused).filter(found -> found.count > 0);
        } catch (BufferUnderflowException | IllegalArgumentException ignored) {
            return Optional.empty();
        }
    }

    private static RefusedPoints partialSuccess(ByteBuffer message) {
        long count = 0;
        String reason = "";
        while (message.hasRemaining()) {
            long tag = varint(message);
            if (tag == tag(1, ProtoBuffer.VARINT)) {
                count = varint(message);
            } else if (tag == tag(2, ProtoBuffer.BYTES)) {
                reason = StandardCharsets.UTF_8.decode(bytes(message)).toString();
            } else {
                skip(message, tag);
            }
        }
        return new RefusedPoints(count, reason.substring(0, Math.min(reason.length(), MOST_CHARACTERS)));
    }

    private static long tag(int field, int type) {
        return ((long) field << ProtoBuffer.TYPE_BITS) | type;
    }

    private static void skip(ByteBuffer in, long tag) {
        switch ((int) tag & ((1 << ProtoBuffer.TYPE_BITS) - 1)) {
            case ProtoBuffer.VARINT -> varint(in);
            case ProtoBuffer.FIXED64 -> in.getLong();
            case ProtoBuffer.BYTES -> bytes(in);
            case FIXED32 -> in.getInt();
            default -> throw new IllegalArgumentException("no type of Protocol Buffers");
        }
    }

    private static ByteBuffer bytes(ByteBuffer in) {
        long length = varint(in);
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        ByteBuffer part = in.slice(in.position(), (int) length);
        in.position(in.position() + (int) length);
        return part;
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte next = in.get();
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("no number of Protocol Buffers");
    }
}
