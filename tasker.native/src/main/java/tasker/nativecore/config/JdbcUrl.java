package tasker.nativecore.config;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Hold a JDBC URL and the credentials that were taken out of it.
 *
 * @param text the URL without user and password
 * @param user the user that stood in it
 * @param password the password that stood in it
 */
record JdbcUrl(String text, Optional<String> user, Optional<String> password) {
    /** Take out {@code user=} and {@code password=} of the query, and {@code user:password@} before the host. */
    static JdbcUrl parse(String url) {
        Optional<String> user = Optional.empty();
        Optional<String> password = Optional.empty();
        String address = url;
        int end = UserInfo.end(url);
        if (end >= 0) {
            int begin = UserInfo.begin(url);
            String[] credentials = url.substring(begin, end).split(":", 2);
            user = decoded(credentials[0]);
            password = credentials.length == 2 ? decoded(credentials[1]) : password;
            address = url.substring(0, begin) + url.substring(end + 1);
        }
        int question = address.indexOf('?');
        String base = question < 0 ? address : address.substring(0, question);
        List<String> rest = new ArrayList<>();
        for (String parameter : question < 0
                ? List.<String>of()
                : List.of(address.substring(question + 1).split("&"))) {
            if (parameter.startsWith("user=")) {
                user = user.or(() -> decoded(parameter.substring("user=".length())));
            } else if (parameter.startsWith("password=")) {
                password = password.or(() -> decoded(parameter.substring("password=".length())));
            } else if (!parameter.isEmpty()) {
                rest.add(parameter);
            }
        }
        return new JdbcUrl(rest.isEmpty() ? base : base + '?' + String.join("&", rest), user, password);
    }

    @Override
    public String toString() {
        return "JdbcUrl[" + text + "]";
    }

    private static Optional<String> decoded(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(URLDecoder.decode(text, StandardCharsets.UTF_8));
    }
}
