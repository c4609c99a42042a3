package tasker.plugins.opentelemetry;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Write a message in the wire format of Protocol Buffers; for use by one thread.
 *
 * @see <a href="https://protobuf.dev/programming-guides/encoding/">Encoding</a>
 */
final class ProtoBuffer {
    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int BYTES = 2;
    static final int TYPE_BITS = 3;

    private byte[] bytes = new byte[64];
    private int length;

    int length() {
        return length;
    }

    void writeTo(OutputStream out) throws IOException {
        out.write(bytes, 0, length);
    }

    ProtoBuffer number(int field, long value) {
        tag(field, VARINT);
        return varint(value);
    }

    ProtoBuffer fixed(int field, long value) {
        tag(field, FIXED64);
        return fixed(value);
    }

    ProtoBuffer real(int field, double value) {
        return fixed(field, Double.doubleToRawLongBits(value));
    }

    ProtoBuffer text(int field, String value) {
        return raw(field, value.getBytes(StandardCharsets.UTF_8));
    }

    ProtoBuffer raw(int field, byte[] value) {
        return bytes(field, value, value.length);
    }

    /** Write numbers one after the other, each as eight bytes. */
    ProtoBuffer packed(int field, long[] values) {
        tag(field, BYTES);
        varint((long) values.length * Long.BYTES);
        for (long value : values) {
            fixed(value);
        }
        return this;
    }

    /** Write a message within this one. */
    ProtoBuffer message(int field, Consumer<ProtoBuffer> content) {
        ProtoBuffer inner = new ProtoBuffer();
        content.accept(inner);
        return message(field, inner);
    }

    ProtoBuffer message(int field, ProtoBuffer inner) {
        return bytes(field, inner.bytes, inner.length);
    }

    /** Write fields that were written elsewhere. */
    ProtoBuffer fields(ProtoBuffer other) {
        return append(other.bytes, other.length);
    }

    private ProtoBuffer bytes(int field, byte[] value, int count) {
        tag(field, BYTES);
        varint(count);
        return append(value, count);
    }

    private void tag(int field, int type) {
        varint(((long) field << TYPE_BITS) | type);
    }

    private ProtoBuffer varint(long value) {
        reserve(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[length++] = (byte) ((rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        bytes[length++] = (byte) rest;
        return this;
    }

    private ProtoBuffer fixed(long value) {
        reserve(Long.BYTES);
        for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
            bytes[length++] = (byte) (value >>> shift);
        }
        return this;
    }

    private ProtoBuffer append(byte[] value, int count) {
        reserve(count);
        System.arraycopy(value, 0, bytes, length, count);
        length += count;
        return this;
    }

    private void reserve(int more) {
        if (more > bytes.length - length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, bytes.length * 2));
        }
    }
}
