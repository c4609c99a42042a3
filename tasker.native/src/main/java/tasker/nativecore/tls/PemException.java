package tasker.nativecore.tls;

/** Report that a PEM file cannot be used; the message names the setting or option, the file, and what to do. */
public final class PemException extends Exception {
    private static final long serialVersionUID = 1L;

    PemException(PemFile file, String problem) {
        super("the file '" + file.path() + "' of " + file.origin() + ' ' + problem);
    }
}
