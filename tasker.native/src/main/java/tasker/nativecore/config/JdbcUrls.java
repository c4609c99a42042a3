package tasker.nativecore.config;

/** Show JDBC URLs without the secrets that stand in them. */
public final class JdbcUrls {
    private JdbcUrls() {}

    /**
     * The URL with {@code ***} in place of every password in it: between the user and the {@code @} before the host,
     * whatever the password holds, and in parameters such as {@code password=}. Hides too much rather than too little
     * when it cannot tell where the password ends. Never fails.
     */
    public static String masked(String url) {
        return Masking.mask(url);
    }
}
