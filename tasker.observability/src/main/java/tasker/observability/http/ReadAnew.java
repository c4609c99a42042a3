package tasker.observability.http;

import java.security.KeyManagementException;
import java.security.SecureRandom;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tasker.nativecore.tls.PemException;
import tasker.nativecore.tls.TlsFiles;

/**
 * Make connections from the newest files: each new one looks whether they have changed; safe for use by many threads.
 *
 * <p>A context is replaced as a whole, so that no session which an authority allowed that is not believed any more is
 * gone on with. Files that cannot be used leave the context as it is, and are logged once: certificate and key are
 * seldom replaced at the same moment.
 */
final class ReadAnew extends SSLContextSpi {
    private static final Logger LOG = LoggerFactory.getLogger(ReadAnew.class);

    private final TlsFiles files;
    private final ReentrantLock looking = new ReentrantLock();
    private volatile SSLContext context;
    private String seen;

    ReadAnew(TlsFiles files) throws PemException {
        this.files = files;
        // Before the files are read: what changes after this is seen with the next look.
        seen = files.fingerprint();
        context = files.read();
    }

    /** The context of the newest files that could be used. */
    SSLContext current() {
        if (looking.tryLock()) {
            try {
                look();
            } finally {
                looking.unlock();
            }
        }
        return context;
    }

    private void look() {
        String now = files.fingerprint();
        if (now.equals(seen)) {
            return;
        }
        seen = now;
        try {
            context = files.read();
            LOG.info("event=http_tls_files_read reason=\"they have changed\"");
        } catch (PemException | RuntimeException e) {
            LOG.error(
                    "event=http_tls_files_refused code=TASKER-H113 reason=\"{}; new connections go on with what was"
                            + " read before\"",
                    e.getMessage());
        }
    }

    @Override
    protected SSLEngine engineCreateSSLEngine(String host, int port) {
        return current().createSSLEngine(host, port);
    }

    @Override
    protected SSLEngine engineCreateSSLEngine() {
        return current().createSSLEngine();
    }

    @Override
    protected SSLParameters engineGetDefaultSSLParameters() {
        return context.getDefaultSSLParameters();
    }

    @Override
    protected SSLParameters engineGetSupportedSSLParameters() {
        return context.getSupportedSSLParameters();
    }

    @Override
    protected SSLSocketFactory engineGetSocketFactory() {
        return context.getSocketFactory();
    }

    @Override
    protected SSLServerSocketFactory engineGetServerSocketFactory() {
        return context.getServerSocketFactory();
    }

    @Override
    protected SSLSessionContext engineGetServerSessionContext() {
        return context.getServerSessionContext();
    }

    @Override
    protected SSLSessionContext engineGetClientSessionContext() {
        return context.getClientSessionContext();
    }

    @Override
    protected void engineInit(
            KeyManager @Nullable [] keys, TrustManager @Nullable [] authorities, @Nullable SecureRandom random)
            throws KeyManagementException {
        throw new KeyManagementException("it is made from files");
    }
}
