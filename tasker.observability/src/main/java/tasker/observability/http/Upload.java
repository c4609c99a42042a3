package tasker.observability.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Read a body of any size up to a limit, each read within the time that a client may take; for use by one thread. */
final class Upload extends FilterInputStream {
    private final Deadlines deadlines;
    private final long limit;
    private long count;

    Upload(InputStream in, Deadlines deadlines, long limit) {
        super(in);
        this.deadlines = deadlines;
        this.limit = limit;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    /**
     * Read some bytes.
     *
     * @throws HttpFailure with status 413 when the body is larger than the limit
     */
    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int[] read = new int[1];
        deadlines.bounded(() -> read[0] = in.read(bytes, offset, length));
        count += Math.max(0, read[0]);
        if (count > limit) {
            throw new HttpFailure(413, "TASKER-H108", "the body has more than " + limit + " bytes");
        }
        return read[0];
    }

    @Override
    public long skip(long bytes) throws IOException {
        return readNBytes((int) Math.min(bytes, 8_192)).length;
    }
}
