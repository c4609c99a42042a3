package tasker.observability.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Decide who may ask.
 *
 * <p>With a token, guarded routes need it. Without one, but with an authority for clients' certificates, they need such
 * a certificate. Without either the server listens to this machine alone. In the last two cases what remains is a web
 * page in the browser of somebody who may ask: one of another origin is told by its {@code Origin} or
 * {@code Sec-Fetch-Site}, one that had its name resolved to this machine (DNS rebinding) by its {@code Host}, or by the
 * certificate that its browser expects. Where others reach the server and it was told to do without all of this,
 * guarded routes answer nobody. Immutable.
 */
final class Access {
    private static final Pattern LOOPBACK =
            Pattern.compile("localhost\\.?|.+\\.localhost\\.?|127(\\.[0-9]{1,3}){3}|\\[::1]|\\[(0{1,4}:){7}0{0,3}1]");
    private static final Pattern PORT = Pattern.compile(":[0-9]*$");
    private static final String SCHEME = "bearer ";

    private final Optional<byte[]> token;
    private final boolean certificates;
    private final String ownName;
    private final boolean local;

    /**
     * Guard with this token, or without one.
     *
     * @param certificates whether clients can show certificates
     * @param ownName the name or address that the server was told to listen at
     * @param local whether only this machine reaches that address
     */
    Access(Optional<String> token, boolean certificates, String ownName, boolean local) {
        this.certificates = certificates;
        this.local = local;
        this.token = token.map(text -> text.getBytes(StandardCharsets.UTF_8));
        this.ownName = ownName.toLowerCase(Locale.ROOT);
    }

    /**
     * Let a request pass.
     *
     * @throws HttpFailure with status 401 without the right token, with status 403 without a certificate where that
     *     counts, when a foreign page is behind it, or when others reach a guarded route without either
     */
    void check(Exchange exchange, boolean guarded) {
        if (token.isPresent()) {
            checkToken(exchange, guarded, token.get());
        } else if (certificates) {
            refuseForeignPages(exchange);
            checkCertificate(exchange, guarded);
        } else if (local) {
            refuseForeignNames(exchange);
            refuseForeignPages(exchange);
        } else if (guarded) {
            throw new HttpFailure(
                    403,
                    "TASKER-H112",
                    "others reach this address and there is no token, so it shows status and metrics only; set"
                            + " observability.token");
        }
    }

    private static void checkToken(Exchange exchange, boolean guarded, byte[] expected) {
        if (guarded && !presents(exchange, expected)) {
            exchange.set("WWW-Authenticate", "Bearer realm=\"tasker\"");
            throw new HttpFailure(
                    401,
                    "TASKER-H105",
                    "the token is missing or wrong; send 'Authorization: Bearer …' with the value of"
                            + " observability.token");
        }
    }

    private static void checkCertificate(Exchange exchange, boolean guarded) {
        if (guarded && !exchange.hasClientCertificate()) {
            throw new HttpFailure(
                    403,
                    "TASKER-H114",
                    "without a certificate there are status and metrics only; show one that an authority in"
                            + " observability.tls-client-ca has signed");
        }
    }

    /**
     * Refuse what a token or a certificate must guard even on this machine, where there is neither; the route is
     * guarded, too.
     *
     * @throws HttpFailure with status 403 where there is neither
     */
    void requireProof() {
        if (token.isEmpty() && !certificates) {
            throw new HttpFailure(
                    403,
                    "TASKER-H115",
                    "plugins are changed only by those who have a token or a certificate, and neither is asked for; set"
                            + " observability.token or observability.tls-client-ca");
        }
    }

    /**
     * Whether the client may see what is not for everybody: it has the token; or, where none is set, a certificate; or,
     * where there are none either, is on this machine.
     */
    boolean isTrusted(Exchange exchange) {
        return token.map(expected -> presents(exchange, expected))
                .orElseGet(() -> certificates ? exchange.hasClientCertificate() : local);
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

    private void refuseForeignNames(Exchange exchange) {
        String host = host(exchange);
        String name = PORT.matcher(host).replaceFirst("");
        if (!LOOPBACK.matcher(name).matches() && !name.equals(ownName) && !name.equals('[' + ownName + ']')) {
            throw refused("the Host '" + host + "' is not this machine; ask for localhost, or set observability.token");
        }
    }

    private static void refuseForeignPages(Exchange exchange) {
        String own = exchange.scheme() + "://" + host(exchange);
        Optional<String> origin = exchange.header("Origin");
        if (origin.isPresent() && !origin.get().toLowerCase(Locale.ROOT).equals(own)) {
            throw refused("the Origin '" + origin.get() + "' is another site; only pages of this server may ask");
        }
        String site = exchange.header("Sec-Fetch-Site").orElse("none");
        boolean navigation = exchange.header("Sec-Fetch-Mode").orElse("").equals("navigate");
        if ((site.equals("cross-site") || site.equals("same-site")) && !navigation) {
            throw refused("the request comes from a page of another site; only pages of this server may ask");
        }
    }

    private static String host(Exchange exchange) {
        return exchange.header("Host").orElse("").toLowerCase(Locale.ROOT);
    }

    private static HttpFailure refused(String reason) {
        return new HttpFailure(403, "TASKER-H104", reason);
    }
}
