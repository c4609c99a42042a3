package tasker.benchmarks.scrape;

import java.io.IOException;
import java.io.OutputStream;

/** Hold the same series in one library. */
interface Scraped {
    /** Record something into every series, so that a scrape has news. */
    void record(long nanos);

    /** Collect everything and write it as Prometheus text. */
    void scrape(OutputStream out) throws IOException;
}
