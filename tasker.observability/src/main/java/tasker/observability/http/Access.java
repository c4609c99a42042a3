package tasker.observability.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Decide who may ask.
 *
 * <p>With a token, guarded routes need it. Without one the server listens to this machine alone, where what remains is
 * a web page in a local browser: one of another origin is told by its {@code Origin} or {@code Sec-Fetch-Site}, one
 * that had its name resolved to this machine (DNS rebinding) by its {@code Host}. Where others reach the server and it
 * was told to do without a token, guarded routes answer nobody. Immutable.
 */
final class Access {
    private static final Pattern LOOPBACK =
            Pattern.compile("localhost\\.?|.+\\.localhost\\.?|127(\\.[0-9]{1,3}){3}|\\[::1]|\\[(0{1,4}:){7}0{0,3}1]");
    private static final Pattern PORT = Pattern.compile(":[0-9]*$");
    private static final String SCHEME = "bearer ";

    private final Optional<byte[]> token;
    private final String ownName;
    private final boolean local;

    /**
     * Guard with this token, or without one.
     *
     * @param ownName the name or address that the server was told to listen at
     * @param local whether only this machine reaches that address
     */
    Access(Optional<String> token, String ownName, boolean local) {
        this.local = local;
        this.token = token.map(text -> text.getBytes(StandardCharsets.UTF_8));
        this.ownName = ownName.toLowerCase(Locale.ROOT);
    }

    /**
     * Let a request pass.
     *
     * @throws HttpFailure with status 401 without the right token, with status 403 when a foreign page is behind it or
     *     others reach a guarded route without a token
     */
    void check(Exchange exchange, boolean guarded) {
        if (token.isEmpty() && !local) {
            if (guarded) {
                throw new HttpFailure(
                        403,
                        "TASKER-H112",
                        "others reach this address and there is no token, so it shows status and metrics only; set"
                                + " observability.token");
            }
        } else if (token.isEmpty()) {
            refuseForeignPages(exchange);
        } else if (guarded && !presents(exchange, token.get())) {
            exchange.set("WWW-Authenticate", "Bearer realm=\"tasker\"");
            throw new HttpFailure(
                    401,
                    "TASKER-H105",
                    "the token is missing or wrong; send 'Authorization: Bearer …' with the value of"
                            + " observability.token");
        }
    }

    /**
     * Refuse what a token must guard even on this machine, where there is none; the route is guarded, too.
     *
     * @throws HttpFailure with status 403 without a token
     */
    void requireToken() {
        if (token.isEmpty()) {
            throw new HttpFailure(
                    403,
                    "TASKER-H113",
                    "plugins are changed only by those who have a token, and none is set; set observability.token");
        }
    }

    /** Whether the client may see what is not for everybody: it has the token, or is on this machine. */
    boolean isTrusted(Exchange exchange) {
        return token.map(expected -> presents(exchange, expected)).orElse(local);
    }

    private static boolean presents(Exchange exchange, byte[] expected) {
        String authorization = exchange.header("Authorization").orElse("");
        if (!authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return false;
        }
        // The server reads headers as Latin-1, one character a byte: this gives back the bytes that were sent.
        byte[] presented = authorization.substring(SCHEME.length()).strip().getBytes(StandardCharsets.ISO_8859_1);
        return MessageDigest.isEqual(presented, expected);
    }

    private void refuseForeignPages(Exchange exchange) {
        String host = exchange.header("Host").orElse("").toLowerCase(Locale.ROOT);
        String name = PORT.matcher(host).replaceFirst("");
        if (!LOOPBACK.matcher(name).matches() && !name.equals(ownName) && !name.equals('[' + ownName + ']')) {
            throw refused("the Host '" + host + "' is not this machine; ask for localhost, or set observability.token");
        }
        Optional<String> origin = exchange.header("Origin");
        if (origin.isPresent() && !origin.get().toLowerCase(Locale.ROOT).equals("http://" + host)) {
            throw refused("the Origin '" + origin.get() + "' is another site; only pages of this server may ask");
        }
        String site = exchange.header("Sec-Fetch-Site").orElse("none");
        boolean navigation = exchange.header("Sec-Fetch-Mode").orElse("").equals("navigate");
        if ((site.equals("cross-site") || site.equals("same-site")) && !navigation) {
            throw refused("the request comes from a page of another site; only pages of this server may ask");
        }
    }

    private static HttpFailure refused(String reason) {
        return new HttpFailure(403, "TASKER-H104", reason);
    }
}
