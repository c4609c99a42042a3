package tasker.events.api.spi;

import java.util.Optional;

/**
 * Say how to reach a database.
 *
 * @param url a JDBC URL without a password
 * @param user the account
 * @param password its password; {@link #toString()} never shows it, nor what may be a secret in the URL
 */
public record DatabaseSettings(String url, Optional<String> user, Optional<String> password) {
    @Override
    public String toString() {
        return "DatabaseSettings[url=" + shownUrl() + ", user=" + user.orElse("")
                + (password.isPresent() ? ", password=(set)]" : "]");
    }

    /** The URL without credentials and parameters, as far as it is certain which part is which. */
    private String shownUrl() {
        int question = Math.min(indexOrEnd('?'), Math.min(indexOrEnd(';'), indexOrEnd('#')));
        int at = url.lastIndexOf('@');
        if (at < 0) {
            return url.substring(0, question);
        }
        int slashes = url.indexOf("//");
        String scheme = slashes >= 0 && slashes < at ? url.substring(0, slashes + 2) : "";
        return at < question ? scheme + url.substring(at + 1, question) : scheme + "***";
    }

    private int indexOrEnd(char sought) {
        int index = url.indexOf(sought);
        return index < 0 ? url.length() : index;
    }
}
